/* SPDX-License-Identifier: Apache-2.0
 *
 * Use case 1 of PEP 445 in the names of its draft; the same as replace.c.
 */
#include <stdio.h>
#include <stdlib.h>

#include "draft.h"

static int block_padding = 2;
static int arena_padding = 10;

static size_t asked_of_libc;   /* by the last request for a block */
static size_t arena_requested; /* by pymalloc */
static size_t arena_mapped;
static int arenas;

static void *padded_malloc(void *ctx, size_t size)
{
    asked_of_libc = size + (size_t) * (int *)ctx;
    return malloc(asked_of_libc);
}

static void *padded_realloc(void *ctx, void *ptr, size_t new_size)
{
    asked_of_libc = new_size + (size_t) * (int *)ctx;
    return realloc(ptr, asked_of_libc);
}

static void padded_free(void *ctx, void *ptr)
{
    (void)ctx;
    free(ptr);
}

static void *padded_arena_alloc(void *ctx, size_t size)
{
    arenas++;
    arena_requested = size;
    arena_mapped = size + (size_t) * (int *)ctx;
    return malloc(arena_mapped);
}

static void padded_arena_free(void *ctx, void *ptr, size_t size)
{
    (void)ctx;
    (void)size;
    free(ptr);
}

static void set_up(void)
{
    PyMemBlockAllocator blocks = {&block_padding, padded_malloc, padded_realloc, padded_free};
    PyMemMappingAllocator mappings = {&arena_padding, padded_arena_alloc, padded_arena_free};
    PyMem_SetRawAllocator(&blocks);
    PyMem_SetAllocator(&blocks);
    PyMem_SetMappingAllocator(&mappings);
    PyMem_SetupDebugHooks();
}

static void show(const char *call, size_t size)
{
    printf("%-28s %6zu bytes, and of libc %6zu\n", call, size, asked_of_libc);
    asked_of_libc = 0;
}

int main(void)
{
    set_up();
    void *block = PyMem_RawMalloc(100);
    show("PyMem_RawMalloc", 100);
    block = PyMem_RawRealloc(block, 300);
    show("PyMem_RawRealloc", 300);
    PyMem_RawFree(block);
    block = PyMem_Malloc(100);
    show("PyMem_Malloc", 100);
    PyMem_Free(block);
    block = PyMem_Calloc(7, 10);
    show("PyMem_Calloc", 70);
    PyMem_Free(block);

    void *first = PyObject_Malloc(200);
    printf("%d arena of %zu bytes, and of libc %zu\n", arenas, arena_requested, arena_mapped);
    asked_of_libc = 0; /* what pymalloc took from raw for itself */
    block = PyObject_Malloc(200);
    show("PyObject_Malloc", 200);
    PyObject_Free(block);
    PyObject_Free(first);
    block = PyObject_Malloc(1000);
    show("PyObject_Malloc", 1000);
    PyObject_Free(block);
    return 0;
}
