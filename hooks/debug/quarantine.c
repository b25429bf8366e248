/* SPDX-License-Identifier: Apache-2.0
 *
 * Freed blocks that are kept back, oldest first out, so that a write after free is found when its block
 * leaves, at a check, or when the process ends.
 *
 * Under a tool that watches (poison.h) the write, or a read, is seen at once: what waits here is poisoned.
 *
 * Balance: entries [left, entered) of the ring are here; bytes is the sum of theirs. The lock is never
 * held while the layer below is called. Both counters change by one store each, so that the child of a
 * fork can go on with what it finds.
 */
#include "cairn/hooks/debug/quarantine.h"

#include "cairn/base/lock.h"
#include "cairn/base/permanent.h"

typedef struct entry {
    char *base;
    char *user;
    size_t bytes; /* from base to the end */
} entry;

struct cairn_debug_quarantine {
    cairn_lock lock;
    size_t limit;
    size_t bytes;
    size_t mask; /* one less than the places of the ring, a power of two */
    size_t left;
    size_t entered;
    entry entries[];
};

enum {
    BYTES_PER_ENTRY =
        64, /* an entry for each so many bytes of the limit; smaller blocks fill the ring first */
    BATCH = 16,
    PAGE = 4096,
    PAGES_REMEMBERED = 64,
    EXIT_TRIES = 100000,
};

/* LeakSanitizer's, in programs that have it: it looks into memory from mmap only where it is told to, and would
 * take what waits here for lost. */
void __lsan_register_root_region(const void *begin, size_t size) CAIRN_WEAK;

cairn_debug_quarantine *debug_quarantine_create(size_t limit)
{
    size_t places = (size_t)2 << cairn_log2_floor(limit / BYTES_PER_ENTRY + BATCH);
    size_t bytes = sizeof(cairn_debug_quarantine) + places * sizeof(entry);
    cairn_debug_quarantine *self = cairn_permanent_alloc(bytes);
    if (self != NULL && __lsan_register_root_region != NULL) {
        __lsan_register_root_region(self, bytes);
    }
    if (self != NULL) {
        self->limit = limit;
        self->mask = places - 1;
    }
    return self;
}

void debug_quarantine_after_fork(cairn_debug_quarantine *self)
{
    self->lock.state = 0;
}

static const char *find_in_word(const char *from)
{
    uint64_t word = cairn_debug_load(from);
    uint8_t bytes[sizeof word];
    memcpy(bytes, &word, sizeof word);
    for (size_t i = 0; i < sizeof word; i++) {
        if (bytes[i] != CAIRN_DEBUG_DEAD) {
            return from + i;
        }
    }
    return NULL;
}

/* The first byte that is not dead any more, or NULL; bytes is 8 or more. */
static const char *find_write(const char *from, size_t bytes)
{
    const char *end = from + bytes;
    const uint64_t dead = CAIRN_DEBUG_ALL(CAIRN_DEBUG_DEAD);
    while ((size_t)(end - from) >= 4 * sizeof dead &&
           ((cairn_debug_load(from) ^ dead) | (cairn_debug_load(from + 8) ^ dead) |
            (cairn_debug_load(from + 16) ^ dead) | (cairn_debug_load(from + 24) ^ dead)) == 0) {
        from += 4 * sizeof dead;
    }
    while ((size_t)(end - from) >= sizeof dead && cairn_debug_load(from) == dead) {
        from += sizeof dead;
    }
    if (from == end) {
        return NULL;
    }
    return find_in_word((size_t)(end - from) >= sizeof dead ? from : end - sizeof dead);
}

static void describe(const cairn_debug_state *state, const entry *each, const char *address,
                     debug_write *out)
{
    out->address = address;
    out->user = each->user;
    out->size = each->bytes - (size_t)(each->user - each->base) - debug_extra_behind(state);
}

/* Takes entries out until no more than that many bytes are left and there is a place. */
static size_t take_out(cairn_debug_quarantine *self, size_t limit, entry *out)
{
    size_t count = 0;
    while ((self->bytes > limit || self->entered - self->left > self->mask) && count < BATCH &&
           self->left != self->entered) {
        out[count] = self->entries[self->left & self->mask];
        self->bytes -= cairn_min(self->bytes, out[count].bytes);
        self->left++;
        count++;
    }
    return count;
}

static void release_all(cairn_debug_state *state, const entry *entries, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        cairn_unpoison_defined(entries[i].base, entries[i].bytes);
        const char *address = find_write(entries[i].base, entries[i].bytes);
        if (CAIRN_UNLIKELY(address != NULL)) {
            debug_write write;
            describe(state, &entries[i], address, &write);
            debug_report_write(state, &write);
        }
        (state->node.below.allocator.free)(state->node.below.allocator.ctx, entries[i].base);
    }
}

bool debug_quarantine_put(cairn_debug_state *state, char *base, char *user, size_t bytes)
{
    cairn_debug_quarantine *self = state->quarantine;
    entry given = {base, user, bytes};
    entry out[BATCH];
    if (bytes > self->limit / 4 || (size_t)(user - base) > CAIRN_DEBUG_ERASED_OFFSET) {
        return false;
    }
    cairn_poison(base, bytes);
    cairn_lock_acquire(&self->lock);
    size_t count = take_out(self, self->limit, out);
    self->entries[self->entered & self->mask] = given;
    self->bytes += bytes;
    self->entered++;
    cairn_lock_release(&self->lock);
    release_all(state, out, count);
    return true;
}

void cairn_debug_keep(cairn_debug_state *state, char *user, size_t size)
{
    char *base = user - CAIRN_DEBUG_HEADER;
    size_t bytes = size + CAIRN_DEBUG_EXTRA;
    cairn_debug_fill(base, CAIRN_DEBUG_DEAD, bytes);
    if (!debug_quarantine_put(state, base, user, bytes)) {
        cairn_layer_free(state->node.below, base);
    }
}

bool debug_quarantine_drain(cairn_debug_state *state)
{
    cairn_debug_quarantine *self = state->quarantine;
    entry out[BATCH];
    size_t count;
    bool had_any = false;
    if (self == NULL) {
        return false;
    }
    do {
        cairn_lock_acquire(&self->lock);
        count = take_out(self, 0, out);
        cairn_lock_release(&self->lock);
        release_all(state, out, count);
        had_any = had_any || count > 0;
    } while (count > 0);
    return had_any;
}

/* Whether pages can be read, of which few are asked about again and again. */
typedef struct page_memory {
    uintptr_t readable[PAGES_REMEMBERED];
} page_memory;

static bool is_readable(page_memory *memory, const entry *each)
{
    uintptr_t last = ((uintptr_t)each->base + each->bytes - 1) / PAGE;
    for (uintptr_t page = (uintptr_t)each->base / PAGE; page <= last; page++) {
        uintptr_t *known = &memory->readable[page % PAGES_REMEMBERED];
        char byte;
        if (*known != page && debug_peek(&byte, (const void *)(page * PAGE), 1) == 0) {
            return false;
        }
        *known = page;
    }
    return true;
}

/* At exit the lock may be held by a call that a signal has interrupted for good. */
static bool take_lock(cairn_debug_quarantine *self, bool is_exit)
{
    if (!is_exit) {
        cairn_lock_acquire(&self->lock);
        return true;
    }
    for (int tries = 0; tries < EXIT_TRIES; tries++) {
        if (cairn_lock_try(&self->lock)) {
            return true;
        }
        CAIRN_PAUSE();
    }
    return false;
}

static bool search(const cairn_debug_state *state, page_memory *memory, debug_write *out)
{
    cairn_debug_quarantine *self = state->quarantine;
    const char *address = NULL;
    if (self == NULL) {
        return false;
    }
    if (!take_lock(self, memory != NULL)) {
        return false;
    }
    for (size_t i = self->left; address == NULL && i != self->entered; i++) {
        const entry *each = &self->entries[i & self->mask];
        if (memory == NULL || is_readable(memory, each)) {
            address = find_write(each->base, each->bytes);
            describe(state, each, address, out);
        }
    }
    cairn_lock_release(&self->lock);
    return address != NULL;
}

bool debug_quarantine_is_touched(const cairn_debug_state *state, debug_write *out)
{
    return search(state, NULL, out);
}

void debug_quarantine_totals(const cairn_debug_state *state, size_t *blocks, size_t *usable)
{
    cairn_debug_quarantine *self = state->quarantine;
    *blocks = 0;
    *usable = 0;
    for (size_t i = self != NULL ? self->left : 0; self != NULL && i != self->entered; i++) {
        const entry *each = &self->entries[i & self->mask];
        *usable += cairn_layer_room(state->node.below, each->base);
        *blocks += 1;
    }
}

static bool find_in(const cairn_debug_state *state, const char *address, debug_write *out)
{
    const cairn_debug_quarantine *self = state->quarantine;
    for (size_t i = self != NULL ? self->left : 0; self != NULL && i != self->entered; i++) {
        const entry *each = &self->entries[i & self->mask];
        if (address >= each->base && address < each->base + each->bytes) {
            describe(state, each, address, out);
            return true;
        }
    }
    return false;
}

bool debug_find_in_quarantine(const void *address, debug_write *out,
                              const cairn_debug_state **state)
{
    for (cairn_debug_state *each = debug_first_state(); each != NULL; each = each->next_state) {
        if (find_in(each, address, out)) {
            *state = each;
            return true;
        }
    }
    return false;
}

/* What is still here when the process ends is looked at, too, unless the layer below has been destroyed
 * meanwhile. */
__attribute__((destructor)) static void look_at_exit(void)
{
    page_memory memory = {{0}};
    for (cairn_debug_state *each = debug_first_state(); each != NULL; each = each->next_state) {
        debug_write write;
        if (search(each, &memory, &write)) {
            debug_report_write(each, &write);
        }
    }
}
