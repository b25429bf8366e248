/* SPDX-License-Identifier: Apache-2.0
 *
 * Visits the live blocks of an instance: in pools, in runs of their own and in mappings.
 */
#include "cairn/allocators/live.h"

#include "cairn/allocators/large/large_internal.h"
#include "cairn/base/poison.h"

CAIRN_RECORDS_BEGIN

static bool visit_run(void *ctx, cairn_pool *run)
{
    if (run->size_class != 0) {
        return cairn_live_visit_pool(ctx, run);
    }
    return !cairn_large_is_block(run) ||
           cairn_live_visit(ctx, run->blocks, cairn_large_unpooled_room(run));
}

static bool visit_mappings(cairn_live *live, const cairn_large *self)
{
    bool good = true;
    for (const cairn_mapping *each = self->mappings; good && each != NULL; each = each->next) {
        good = cairn_live_visit(live, each->head.blocks, cairn_mapping_room(each));
    }
    return good;
}

static size_t count_mappings(cairn_large *self)
{
    size_t count = 0;
    cairn_lock_acquire(&self->regions.lock);
    for (const cairn_mapping *each = self->mappings; each != NULL; each = each->next) {
        count++;
    }
    cairn_lock_release(&self->regions.lock);
    return count;
}

/* The records of mappings are blocks, but not the program's. */
static bool leave_out_own(cairn_live *live, cairn_large *self)
{
    for (const cairn_mapping *each = self->mappings; each != NULL; each = each->next) {
        cairn_live_leave_out(live, each);
    }
    return cairn_live_leave_out_waiting(live, &self->heaps, &self->pools, CAIRN_LARGE_CLASSES);
}

bool cairn_large_walk(cairn_large *self, cairn_block_visit *visit, void *arg)
{
    CAIRN_RECORDS_SCOPE;
    cairn_live live = {.visit = visit, .arg = arg};
    if (!cairn_live_begin(&live, cairn_arena_slot_get(&self->regions.source), &self->heaps,
                          &self->pools, CAIRN_LARGE_CLASSES, count_mappings(self))) {
        return false;
    }
    cairn_large_lock_all(&self->heaps);
    bool good = leave_out_own(&live, self) &&
                cairn_regions_walk(&self->regions, visit_run, &live) && visit_mappings(&live, self);
    cairn_large_unlock_all(&self->heaps);
    cairn_live_end(&live);
    return good;
}

CAIRN_RECORDS_END
