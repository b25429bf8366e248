/* SPDX-License-Identifier: Apache-2.0
 *
 * Finds idle memory and gives it back.
 */
#include "cairn/allocators/large/idle.h"

#include "cairn/allocators/large/region_memory.h"
#include "cairn/allocators/large/stretches.h"
#include "cairn/base/bitmap.h"
#include "cairn/base/clock.h"
#include "cairn/base/math.h"
#include "cairn/base/poison.h"

CAIRN_RECORDS_BEGIN

static size_t dirty_limit(const cairn_regions *regions)
{
    return cairn_max(CAIRN_LARGE_DIRTY_MIN, regions->used_bytes / 8);
}

/* Gives dirty pages of one stretch back, at least wanted bytes if there are as many; false when the
 * provider cannot. */
static bool purge_stretch(cairn_regions *regions, cairn_stretch *stretch, size_t wanted)
{
    cairn_region *region = stretch->region;
    size_t at = cairn_stretch_index(stretch);
    size_t end = at + stretch->granules;
    size_t purged = 0;
    bool done = true;
    while (done && purged < wanted) {
        at = cairn_bitmap_next(region->dirty_bits, at, end, true);
        if (at == end) {
            break;
        }
        size_t stop = cairn_bitmap_next(region->dirty_bits, at, end, false);
        stop =
            cairn_min(stop, at + (wanted - purged + CAIRN_GRANULE_BYTES - 1) / CAIRN_GRANULE_BYTES);
        size_t bytes = (stop - at) * CAIRN_GRANULE_BYTES;
        char *free_memory = region->base + at * CAIRN_GRANULE_BYTES;
        cairn_unpoison_defined(free_memory, bytes);
        done = cairn_arena_purge(region->source, free_memory, bytes);
        cairn_poison(free_memory, bytes);
        if (done) {
            cairn_bitmap_change(region->dirty_bits, at, stop - at, false);
            region->dirty -= stop - at;
            purged += bytes;
        }
        at = stop;
    }
    regions->dirty_bytes -= purged;
    regions->purged_bytes += purged;
    return done;
}

/* Gives back up to excess bytes of what is dirty in a stretch. A region that is all free goes as a
 * whole: if there is excess enough, or if there is no other way. */
static void give_back(cairn_regions *regions, cairn_stretch *stretch, size_t excess)
{
    cairn_region *region = stretch->region;
    bool is_unused = region->used == 0;
    if (is_unused && region->dirty * CAIRN_GRANULE_BYTES <= excess) {
        cairn_region_destroy(regions, region);
    } else if (!purge_stretch(regions, stretch, excess) && is_unused) {
        cairn_region_destroy(regions, region);
    }
}

/* Purges until no more than keep_bytes are dirty. Of the free stretches the longest, which are taken
 * from last, lose their pages first. */
static void purge(cairn_regions *regions, size_t keep_bytes)
{
    for (unsigned bin = CAIRN_LARGE_BINS; bin-- > 0;) {
        for (cairn_stretch *each = regions->bins[bin]; each != NULL;) {
            cairn_stretch *next = each->next;
            if (regions->dirty_bytes <= keep_bytes) {
                return;
            }
            give_back(regions, each, regions->dirty_bytes - keep_bytes);
            each = next;
        }
    }
}

/* The least that was dirty for long enough; 0 when there was not time enough. A pause in which
 * nothing happened shows even though a period began shortly before it. */
static size_t idle_bytes(const cairn_regions *regions, uint64_t now)
{
    if (now - regions->looked_at >= CAIRN_LARGE_IDLE_MILLISECONDS) {
        return regions->dirty_low;
    }
    return now - regions->period_began >= CAIRN_LARGE_IDLE_MILLISECONDS ? regions->period_low : 0;
}

CAIRN_SLOW_PATH void cairn_regions_look_for_idle(cairn_regions *regions)
{
    uint64_t now = cairn_clock_milliseconds();
    cairn_regions_drain(regions);
    regions->period_low = cairn_min(regions->period_low, regions->dirty_low);
    size_t idle = idle_bytes(regions, now);
    bool is_pause = regions->looked_at != 0 &&
                    now - regions->looked_at >= 2 * (uint64_t)CAIRN_LARGE_IDLE_MILLISECONDS;
    size_t limit = is_pause ? 0 : dirty_limit(regions);
    if (idle > limit) {
        purge(regions, regions->dirty_bytes - (idle - limit));
    }
    if (now - regions->period_began >= CAIRN_LARGE_IDLE_MILLISECONDS) {
        regions->period_began = now;
        regions->period_low = regions->dirty_bytes;
    }
    regions->changed_bytes = 0;
    regions->looked_at = now;
    regions->dirty_low = regions->dirty_bytes;
}

void cairn_regions_look(cairn_regions *regions, bool is_all_idle)
{
    CAIRN_RECORDS_SCOPE;
    cairn_lock_acquire(&regions->lock);
    cairn_regions_look_for_idle(regions);
    if (is_all_idle) {
        purge(regions, 0);
    }
    cairn_lock_release(&regions->lock);
}

/* Regions without a run. */
static void release_unused(cairn_regions *regions)
{
    for (cairn_region *region = regions->oldest; region != NULL;) {
        cairn_region *next = region->next;
        if (region->used == 0) {
            cairn_region_destroy(regions, region);
        }
        region = next;
    }
}

bool cairn_regions_give_back(cairn_regions *regions)
{
    CAIRN_RECORDS_SCOPE;
    size_t live = regions->live_bytes;
    cairn_regions_drain(regions);
    release_unused(regions);
    return regions->live_bytes < live;
}

size_t cairn_regions_trim(cairn_regions *regions)
{
    CAIRN_RECORDS_SCOPE;
    cairn_lock_acquire(&regions->lock);
    cairn_regions_drain(regions);
    size_t live = regions->live_bytes;
    size_t purged = regions->purged_bytes;
    release_unused(regions);
    purge(regions, 0);
    size_t given_back = live - regions->live_bytes + (regions->purged_bytes - purged);
    cairn_lock_release(&regions->lock);
    return given_back;
}

CAIRN_RECORDS_END
