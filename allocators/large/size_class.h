/* SPDX-License-Identifier: Apache-2.0
 *
 * Size classes of large: 512 bytes, then eight to each doubling up to 64 KiB, so that rounding costs
 * an eighth at most. Classes count from 1; class 0 stands for blocks that are a run of their own.
 */
#ifndef CAIRN_ALLOCATORS_LARGE_SIZE_CLASS_H_
#define CAIRN_ALLOCATORS_LARGE_SIZE_CLASS_H_

#include "cairn/allocators/geometry.h"
#include "cairn/base/math.h"

enum {
    CAIRN_LARGE_SMALLEST_SHIFT = 9,
    CAIRN_LARGE_SMALLEST = 1 << CAIRN_LARGE_SMALLEST_SHIFT,
    CAIRN_LARGE_POOLED_SHIFT = 16,
    CAIRN_LARGE_POOLED_MAX = 1 << CAIRN_LARGE_POOLED_SHIFT,
    CAIRN_LARGE_STEPS_SHIFT = 3,
    CAIRN_LARGE_CLASSES =
        1 + ((CAIRN_LARGE_POOLED_SHIFT - CAIRN_LARGE_SMALLEST_SHIFT) << CAIRN_LARGE_STEPS_SHIFT),
};

/* The class of a size from 0 to CAIRN_LARGE_POOLED_MAX. */
CAIRN_INLINE unsigned cairn_large_class(size_t size)
{
    if (size <= CAIRN_LARGE_SMALLEST) {
        return 1;
    }
    unsigned shift = cairn_log2_floor(size - 1);
    unsigned step = (unsigned)((size - 1) >> (shift - CAIRN_LARGE_STEPS_SHIFT));
    return 2 + ((shift - CAIRN_LARGE_SMALLEST_SHIFT) << CAIRN_LARGE_STEPS_SHIFT) + step -
           (1u << CAIRN_LARGE_STEPS_SHIFT);
}

CAIRN_INLINE size_t cairn_large_class_bytes(unsigned size_class)
{
    if (size_class == 1) {
        return CAIRN_LARGE_SMALLEST;
    }
    unsigned index = size_class - 2;
    unsigned shift = CAIRN_LARGE_SMALLEST_SHIFT + (index >> CAIRN_LARGE_STEPS_SHIFT);
    size_t step = (index & ((1u << CAIRN_LARGE_STEPS_SHIFT) - 1)) + 1;
    return ((size_t)1 << shift) + (step << (shift - CAIRN_LARGE_STEPS_SHIFT));
}

/* The granules of a pool of this class: enough for eight blocks. */
CAIRN_INLINE size_t cairn_large_class_granules(unsigned size_class)
{
    size_t bytes = cairn_large_class_bytes(size_class) * 8;
    return bytes <= CAIRN_GRANULE_BYTES
               ? 1
               : (size_t)1 << (cairn_log2_floor(bytes - 1) + 1 - CAIRN_GRANULE_SHIFT);
}

#endif /* CAIRN_ALLOCATORS_LARGE_SIZE_CLASS_H_ */
