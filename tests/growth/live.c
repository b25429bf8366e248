/* SPDX-License-Identifier: Apache-2.0
 *
 *   live BLOCKS PAIRS    brings so many small blocks of mixed sizes to life, replaces each about once, so that
 *                        the heap is in disorder, and calls measured(), which replaces PAIRS more at random
 *
 * growth_test.py counts the instructions of measured().
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "tests/growth/live.h"

enum { SIZES = 4096 };

static uint32_t sizes[SIZES];
static size_t next_size;
static uint64_t random_state = 88172645463325252u;

/* Marsaglia's xorshift64. */
static uint32_t random_number(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state >> 32);
}

/* 8 to 511 bytes, each power of two equally often. */
static void draw_sizes(void)
{
    for (int i = 0; i < SIZES; i++) {
        uint32_t power = 8u << random_number() % 6;
        sizes[i] = power + random_number() % power;
    }
}

static char *new_block(void)
{
    char *block = heap_malloc(sizes[next_size++ % SIZES]);
    if (block == NULL) {
        fputs("live: no memory\n", stderr);
        exit(1);
    }
    *block = 1;
    return block;
}

static inline void replace(char **blocks, size_t count, size_t pairs)
{
    for (size_t i = 0; i < pairs; i++) {
        char **block = &blocks[((uint64_t)random_number() * count) >> 32];
        heap_free(*block);
        *block = new_block();
    }
}

void measured(char **blocks, size_t count, size_t pairs);

__attribute__((noinline)) void measured(char **blocks, size_t count, size_t pairs)
{
    replace(blocks, count, pairs);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        return 2;
    }
    size_t count = strtoul(argv[1], NULL, 10);
    char **blocks = mmap(NULL, count * sizeof(*blocks), PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (blocks == MAP_FAILED) {
        perror("live: mmap");
        return 1;
    }
    draw_sizes();
    for (size_t i = 0; i < count; i++) {
        blocks[i] = new_block();
    }
    replace(blocks, count, count);
    measured(blocks, count, strtoul(argv[2], NULL, 10));
    return 0;
}
