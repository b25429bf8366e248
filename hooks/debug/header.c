/* SPDX-License-Identifier: Apache-2.0
 *
 * Guesses at headers that may hold anything. Reads by debug_peek only.
 */
#include "cairn/hooks/debug/header.h"

debug_header debug_read_header(const char *user)
{
    uint64_t bytes[3];
    debug_header found = {0};
    const void *from = (const void *)((uintptr_t)user - CAIRN_DEBUG_HEADER);
    found.is_readable = debug_peek(bytes, from, sizeof bytes) == sizeof bytes;
    if (found.is_readable) {
        found.size_word = cairn_debug_big_endian(bytes[0]);
        found.word = bytes[1];
        found.data = bytes[2];
    }
    return found;
}

uint8_t debug_header_id(const debug_header *header)
{
    uint8_t id;
    memcpy(&id, &header->word, 1);
    return id;
}

bool debug_header_has_pads(const debug_header *header)
{
    return header->is_readable &&
           header->word == cairn_debug_word_of((char)debug_header_id(header));
}

bool debug_header_looks_freed(const debug_header *header)
{
    uint64_t dead = CAIRN_DEBUG_ALL(CAIRN_DEBUG_DEAD);
    return header->is_readable && (header->word == dead || header->data == dead);
}

/* The size was spared by what was written before the block, and leads to the pads behind it. */
static bool leads_to_tail(const debug_header *header, const char *user)
{
    uint64_t pads;
    debug_block block = {.user = NULL};
    debug_split_size_word(header->size_word, &block);
    const void *tail = (const void *)((uintptr_t)user + block.size);
    return debug_peek(&pads, tail, sizeof pads) == sizeof pads &&
           pads == CAIRN_DEBUG_ALL(CAIRN_DEBUG_FORBIDDEN);
}

bool debug_header_looks_written(const debug_header *header, const char *user)
{
    unsigned intact = 0;
    for (unsigned i = 1; i < CAIRN_DEBUG_WORD; i++) {
        uint8_t byte;
        memcpy(&byte, (const char *)&header->word + i, 1);
        intact += byte == CAIRN_DEBUG_FORBIDDEN;
    }
    return header->is_readable && (intact >= 4 || leads_to_tail(header, user));
}
