/* SPDX-License-Identifier: Apache-2.0
 *
 * The types: every function has its prototype, every structure its members in their order, every domain its
 * number (clauses A1.1, A1.2, A3.1, A4.1).
 */
#include <Python.h>

#include <stddef.h>

static void *(*const mallocs[])(size_t) = {PyMem_RawMalloc, PyMem_Malloc, PyObject_Malloc};
static void *(*const callocs[])(size_t, size_t) = {PyMem_RawCalloc, PyMem_Calloc, PyObject_Calloc};
static void *(*const reallocs[])(void *, size_t) = {PyMem_RawRealloc, PyMem_Realloc,
                                                    PyObject_Realloc};
static void (*const frees[])(void *) = {PyMem_RawFree, PyMem_Free, PyObject_Free};
static void (*const get)(PyMemAllocatorDomain, PyMemAllocatorEx *) = PyMem_GetAllocator;
static void (*const set)(PyMemAllocatorDomain, PyMemAllocatorEx *) = PyMem_SetAllocator;
static void (*const get_arena)(PyObjectArenaAllocator *) = PyObject_GetArenaAllocator;
static void (*const set_arena)(PyObjectArenaAllocator *) = PyObject_SetArenaAllocator;
static void (*const set_up)(void) = PyMem_SetupDebugHooks;

#define SHOW(type, member) printf(#type "." #member " at %zu\n", offsetof(type, member))

int main(void)
{
    PyMemAllocatorEx table;
    PyObjectArenaAllocator arena;
    PyMemAllocatorDomain domain = PYMEM_DOMAIN_RAW;
    printf("raw %d, mem %d, obj %d\n", PYMEM_DOMAIN_RAW, PYMEM_DOMAIN_MEM, PYMEM_DOMAIN_OBJ);
    printf("%zu bytes, %zu bytes\n", sizeof table, sizeof arena);
    SHOW(PyMemAllocatorEx, ctx);
    SHOW(PyMemAllocatorEx, malloc);
    SHOW(PyMemAllocatorEx, calloc);
    SHOW(PyMemAllocatorEx, realloc);
    SHOW(PyMemAllocatorEx, free);
    SHOW(PyObjectArenaAllocator, ctx);
    SHOW(PyObjectArenaAllocator, alloc);
    SHOW(PyObjectArenaAllocator, free);
    printf("limit %zd, lowest %zd\n", PY_SSIZE_T_MAX, PY_SSIZE_T_MIN);
    get(domain, &table);
    set(domain, &table);
    get_arena(&arena);
    set_arena(&arena);
    for (size_t i = 0; i < sizeof mallocs / sizeof mallocs[0]; i++) {
        char *block = mallocs[i](10);
        block = reallocs[i](block, 20);
        frees[i](block);
        block = callocs[i](2, 5);
        printf("%d\n", block[9]);
        frees[i](block);
    }
    set_up();
    return 0;
}
