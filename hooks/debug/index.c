/* SPDX-License-Identifier: Apache-2.0
 *
 * A hash set in shards, each under a lock of its own, that doubles when it is half full. Removing closes the
 * gap, so that there are no tombstones: what follows moves up, copied before it is cleared, so that the
 * child of a fork in the middle of it has an entry twice rather than not at all.
 */
#include "cairn/hooks/debug/index.h"

#include <errno.h>
#include <sys/mman.h>

#include "cairn/base/lock.h"
#include "cairn/base/permanent.h"

enum {
    SHARDS = 64,
    SHARD_SHIFT = 58, /* of a 64-bit hash */
    FIRST_CAPACITY = 512,
};

typedef struct CAIRN_ALIGNED(64) shard {
    cairn_lock lock;
    size_t live;     /* at most half of capacity */
    size_t capacity; /* a power of two; 0 before the first */
    uintptr_t *slots;
} shard;

struct cairn_debug_index {
    shard shards[SHARDS];
};

static uint64_t hash_of(const void *ptr)
{
    return ((uint64_t)(uintptr_t)ptr >> 4) * 0x9E3779B97F4A7C15u;
}

cairn_debug_index *debug_index_create(void)
{
    return cairn_permanent_alloc(sizeof(cairn_debug_index));
}

/* The place of an address, or the free one where it would be. */
static size_t find(const shard *in, const void *ptr)
{
    size_t at = (size_t)hash_of(ptr) & (in->capacity - 1);
    while (in->slots[at] != (uintptr_t)ptr && in->slots[at] != 0) {
        at = (at + 1) & (in->capacity - 1);
    }
    return at;
}

static bool grow(shard *self)
{
    int saved = errno;
    shard old = *self;
    size_t capacity = old.capacity != 0 ? 2 * old.capacity : FIRST_CAPACITY;
    uintptr_t *slots = mmap(NULL, capacity * sizeof *slots, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    errno = saved;
    if (slots == MAP_FAILED) {
        return false;
    }
    self->slots = slots;
    self->capacity = capacity;
    for (size_t i = 0; i < old.capacity; i++) {
        if (old.slots[i] != 0) {
            slots[find(self, (const void *)old.slots[i])] = old.slots[i];
        }
    }
    if (old.capacity != 0) {
        munmap(old.slots, old.capacity * sizeof *old.slots);
    }
    return true;
}

bool debug_index_add(cairn_debug_index *self, const void *ptr)
{
    shard *in = &self->shards[hash_of(ptr) >> SHARD_SHIFT];
    cairn_lock_acquire(&in->lock);
    bool has_room = in->live < in->capacity / 2 || grow(in);
    if (has_room) {
        in->slots[find(in, ptr)] = (uintptr_t)ptr;
        in->live++;
    }
    cairn_lock_release(&in->lock);
    return has_room;
}

/* Moves up what would not be found any more behind the gap. */
static void close_gap(shard *in, size_t gap)
{
    size_t mask = in->capacity - 1;
    for (size_t at = (gap + 1) & mask; in->slots[at] != 0; at = (at + 1) & mask) {
        size_t home = (size_t)hash_of((const void *)in->slots[at]) & mask;
        if (((at - home) & mask) >= ((at - gap) & mask)) {
            in->slots[gap] = in->slots[at];
            gap = at;
        }
    }
    in->slots[gap] = 0;
}

bool debug_index_remove(cairn_debug_index *self, const void *ptr)
{
    shard *in = &self->shards[hash_of(ptr) >> SHARD_SHIFT];
    cairn_lock_acquire(&in->lock);
    size_t at = in->capacity != 0 ? find(in, ptr) : 0;
    bool is_there = in->capacity != 0 && in->slots[at] == (uintptr_t)ptr;
    if (is_there) {
        close_gap(in, at);
        in->live--;
    }
    cairn_lock_release(&in->lock);
    return is_there;
}

bool debug_index_has(cairn_debug_index *self, const void *ptr)
{
    shard *in = &self->shards[hash_of(ptr) >> SHARD_SHIFT];
    cairn_lock_acquire(&in->lock);
    bool is_there = ptr != NULL && in->capacity != 0 && in->slots[find(in, ptr)] != 0;
    cairn_lock_release(&in->lock);
    return is_there;
}

bool debug_index_walk(const cairn_debug_index *self, bool (*visit)(void *arg, char *ptr), void *arg)
{
    for (size_t i = 0; i < SHARDS; i++) {
        const shard *in = &self->shards[i];
        for (size_t j = 0; in->live != 0 && j < in->capacity; j++) {
            if (in->slots[j] != 0 && !visit(arg, (char *)in->slots[j])) {
                return false;
            }
        }
    }
    return true;
}

void debug_index_after_fork(cairn_debug_index *self)
{
    for (size_t i = 0; i < SHARDS; i++) {
        self->shards[i].lock.state = 0;
    }
}
