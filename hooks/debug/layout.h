/* SPDX-License-Identifier: Apache-2.0
 *
 * How a block looks under the debug hook (clause C1), and the bytes that it is filled with (C2):
 *
 *   ptr - 16   size as asked for, big-endian; its top two bytes are the base-2 logarithm of the alignment of a
 *              block that is aligned to more than 16 bytes, twice, so that it shows if one is overwritten; else 0
 *   ptr - 8    the domain's id byte, then seven forbidden bytes: "the word", compared in one piece
 *   ptr        what the user has
 *   ptr + size eight forbidden bytes: "the tail"
 *   + 8        with serial=1: the serial number, big-endian
 *
 * The block of the layer below starts at ptr - 16; for an over-aligned block at ptr - alignment, where a
 * copy of the header lies, so that ptr is found from there.
 */
#ifndef CAIRN_HOOKS_DEBUG_LAYOUT_H_
#define CAIRN_HOOKS_DEBUG_LAYOUT_H_

#include <string.h>

#include "cairn/base/compiler.h"
#include "cairn/base/poison.h"

enum {
    CAIRN_DEBUG_CLEAN = 0xCD,
    CAIRN_DEBUG_DEAD = 0xDD,
    CAIRN_DEBUG_FORBIDDEN = 0xFD,

    CAIRN_DEBUG_WORD = 8,
    CAIRN_DEBUG_HEADER = 16,
    CAIRN_DEBUG_TAIL = 8,
    CAIRN_DEBUG_SERIAL = 8,
    CAIRN_DEBUG_EXTRA = CAIRN_DEBUG_HEADER + CAIRN_DEBUG_TAIL,

    CAIRN_DEBUG_ALIGNMENT_SHIFT = 48, /* of the logarithms in the size word */

    CAIRN_DEBUG_ERASED_OFFSET =
        4096, /* of what lies before an over-aligned block, the most that is erased */

    /* Up to here fills are stores in line; above, memset is quicker than they are. */
    CAIRN_DEBUG_FILLED_INLINE = 128,
    /* The tail of blocks up to here is looked at without asking the layer below how long they are. */
    CAIRN_DEBUG_SMALL = 488,
};

#define CAIRN_DEBUG_ALL(byte) ((uint64_t)0x0101010101010101u * (uint64_t)(byte))

CAIRN_INLINE uint64_t cairn_debug_load(const void *from)
{
    return cairn_poison_load(from); /* the block may be free */
}

CAIRN_INLINE void cairn_debug_store(void *to, uint64_t value)
{
    memcpy(to, &value, sizeof value);
}

CAIRN_INLINE uint64_t cairn_debug_big_endian(uint64_t value)
{
    const union {
        uint16_t number;
        uint8_t first;
    } probe = {1};
    return probe.first == 1 ? __builtin_bswap64(value) : value;
}

CAIRN_INLINE uint64_t cairn_debug_load_number(const void *from)
{
    return cairn_debug_big_endian(cairn_debug_load(from));
}

CAIRN_INLINE void cairn_debug_store_number(void *to, uint64_t value)
{
    cairn_debug_store(to, cairn_debug_big_endian(value));
}

/* The word of a domain as a load gives it. */
CAIRN_INLINE uint64_t cairn_debug_word_of(char id)
{
    uint64_t word = CAIRN_DEBUG_ALL(CAIRN_DEBUG_FORBIDDEN);
    memcpy(&word, &id, 1);
    return word;
}

/* Sets bytes, 16 or more, to one value; stores overlap instead of getting smaller. Sizes come in no order that a
 * processor could foresee: from 33 to 128 bytes the same four stores are made, at even distances. */
CAIRN_INLINE void cairn_debug_fill(char *at, int value, size_t bytes)
{
    if (bytes <= 32) {
        memset(at, value, 16);
        memset(at + bytes - 16, value, 16);
    } else if (CAIRN_LIKELY(bytes <= CAIRN_DEBUG_FILLED_INLINE)) {
        size_t last = bytes - 32;
        size_t step = (last + 2) / 3;
        memset(at, value, 32);
        memset(at + step, value, 32);
        memset(at + last - step, value, 32);
        memset(at + last, value, 32);
    } else {
        memset(at, value, cairn_unbounded(bytes));
    }
}

/* Header, clean bytes and tail of a block that is aligned to 16 bytes. Nothing outside of base[0..size +
 * CAIRN_DEBUG_EXTRA) is touched, since the layer below may have given not a byte more. */
CAIRN_INLINE char *cairn_debug_dress_new(char *base, uint64_t word, size_t size)
{
    char *user = base + CAIRN_DEBUG_HEADER;
    cairn_debug_fill(user - CAIRN_DEBUG_WORD, CAIRN_DEBUG_CLEAN,
                     size + CAIRN_DEBUG_WORD + CAIRN_DEBUG_TAIL);
    cairn_debug_store_number(base, size);
    cairn_debug_store(user - CAIRN_DEBUG_WORD, word);
    cairn_debug_store(user + size, CAIRN_DEBUG_ALL(CAIRN_DEBUG_FORBIDDEN));
    return user;
}

#endif /* CAIRN_HOOKS_DEBUG_LAYOUT_H_ */
