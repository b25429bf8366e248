/* SPDX-License-Identifier: Apache-2.0
 *
 * The free memory of regions: stretches, each all the free granules between two runs, in bins by
 * their length, so that the shortest one that will do is found in a few steps. Called with the lock of
 * the regions held.
 *
 * A stretch's record lies in the descriptor of its first granule, which no run uses, and its length
 * in that of its last granule too, for the run behind it to find when it is freed.
 */
#ifndef CAIRN_ALLOCATORS_LARGE_STRETCHES_H_
#define CAIRN_ALLOCATORS_LARGE_STRETCHES_H_

#include "cairn/allocators/large/regions.h"
#include "cairn/base/bitmap.h"

typedef struct cairn_stretch {
    struct cairn_stretch *next; /* in its bin */
    struct cairn_stretch *previous;
    cairn_region *region;
    size_t granules;
} cairn_stretch;

CAIRN_STATIC_ASSERT(sizeof(cairn_stretch) <= sizeof(cairn_pool), "a stretch fits a descriptor");

CAIRN_INLINE cairn_stretch *cairn_stretch_at(const cairn_region *region, size_t index)
{
    return (cairn_stretch *)(void *)&region->descriptors[index];
}

CAIRN_INLINE size_t cairn_stretch_index(const cairn_stretch *stretch)
{
    return (size_t)((const cairn_pool *)(const void *)stretch - stretch->region->descriptors);
}

/* The stretch that starts at a granule which does not lie inside a run; NULL when there is none. */
CAIRN_INLINE cairn_stretch *cairn_stretch_from(const cairn_region *region, size_t index)
{
    bool is_free = index < region->granules && !cairn_bitmap_test(region->edge_bits, index);
    return is_free ? cairn_stretch_at(region, index) : NULL;
}

/* Puts the free granules [at, at + granules), which touch no other stretch, into their bin. Does
 * nothing when there are none. */
void cairn_stretch_insert(cairn_regions *regions, cairn_region *region, size_t at, size_t granules);

/* Takes a stretch out of its bin. */
void cairn_stretch_remove(cairn_regions *regions, cairn_stretch *stretch);

/* A stretch that an aligned run fits in, of those that were looked at the shortest, then that of the
 * oldest region, then the lowest; *at is where the run is to start. NULL when there is none. */
cairn_stretch *cairn_stretch_find(const cairn_regions *regions, size_t granules, size_t alignment,
                                  size_t *at);

/* Whether each stretch in the bins belongs there; adds their number to *count. */
bool cairn_stretches_check(const cairn_regions *regions, size_t *count);

#endif /* CAIRN_ALLOCATORS_LARGE_STRETCHES_H_ */
