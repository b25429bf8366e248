/* SPDX-License-Identifier: Apache-2.0
 *
 * Domains that do not exist, tables with functions that are not there, tables of another domain (clauses
 * A3.3, A3.4, A3.10).
 */
#include <Python.h>

static void *no_malloc(void *ctx, size_t size)
{
    (void)size;
    ++*(int *)ctx;
    return NULL;
}

static int is_empty(const PyMemAllocatorEx *table)
{
    return table->ctx == NULL && table->malloc == NULL && table->calloc == NULL &&
           table->realloc == NULL && table->free == NULL;
}

int main(void)
{
    static const int unknown[] = {3, 7, 100, -1};
    PyMemAllocatorEx table, before, mem, obj;
    int calls = 0;

    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        PyMemAllocatorDomain domain = (PyMemAllocatorDomain)unknown[i];
        memset(&table, 0xEE, sizeof table);
        PyMem_GetAllocator(domain, &table);
        printf("domain %d: empty %d\n", unknown[i], is_empty(&table));
        PyMemAllocatorEx refusal = {&calls, no_malloc, NULL, NULL, NULL};
        PyMem_SetAllocator(domain, &refusal);
        memset(&table, 0xEE, sizeof table);
        PyMem_GetAllocator(domain, &table);
        printf("domain %d: still empty %d\n", unknown[i], is_empty(&table));
    }
    PyMem_RawFree(PyMem_RawMalloc(10));
    PyMem_Free(PyMem_Malloc(10));
    PyObject_Free(PyObject_Malloc(10));
    printf("%d calls\n", calls);

    /* Nothing is checked when it is set. */
    PyMem_GetAllocator(PYMEM_DOMAIN_MEM, &before);
    PyMemAllocatorEx partial = {&calls, no_malloc, NULL, NULL, NULL};
    PyMem_SetAllocator(PYMEM_DOMAIN_MEM, &partial);
    PyMem_GetAllocator(PYMEM_DOMAIN_MEM, &table);
    printf("partial %d\n", table.ctx == &calls && table.malloc == no_malloc &&
                               table.calloc == NULL && table.realloc == NULL && table.free == NULL);
    printf("malloc %s\n", PyMem_Malloc(10) == NULL ? "NULL" : "a block");
    PyMem_SetAllocator(PYMEM_DOMAIN_MEM, &before);
    printf("%d calls\n", calls);

    /* By default mem and obj are served by the same functions. */
    PyMem_GetAllocator(PYMEM_DOMAIN_MEM, &mem);
    PyMem_GetAllocator(PYMEM_DOMAIN_OBJ, &obj);
    printf("mem as obj %d\n", mem.malloc == obj.malloc && mem.calloc == obj.calloc &&
                                  mem.realloc == obj.realloc && mem.free == obj.free);

    /* What serves one domain can serve another. */
    PyMem_GetAllocator(PYMEM_DOMAIN_RAW, &table);
    PyMem_SetAllocator(PYMEM_DOMAIN_OBJ, &table);
    void *block = PyObject_Malloc(10);
    PyMem_RawFree(PyObject_Realloc(block, 1000));
    PyMem_SetAllocator(PYMEM_DOMAIN_OBJ, &obj);
    PyMem_GetAllocator(PYMEM_DOMAIN_OBJ, &table);
    printf("restored %d\n", memcmp(&table, &obj, sizeof table) == 0);
    return 0;
}
