/* SPDX-License-Identifier: Apache-2.0
 *
 * The bins of free stretches.
 */
#include "cairn/allocators/large/stretches.h"

#include "cairn/base/bitmap.h"
#include "cairn/base/check.h"
#include "cairn/base/poison.h"

CAIRN_RECORDS_BEGIN

/* One bin for each length up to 32 granules, then eight to each doubling; the last is for all that is
 * longer. */
enum { EXACT_SHIFT = 5, EXACT = 1 << EXACT_SHIFT, STEPS_SHIFT = 3, STEPS = 1 << STEPS_SHIFT };

/* Stretches of one bin that are compared, so that a find takes bounded time while there is room. */
enum { LOOKS = 8, ALL = INT32_MAX };

static unsigned bin_of(size_t granules)
{
    if (granules <= EXACT) {
        return (unsigned)granules - 1;
    }
    unsigned shift = cairn_log2_floor(granules);
    unsigned step = (unsigned)(granules >> (shift - STEPS_SHIFT)) & (STEPS - 1);
    unsigned bin = EXACT + ((shift - EXACT_SHIFT) << STEPS_SHIFT) + step;
    return bin < CAIRN_LARGE_BINS ? bin : CAIRN_LARGE_BINS - 1;
}

void cairn_stretch_insert(cairn_regions *regions, cairn_region *region, size_t at, size_t granules)
{
    if (granules == 0) {
        return;
    }
    unsigned bin = bin_of(granules);
    cairn_stretch *stretch = cairn_stretch_at(region, at);
    cairn_stretch *first = regions->bins[bin];
    cairn_stretch_at(region, at + granules - 1)->granules = granules;
    stretch->granules = granules;
    stretch->region = region;
    stretch->previous = NULL;
    stretch->next = first;
    if (first != NULL) {
        first->previous = stretch;
    }
    regions->bins[bin] = stretch;
    regions->filled_bins[bin / 64] |= (uint64_t)1 << (bin % 64);
}

void cairn_stretch_remove(cairn_regions *regions, cairn_stretch *stretch)
{
    if (stretch->next != NULL) {
        stretch->next->previous = stretch->previous;
    }
    if (stretch->previous != NULL) {
        stretch->previous->next = stretch->next;
        return;
    }
    unsigned bin = bin_of(stretch->granules);
    regions->bins[bin] = stretch->next;
    if (stretch->next == NULL) {
        regions->filled_bins[bin / 64] &= ~((uint64_t)1 << (bin % 64));
    }
}

/* Where in the stretch an aligned run starts; whether it fits. */
static bool fits(const cairn_stretch *stretch, size_t granules, size_t alignment, size_t *at)
{
    size_t index = cairn_stretch_index(stretch);
    size_t skipped = 0;
    if (CAIRN_UNLIKELY(alignment > CAIRN_GRANULE_BYTES)) {
        uintptr_t start = (uintptr_t)stretch->region->base + index * CAIRN_GRANULE_BYTES;
        skipped = (cairn_align_up(start, alignment) - start) / CAIRN_GRANULE_BYTES;
    }
    *at = index + skipped;
    return stretch->granules >= granules && stretch->granules - granules >= skipped;
}

static bool is_better(const cairn_stretch *one, const cairn_stretch *other)
{
    if (one->granules != other->granules) {
        return one->granules < other->granules;
    }
    return one->region != other->region ? one->region->number < other->region->number : one < other;
}

static cairn_stretch *find_in(cairn_stretch *first, int looks, size_t granules, size_t alignment,
                              size_t *at)
{
    cairn_stretch *best = NULL;
    for (cairn_stretch *each = first; each != NULL && looks > 0; each = each->next, looks--) {
        size_t place;
        if (fits(each, granules, alignment, &place) && (best == NULL || is_better(each, best))) {
            best = each;
            *at = place;
        }
    }
    return best;
}

/* Only in the first bin, or when aligned, can a stretch be too short. */
cairn_stretch *cairn_stretch_find(const cairn_regions *regions, size_t granules, size_t alignment,
                                  size_t *at)
{
    size_t bin = bin_of(granules);
    int looks = alignment > CAIRN_GRANULE_BYTES ? ALL : LOOKS;
    for (size_t each = bin;; each++) {
        each = cairn_bitmap_next(regions->filled_bins, each, CAIRN_LARGE_BINS, true);
        if (each == CAIRN_LARGE_BINS) {
            break;
        }
        cairn_stretch *found = find_in(regions->bins[each], looks, granules, alignment, at);
        if (found != NULL) {
            return found;
        }
    }
    return looks < ALL ? find_in(regions->bins[bin], ALL, granules, alignment, at) : NULL;
}

static bool check_one(const cairn_stretch *stretch, unsigned bin)
{
    const cairn_region *region = stretch->region;
    size_t at = cairn_stretch_index(stretch);
    return stretch->granules > 0 && at + stretch->granules <= region->granules &&
           bin_of(stretch->granules) == bin &&
           cairn_stretch_at(region, at + stretch->granules - 1)->granules == stretch->granules &&
           (stretch->next == NULL || stretch->next->previous == stretch);
}

bool cairn_stretches_check(const cairn_regions *regions, size_t *count)
{
    for (unsigned bin = 0; bin < CAIRN_LARGE_BINS; bin++) {
        if (cairn_bitmap_test(regions->filled_bins, bin) != (regions->bins[bin] != NULL)) {
            cairn_warn("bin %u of free stretches is marked wrongly", bin);
            return false;
        }
        for (cairn_stretch *each = regions->bins[bin]; each != NULL; each = each->next) {
            if (!check_one(each, bin)) {
                cairn_warn("record of the free stretch %p is damaged", (void *)each);
                return false;
            }
            (*count)++;
        }
    }
    return true;
}

CAIRN_RECORDS_END
