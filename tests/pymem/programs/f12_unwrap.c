/* SPDX-License-Identifier: Apache-2.0
 *
 * A hook that takes itself out and puts itself back inside its own call (clauses A3.9, F12).
 */
#include <Python.h>

typedef struct {
    PyMemAllocatorEx next;
    PyMemAllocatorDomain domain;
    int calls;
    int inner_seen; /* calls that arrived while it was out */
    int is_out;
} Hook;

static void wrap(Hook *hook);

static void unwrap(Hook *hook)
{
    hook->is_out = 1;
    PyMem_SetAllocator(hook->domain, &hook->next);
}

static void use_domain(PyMemAllocatorDomain domain)
{
    if (domain == PYMEM_DOMAIN_RAW) {
        PyMem_RawFree(PyMem_RawMalloc(30));
    } else if (domain == PYMEM_DOMAIN_MEM) {
        PyMem_Free(PyMem_Malloc(30));
    } else {
        PyObject_Free(PyObject_Malloc(30));
    }
}

static void note(Hook *hook)
{
    hook->calls++;
    hook->inner_seen += hook->is_out;
}

static void *hook_malloc(void *ctx, size_t size)
{
    Hook *hook = ctx;
    note(hook);
    unwrap(hook);
    use_domain(hook->domain);
    wrap(hook);
    return hook->next.malloc(hook->next.ctx, size);
}

static void *hook_calloc(void *ctx, size_t nelem, size_t elsize)
{
    Hook *hook = ctx;
    note(hook);
    unwrap(hook);
    use_domain(hook->domain);
    void *block = hook->next.calloc(hook->next.ctx, nelem, elsize);
    wrap(hook);
    return block;
}

static void *hook_realloc(void *ctx, void *ptr, size_t new_size)
{
    Hook *hook = ctx;
    note(hook);
    unwrap(hook);
    wrap(hook);
    return hook->next.realloc(hook->next.ctx, ptr, new_size);
}

static void hook_free(void *ctx, void *ptr)
{
    Hook *hook = ctx;
    note(hook);
    unwrap(hook);
    use_domain(hook->domain);
    wrap(hook);
    hook->next.free(hook->next.ctx, ptr);
}

static void wrap(Hook *hook)
{
    PyMemAllocatorEx table = {hook, hook_malloc, hook_calloc, hook_realloc, hook_free};
    PyMem_GetAllocator(hook->domain, &hook->next);
    PyMem_SetAllocator(hook->domain, &table);
    hook->is_out = 0;
}

static void try_domain(const char *name, PyMemAllocatorDomain domain, void *(*my_malloc)(size_t),
                       void *(*my_calloc)(size_t, size_t), void *(*my_realloc)(void *, size_t),
                       void (*my_free)(void *))
{
    Hook hook;
    memset(&hook, 0, sizeof hook);
    hook.domain = domain;
    wrap(&hook);
    for (int i = 0; i < 1000; i++) {
        char *block = my_malloc(20);
        block = my_realloc(block, 600);
        my_free(block);
        block = my_calloc(3, 7);
        my_free(block);
    }
    unwrap(&hook);
    printf("%s: %d calls, %d of them while it was out\n", name, hook.calls, hook.inner_seen);
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
