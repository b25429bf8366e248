/* SPDX-License-Identifier: Apache-2.0
 *
 * Getting regions from the provider and giving them back; called by regions.c with the lock held.
 */
#ifndef CAIRN_ALLOCATORS_LARGE_REGION_MEMORY_H_
#define CAIRN_ALLOCATORS_LARGE_REGION_MEMORY_H_

#include "cairn/allocators/large/regions.h"

/* A region with room for at least so many granules in one run: of the next size in line, else, when
 * that cannot be had, as large as can be. It becomes the youngest. */
cairn_region *cairn_region_create(cairn_regions *regions, size_t granules);

/* Gives a region without runs back. */
void cairn_region_destroy(cairn_regions *regions, cairn_region *region);

#endif /* CAIRN_ALLOCATORS_LARGE_REGION_MEMORY_H_ */
