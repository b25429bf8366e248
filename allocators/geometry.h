/* SPDX-License-Identifier: Apache-2.0
 *
 * The figures that pools, runs and the address map agree on, for 64-bit machines (clause B1).
 */
#ifndef CAIRN_ALLOCATORS_GEOMETRY_H_
#define CAIRN_ALLOCATORS_GEOMETRY_H_

#include "cairn/base/compiler.h"

enum {
    /* A granule is one pool of pymalloc and the unit of runs in large. */
    CAIRN_GRANULE_SHIFT = 14,
    CAIRN_GRANULE_BYTES = 1 << CAIRN_GRANULE_SHIFT,

    /* The address map has one leaf for each GiB, and covers 47 bits of address. */
    CAIRN_MAP_LEAF_SHIFT = 30,
    CAIRN_MAP_LEAF_ENTRIES = 1 << (CAIRN_MAP_LEAF_SHIFT - CAIRN_GRANULE_SHIFT),
    CAIRN_MAP_ROOT_ENTRIES = 1 << (47 - CAIRN_MAP_LEAF_SHIFT),
};

#endif /* CAIRN_ALLOCATORS_GEOMETRY_H_ */
