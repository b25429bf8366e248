/* SPDX-License-Identifier: Apache-2.0
 *
 * PyMem_SetupDebugHooks over allocators of the program's own: what is asked of them, and the bytes that are
 * in their blocks then (clauses A3.8, A9.2, C1.1, C1.2, C2, C3).
 */
#include <Python.h>

#include <stdint.h>

static void *see_malloc(void *ctx, size_t size)
{
    printf("  %s: a block of %zu\n", (const char *)ctx, size);
    return malloc(size);
}

static void *see_calloc(void *ctx, size_t nelem, size_t elsize)
{
    printf("  %s: zeroes, %zu of %zu\n", (const char *)ctx, nelem, elsize);
    return calloc(nelem, elsize);
}

static void *see_realloc(void *ctx, void *ptr, size_t new_size)
{
    printf("  %s: a block of %zu\n", (const char *)ctx, new_size);
    return realloc(ptr, new_size);
}

static void show_bytes(const unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        printf(" %02x", bytes[i]);
    }
    printf("\n");
}

/* Of the block that is freed next; 0 while blocks are resized, which need not take a realloc. */
static size_t freed_bytes;

static void see_free(void *ctx, void *ptr)
{
    if (freed_bytes > 0) {
        printf("  %s: back with", (const char *)ctx);
        show_bytes(ptr, freed_bytes);
        freed_bytes = 0;
    }
    free(ptr);
}

static void replace(PyMemAllocatorDomain domain, const char *name)
{
    PyMemAllocatorEx table = {(void *)(uintptr_t)name, see_malloc, see_calloc, see_realloc,
                              see_free};
    PyMem_SetAllocator(domain, &table);
}

static void try_all(const char *name, void *(*my_malloc)(size_t),
                    void *(*my_calloc)(size_t, size_t), void *(*my_realloc)(void *, size_t),
                    void (*my_free)(void *))
{
    static volatile size_t limit = (size_t)PY_SSIZE_T_MAX;
    unsigned char *block = my_malloc(5);
    printf("%s malloc(5):", name);
    show_bytes(block - 16, 5 + 24);
    memset(block, 1, 5);
    block = my_realloc(block, 9);
    printf("%s realloc(block, 9):", name);
    show_bytes(block - 16, 9 + 24);
    memset(block, 2, 9);
    block = my_realloc(block, 3);
    printf("%s realloc(block, 3):", name);
    show_bytes(block - 16, 3 + 24);
    freed_bytes = 3 + 24;
    my_free(block);
    block = my_calloc(2, 3);
    printf("%s calloc(2, 3):", name);
    show_bytes(block - 16, 6 + 24);
    freed_bytes = 6 + 24;
    my_free(block);
    block = my_realloc(NULL, 0);
    printf("%s realloc(NULL, 0):", name);
    show_bytes(block - 16, 24);
    freed_bytes = 24;
    my_free(block);
    block = my_calloc(0, 7);
    printf("%s calloc(0, 7):", name);
    show_bytes(block - 16, 24);
    freed_bytes = 24;
    my_free(block);
    my_free(NULL);
    printf("%s too much: %d %d %d\n", name, my_malloc(limit) == NULL, my_malloc(limit - 23) == NULL,
           my_calloc(limit - 20, 1) == NULL);
}

int main(void)
{
    replace(PYMEM_DOMAIN_RAW, "raw");
    replace(PYMEM_DOMAIN_MEM, "mem");
    replace(PYMEM_DOMAIN_OBJ, "obj");
    PyMem_SetupDebugHooks();
    PyMem_SetupDebugHooks();
    try_all("raw", PyMem_RawMalloc, PyMem_RawCalloc, PyMem_RawRealloc, PyMem_RawFree);
    try_all("mem", PyMem_Malloc, PyMem_Calloc, PyMem_Realloc, PyMem_Free);
    try_all("obj", PyObject_Malloc, PyObject_Calloc, PyObject_Realloc, PyObject_Free);
    return 0;
}
