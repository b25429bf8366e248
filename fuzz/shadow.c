/* SPDX-License-Identifier: Apache-2.0
 *
 * The model's bookkeeping, in memory of its own.
 */
#include "cairn/fuzz/shadow.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of larger blocks both ends are filled, and a word here and there. */
enum { WHOLE_BYTES = 1 << 16, END_BYTES = 1 << 12, STEP_BYTES = 1 << 15 };

void cairn_fuzz_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("cairn: fuzz: ", stderr);
    vfprintf(stderr, format, arguments);
    fputs("\n", stderr);
    va_end(arguments);
    abort();
}

static uint64_t word_of(uint32_t seed, size_t at)
{
    uint64_t mixed = ((uint64_t)seed << 32 | seed) + (uint64_t)(at / 8) * 0x9e3779b97f4a7c15u;
    return mixed ^ mixed >> 29;
}

static void fill_range(char *ptr, size_t from, size_t to, uint32_t seed)
{
    uint64_t word;
    for (; from + 8 <= to; from += 8) {
        word = word_of(seed, from);
        memcpy(ptr + from, &word, 8);
    }
    if (from < to) {
        word = word_of(seed, from);
        memcpy(ptr + from, &word, to - from);
    }
}

static void verify_range(const char *ptr, size_t from, size_t to, uint32_t seed, const char *when)
{
    uint64_t expected;
    uint64_t found;
    for (; from < to; from += 8) {
        size_t bytes = to - from < 8 ? to - from : 8;
        expected = word_of(seed, from);
        found = expected;
        memcpy(&found, ptr + from, bytes);
        CAIRN_FUZZ_EXPECT(found == expected, "block %p of %zu bytes has other contents at %zu %s",
                          (const void *)ptr, to, from, when);
    }
}

/* Places of words in the middle of a large block. */
static size_t next_sample(size_t at)
{
    return at + STEP_BYTES + 8;
}

void cairn_fuzz_fill(char *ptr, size_t bytes, uint32_t seed)
{
    if (bytes <= WHOLE_BYTES) {
        fill_range(ptr, 0, bytes, seed);
        return;
    }
    fill_range(ptr, 0, END_BYTES, seed);
    for (size_t at = next_sample(0); at + 8 <= bytes; at = next_sample(at)) {
        fill_range(ptr, at, at + 8, seed);
    }
    fill_range(ptr, (bytes - END_BYTES) & ~(size_t)7, bytes, seed);
}

/* bytes may be fewer than were filled: then what was filled there is looked at. */
static void verify_filled(const char *ptr, size_t bytes, size_t filled, uint32_t seed,
                          const char *when)
{
    if (filled <= WHOLE_BYTES) {
        verify_range(ptr, 0, bytes, seed, when);
        return;
    }
    verify_range(ptr, 0, bytes < END_BYTES ? bytes : END_BYTES, seed, when);
    for (size_t at = next_sample(0); at + 8 <= bytes; at = next_sample(at)) {
        verify_range(ptr, at, at + 8, seed, when);
    }
    verify_range(ptr, (filled - END_BYTES) & ~(size_t)7, bytes, seed, when);
}

void cairn_fuzz_verify_kept(const cairn_fuzz_block *old, const char *now, size_t bytes)
{
    verify_filled(now, bytes, old->usable, old->seed, "after a resize");
}

void cairn_fuzz_verify_zero(const char *ptr, size_t bytes)
{
    size_t at = 0;
    uint64_t word = 0;
    for (; at + 8 <= bytes && word == 0; at += 8) {
        memcpy(&word, ptr + at, 8);
    }
    for (; at < bytes && word == 0; at++) {
        word |= (unsigned char)ptr[at];
    }
    CAIRN_FUZZ_EXPECT(word == 0, "a zeroed block of %zu bytes is not zero in front of %zu", bytes,
                      at);
}

void cairn_fuzz_shadow_clear(cairn_fuzz_shadow *shadow)
{
    shadow->count = 0;
    shadow->live_bytes = 0;
    shadow->next_seed = 1;
}

/* The number of ranges that start before the address. */
static size_t ranges_before(const cairn_fuzz_shadow *shadow, uintptr_t address)
{
    size_t low = 0;
    size_t high = shadow->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (shadow->ranges[middle].start < address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static void put_range(cairn_fuzz_shadow *shadow, const cairn_fuzz_block *block)
{
    uintptr_t start = (uintptr_t)block->ptr;
    /* Blocks without bytes are distinct, too. */
    uintptr_t end = start + (block->usable > 0 ? block->usable : 1);
    size_t at = ranges_before(shadow, start);
    bool meets_lower = at > 0 && shadow->ranges[at - 1].end > start;
    bool meets_upper = at < shadow->count && shadow->ranges[at].start < end;
    CAIRN_FUZZ_EXPECT(!meets_lower && !meets_upper,
                      "block %p of %zu bytes overlaps with another live one", (void *)block->ptr,
                      block->usable);
    memmove(&shadow->ranges[at + 1], &shadow->ranges[at],
            (shadow->count - at) * sizeof shadow->ranges[0]);
    shadow->ranges[at].start = start;
    shadow->ranges[at].end = end;
}

void cairn_fuzz_shadow_put_back(cairn_fuzz_shadow *shadow, cairn_fuzz_block block)
{
    CAIRN_FUZZ_EXPECT(shadow->count < CAIRN_FUZZ_BLOCKS_MAX, "the fuzzer has no room for a block");
    CAIRN_FUZZ_EXPECT((uintptr_t)block.ptr % block.alignment == 0,
                      "block %p of %zu bytes is not at a multiple of %zu", (void *)block.ptr,
                      block.size, block.alignment);
    CAIRN_FUZZ_EXPECT(block.usable >= block.size, "block %p: %zu bytes are usable, not %zu",
                      (void *)block.ptr, block.usable, block.size);
    put_range(shadow, &block);
    shadow->blocks[shadow->count++] = block;
    shadow->live_bytes += block.usable;
}

void cairn_fuzz_shadow_put(cairn_fuzz_shadow *shadow, cairn_fuzz_block block)
{
    block.seed = shadow->next_seed++;
    cairn_fuzz_shadow_put_back(shadow, block);
    cairn_fuzz_fill(block.ptr, block.usable, block.seed);
}

static void verify_block(const cairn_fuzz_block *block)
{
    verify_filled(block->ptr, block->usable, block->usable, block->seed, "while it is live");
}

cairn_fuzz_block cairn_fuzz_shadow_take(cairn_fuzz_shadow *shadow, size_t number)
{
    number %= shadow->count;
    cairn_fuzz_block block = shadow->blocks[number];
    verify_block(&block);
    size_t at = ranges_before(shadow, (uintptr_t)block.ptr);
    shadow->count--;
    shadow->blocks[number] = shadow->blocks[shadow->count];
    memmove(&shadow->ranges[at], &shadow->ranges[at + 1],
            (shadow->count - at) * sizeof shadow->ranges[0]);
    shadow->live_bytes -= block.usable;
    return block;
}

void cairn_fuzz_shadow_verify(const cairn_fuzz_shadow *shadow)
{
    for (size_t i = 0; i < shadow->count; i++) {
        verify_block(&shadow->blocks[i]);
    }
}

bool cairn_fuzz_shadow_has(const cairn_fuzz_shadow *shadow, const void *ptr, size_t usable)
{
    size_t at = ranges_before(shadow, (uintptr_t)ptr);
    return at < shadow->count && shadow->ranges[at].start == (uintptr_t)ptr &&
           shadow->ranges[at].end == (uintptr_t)ptr + (usable > 0 ? usable : 1);
}
