/* SPDX-License-Identifier: Apache-2.0
 *
 * Use case 3 of PEP 445: hooks around whatever serves the three domains. One set of functions serves all;
 * ctx tells them which allocator is below. Installing twice would make a hook its own next one, without end.
 */
#include <stdio.h>

#include "cairn/domains/pymem.h"

typedef struct {
    PyMemAllocatorEx next;
    const char *name;
    size_t blocks; /* that were asked for */
    size_t bytes;  /* in all these requests */
    size_t resized;
    size_t freed;
} Hook;

static struct {
    Hook raw;
    Hook mem;
    Hook obj;
    int is_installed;
} hooks = {.raw.name = "raw", .mem.name = "mem", .obj.name = "obj"};

static void *hook_malloc(void *ctx, size_t size)
{
    Hook *hook = ctx;
    hook->blocks++;
    hook->bytes += size;
    return hook->next.malloc(hook->next.ctx, size);
}

static void *hook_calloc(void *ctx, size_t nelem, size_t elsize)
{
    Hook *hook = ctx;
    hook->blocks++;
    hook->bytes += nelem * elsize;
    return hook->next.calloc(hook->next.ctx, nelem, elsize);
}

static void *hook_realloc(void *ctx, void *ptr, size_t new_size)
{
    Hook *hook = ctx;
    hook->resized++;
    hook->bytes += new_size;
    return hook->next.realloc(hook->next.ctx, ptr, new_size);
}

static void hook_free(void *ctx, void *ptr)
{
    Hook *hook = ctx;
    hook->freed++;
    hook->next.free(hook->next.ctx, ptr);
}

static void install(PyMemAllocatorDomain domain, Hook *hook)
{
    PyMemAllocatorEx table = {hook, hook_malloc, hook_calloc, hook_realloc, hook_free};
    PyMem_GetAllocator(domain, &hook->next);
    PyMem_SetAllocator(domain, &table);
}

static void set_up(void)
{
    if (hooks.is_installed) {
        printf("the hooks are there already\n");
        return;
    }
    hooks.is_installed = 1;
    install(PYMEM_DOMAIN_RAW, &hooks.raw);
    install(PYMEM_DOMAIN_MEM, &hooks.mem);
    install(PYMEM_DOMAIN_OBJ, &hooks.obj);
}

static void show(const Hook *hook)
{
    printf("%s: %zu blocks, %zu resized, %zu freed, %zu bytes asked for\n", hook->name,
           hook->blocks, hook->resized, hook->freed, hook->bytes);
}

int main(void)
{
    PyObject_Free(PyObject_Malloc(8)); /* what pymalloc needs of raw for itself, it has then */
    set_up();
    set_up();
    for (size_t i = 1; i <= 100; i++) {
        void *object = PyObject_Malloc(16 + i % 10);
        void *buffer = PyMem_Calloc(i, 2);
        buffer = PyMem_Realloc(buffer, 4 * i);
        PyMem_Free(buffer);
        PyObject_Free(object);
    }
    PyMem_RawFree(PyMem_RawMalloc(1000));
    show(&hooks.raw);
    show(&hooks.mem);
    show(&hooks.obj);
    return 0;
}
