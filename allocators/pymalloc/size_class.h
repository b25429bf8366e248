/* SPDX-License-Identifier: Apache-2.0
 *
 * Size classes of pymalloc: multiples of 16 bytes up to 512 (clause B2). Classes count from 1; 0
 * means "none". Reports number them from 0, as CPython does.
 */
#ifndef CAIRN_ALLOCATORS_PYMALLOC_SIZE_CLASS_H_
#define CAIRN_ALLOCATORS_PYMALLOC_SIZE_CLASS_H_

#include "cairn/allocators/allocator.h"

enum {
    CAIRN_SMALL_MAX = 512,
    CAIRN_SMALL_CLASSES = CAIRN_SMALL_MAX / CAIRN_ALIGNMENT,
    /* What the address map says of memory in an arena that is in no used pool. */
    CAIRN_SMALL_NO_POOL = CAIRN_SMALL_CLASSES + 1,
};

/* Whether pools serve requests of this size: 1 to 512 (B2.1). */
CAIRN_INLINE bool cairn_small_serves(size_t size)
{
    return size - 1 < CAIRN_SMALL_MAX;
}

CAIRN_INLINE unsigned cairn_small_class(size_t size)
{
    return (unsigned)((size + CAIRN_ALIGNMENT - 1) / CAIRN_ALIGNMENT);
}

/* For fast paths, which so test a size once: the class, where pools serve the size; else 0, whose magazine
 * is always empty, or more than CAIRN_SMALL_CLASSES. */
CAIRN_INLINE size_t cairn_small_fast_class(size_t size)
{
    return (size + CAIRN_ALIGNMENT - 1) / CAIRN_ALIGNMENT;
}

CAIRN_INLINE size_t cairn_small_class_bytes(unsigned size_class)
{
    return (size_t)size_class * CAIRN_ALIGNMENT;
}

#endif /* CAIRN_ALLOCATORS_PYMALLOC_SIZE_CLASS_H_ */
