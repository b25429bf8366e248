/* SPDX-License-Identifier: Apache-2.0
 *
 *   arenas replace|turn_over ARENAS ROUNDS
 *
 * Fills so many arenas of 32 KiB, over a provider of its own, with blocks of 512 bytes that are not touched, and
 * calls measured(), which does one of two things ROUNDS times:
 *   replace     frees one block in each of 500 pools all over the arenas, and allocates as many
 *   turn_over   allocates what fills a few more arenas, and frees it again
 *
 * growth_test.py counts the instructions of measured(), whose work is the same for any number of arenas.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "cairn/allocators/pymalloc/pymalloc.h"
#include "cairn/allocators/system/system.h"

enum {
    ARENA = 32 * 1024,
    UNIT = 16 * 1024, /* of which a pool is one */
    SIZE = 512,
    BATCH = 500,
    SPARE_ARENAS = 100,
};

static cairn_pymalloc *instance;
static char *region;
static size_t region_arenas, fresh_arenas, live_arenas, released_arenas;
static void *given_back; /* a list through the arenas */
static void **in_unit;   /* for each unit of the region, one live block in it */

static void *alloc(void *ctx, size_t size)
{
    (void)ctx;
    if (size != ARENA) {
        return NULL;
    }
    void *arena = given_back;
    if (arena != NULL) {
        memcpy(&given_back, arena, sizeof(given_back));
    } else if (fresh_arenas < region_arenas) {
        arena = region + ARENA * fresh_arenas++;
    }
    live_arenas += arena != NULL;
    return arena;
}

static void release(void *ctx, void *arena, size_t size)
{
    (void)ctx;
    (void)size;
    memcpy(arena, &given_back, sizeof(given_back));
    given_back = arena;
    live_arenas--;
    released_arenas++;
}

static void *reserve(size_t bytes)
{
    void *pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (pages == MAP_FAILED) {
        perror("arenas: mmap");
        exit(1);
    }
    return pages;
}

static void *new_block(void)
{
    void *block = cairn_pymalloc_malloc(instance, SIZE);
    if (block == NULL || (uintptr_t)block - (uintptr_t)region >= ARENA * region_arenas) {
        fputs("arenas: a block is not in an arena\n", stderr);
        exit(1);
    }
    return block;
}

static void **place_of(const void *block)
{
    return &in_unit[((uintptr_t)block - (uintptr_t)region) / UNIT];
}

/* Blocks in magazines have no place: a unit may be empty for a while, and is passed over. */
static void replace(void)
{
    static size_t unit;
    const size_t units = fresh_arenas * (ARENA / UNIT);
    size_t freed = 0;
    for (size_t tried = 0; freed < BATCH && tried < units; tried++) {
        unit = (unit + 617) % units;
        if (in_unit[unit] != NULL) {
            cairn_pymalloc_free(instance, in_unit[unit]);
            in_unit[unit] = NULL;
            freed++;
        }
    }
    for (size_t i = 0; i < freed; i++) {
        void *block = new_block();
        *place_of(block) = block;
    }
}

static void turn_over(void)
{
    static void *blocks[BATCH];
    for (int i = 0; i < BATCH; i++) {
        blocks[i] = new_block();
    }
    for (int i = 0; i < BATCH; i++) {
        cairn_pymalloc_free(instance, blocks[i]);
    }
}

void measured(void (*step)(void), size_t rounds);

__attribute__((noinline)) void measured(void (*step)(void), size_t rounds)
{
    for (size_t i = 0; i < rounds; i++) {
        step();
    }
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        return 2;
    }
    void (*step)(void) = strcmp(argv[1], "replace") == 0 ? replace : turn_over;
    const size_t arenas = strtoul(argv[2], NULL, 10);
    region_arenas = arenas + SPARE_ARENAS;
    region = reserve(ARENA * region_arenas + UNIT);
    region += -(uintptr_t)region % UNIT;
    in_unit = reserve(ARENA / UNIT * region_arenas * sizeof(*in_unit));

    const cairn_arena_source source = {{NULL, alloc, release}, &cairn_arena_nothing_more};
    /* Without a depot, which would keep a turn-over's blocks from their arenas. */
    const cairn_pymalloc_options options = {.arena_bytes = ARENA, .depot_bytes = 1};
    instance = cairn_pymalloc_create(source, cairn_system, &options);
    if (instance == NULL) {
        fputs("arenas: no instance\n", stderr);
        return 1;
    }
    while (live_arenas < arenas) {
        void *block = new_block();
        *place_of(block) = block;
    }
    /* What comes before the steady state: magazines fill, spare pools and arenas are kept. */
    for (int i = 0; i < 10; i++) {
        step();
    }
    measured(step, strtoul(argv[3], NULL, 10));
    if (step == turn_over && released_arenas < 10) {
        fputs("arenas: none come and go\n", stderr);
        return 1;
    }
    return live_arenas >= arenas ? 0 : 1;
}
