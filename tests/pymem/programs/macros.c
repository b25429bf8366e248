/* SPDX-License-Identifier: Apache-2.0
 *
 * The macros, those of Python 2 among them (clauses A5.1, A5.2, A5.4, A5.5).
 */
#include <Python.h>

#include <stdint.h>

typedef struct {
    double x;
    char name[20];
} Item;

static PyMemAllocatorEx before;

static void *see_malloc(void *ctx, size_t size)
{
    (void)ctx;
    printf("  malloc(%zu)\n", size);
    return before.malloc(before.ctx, size);
}

static void *see_calloc(void *ctx, size_t nelem, size_t elsize)
{
    (void)ctx;
    printf("  calloc(%zu, %zu)\n", nelem, elsize);
    return before.calloc(before.ctx, nelem, elsize);
}

static void *see_realloc(void *ctx, void *ptr, size_t new_size)
{
    (void)ctx;
    printf("  realloc(%s, %zu)\n", ptr != NULL ? "block" : "NULL", new_size);
    return before.realloc(before.ctx, ptr, new_size);
}

static void see_free(void *ctx, void *ptr)
{
    (void)ctx;
    printf("  free(%s)\n", ptr != NULL ? "block" : "NULL");
    before.free(before.ctx, ptr);
}

static void see(PyMemAllocatorDomain domain)
{
    PyMemAllocatorEx hook = {NULL, see_malloc, see_calloc, see_realloc, see_free};
    PyMem_GetAllocator(domain, &before);
    PyMem_SetAllocator(domain, &hook);
}

static void show(const char *what, const void *result)
{
    printf("%s: %s\n", what, result != NULL ? "a block" : "NULL");
}

/* Not known to compilers, which would warn. */
static volatile Py_ssize_t minus_one = -1;

static void typed(void)
{
    Item *items = PyMem_New(Item, 10);
    show("PyMem_New(Item, 10)", items);
    items[0].x = 1.5;
    Item *kept = PyMem_Resize(items, Item, 20 + 5);
    show("PyMem_Resize(items, Item, 20 + 5)", items);
    printf("assigned %d, kept %d\n", kept == items, items[0].x > 1);
    kept = items;
    PyMem_Resize(items, Item, minus_one);
    show("PyMem_Resize(items, Item, -1)", items);
    Item *block = kept; /* which is lost otherwise */
    PyMem_Resize(kept, Item, PY_SSIZE_T_MAX / sizeof(Item) + 1);
    show("PyMem_Resize(kept, Item, too many)", kept);
    PyMem_Free(block);
    show("PyMem_New(Item, -1)", PyMem_New(Item, minus_one));
    show("PyMem_New(Item, too many)", PyMem_New(Item, PY_SSIZE_T_MAX / sizeof(Item) + 1));
    show("PyMem_New(Item, most)", PyMem_New(Item, (size_t)PY_SSIZE_T_MAX / sizeof(Item)));
    char *none = PyMem_New(char, 0);
    show("PyMem_New(char, 0)", none);
    PyMem_Del(none);
    int *numbers = NULL;
    PyMem_Resize(numbers, int, 3);
    show("PyMem_Resize(NULL, int, 3)", numbers);
    PyMem_Free(numbers);
}

static void of_python_2(void)
{
    char *bytes = PyMem_MALLOC(10);
    show("PyMem_MALLOC(10)", bytes);
    bytes = PyMem_REALLOC(bytes, 2 * 15);
    show("PyMem_REALLOC(bytes, 2 * 15)", bytes);
    PyMem_FREE(bytes);
    Item *items = PyMem_NEW(Item, 2);
    show("PyMem_NEW(Item, 2)", items);
    PyMem_RESIZE(items, Item, 3);
    show("PyMem_RESIZE(items, Item, 3)", items);
    PyMem_DEL(items);
    PyMem_Del(PyMem_MALLOC(0));
}

/* Those without arguments are functions, too. */
static void as_pointers(void)
{
    void (*destroy[])(void *) = {PyMem_Del, PyMem_DEL};
    for (size_t i = 0; i < sizeof destroy / sizeof destroy[0]; i++) {
        destroy[i](PyMem_Malloc(i + 1));
        printf("the same function %d\n", destroy[i] == PyMem_Free);
    }
}

static void objects(void)
{
    void *(*make)(size_t) = PyObject_MALLOC;
    void *(*change)(void *, size_t) = PyObject_REALLOC;
    void (*destroy[])(void *) = {PyObject_FREE, PyObject_Del, PyObject_DEL};
    for (size_t i = 0; i < sizeof destroy / sizeof destroy[0]; i++) {
        void *block = make(40);
        block = change(block, 50);
        destroy[i](block);
        printf("the same functions %d\n", make == PyObject_Malloc && change == PyObject_Realloc &&
                                              destroy[i] == PyObject_Free);
    }
    void *block = PyObject_MALLOC(5);
    block = PyObject_REALLOC(block, 6);
    PyObject_FREE(block);
    PyObject_Del(PyObject_MALLOC(7));
    PyObject_DEL(PyObject_MALLOC(8));
}

int main(void)
{
    see(PYMEM_DOMAIN_MEM);
    typed();
    of_python_2();
    as_pointers();
    PyMem_SetAllocator(PYMEM_DOMAIN_MEM, &before);
    see(PYMEM_DOMAIN_OBJ);
    objects();
    PyMem_SetAllocator(PYMEM_DOMAIN_OBJ, &before);
    return 0;
}
