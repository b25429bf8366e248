/* SPDX-License-Identifier: Apache-2.0
 *
 * The set of what a walk leaves out, and the walk through one pool.
 */
#include "cairn/allocators/live.h"

#include <string.h>

#include "cairn/allocators/depot.h"
#include "cairn/base/check.h"
#include "cairn/base/math.h"
#include "cairn/base/poison.h"

CAIRN_RECORDS_BEGIN

enum { PAGE_BYTES = 4096 };

static size_t waiting(cairn_heap_owner *heaps, const cairn_pool_home *pools, unsigned last)
{
    size_t count = 0;
    for (unsigned c = 1; c <= last; c++) {
        count += cairn_heap_owner_cached(heaps, c) + cairn_pool_class_waiting(pools, c);
    }
    return count + cairn_heap_owner_lost(heaps);
}

bool cairn_live_begin(cairn_live *self, cairn_arena_source memory, cairn_heap_owner *heaps,
                      const cairn_pool_home *pools, unsigned last, size_t more)
{
    self->room = waiting(heaps, pools, last) + more;
    self->slots = (size_t)1 << (cairn_log2_floor(self->room | 1) + 2);
    self->bytes = cairn_align_up((self->slots + 1) * sizeof *self->left_out, PAGE_BYTES);
    self->memory = memory;
    self->given = cairn_arena_alloc(memory, self->bytes);
    if (self->given == NULL) {
        cairn_warn("no memory for a walk over live blocks, which needs %zu bytes", self->bytes);
        return false;
    }
    self->left_out = (uintptr_t *)cairn_align_up((uintptr_t)self->given, sizeof *self->left_out);
    memset(self->left_out, 0, self->slots * sizeof *self->left_out);
    return true;
}

void cairn_live_end(cairn_live *self)
{
    cairn_arena_free(self->memory, self->given, self->bytes);
}

/* Where the address is, or where it would be. */
static uintptr_t *slot_of(const cairn_live *self, uintptr_t address)
{
    const uintptr_t spread = (uintptr_t)0x9E3779B97F4A7C15;
    size_t at = (size_t)(((uint64_t)((address >> 4) * spread)) >> 20) & (self->slots - 1);
    while (self->left_out[at] != 0 && self->left_out[at] != address) {
        at = (at + 1) & (self->slots - 1);
    }
    return &self->left_out[at];
}

void cairn_live_leave_out(cairn_live *self, const void *block)
{
    uintptr_t *slot = slot_of(self, (uintptr_t)block);
    if (*slot == 0 && self->room > 0) {
        *slot = (uintptr_t)block;
        self->room--;
    }
}

static void leave_out(void *self, const void *block)
{
    cairn_live_leave_out(self, block);
}

bool cairn_live_leave_out_waiting(cairn_live *self, cairn_heap_owner *heaps,
                                  const cairn_pool_home *pools, unsigned last)
{
    cairn_heap_owner_visit(heaps, leave_out, self);
    for (unsigned c = 1; c <= last; c++) {
        if (!cairn_depot_visit(pools, c, leave_out, self)) {
            return false;
        }
    }
    return true;
}

bool cairn_live_visit(void *self, void *block, size_t usable)
{
    const cairn_live *live = self;
    return *slot_of(live, (uintptr_t)block) != 0 || live->visit(live->arg, block, usable);
}

bool cairn_live_visit_pool(cairn_live *self, const cairn_pool *pool)
{
    if (pool->keeps_order) {
        for (void *block = pool->free; block != NULL; block = cairn_link_read(block)) {
            cairn_live_leave_out(self, block);
        }
    }
    for (size_t i = 0; i < pool->capacity; i++) {
        char *block = pool->blocks + i * pool->block_bytes;
        if (cairn_pool_block_start(pool, block) != NULL &&
            !cairn_live_visit(self, block, pool->block_bytes)) {
            return false;
        }
    }
    return true;
}

CAIRN_RECORDS_END
