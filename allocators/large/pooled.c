/* SPDX-License-Identifier: Apache-2.0
 *
 * The pooled classes of large: what fills and empties magazines, and what a fork has to hold.
 */
#include <string.h>

#include "cairn/allocators/large/large_internal.h"
#include "cairn/base/check.h"
#include "cairn/base/poison.h"

CAIRN_RECORDS_BEGIN

/* A pool's descriptor is its header, so that its blocks start at the granule and are aligned to
 * whatever power of two divides their size. */
cairn_pool *cairn_large_make_pool(void *ctx, unsigned size_class)
{
    CAIRN_RECORDS_SCOPE;
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
                          granules * CAIRN_GRANULE_BYTES, false);
        cairn_regions_note_pool(&self->regions, pool);
    }
    return pool;
}

static cairn_pool *pool_of(cairn_large *self, const void *block)
{
    cairn_large_view view = cairn_large_view_of(self);
    return cairn_large_run_of(&view, block);
}

void cairn_large_take_pool(void *ctx, cairn_pool *pool)
{
    cairn_large *self = ctx;
    cairn_regions_give(&self->regions, pool);
}

size_t cairn_large_bytes_of_class(unsigned size_class)
{
    return cairn_large_class_bytes(size_class);
}

/* What a thread finds idle in one search comes home in its next. */
void cairn_large_look(void *ctx)
{
    cairn_large *self = ctx;
    switch (cairn_pool_home_seek_idle(&self->pools, CAIRN_LARGE_CLASSES)) {
    case CAIRN_IDLE_SOME:
        cairn_heap_owner_seek_idle(&self->heaps);
        cairn_regions_look(&self->regions, false);
        break;
    case CAIRN_IDLE_ASK:
        cairn_heap_owner_ask(&self->heaps);
        break;
    case CAIRN_IDLE_ALL:
        cairn_regions_look(&self->regions, true);
        break;
    case CAIRN_IDLE_NOT_YET:
        break;
    }
}

/* Threads that come to no slow path meanwhile keep what they have. Where there are none, all is had in one
 * try. */
bool cairn_large_collect(cairn_large *self, unsigned *tries)
{
    enum { TRIES = 16 };
    if (*tries == TRIES || (*tries > 0 && cairn_heap_owner_count(&self->heaps) < 2)) {
        return false;
    }
    if (*tries > 0) {
        cairn_yield();
    }
    ++*tries;
    cairn_heap_owner_trim(&self->heaps);
    cairn_pool_home_trim(&self->pools, CAIRN_LARGE_CLASSES);
    return true;
}

/* What other classes keep at hand may be what this one needs. */
size_t cairn_large_refill(cairn_heap_owner *owner, unsigned size_class, void **out, size_t count,
                          size_t most)
{
    cairn_large *self = (cairn_large *)owner;
    size_t got = 0;
    unsigned tries = 0;
    do {
        got = cairn_pool_class_refill(&self->pools, size_class, out, count, most);
    } while (got == 0 && cairn_large_collect(self, &tries));
    return got;
}

void cairn_large_flush(cairn_heap_owner *owner, unsigned size_class, void **blocks, size_t count,
                       bool may_wait)
{
    cairn_large *self = (cairn_large *)owner;
    cairn_pool_class_flush(&self->pools, size_class, blocks, count, may_wait);
}

size_t cairn_large_trim(cairn_large *self)
{
    cairn_heap_owner_trim(&self->heaps);
    cairn_pool_home_trim(&self->pools, CAIRN_LARGE_CLASSES);
    return cairn_regions_trim(&self->regions);
}

/* A run for something other than a block: pools of its size would be opened for it alone. */
static void *reserve_run(cairn_large *self, size_t bytes, unsigned purpose)
{
    CAIRN_RECORDS_SCOPE;
    bool is_zero;
    cairn_pool *run = NULL;
    if (bytes <= CAIRN_LARGE_RUN_MAX) {
        run = cairn_regions_take(&self->regions, cairn_large_granules_for(bytes), 1, &is_zero);
    }
    if (run == NULL) {
        return NULL;
    }
    cairn_run_set_purpose(run, purpose);
    cairn_unpoison_defined(run->blocks, (size_t)run->granules * CAIRN_GRANULE_BYTES);
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

bool cairn_large_arena_purge(void *ctx, void *ptr, size_t size)
{
    CAIRN_RECORDS_SCOPE;
    cairn_large *self = ctx;
    const cairn_pool *run = cairn_regions_run_containing(&self->regions, ptr);
    CAIRN_ASSERT(run != NULL);
    return cairn_arena_purge(((const cairn_region *)run->home)->source, ptr, size);
}

/* For somebody whose arenas are runs of ours. */
static void look_for_arenas(void *ctx, bool is_all_idle)
{
    cairn_large *self = ctx;
    if (is_all_idle) {
        cairn_regions_look(&self->regions, true);
    } else {
        cairn_large_look(self);
    }
}

const cairn_arena_more cairn_large_arena_more = {.name = "large",
                                                 .is_counted_elsewhere = true,
                                                 .look = look_for_arenas,
                                                 .purge = cairn_large_arena_purge};

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

CAIRN_RECORDS_END
