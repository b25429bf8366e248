/* SPDX-License-Identifier: Apache-2.0
 *
 * When idle memory goes back to the provider: the policy in regions.h. Called with the lock held.
 */
#ifndef CAIRN_ALLOCATORS_LARGE_IDLE_H_
#define CAIRN_ALLOCATORS_LARGE_IDLE_H_

#include "cairn/allocators/large/regions.h"
#include "cairn/base/math.h"

/* Looks at the time and at what was dirty all the while. */
void cairn_regions_look_for_idle(cairn_regions *regions);

/* When the provider has nothing to give: gives all back to it that no block is in. Whether that was
 * anything. */
bool cairn_regions_give_back(cairn_regions *regions);

/* Notes that a run was taken, or freed so that so many bytes just became dirty. */
CAIRN_INLINE void cairn_regions_note_change(cairn_regions *regions, size_t bytes)
{
    regions->changed_bytes += cairn_max(bytes, CAIRN_LARGE_LOOK / CAIRN_LARGE_LOOK_RUNS);
    if (CAIRN_UNLIKELY(regions->changed_bytes >= CAIRN_LARGE_LOOK)) {
        cairn_regions_look_for_idle(regions);
    }
}

#endif /* CAIRN_ALLOCATORS_LARGE_IDLE_H_ */
