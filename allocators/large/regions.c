/* SPDX-License-Identifier: Apache-2.0
 *
 * Regions and their runs. See regions.h for the rules.
 */
#include "cairn/allocators/large/regions.h"

#include <string.h>

#include "cairn/allocators/large/idle.h"
#include "cairn/allocators/large/recent.h"
#include "cairn/allocators/large/region_memory.h"
#include "cairn/allocators/large/stretches.h"
#include "cairn/base/bitmap.h"
#include "cairn/base/check.h"
#include "cairn/base/poison.h"

CAIRN_RECORDS_BEGIN

/* One bit for each granule of the longest run. */
typedef struct dirty_set {
    uint64_t words[CAIRN_LARGE_RUN_MAX_GRANULES / 64];
} dirty_set;

static size_t index_of(const cairn_region *region, const cairn_pool *run)
{
    return (size_t)(run - region->descriptors);
}

static char *address_of(const cairn_region *region, size_t index)
{
    return region->base + index * CAIRN_GRANULE_BYTES;
}

static void mark_edges(cairn_region *region, size_t at, size_t granules, bool is_run)
{
    cairn_bitmap_put(region->edge_bits, at, is_run);
    cairn_bitmap_put(region->edge_bits, at + granules - 1, is_run);
}

/* Takes granules out of a stretch; what is left of it on both sides goes back to the bins. */
static void cut(cairn_regions *regions, cairn_stretch *stretch, size_t at, size_t granules)
{
    cairn_region *region = stretch->region;
    size_t start = cairn_stretch_index(stretch);
    size_t end = start + stretch->granules;
    cairn_stretch_remove(regions, stretch);
    cairn_stretch_insert(regions, region, start, at - start);
    cairn_stretch_insert(regions, region, at + granules, end - at - granules);
}

/* Counts free granules as used. Returns how many were dirty. */
static size_t use(cairn_regions *regions, cairn_region *region, size_t at, size_t granules)
{
    size_t dirty = cairn_bitmap_take(region->dirty_bits, at, granules);
    region->used += granules;
    region->dirty -= dirty;
    regions->used_bytes += granules * CAIRN_GRANULE_BYTES;
    regions->dirty_bytes -= dirty * CAIRN_GRANULE_BYTES;
    regions->dirty_low = cairn_min(regions->dirty_low, regions->dirty_bytes);
    return dirty;
}

/* The granules become dirty and one stretch with the free ones on both sides. */
static void give(cairn_regions *regions, cairn_region *region, size_t at, size_t granules)
{
    cairn_bitmap_change(region->dirty_bits, at, granules, true);
    region->used -= granules;
    region->dirty += granules;
    regions->used_bytes -= granules * CAIRN_GRANULE_BYTES;
    regions->dirty_bytes += granules * CAIRN_GRANULE_BYTES;
    cairn_stretch *behind = cairn_stretch_from(region, at + granules);
    size_t start = at;
    size_t end = at + granules;
    if (behind != NULL) {
        end += behind->granules;
        cairn_stretch_remove(regions, behind);
    }
    if (!cairn_bitmap_test(region->edge_bits, at - 1)) {
        start -= cairn_stretch_at(region, at - 1)->granules;
        cairn_stretch_remove(regions, cairn_stretch_at(region, start));
    }
    cairn_stretch_insert(regions, region, start, end - start);
}

/* No entry of the address map leads to the run any more. */
static void retire(cairn_regions *regions, cairn_pool *run)
{
    cairn_region *region = run->home;
    size_t at = index_of(region, run);
    mark_edges(region, at, run->granules, false);
    give(regions, region, at, run->granules);
}

/* Relaxed at first: a run that is put there at the same time may be missed, as if it had come later. The
 * exchange acquires what the run's holder did, and the lock passes it on to the next one. */
void cairn_regions_drain(cairn_regions *regions)
{
    CAIRN_RECORDS_SCOPE;
    for (unsigned i = 0; i < CAIRN_LARGE_RECENT; i++) {
        uintptr_t *place = &regions->recent[i].kept;
        if (__atomic_load_n(place, __ATOMIC_RELAXED) != 0) {
            uintptr_t kept = __atomic_exchange_n(place, 0, __ATOMIC_ACQUIRE);
            if (kept != 0) {
                retire(regions, cairn_recent_unpack(kept));
            }
        }
    }
}

static cairn_stretch *find(cairn_regions *regions, size_t granules, size_t alignment, size_t *at)
{
    cairn_stretch *stretch = cairn_stretch_find(regions, granules, alignment, at);
    if (CAIRN_UNLIKELY(stretch == NULL)) {
        cairn_regions_drain(regions);
        stretch = cairn_stretch_find(regions, granules, alignment, at);
    }
    if (CAIRN_UNLIKELY(stretch == NULL)) {
        size_t slack = alignment > CAIRN_GRANULE_BYTES ? alignment / CAIRN_GRANULE_BYTES : 0;
        if (cairn_region_create(regions, granules + slack) != NULL) {
            stretch = cairn_stretch_find(regions, granules, alignment, at);
        }
    }
    return stretch;
}

/* The longest stretch of room granules or of the half, the quarter and so on that is more than granules. Kept
 * runs would stand in the way. */
static cairn_stretch *find_room(cairn_regions *regions, size_t granules, size_t room, size_t *at)
{
    cairn_stretch *stretch = NULL;
    if (room > granules) {
        cairn_regions_drain(regions);
    }
    for (; stretch == NULL && room > granules; room /= 2) {
        stretch = cairn_stretch_find(regions, room, CAIRN_ALIGNMENT, at);
    }
    return stretch;
}

/* At the start of such a stretch, if there is one. With was_dirty, notes there which of the granules were. */
static cairn_pool *take(cairn_regions *regions, size_t granules, size_t room, size_t alignment,
                        size_t *dirty, dirty_set *was_dirty)
{
    cairn_pool *run = NULL;
    size_t at;
    cairn_lock_acquire(&regions->lock);
    cairn_stretch *stretch = find_room(regions, granules, room, &at);
    if (stretch == NULL) {
        stretch = find(regions, granules, alignment, &at);
    }
    if (CAIRN_LIKELY(stretch != NULL)) {
        cairn_region *region = stretch->region;
        cut(regions, stretch, at, granules);
        if (was_dirty != NULL) {
            cairn_bitmap_copy(was_dirty->words, region->dirty_bits, at, granules);
        }
        *dirty = use(regions, region, at, granules);
        mark_edges(region, at, granules, true);
        run = &region->descriptors[at];
        run->home = region;
        run->blocks = address_of(region, at);
        run->granules = (uint32_t)granules;
        run->size_class = 0;
        cairn_regions_note_change(regions, 0);
    }
    cairn_lock_release(&regions->lock);
    return run;
}

/* A run that is not a pool and has no purpose yet. Whoever holds a run may set its entries in the map
 * without the lock. */
static cairn_pool *publish(cairn_regions *regions, cairn_pool *run)
{
    if (run != NULL) {
        cairn_run_set_purpose(run, 0);
        cairn_address_map_set_one(&regions->map, run->blocks, cairn_note_of(run, 0));
    }
    return run;
}

static bool is_zeroed(const cairn_pool *run)
{
    return ((const cairn_region *)run->home)->source.more->is_zeroed;
}

cairn_pool *cairn_regions_take(cairn_regions *regions, size_t granules, size_t alignment,
                               bool *is_zero)
{
    CAIRN_RECORDS_SCOPE;
    size_t dirty = granules;
    cairn_pool *run = NULL;
    if (alignment <= CAIRN_GRANULE_BYTES) {
        run = cairn_recent_take(regions, granules);
    }
    if (run == NULL) {
        run = take(regions, granules, 0, alignment, &dirty, NULL);
    }
    *is_zero = dirty == 0 && run != NULL && is_zeroed(run);
    return publish(regions, run);
}

cairn_pool *cairn_regions_take_to_grow(cairn_regions *regions, size_t granules)
{
    CAIRN_RECORDS_SCOPE;
    size_t room = cairn_max(granules * 2, CAIRN_LARGE_ROOM_TO_GROW);
    size_t dirty;
    return publish(regions, take(regions, granules, room, CAIRN_ALIGNMENT, &dirty, NULL));
}

/* Pages that nobody touched stay so. */
static void clear_dirty(char *block, size_t bytes, const dirty_set *dirty, size_t granules)
{
    for (size_t at = 0; (at = cairn_bitmap_next(dirty->words, at, granules, true)) < granules;) {
        size_t end = cairn_bitmap_next(dirty->words, at, granules, false);
        size_t from = at * CAIRN_GRANULE_BYTES;
        memset(block + from, 0, cairn_min(bytes, end * CAIRN_GRANULE_BYTES) - from);
        at = end;
    }
}

cairn_pool *cairn_regions_take_zeroed(cairn_regions *regions, size_t granules, size_t bytes)
{
    CAIRN_RECORDS_SCOPE;
    size_t dirty = granules;
    dirty_set was_dirty;
    cairn_pool *run = cairn_recent_take(regions, granules);
    if (run == NULL) {
        run = take(regions, granules, 0, CAIRN_ALIGNMENT, &dirty, &was_dirty);
    }
    if (run == NULL) {
        return NULL;
    }
    cairn_poison_block_out_defined(run->blocks, bytes);
    if (dirty == granules || !is_zeroed(run)) {
        memset(run->blocks, 0, bytes);
    } else if (dirty > 0) {
        clear_dirty(run->blocks, bytes, &was_dirty, granules);
    }
    return publish(regions, run);
}

void cairn_regions_give(cairn_regions *regions, cairn_pool *run)
{
    CAIRN_RECORDS_SCOPE;
    size_t freed = (size_t)run->granules * CAIRN_GRANULE_BYTES;
    bool is_pool = run->size_class != 0;
    cairn_poison_block_in(run->blocks, freed);
    if (is_pool) {
        cairn_address_map_set(&regions->map, run->blocks, freed, 0);
    } else {
        cairn_address_map_set_one(&regions->map, run->blocks, 0);
    }
    if (!is_pool && cairn_recent_wants(regions, run->granules)) {
        cairn_pool *going = cairn_recent_keep(regions, run);
        if (CAIRN_LIKELY(going == NULL)) {
            return;
        }
        freed = going == run ? CAIRN_LARGE_LOOK : freed;
        run = going;
    }
    cairn_lock_acquire(&regions->lock);
    retire(regions, run);
    cairn_regions_note_change(regions, freed);
    cairn_lock_release(&regions->lock);
}

static bool grow(cairn_regions *regions, cairn_region *region, size_t end, size_t more)
{
    cairn_stretch *behind = cairn_stretch_from(region, end);
    if (behind == NULL || behind->granules < more) {
        return false;
    }
    cut(regions, behind, end, more);
    use(regions, region, end, more);
    return true;
}

bool cairn_regions_resize(cairn_regions *regions, cairn_pool *run, size_t granules)
{
    CAIRN_RECORDS_SCOPE;
    cairn_region *region = run->home;
    size_t at = index_of(region, run);
    size_t before = run->granules;
    if (granules < before) {
        cairn_poison(run->blocks + granules * CAIRN_GRANULE_BYTES,
                     (before - granules) * CAIRN_GRANULE_BYTES);
    }
    cairn_lock_acquire(&regions->lock);
    bool done = granules <= before || grow(regions, region, at + before, granules - before);
    if (!done) {
        cairn_regions_drain(regions);
        done = grow(regions, region, at + before, granules - before);
    }
    if (done) {
        mark_edges(region, at, before, false);
        mark_edges(region, at, granules, true);
        run->granules = (uint32_t)granules;
    }
    if (granules < before) {
        give(regions, region, at + granules, before - granules);
        cairn_regions_note_change(regions, (before - granules) * CAIRN_GRANULE_BYTES);
    }
    cairn_lock_release(&regions->lock);
    return done;
}

void cairn_regions_note_pool(cairn_regions *regions, cairn_pool *run)
{
    CAIRN_RECORDS_SCOPE;
    cairn_lock_acquire(&regions->lock);
    cairn_address_map_set(&regions->map, run->blocks, (size_t)run->granules * CAIRN_GRANULE_BYTES,
                          cairn_note_of(run, run->size_class));
    cairn_lock_release(&regions->lock);
}

CAIRN_RECORDS_END
