/* SPDX-License-Identifier: Apache-2.0
 *
 * The rules on sizes: what reaches the installed allocator, and with which arguments (clauses A1.5, A2.1 to
 * A2.7, A2.9).
 */
#include <Python.h>

#include <stdint.h>

static PyMemAllocatorEx before;
static const char *name;

static void *see_malloc(void *ctx, size_t size)
{
    printf("  %s malloc(%zu)\n", (const char *)ctx, size);
    return before.malloc(before.ctx, size);
}

static void *see_calloc(void *ctx, size_t nelem, size_t elsize)
{
    printf("  %s calloc(%zu, %zu)\n", (const char *)ctx, nelem, elsize);
    return before.calloc(before.ctx, nelem, elsize);
}

static void *see_realloc(void *ctx, void *ptr, size_t new_size)
{
    printf("  %s realloc(%s, %zu)\n", (const char *)ctx, ptr != NULL ? "block" : "NULL", new_size);
    return before.realloc(before.ctx, ptr, new_size);
}

static void see_free(void *ctx, void *ptr)
{
    printf("  %s free(%s)\n", (const char *)ctx, ptr != NULL ? "block" : "NULL");
    before.free(before.ctx, ptr);
}

/* Not known to compilers, which would warn. */
static volatile size_t limit = (size_t)PY_SSIZE_T_MAX;

static void show(const char *call, const void *result)
{
    printf("%s %s: %s\n", name, call, result != NULL ? "a block" : "NULL");
}

static void try_all(void *(*my_malloc)(size_t), void *(*my_calloc)(size_t, size_t),
                    void *(*my_realloc)(void *, size_t), void (*my_free)(void *))
{
    char *block = my_malloc(100);
    memset(block, 7, 100);
    show("malloc(limit + 1)", my_malloc(limit + 1));
    show("malloc(all ones)", my_malloc(SIZE_MAX));
    show("malloc(limit)", my_malloc(limit));
    show("calloc(limit, 1)", my_calloc(limit, 1));
    show("calloc(1, limit + 1)", my_calloc(1, limit + 1));
    show("calloc(limit / 2 + 1, 2)", my_calloc(limit / 2 + 1, 2));
    show("calloc(2, limit / 2 + 1)", my_calloc(2, limit / 2 + 1));
    show("calloc(limit / 3 + 1, 3)", my_calloc(limit / 3 + 1, 3));
    show("calloc(limit / 3, 3)", my_calloc(limit / 3, 3));
    show("calloc(all ones, all ones)", my_calloc(SIZE_MAX, SIZE_MAX));
    show("realloc(NULL, limit + 1)", my_realloc(NULL, limit + 1));
    show("realloc(NULL, limit)", my_realloc(NULL, limit));
    show("realloc(block, limit + 1)", my_realloc(block, limit + 1));
    show("realloc(block, limit)", my_realloc(block, limit));
    printf("%s: the block still has %d and %d\n", name, block[0], block[99]);
    my_free(block);
    my_free(NULL);
    void *none = my_calloc(SIZE_MAX, 0);
    show("calloc(all ones, 0)", none);
    my_free(none);
    none = my_realloc(my_realloc(NULL, 0), 0);
    show("realloc(block, 0)", none);
    my_free(none);
    my_free(my_malloc(0));
    my_free(my_calloc(0, 8));
    my_free(my_calloc(8, 0));
}

static void see(PyMemAllocatorDomain domain, const char *domain_name)
{
    PyMemAllocatorEx hook = {NULL, see_malloc, see_calloc, see_realloc, see_free};
    name = domain_name;
    hook.ctx = (void *)(uintptr_t)domain_name;
    PyMem_GetAllocator(domain, &before);
    PyMem_SetAllocator(domain, &hook);
}

int main(void)
{
    see(PYMEM_DOMAIN_RAW, "raw");
    try_all(PyMem_RawMalloc, PyMem_RawCalloc, PyMem_RawRealloc, PyMem_RawFree);
    PyMem_SetAllocator(PYMEM_DOMAIN_RAW, &before);
    see(PYMEM_DOMAIN_MEM, "mem");
    try_all(PyMem_Malloc, PyMem_Calloc, PyMem_Realloc, PyMem_Free);
    PyMem_SetAllocator(PYMEM_DOMAIN_MEM, &before);
    see(PYMEM_DOMAIN_OBJ, "obj");
    try_all(PyObject_Malloc, PyObject_Calloc, PyObject_Realloc, PyObject_Free);
    PyMem_SetAllocator(PYMEM_DOMAIN_OBJ, &before);
    PyMem_RawFree(PyMem_RawMalloc(1));
    PyMem_Free(PyMem_Malloc(1));
    PyObject_Free(PyObject_Malloc(1));
    return 0;
}
