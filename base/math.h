/* SPDX-License-Identifier: Apache-2.0
 *
 * Size arithmetic that cannot overflow unnoticed. Pure functions; no state.
 */
#ifndef CAIRN_BASE_MATH_H_
#define CAIRN_BASE_MATH_H_

#include "cairn/base/compiler.h"

/* Rounds value up to a multiple of alignment, a power of two. The caller rules out overflow. */
CAIRN_INLINE size_t cairn_align_up(size_t value, size_t alignment)
{
    return (value + alignment - 1) & ~(alignment - 1);
}

CAIRN_INLINE size_t cairn_align_down(size_t value, size_t alignment)
{
    return value & ~(alignment - 1);
}

/* As cairn_align_up; false, with *out untouched, when the result does not fit. */
CAIRN_INLINE bool cairn_align_up_checked(size_t value, size_t alignment, size_t *out)
{
    if (value > SIZE_MAX - (alignment - 1)) {
        return false;
    }
    *out = cairn_align_up(value, alignment);
    return true;
}

CAIRN_INLINE bool cairn_is_power_of_two(size_t value)
{
    return value != 0 && (value & (value - 1)) == 0;
}

/* The position of the highest set bit; value must not be 0. */
CAIRN_INLINE unsigned cairn_log2_floor(size_t value)
{
    return (unsigned)(sizeof(size_t) * 8 - 1) - (unsigned)__builtin_clzl(value);
}

/* The largest power of two that divides value; value must not be 0. */
CAIRN_INLINE size_t cairn_natural_alignment(size_t value)
{
    return value & (~value + 1);
}

/* count * size; false when the product does not fit. */
CAIRN_INLINE bool cairn_multiply(size_t count, size_t size, size_t *out)
{
    return !__builtin_mul_overflow(count, size, out);
}

CAIRN_INLINE size_t cairn_min(size_t a, size_t b)
{
    return a < b ? a : b;
}

CAIRN_INLINE size_t cairn_max(size_t a, size_t b)
{
    return a > b ? a : b;
}

#endif /* CAIRN_BASE_MATH_H_ */
