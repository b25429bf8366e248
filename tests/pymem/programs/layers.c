/* SPDX-License-Identifier: Apache-2.0
 *
 * Hooks on top of each other and independent domains (clauses A3.6, A10.1, A10.2).
 */
#include <Python.h>

typedef struct {
    const char *name;
    PyMemAllocatorEx next;
} Hook;

static void *hook_malloc(void *ctx, size_t size)
{
    Hook *hook = ctx;
    printf(" %s:malloc(%zu)", hook->name, size);
    return hook->next.malloc(hook->next.ctx, size);
}

static void *hook_calloc(void *ctx, size_t nelem, size_t elsize)
{
    Hook *hook = ctx;
    printf(" %s:calloc(%zu,%zu)", hook->name, nelem, elsize);
    return hook->next.calloc(hook->next.ctx, nelem, elsize);
}

static void *hook_realloc(void *ctx, void *ptr, size_t new_size)
{
    Hook *hook = ctx;
    printf(" %s:realloc(%zu)", hook->name, new_size);
    return hook->next.realloc(hook->next.ctx, ptr, new_size);
}

static void hook_free(void *ctx, void *ptr)
{
    Hook *hook = ctx;
    printf(" %s:free", hook->name);
    hook->next.free(hook->next.ctx, ptr);
}

static void push(Hook *hook, const char *name, PyMemAllocatorDomain domain)
{
    PyMemAllocatorEx table = {hook, hook_malloc, hook_calloc, hook_realloc, hook_free};
    hook->name = name;
    PyMem_GetAllocator(domain, &hook->next);
    PyMem_SetAllocator(domain, &table);
}

static void pop(Hook *hook, PyMemAllocatorDomain domain)
{
    PyMem_SetAllocator(domain, &hook->next);
}

/* One line of what is seen. */
static void use_all(const char *what)
{
    printf("%s:\n  mem", what);
    void *block = PyMem_Realloc(PyMem_Malloc(10), 20);
    PyMem_Free(block);
    printf("\n  obj");
    PyObject_Free(PyObject_Calloc(2, 8));
    printf("\n");
}

/* Only what raw itself is asked: what the others take from it is theirs to decide. */
static void use_raw(void)
{
    printf("  raw");
    PyMem_RawFree(PyMem_RawRealloc(NULL, 30));
    printf("\n");
}

int main(void)
{
    Hook low, high, obj, raw;
    void *older_mem = PyMem_Malloc(33), *older_obj = PyObject_Malloc(33);
    void *older_raw = PyMem_RawMalloc(33);
    use_all("nothing");
    push(&low, "low", PYMEM_DOMAIN_MEM);
    use_all("low on mem");
    push(&high, "high", PYMEM_DOMAIN_MEM);
    use_all("high over low on mem");
    push(&obj, "obj", PYMEM_DOMAIN_OBJ);
    use_all("and one on obj");
    void *of_both = PyMem_Malloc(44);
    printf("\n");
    pop(&high, PYMEM_DOMAIN_MEM);
    use_all("high is gone");
    PyMem_Free(of_both);
    PyMem_Free(older_mem);
    PyObject_Free(older_obj);
    printf("\n");
    pop(&low, PYMEM_DOMAIN_MEM);
    pop(&obj, PYMEM_DOMAIN_OBJ);
    use_all("nothing again");
    push(&raw, "raw", PYMEM_DOMAIN_RAW);
    use_raw();
    PyMem_RawFree(older_raw);
    printf("\n");
    pop(&raw, PYMEM_DOMAIN_RAW);
    use_raw();
    return 0;
}
