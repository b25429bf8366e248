/* SPDX-License-Identifier: Apache-2.0
 *
 * Regions and their runs. See regions.h for the rules.
 */
#include "cairn/allocators/large/regions.h"

#include <string.h>

#include "cairn/allocators/large/region_memory.h"
#include "cairn/base/bitmap.h"
#include "cairn/base/check.h"

static size_t index_of(const cairn_region *region, const cairn_pool *run)
{
    return (size_t)(run - region->descriptors);
}

static char *address_of(const cairn_region *region, size_t index)
{
    return region->base + index * CAIRN_GRANULE_BYTES;
}

static size_t dirty_limit(const cairn_regions *regions)
{
    return cairn_max(CAIRN_LARGE_DIRTY_MIN, regions->used_bytes / 8);
}

/* Gives up to excess bytes of one region's dirty pages back, from its end. */
static size_t purge_region(cairn_regions *regions, cairn_region *region, size_t excess)
{
    size_t purged = 0;
    size_t at = cairn_bitmap_next(region->dirty_bits, region->first, region->granules, true);
    while (at < region->granules && purged < excess) {
        size_t end = cairn_bitmap_next(region->dirty_bits, at, region->granules, false);
        size_t bytes = (end - at) * CAIRN_GRANULE_BYTES;
        if (!cairn_arena_purge(region->source, address_of(region, at), bytes)) {
            break;
        }
        cairn_bitmap_change(region->dirty_bits, at, end - at, false);
        region->dirty -= end - at;
        purged += bytes;
        at = cairn_bitmap_next(region->dirty_bits, end, region->granules, true);
    }
    regions->dirty_bytes -= purged;
    regions->purged_bytes += purged;
    return purged;
}

static size_t purge(cairn_regions *regions, size_t keep_bytes)
{
    size_t purged = 0;
    for (cairn_region *region = regions->youngest;
         region != NULL && regions->dirty_bytes > keep_bytes; region = region->previous) {
        purged += purge_region(regions, region, regions->dirty_bytes - keep_bytes);
    }
    return purged;
}

/* The end of a window: see the policy in regions.h. */
static void purge_idle(cairn_regions *regions, size_t freed)
{
    regions->freed_bytes += freed;
    if (CAIRN_LIKELY(regions->freed_bytes <
                     cairn_max(CAIRN_LARGE_WINDOW, 4 * regions->used_bytes))) {
        return;
    }
    size_t limit = dirty_limit(regions);
    if (regions->dirty_low > limit) {
        purge(regions, regions->dirty_bytes - (regions->dirty_low - limit));
    }
    regions->freed_bytes = 0;
    regions->dirty_low = regions->dirty_bytes;
}

/* The first place in the region where an aligned run fits; region->granules when there is none. */
static size_t find_place(const cairn_region *region, size_t granules, size_t alignment)
{
    size_t step = alignment > CAIRN_GRANULE_BYTES ? alignment / CAIRN_GRANULE_BYTES : 1;
    size_t at = region->first;
    for (;;) {
        at = cairn_bitmap_find_clear(region->used_bits, at, region->granules, granules);
        uintptr_t offset = (uintptr_t)address_of(region, at) & (alignment - 1);
        if (at == region->granules || step == 1 || offset == 0) {
            return at;
        }
        at += step - offset / CAIRN_GRANULE_BYTES;
        if (at >= region->granules) {
            return region->granules;
        }
        if (cairn_bitmap_find_clear(region->used_bits, at, region->granules, granules) == at) {
            return at;
        }
    }
}

static bool take_clean(cairn_regions *regions, cairn_region *region, size_t at, size_t granules)
{
    size_t dirty = cairn_bitmap_count(region->dirty_bits, at, granules);
    cairn_bitmap_change(region->used_bits, at, granules, true);
    cairn_bitmap_change(region->dirty_bits, at, granules, false);
    region->used += granules;
    region->dirty -= dirty;
    regions->used_bytes += granules * CAIRN_GRANULE_BYTES;
    regions->dirty_bytes -= dirty * CAIRN_GRANULE_BYTES;
    regions->dirty_low = cairn_min(regions->dirty_low, regions->dirty_bytes);
    return dirty == 0 && region->source.more->is_zeroed;
}

static void give_dirty(cairn_regions *regions, cairn_region *region, size_t at, size_t granules)
{
    cairn_bitmap_change(region->used_bits, at, granules, false);
    cairn_bitmap_change(region->dirty_bits, at, granules, true);
    region->used -= granules;
    region->dirty += granules;
    region->longest = region->granules - region->first - region->used;
    regions->used_bytes -= granules * CAIRN_GRANULE_BYTES;
    regions->dirty_bytes += granules * CAIRN_GRANULE_BYTES;
}

static cairn_pool *take_from(cairn_regions *regions, cairn_region *region, size_t granules,
                             size_t alignment, bool *is_zero)
{
    if (region->longest < granules) {
        return NULL;
    }
    size_t at = find_place(region, granules, alignment);
    if (at == region->granules) {
        if (alignment <= CAIRN_GRANULE_BYTES) {
            region->longest = granules - 1;
        }
        return NULL;
    }
    *is_zero = take_clean(regions, region, at, granules);
    cairn_pool *run = &region->descriptors[at];
    run->home = region;
    run->blocks = address_of(region, at);
    run->granules = (uint32_t)granules;
    run->size_class = 0;
    run->carved = 0;
    cairn_address_map_set(&regions->map, run->blocks, 1, cairn_note_of(run, 0));
    return run;
}

cairn_pool *cairn_regions_take(cairn_regions *regions, size_t granules, size_t alignment,
                               bool *is_zero)
{
    cairn_pool *run = NULL;
    cairn_lock_acquire(&regions->lock);
    for (cairn_region *region = regions->oldest; run == NULL && region != NULL;
         region = region->next) {
        run = take_from(regions, region, granules, alignment, is_zero);
    }
    if (run == NULL) {
        size_t slack = alignment > CAIRN_GRANULE_BYTES ? alignment / CAIRN_GRANULE_BYTES : 0;
        cairn_region *region = cairn_region_create(regions, granules + slack);
        run = region != NULL ? take_from(regions, region, granules, alignment, is_zero) : NULL;
    }
    cairn_lock_release(&regions->lock);
    return run;
}

/* One empty region stays, against coming and going; its pages count as dirty like any others. */
static void release_if_empty(cairn_regions *regions, cairn_region *region)
{
    if (region->used > 0) {
        return;
    }
    for (cairn_region *other = regions->oldest; other != NULL; other = other->next) {
        if (other != region && other->used == 0) {
            cairn_region_destroy(regions, region);
            return;
        }
    }
}

void cairn_regions_give(cairn_regions *regions, cairn_pool *run)
{
    cairn_region *region = run->home;
    size_t freed = (size_t)run->granules * CAIRN_GRANULE_BYTES;
    size_t noted = run->size_class != 0 ? freed : 1;
    cairn_lock_acquire(&regions->lock);
    cairn_address_map_set(&regions->map, address_of(region, index_of(region, run)), noted, 0);
    give_dirty(regions, region, index_of(region, run), run->granules);
    release_if_empty(regions, region);
    purge_idle(regions, freed);
    cairn_lock_release(&regions->lock);
}

bool cairn_regions_resize(cairn_regions *regions, cairn_pool *run, size_t granules)
{
    cairn_region *region = run->home;
    size_t at = index_of(region, run);
    size_t before = run->granules;
    bool done = true;
    cairn_lock_acquire(&regions->lock);
    if (granules < run->granules) {
        give_dirty(regions, region, at + granules, run->granules - granules);
        purge_idle(regions, (before - granules) * CAIRN_GRANULE_BYTES);
    } else if (granules > run->granules) {
        size_t more = granules - run->granules;
        size_t end = at + run->granules;
        done = region->granules - end >= more &&
               cairn_bitmap_next(region->used_bits, end, end + more, true) == end + more;
        if (done) {
            take_clean(regions, region, end, more);
        }
    }
    if (done) {
        run->granules = (uint32_t)granules;
    }
    cairn_lock_release(&regions->lock);
    return done;
}

void cairn_regions_note_pool(cairn_regions *regions, cairn_pool *run)
{
    cairn_lock_acquire(&regions->lock);
    cairn_address_map_set(&regions->map, run->blocks, (size_t)run->granules * CAIRN_GRANULE_BYTES,
                          cairn_note_of(run, run->size_class));
    cairn_lock_release(&regions->lock);
}

/* The run that starts last at or below index: descriptors of free granules are stale, so the used bits
 * are followed from the region's start. */
static cairn_pool *run_at(cairn_region *region, size_t index)
{
    size_t at = region->first;
    while (at <= index) {
        at = cairn_bitmap_next(region->used_bits, at, region->granules, true);
        cairn_pool *run = &region->descriptors[at];
        if (at > index) {
            break;
        }
        if (index < at + run->granules) {
            return run;
        }
        at += run->granules;
    }
    return NULL;
}

cairn_pool *cairn_regions_run_containing(cairn_regions *regions, const void *address)
{
    cairn_pool *run = NULL;
    cairn_lock_acquire(&regions->lock);
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

size_t cairn_regions_trim(cairn_regions *regions)
{
    cairn_lock_acquire(&regions->lock);
    size_t before = regions->live_bytes;
    for (cairn_region *region = regions->oldest; region != NULL;) {
        cairn_region *next = region->next;
        if (region->used == 0) {
            cairn_region_destroy(regions, region);
        }
        region = next;
    }
    size_t given_back = before - regions->live_bytes + purge(regions, 0);
    cairn_lock_release(&regions->lock);
    return given_back;
}

static bool check_region(const cairn_region *region)
{
    size_t used = cairn_bitmap_count(region->used_bits, 0, region->granules);
    size_t dirty = cairn_bitmap_count(region->dirty_bits, 0, region->granules);
    if (used != region->used + region->first || dirty != region->dirty) {
        cairn_warn("region %p does not balance: %zu granules used, %zu marked; %zu dirty, %zu "
                   "marked",
                   region->memory, region->used + region->first, used, region->dirty, dirty);
        return false;
    }
    for (size_t word = 0; word < cairn_bitmap_words(region->granules); word++) {
        if ((region->used_bits[word] & region->dirty_bits[word]) != 0) {
            cairn_warn("region %p has granules that are both used and dirty", region->memory);
            return false;
        }
    }
    return true;
}

bool cairn_regions_walk(cairn_regions *regions, cairn_run_walker walk, void *ctx)
{
    bool good = true;
    for (cairn_region *region = regions->oldest; good && region != NULL; region = region->next) {
        good = check_region(region);
        size_t at = region->first;
        while (good) {
            at = cairn_bitmap_next(region->used_bits, at, region->granules, true);
            if (at == region->granules) {
                break;
            }
            cairn_pool *run = &region->descriptors[at];
            good = walk(ctx, run);
            at += run->granules;
        }
    }
    return good;
}
