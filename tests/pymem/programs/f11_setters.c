/* SPDX-License-Identifier: Apache-2.0
 *
 * What an installed allocator sees of each call, and that the one before it comes back (clauses A3.2, A3.3,
 * F11).
 */
#include <Python.h>

typedef struct {
    PyMemAllocatorEx next;
    size_t malloc_size;
    size_t calloc_nelem;
    size_t calloc_elsize;
    void *realloc_ptr;
    size_t realloc_size;
    void *freed;
    void *ctx;
} Hook;

static void *hook_malloc(void *ctx, size_t size)
{
    Hook *hook = ctx;
    hook->ctx = ctx;
    hook->malloc_size = size;
    return hook->next.malloc(hook->next.ctx, size);
}

static void *hook_calloc(void *ctx, size_t nelem, size_t elsize)
{
    Hook *hook = ctx;
    hook->ctx = ctx;
    hook->calloc_nelem = nelem;
    hook->calloc_elsize = elsize;
    return hook->next.calloc(hook->next.ctx, nelem, elsize);
}

static void *hook_realloc(void *ctx, void *ptr, size_t new_size)
{
    Hook *hook = ctx;
    hook->ctx = ctx;
    hook->realloc_ptr = ptr;
    hook->realloc_size = new_size;
    return hook->next.realloc(hook->next.ctx, ptr, new_size);
}

static void hook_free(void *ctx, void *ptr)
{
    Hook *hook = ctx;
    hook->ctx = ctx;
    hook->freed = ptr;
    hook->next.free(hook->next.ctx, ptr);
}

static int own_ctx(Hook *hook)
{
    int own = hook->ctx == hook;
    hook->ctx = NULL;
    return own;
}

static void try_domain(const char *name, PyMemAllocatorDomain domain, void *(*my_malloc)(size_t),
                       void *(*my_calloc)(size_t, size_t), void *(*my_realloc)(void *, size_t),
                       void (*my_free)(void *))
{
    Hook hook;
    PyMemAllocatorEx table, now;
    memset(&hook, 0, sizeof hook);
    PyMem_GetAllocator(domain, &hook.next);
    table.ctx = &hook;
    table.malloc = hook_malloc;
    table.calloc = hook_calloc;
    table.realloc = hook_realloc;
    table.free = hook_free;
    PyMem_SetAllocator(domain, &table);
    memset(&table, 0xEE, sizeof table); /* it was copied */
    PyMem_GetAllocator(domain, &now);
    printf("%s: set %d\n", name,
           now.ctx == &hook && now.malloc == hook_malloc && now.calloc == hook_calloc &&
               now.realloc == hook_realloc && now.free == hook_free);
    memset(&now, 0xEE, sizeof now); /* so was this */

    void *first = my_malloc(42);
    printf("%s: malloc of %zu, own ctx %d\n", name, hook.malloc_size, own_ctx(&hook));
    void *second = my_realloc(first, 200);
    printf("%s: realloc to %zu, of the block %d, own ctx %d\n", name, hook.realloc_size,
           hook.realloc_ptr == first, own_ctx(&hook));
    my_free(second);
    printf("%s: free of the block %d, own ctx %d\n", name, hook.freed == second, own_ctx(&hook));
    void *third = my_calloc(2, 5);
    printf("%s: calloc of %zu, %zu, own ctx %d\n", name, hook.calloc_nelem, hook.calloc_elsize,
           own_ctx(&hook));
    hook.freed = NULL;
    my_free(third);
    printf("%s: free of the block %d, own ctx %d\n", name, hook.freed == third, own_ctx(&hook));

    PyMem_SetAllocator(domain, &hook.next);
    PyMem_GetAllocator(domain, &now);
    printf("%s: restored %d\n", name, memcmp(&now, &hook.next, sizeof now) == 0);
    hook.malloc_size = 0;
    my_free(my_malloc(77));
    printf("%s: afterwards nothing is seen %d\n", name, hook.malloc_size == 0 && hook.ctx == NULL);
}

int main(void)
{
    try_domain("raw", PYMEM_DOMAIN_RAW, PyMem_RawMalloc, PyMem_RawCalloc, PyMem_RawRealloc,
               PyMem_RawFree);
    try_domain("mem", PYMEM_DOMAIN_MEM, PyMem_Malloc, PyMem_Calloc, PyMem_Realloc, PyMem_Free);
    try_domain("obj", PYMEM_DOMAIN_OBJ, PyObject_Malloc, PyObject_Calloc, PyObject_Realloc,
               PyObject_Free);
    return 0;
}
