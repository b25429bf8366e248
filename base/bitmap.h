/* SPDX-License-Identifier: Apache-2.0
 *
 * Sets of small numbers as bits: searching and changing ranges, a word at a time. Pure functions over
 * the caller's words.
 */
#ifndef CAIRN_BASE_BITMAP_H_
#define CAIRN_BASE_BITMAP_H_

#include "cairn/base/math.h"

CAIRN_INLINE size_t cairn_bitmap_words(size_t bits)
{
    return (bits + 63) / 64;
}

CAIRN_INLINE bool cairn_bitmap_test(const uint64_t *words, size_t index)
{
    return (words[index / 64] >> (index % 64) & 1) != 0;
}

CAIRN_INLINE void cairn_bitmap_put(uint64_t *words, size_t index, bool set)
{
    uint64_t bit = (uint64_t)1 << (index % 64);
    words[index / 64] = set ? words[index / 64] | bit : words[index / 64] & ~bit;
}

/* The first index from start on, below end, whose bit is set (or clear); end when there is none. */
CAIRN_INLINE size_t cairn_bitmap_next(const uint64_t *words, size_t start, size_t end, bool set)
{
    size_t at = start;
    while (at < end) {
        uint64_t word = (set ? words[at / 64] : ~words[at / 64]) >> (at % 64);
        if (word != 0) {
            at += (size_t)__builtin_ctzll(word);
            return cairn_min(at, end);
        }
        at = (at / 64 + 1) * 64;
    }
    return end;
}

/* The start of the first run of count clear bits in [start, end); end when there is none. */
CAIRN_INLINE size_t cairn_bitmap_find_clear(const uint64_t *words, size_t start, size_t end,
                                            size_t count)
{
    size_t at = cairn_bitmap_next(words, start, end, false);
    while (at < end && end - at >= count) {
        size_t stop = cairn_bitmap_next(words, at, at + count, true);
        if (stop == at + count) {
            return at;
        }
        at = cairn_bitmap_next(words, stop, end, false);
    }
    return end;
}

CAIRN_INLINE void cairn_bitmap_change(uint64_t *words, size_t start, size_t count, bool set)
{
    while (count > 0) {
        size_t offset = start % 64;
        size_t part = cairn_min(count, 64 - offset);
        uint64_t mask = (part == 64 ? ~(uint64_t)0 : (((uint64_t)1 << part) - 1)) << offset;
        words[start / 64] = set ? words[start / 64] | mask : words[start / 64] & ~mask;
        start += part;
        count -= part;
    }
}

/* Clears count bits from start on; returns how many were set. */
CAIRN_INLINE size_t cairn_bitmap_take(uint64_t *words, size_t start, size_t count)
{
    size_t result = 0;
    while (count > 0) {
        size_t offset = start % 64;
        size_t part = cairn_min(count, 64 - offset);
        uint64_t mask = (part == 64 ? ~(uint64_t)0 : ((uint64_t)1 << part) - 1) << offset;
        uint64_t found = words[start / 64] & mask;
        /* Mostly all of them or none; counting may be a call. */
        result += found == mask ? part : found == 0 ? 0 : (size_t)__builtin_popcountll(found);
        words[start / 64] &= ~mask;
        start += part;
        count -= part;
    }
    return result;
}

/* Copies count bits, those from start on, to the first ones of to, whose last word is filled up with
 * whatever follows them. */
CAIRN_INLINE void cairn_bitmap_copy(uint64_t *to, const uint64_t *words, size_t start, size_t count)
{
    size_t offset = start % 64;
    for (size_t i = 0; i < cairn_bitmap_words(count); i++) {
        const uint64_t *from = words + start / 64 + i;
        bool continues = offset != 0 && i * 64 + 64 - offset < count;
        to[i] = *from >> offset | (continues ? from[1] << (64 - offset) : 0);
    }
}

CAIRN_INLINE size_t cairn_bitmap_count(const uint64_t *words, size_t start, size_t count)
{
    size_t result = 0;
    while (count > 0) {
        size_t offset = start % 64;
        size_t part = cairn_min(count, 64 - offset);
        uint64_t mask = part == 64 ? ~(uint64_t)0 : ((uint64_t)1 << part) - 1;
        result += (size_t)__builtin_popcountll(words[start / 64] >> offset & mask);
        start += part;
        count -= part;
    }
    return result;
}

#endif /* CAIRN_BASE_BITMAP_H_ */
