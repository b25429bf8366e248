/* SPDX-License-Identifier: Apache-2.0
 *
 * The twelve functions that allocate: zero sizes, contents, alignment (clauses A1.2, A2.6 to A2.10, F10).
 */
#include <Python.h>

#include <stdint.h>

typedef struct {
    const char *name;
    void *(*malloc)(size_t);
    void *(*calloc)(size_t, size_t);
    void *(*realloc)(void *, size_t);
    void (*free)(void *);
} Family;

static const Family families[] = {
    {"raw", PyMem_RawMalloc, PyMem_RawCalloc, PyMem_RawRealloc, PyMem_RawFree},
    {"mem", PyMem_Malloc, PyMem_Calloc, PyMem_Realloc, PyMem_Free},
    {"obj", PyObject_Malloc, PyObject_Calloc, PyObject_Realloc, PyObject_Free},
};

static void zero_sizes(const Family *family)
{
    void *blocks[6];
    int there = 0, distinct = 0;
    blocks[0] = family->malloc(0);
    blocks[1] = family->malloc(0);
    blocks[2] = family->calloc(0, 0);
    blocks[3] = family->calloc(0, 8);
    blocks[4] = family->calloc(8, 0);
    blocks[5] = family->realloc(family->malloc(100), 0);
    for (int i = 0; i < 6; i++) {
        there += blocks[i] != NULL;
        for (int j = 0; j < i; j++) {
            distinct += blocks[i] != blocks[j];
        }
    }
    printf("%s: %d of no size, %d pairs distinct\n", family->name, there, distinct);
    for (int i = 0; i < 6; i++) {
        family->free(blocks[i]);
    }
}

static int holds(const unsigned char *block, size_t size, int start)
{
    for (size_t i = 0; i < size; i++) {
        if (block[i] != (unsigned char)(start + (int)i)) {
            return 0;
        }
    }
    return 1;
}

static void contents(const Family *family)
{
    static const size_t sizes[] = {1, 16, 17, 100, 512, 513, 5000, 100000, 3000000, 40, 7};
    unsigned char *block = family->realloc(NULL, 1);
    size_t old = 1;
    int kept = 0, aligned = 0;
    block[0] = 3;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        size_t size = sizes[i];
        block = family->realloc(block, size);
        kept += holds(block, old < size ? old : size, 3);
        aligned += (uintptr_t)block % (size < 16 ? 8 : 16) == 0;
        for (size_t j = 0; j < size; j++) {
            block[j] = (unsigned char)(3 + (int)j);
        }
        old = size;
    }
    family->free(block);
    printf("%s: kept %d times, aligned %d times\n", family->name, kept, aligned);
}

static void zeroes(const Family *family)
{
    static const size_t sizes[] = {1, 8, 100, 511, 600, 70000, 2000000};
    int sum = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        unsigned char *dirty = family->malloc(3 * sizes[i]);
        memset(dirty, 0xA5, 3 * sizes[i]);
        family->free(dirty);
        unsigned char *block = family->calloc(3, sizes[i]);
        for (size_t j = 0; j < 3 * sizes[i]; j++) {
            sum += block[j];
        }
        family->free(block);
    }
    family->free(NULL);
    printf("%s: sum of zeroes %d\n", family->name, sum);
}

int main(void)
{
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
        zero_sizes(&families[i]);
        contents(&families[i]);
        zeroes(&families[i]);
    }
    return 0;
}
