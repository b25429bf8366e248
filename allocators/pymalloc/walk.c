/* SPDX-License-Identifier: Apache-2.0
 *
 * Visits the live blocks of an instance and of its fallback, but for what the instance itself took there.
 */
#include "cairn/allocators/live.h"
#include "cairn/allocators/pymalloc/pymalloc_internal.h"
#include "cairn/allocators/pymalloc/statistics.h"
#include "cairn/base/poison.h"

CAIRN_RECORDS_BEGIN

static void count_one(void *ctx, const void *block)
{
    (void)block;
    ++*(size_t *)ctx;
}

/* What pools with order have back is found by its links only. */
static bool count_freed(void *ctx, cairn_pool *pool, bool is_empty)
{
    *(size_t *)ctx += pool->keeps_order && !is_empty ? pool->carved - pool->live : 0;
    return true;
}

static size_t count_left_out(cairn_pymalloc *self)
{
    size_t count = 0;
    cairn_pymalloc_visit_own_needs(self, count_one, &count);
    cairn_pymalloc_lock_all(&self->heaps);
    cairn_arenas_walk(&self->arenas, count_freed, &count);
    cairn_pymalloc_unlock_all(&self->heaps);
    return count;
}

static void leave_out(void *ctx, const void *block)
{
    cairn_live_leave_out(ctx, block);
}

static bool visit_pool(void *ctx, cairn_pool *pool, bool is_empty)
{
    return is_empty || cairn_live_visit_pool(ctx, pool);
}

bool cairn_pymalloc_walk(cairn_pymalloc *self, cairn_block_visit *visit, void *arg)
{
    CAIRN_RECORDS_SCOPE;
    cairn_live live = {.visit = visit, .arg = arg};
    if (!cairn_live_begin(&live, cairn_arena_slot_get(&self->arenas.source), &self->heaps,
                          &self->pools, CAIRN_SMALL_CLASSES, count_left_out(self))) {
        return false;
    }
    cairn_pymalloc_visit_own_needs(self, leave_out, &live);
    cairn_pymalloc_lock_all(&self->heaps);
    bool good =
        cairn_live_leave_out_waiting(&live, &self->heaps, &self->pools, CAIRN_SMALL_CLASSES) &&
        cairn_arenas_walk(&self->arenas, visit_pool, &live);
    cairn_pymalloc_unlock_all(&self->heaps);
    good = good && cairn_layer_walk(self->fallback, cairn_live_visit, &live);
    cairn_live_end(&live);
    return good;
}

CAIRN_RECORDS_END
