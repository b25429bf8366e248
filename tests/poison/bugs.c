/* SPDX-License-Identifier: Apache-2.0
 *
 * Bugs in a program that uses heaps by name, one for each run, and the same uses without a bug. Whoever watches
 * reports the access and ends the program; if nobody does, it says so and ends well.
 */
#include <stdio.h>
#include <string.h>

#include "cairn/allocators/arena/mmap.h"
#include "cairn/allocators/large/large.h"
#include "cairn/allocators/pymalloc/pymalloc.h"
#include "cairn/allocators/pymalloc/single.h"
#include "cairn/allocators/system/system.h"
#include "cairn/hooks/debug/debug.h"

/* Volatile, so that every access is made and none is seen to be a bug by the compiler. */
static volatile char sink;

static void *allocate(cairn_layer heap, size_t size)
{
    char *volatile block = cairn_layer_malloc(heap, size);
    return block;
}

static void read_at(const char *block, size_t offset)
{
    sink = ((const volatile char *)block)[offset];
}

static void write_at(char *block, size_t offset)
{
    ((volatile char *)block)[offset] = 1;
}

static void past_17(cairn_layer heap)
{
    char *block = allocate(heap, 17);
    memset(block, 1, 17);
    read_at(block, 17);
}

static void after_free(cairn_layer heap)
{
    char *block = allocate(heap, 100);
    memset(block, 1, 100);
    cairn_layer_free(heap, block);
    read_at(block, 50);
}

/* Where no quarantine keeps it, the block is another's by then. */
static void after_reuse(cairn_layer heap)
{
    char *block = allocate(heap, 100);
    char *others[3];
    cairn_layer_free(heap, block);
    for (int i = 0; i < 3; i++) {
        others[i] = allocate(heap, 100);
        memset(others[i], 1, 100);
    }
    read_at(block, 50);
    for (int i = 0; i < 3; i++) {
        cairn_layer_free(heap, others[i]);
    }
}

/* The block is in its pool again. */
static void after_trim(cairn_layer heap)
{
    char *keeper = allocate(heap, 100);
    char *block = allocate(heap, 100);
    memset(block, 1, 100);
    cairn_layer_free(heap, block);
    cairn_layer_trim(heap);
    write_at(block, 50);
    cairn_layer_free(heap, keeper);
}

/* The first block of an arena; in front of it are the records of all its pools. */
static void pool_header(cairn_layer heap)
{
    char *block = allocate(heap, 64);
    write_at((char *)((uintptr_t)block & ~(uintptr_t)(CAIRN_GRANULE_BYTES - 1)), 512);
}

static void large_slack(cairn_layer heap)
{
    char *block = allocate(heap, 100000);
    memset(block, 1, 100000);
    read_at(block, 100000);
}

static void large_pooled_slack(cairn_layer heap)
{
    char *block = allocate(heap, 1001);
    memset(block, 1, 1001);
    read_at(block, 1001);
}

static void large_after_free(cairn_layer heap)
{
    char *block = allocate(heap, 100000);
    memset(block, 1, 100000);
    cairn_layer_free(heap, block);
    read_at(block, 50000);
}

static void mapping_slack(cairn_layer heap)
{
    char *block = cairn_layer_aligned_alloc(heap, (size_t)64 << 20, 1000);
    memset(block, 1, 1000);
    read_at(block, 1000);
    cairn_layer_free(heap, block);
}

static void shrunk(cairn_layer heap)
{
    char *block = allocate(heap, 32);
    memset(block, 1, 32);
    block = cairn_layer_realloc(heap, block, 25);
    read_at(block, 25);
}

static void large_shrunk(cairn_layer heap)
{
    char *block = allocate(heap, 1 << 20);
    memset(block, 1, 1 << 20);
    block = cairn_layer_realloc(heap, block, 600000);
    read_at(block, 600001);
}

/* The new place has room for more growth. */
static void grown_slack(cairn_layer heap)
{
    char *block = allocate(heap, 400);
    memset(block, 1, 400);
    block = cairn_layer_realloc(heap, block, 450);
    memset(block, 2, 450);
    read_at(block, 450);
}

static void large_grown_slack(cairn_layer heap)
{
    char *block = allocate(heap, 1000);
    memset(block, 1, 1000);
    block = cairn_layer_realloc(heap, block, 1200);
    memset(block, 2, 1200);
    read_at(block, 1200);
}

/* No bug: from a pool to the layer below, and on there. */
static void grown(cairn_layer heap)
{
    char *block = allocate(heap, 500);
    memset(block, 1, 500);
    for (size_t size = 520; size < 1000; size += 20) {
        block = cairn_layer_realloc(heap, block, size);
        memset(block, 2, size);
    }
    cairn_layer_free(heap, block);
}

/* Was written before it was freed, and not since it was handed out again. */
static void uninitialised(cairn_layer heap)
{
    char *block = allocate(heap, 48);
    memset(block, 1, 48);
    cairn_layer_free(heap, block);
    block = allocate(heap, 48);
    if (((volatile char *)block)[20] == 1) {
        puts("recycled");
    }
}

/* Each byte that may be used, by all operations. */
static void use_well(cairn_layer heap, size_t size)
{
    char *block = allocate(heap, size);
    memset(block, 1, size);
    block = cairn_layer_realloc(heap, block, size + 7);
    memset(block + size, 2, 7);
    block = cairn_layer_realloc(heap, block, size - size / 8);
    size_t usable = cairn_layer_usable_size(heap, block);
    memset(block, 3, usable);
    block = cairn_layer_realloc(heap, block, usable + 1);
    sink = block[0] == 3 ? block[usable - 1] : 0;
    cairn_layer_free(heap, block);
    char *zeroed = cairn_layer_calloc(heap, size, 3);
    for (size_t i = 0; i < 3 * size; i += size / 16 + 1) {
        sink = zeroed[i] == 0 ? 1 : 2;
    }
    char *aligned = cairn_layer_aligned_alloc(heap, 256, size);
    memset(aligned, 4, size);
    cairn_layer_free(heap, zeroed);
    cairn_layer_free(heap, aligned);
}

static bool count(void *arg, void *block, size_t usable)
{
    (void)block;
    (void)usable;
    ++*(size_t *)arg;
    return true;
}

static void clean(cairn_layer heap)
{
    static const size_t sizes[] = {1, 17, 100, 511, 513, 5000, 65537, 100000, 3000000, 40000000};
    void *kept[sizeof sizes / sizeof sizes[0]];
    for (int round = 0; round < 3; round++) {
        size_t live = 0;
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            use_well(heap, sizes[i]);
            kept[i] = allocate(heap, sizes[i]);
        }
        void *many[300];
        for (size_t i = 0; i < 300; i++) {
            many[i] = allocate(heap, 40);
            memset(many[i], 5, 40);
        }
        for (size_t i = 0; i < 300; i++) {
            cairn_layer_free(heap, many[i]);
        }
        if (!cairn_layer_check(heap) || !cairn_layer_walk(heap, count, &live)) {
            puts("the heap is damaged");
        }
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            cairn_layer_free(heap, kept[i]);
        }
        cairn_layer_trim(heap);
    }
}

static const struct {
    const char *name;
    void (*run)(cairn_layer heap);
} uses[] = {
    {"past_17", past_17},
    {"after_free", after_free},
    {"after_reuse", after_reuse},
    {"after_trim", after_trim},
    {"pool_header", pool_header},
    {"large_slack", large_slack},
    {"large_pooled_slack", large_pooled_slack},
    {"large_after_free", large_after_free},
    {"mapping_slack", mapping_slack},
    {"shrunk", shrunk},
    {"large_shrunk", large_shrunk},
    {"grown_slack", grown_slack},
    {"large_grown_slack", large_grown_slack},
    {"grown", grown},
    {"uninitialised", uninitialised},
    {"clean", clean},
};

static void run(const char *use, cairn_layer heap)
{
    for (size_t i = 0; i < sizeof uses / sizeof uses[0]; i++) {
        if (strcmp(uses[i].name, use) == 0) {
            uses[i].run(heap);
        }
    }
}

/* Over the heap, for the length of the use, the hook that keeps freed blocks back. */
static void run_in_quarantine(const char *use, cairn_layer heap)
{
    const char *error = "no memory";
    cairn_layer layer;
    if (!cairn_debug_hook.put_over(heap, "mem", "quarantine=64K", &layer, &error)) {
        puts(error);
        return;
    }
    run(use, layer);
    cairn_layer_trim(layer);
}

/* bugs USE HEAP: HEAP is threaded, single, system (over libc's malloc) or quarantine. */
int main(int argc, char **argv)
{
    const char *use = argc > 1 ? argv[1] : "";
    const char *heap = argc > 2 ? argv[2] : "threaded";
    bool is_single = strcmp(heap, "single") == 0;
    cairn_large *large = cairn_large_create(cairn_arena_mmap, NULL);
    cairn_layer fallback = strcmp(heap, "system") == 0 ? cairn_system : cairn_large_layer(large);
    cairn_pymalloc *pools = is_single
                                ? cairn_pymalloc_single_create(cairn_arena_mmap, fallback, NULL)
                                : cairn_pymalloc_create(cairn_arena_mmap, fallback, NULL);
    (strcmp(heap, "quarantine") == 0 ? run_in_quarantine : run)(use, cairn_pymalloc_layer(pools));
    if (is_single) {
        cairn_pymalloc_single_destroy(pools);
    } else {
        cairn_pymalloc_destroy(pools);
    }
    cairn_large_destroy(large);
    puts("done");
    return 0;
}
