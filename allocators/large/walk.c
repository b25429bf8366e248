/* SPDX-License-Identifier: Apache-2.0
 *
 * Visits and verifies all that is in the regions, and finds what an address lies in.
 */
#include "cairn/allocators/large/stretches.h"
#include "cairn/base/bitmap.h"
#include "cairn/base/check.h"
#include "cairn/base/poison.h"

CAIRN_RECORDS_BEGIN

typedef struct tally {
    size_t used;
    size_t edges;
    size_t stretches;
} tally;

static bool visit_run(const cairn_region *region, size_t at, size_t granules, tally *counts)
{
    counts->used += granules;
    counts->edges += granules > 1 ? 2 : 1;
    if (granules == 0 || at + granules > region->granules ||
        !cairn_bitmap_test(region->edge_bits, at + granules - 1)) {
        cairn_warn("run %zu of region %p does not end where it should", at, region->memory);
        return false;
    }
    if (cairn_bitmap_count(region->dirty_bits, at, granules) != 0) {
        cairn_warn("run %zu of region %p is both used and dirty", at, region->memory);
        return false;
    }
    return true;
}

static bool visit_stretch(const cairn_region *region, size_t at, tally *counts)
{
    const cairn_stretch *stretch = cairn_stretch_at(region, at);
    size_t end = at + stretch->granules;
    counts->stretches++;
    if (stretch->granules == 0 || end > region->granules ||
        (end < region->granules && !cairn_bitmap_test(region->edge_bits, end))) {
        cairn_warn("free stretch %zu of region %p does not end at a run", at, region->memory);
        return false;
    }
    return true;
}

static bool balances(const cairn_region *region, const tally *counts)
{
    size_t dirty = cairn_bitmap_count(region->dirty_bits, 0, region->granules);
    size_t edges = cairn_bitmap_count(region->edge_bits, 0, region->granules);
    if (counts->used != region->used || counts->edges + 1 != edges || dirty != region->dirty) {
        cairn_warn("region %p does not balance: %zu granules used, %zu in runs; %zu edges, %zu "
                   "marked; %zu dirty, %zu marked",
                   region->memory, region->used, counts->used, counts->edges + 1, edges,
                   region->dirty, dirty);
        return false;
    }
    return true;
}

static bool walk_region(const cairn_region *region, cairn_run_walker walk, void *ctx,
                        size_t *stretches)
{
    tally counts = {0, 0, 0};
    bool good = true;
    for (size_t at = region->first; good && at < region->granules;) {
        cairn_pool *run = &region->descriptors[at];
        if (cairn_bitmap_test(region->edge_bits, at)) {
            good = visit_run(region, at, run->granules, &counts) && walk(ctx, run);
            at += run->granules;
        } else {
            good = visit_stretch(region, at, &counts);
            at += cairn_stretch_at(region, at)->granules;
        }
    }
    *stretches += counts.stretches;
    return good && balances(region, &counts);
}

bool cairn_regions_walk(cairn_regions *regions, cairn_run_walker walk, void *ctx)
{
    size_t found = 0;
    size_t in_bins = 0;
    cairn_regions_drain(regions);
    for (cairn_region *region = regions->oldest; region != NULL; region = region->next) {
        if (!walk_region(region, walk, ctx, &found)) {
            return false;
        }
    }
    if (!cairn_stretches_check(regions, &in_bins)) {
        return false;
    }
    if (found != in_bins) {
        cairn_warn("%zu free stretches were found in regions, %zu in bins", found, in_bins);
        return false;
    }
    return true;
}

/* Runs and stretches follow each other without a gap. */
static cairn_pool *run_at(cairn_region *region, size_t index)
{
    size_t at = region->first;
    while (at <= index) {
        cairn_stretch *stretch = cairn_stretch_from(region, at);
        cairn_pool *run = &region->descriptors[at];
        at += stretch != NULL ? stretch->granules : run->granules;
        if (index < at) {
            return stretch == NULL ? run : NULL;
        }
    }
    return NULL;
}

cairn_pool *cairn_regions_run_containing(cairn_regions *regions, const void *address)
{
    CAIRN_RECORDS_SCOPE;
    cairn_pool *run = NULL;
    cairn_lock_acquire(&regions->lock);
    cairn_regions_drain(regions);
    for (cairn_region *region = regions->oldest; region != NULL && run == NULL;
         region = region->next) {
        uintptr_t offset = (uintptr_t)address - (uintptr_t)region->base;
        if (offset < region->granules * CAIRN_GRANULE_BYTES) {
            run = run_at(region, offset / CAIRN_GRANULE_BYTES);
        }
    }
    cairn_lock_release(&regions->lock);
    return run;
}

CAIRN_RECORDS_END
