/* SPDX-License-Identifier: Apache-2.0
 *
 * The pooled classes of large: what fills and empties magazines, and what a fork has to hold.
 */
#include <string.h>

#include "cairn/allocators/large/large_internal.h"
#include "cairn/base/check.h"

/* A pool's descriptor is its header, so that its blocks start at the granule and are aligned to
 * whatever power of two divides their size. */
static cairn_pool *make_pool(void *ctx, unsigned size_class)
{
    cairn_large *self = ctx;
    size_t granules = cairn_large_class_granules(size_class);
    bool is_zero;
    cairn_pool *pool = cairn_regions_take(&self->regions, granules, 1, &is_zero);
    if (pool == NULL && granules > 1) {
        /* Short of memory: one that holds a few blocks will do. */
        granules = (cairn_large_class_bytes(size_class) * 2 + CAIRN_GRANULE_BYTES - 1) /
                   CAIRN_GRANULE_BYTES;
        pool = cairn_regions_take(&self->regions, granules, 1, &is_zero);
    }
    if (pool != NULL) {
        cairn_pool_format(pool, size_class, pool->blocks, cairn_large_class_bytes(size_class),
                          granules * CAIRN_GRANULE_BYTES);
        cairn_regions_note_pool(&self->regions, pool);
    }
    return pool;
}

static cairn_pool *pool_of(cairn_large *self, const void *block)
{
    cairn_large_view view = cairn_large_view_of(self);
    return cairn_large_run_of(&view, block);
}

size_t cairn_large_refill(cairn_heap_owner *owner, unsigned size_class, void **out, size_t count)
{
    cairn_large *self = (cairn_large *)owner;
    return cairn_pool_class_refill(&self->classes[size_class], size_class, make_pool, self, out,
                                   count);
}

void cairn_large_flush(cairn_heap_owner *owner, unsigned size_class, void **blocks, size_t count)
{
    cairn_large *self = (cairn_large *)owner;
    cairn_pool_class *list = &self->classes[size_class];
    cairn_lock_acquire(&list->lock);
    for (size_t i = 0; i < count; i++) {
        cairn_pool *pool = pool_of(self, blocks[i]);
        CAIRN_ASSERT(pool != NULL && pool->size_class == size_class);
        if (cairn_pool_class_give(list, pool, blocks[i], true)) {
            cairn_regions_give(&self->regions, pool);
        }
    }
    cairn_lock_release(&list->lock);
}

size_t cairn_large_trim(cairn_large *self)
{
    cairn_heap_owner_trim(&self->heaps);
    for (unsigned c = 1; c <= CAIRN_LARGE_CLASSES; c++) {
        cairn_pool_class *list = &self->classes[c];
        cairn_lock_acquire(&list->lock);
        for (cairn_pool *pool = list->first; pool != NULL;) {
            cairn_pool *next = pool->next;
            if (pool->live == 0) {
                cairn_pool_class_remove(list, pool);
                cairn_regions_give(&self->regions, pool);
            }
            pool = next;
        }
        cairn_lock_release(&list->lock);
    }
    return cairn_regions_trim(&self->regions);
}

/* A run for something other than a block: pools of its size would be opened for it alone. */
static void *reserve_run(cairn_large *self, size_t bytes, unsigned purpose)
{
    bool is_zero;
    size_t granules = (bytes + CAIRN_GRANULE_BYTES - 1) / CAIRN_GRANULE_BYTES;
    cairn_pool *run = cairn_regions_take(&self->regions, granules, 1, &is_zero);
    if (run == NULL) {
        return NULL;
    }
    cairn_pool_set_carved(run, purpose);
    return run->blocks;
}

void *cairn_large_reserve(cairn_heap_owner *owner, size_t bytes)
{
    return reserve_run((cairn_large *)owner, bytes, CAIRN_LARGE_RUN_IS_HEAP);
}

void cairn_large_release(cairn_heap_owner *owner, void *memory, size_t bytes)
{
    cairn_large *self = (cairn_large *)owner;
    (void)bytes;
    cairn_regions_give(&self->regions, pool_of(self, memory));
}

void *cairn_large_arena_alloc(void *ctx, size_t size)
{
    return reserve_run(ctx, size, CAIRN_LARGE_RUN_IS_ARENA);
}

void cairn_large_arena_free(void *ctx, void *ptr, size_t size)
{
    cairn_large *self = ctx;
    (void)size;
    cairn_regions_give(&self->regions, pool_of(self, ptr));
}

const cairn_arena_more cairn_large_arena_more = {.name = "large", .is_counted_elsewhere = true};

void cairn_large_lock_all(cairn_heap_owner *owner)
{
    cairn_large *self = (cairn_large *)owner;
    for (unsigned c = 1; c <= CAIRN_LARGE_CLASSES; c++) {
        cairn_lock_acquire(&self->classes[c].lock);
    }
    cairn_lock_acquire(&self->regions.lock);
}

void cairn_large_unlock_all(cairn_heap_owner *owner)
{
    cairn_large *self = (cairn_large *)owner;
    cairn_lock_release(&self->regions.lock);
    for (unsigned c = CAIRN_LARGE_CLASSES; c >= 1; c--) {
        cairn_lock_release(&self->classes[c].lock);
    }
}
