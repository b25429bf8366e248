/* SPDX-License-Identifier: Apache-2.0
 *
 * Use case 2 of PEP 445: an allocator of the program's own in all three domains, so that pymalloc serves
 * nothing and no arena is ever needed.
 */
#include <stdio.h>
#include <stdlib.h>

#include "cairn/domains/pymem.h"

static int padding = 2;
static size_t asked_of_libc; /* by the last request */
static int arenas;

static void *padded_malloc(void *ctx, size_t size)
{
    asked_of_libc = size + (size_t) * (int *)ctx;
    return malloc(asked_of_libc);
}

static void *padded_calloc(void *ctx, size_t nelem, size_t elsize)
{
    asked_of_libc = nelem * elsize + (size_t) * (int *)ctx;
    return calloc(1, asked_of_libc);
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

static void *count_arena_alloc(void *ctx, size_t size)
{
    (void)ctx;
    arenas++;
    return malloc(size);
}

static void count_arena_free(void *ctx, void *ptr, size_t size)
{
    (void)ctx;
    (void)size;
    free(ptr);
}

static void set_up(void)
{
    PyMemAllocatorEx blocks = {&padding, padded_malloc, padded_calloc, padded_realloc, padded_free};
    PyObjectArenaAllocator counted = {NULL, count_arena_alloc, count_arena_free};
    PyObject_SetArenaAllocator(&counted);
    PyMem_SetAllocator(PYMEM_DOMAIN_RAW, &blocks);
    PyMem_SetAllocator(PYMEM_DOMAIN_MEM, &blocks);
    PyMem_SetAllocator(PYMEM_DOMAIN_OBJ, &blocks);
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
    PyMem_RawFree(block);
    block = PyMem_Malloc(100);
    show("PyMem_Malloc", 100);
    block = PyMem_Realloc(block, 5000);
    show("PyMem_Realloc", 5000);
    PyMem_Free(block);
    for (size_t size = 1; size <= 100000; size *= 10) {
        block = PyObject_Malloc(size);
        show("PyObject_Malloc", size);
        PyObject_Free(block);
    }
    printf("%d arenas\n", arenas);
    return 0;
}
