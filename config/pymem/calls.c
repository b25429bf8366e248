/* SPDX-License-Identifier: Apache-2.0
 *
 * The twelve functions that allocate: each is a jump to what cairn.h calls it.
 */
#include <string.h>

#include "cairn/cairn.h"
#include "cairn/domains/pymem.h"

void *PyMem_RawMalloc(size_t size)
{
    return cairn_raw_malloc(size);
}

void *PyMem_RawCalloc(size_t count, size_t size)
{
    return cairn_raw_calloc(count, size);
}

void *PyMem_RawRealloc(void *ptr, size_t size)
{
    return cairn_raw_realloc(ptr, size);
}

void PyMem_RawFree(void *ptr)
{
    cairn_raw_free(ptr);
}

void *PyMem_Malloc(size_t size)
{
    return cairn_mem_malloc(size);
}

void *PyMem_Calloc(size_t count, size_t size)
{
    return cairn_mem_calloc(count, size);
}

void *PyMem_Realloc(void *ptr, size_t size)
{
    return cairn_mem_realloc(ptr, size);
}

void PyMem_Free(void *ptr)
{
    cairn_mem_free(ptr);
}

void *PyObject_Malloc(size_t size)
{
    return cairn_obj_malloc(size);
}

void *PyObject_Calloc(size_t count, size_t size)
{
    return cairn_obj_calloc(count, size);
}

void *PyObject_Realloc(void *ptr, size_t size)
{
    return cairn_obj_realloc(ptr, size);
}

void PyObject_Free(void *ptr)
{
    cairn_obj_free(ptr);
}

static void *copy_to(void *block, const void *from, size_t bytes)
{
    return block != NULL ? memcpy(block, from, bytes) : NULL;
}

char *cairn_pymem_strdup(const char *text)
{
    size_t bytes = strlen(text) + 1;
    return copy_to(PyMem_Malloc(bytes), text, bytes);
}

char *cairn_pymem_raw_strdup(const char *text)
{
    size_t bytes = strlen(text) + 1;
    return copy_to(PyMem_RawMalloc(bytes), text, bytes);
}

wchar_t *cairn_pymem_raw_wcsdup(const wchar_t *text)
{
    size_t bytes = (wcslen(text) + 1) * sizeof *text;
    return copy_to(PyMem_RawMalloc(bytes), text, bytes);
}
