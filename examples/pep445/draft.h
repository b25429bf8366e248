/* SPDX-License-Identifier: Apache-2.0
 *
 * The names of the draft of PEP 445 of June 2013, for code that was written for it, over those that CPython
 * has shipped. Both of the draft's interfaces are here: a pair of functions for each domain, and, as its
 * alternative, one pair with the domain as a number.
 *
 * A PyMemBlockAllocator has no calloc: requests for zeroed memory arrive at its malloc, and are zeroed
 * behind it. PyMem_GetAllocator and PyMem_SetAllocator take one argument here, so that code for the draft
 * and code for what has shipped cannot be in one file. The draft's PyMem_SetupDebugHooks has shipped as it
 * was.
 */
#ifndef CAIRN_EXAMPLES_PEP445_DRAFT_H_
#define CAIRN_EXAMPLES_PEP445_DRAFT_H_

#include "cairn/domains/pymem.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    void *ctx;
    void *(*malloc)(void *ctx, size_t size);
    void *(*realloc)(void *ctx, void *ptr, size_t new_size);
    void (*free)(void *ctx, void *ptr);
} PyMemBlockAllocator;

typedef PyObjectArenaAllocator PyMemMappingAllocator;

/* The alternative: 0, or -1 for a domain that there is not, and nothing is done. */
enum { PYALLOC_PYMEM = 0, PYALLOC_PYMEM_RAW = 1, PYALLOC_PYOBJECT = 2 };
int PyMem_GetBlockAllocator(int domain, PyMemBlockAllocator *allocator);
int PyMem_SetBlockAllocator(int domain, PyMemBlockAllocator *allocator);

#define PyMem_GetRawAllocator(allocator)                                                           \
    ((void)PyMem_GetBlockAllocator(PYALLOC_PYMEM_RAW, (allocator)))
#define PyMem_SetRawAllocator(allocator)                                                           \
    ((void)PyMem_SetBlockAllocator(PYALLOC_PYMEM_RAW, (allocator)))
#define PyMem_GetAllocator(allocator) ((void)PyMem_GetBlockAllocator(PYALLOC_PYMEM, (allocator)))
#define PyMem_SetAllocator(allocator) ((void)PyMem_SetBlockAllocator(PYALLOC_PYMEM, (allocator)))
#define PyObject_GetAllocator(allocator)                                                           \
    ((void)PyMem_GetBlockAllocator(PYALLOC_PYOBJECT, (allocator)))
#define PyObject_SetAllocator(allocator)                                                           \
    ((void)PyMem_SetBlockAllocator(PYALLOC_PYOBJECT, (allocator)))
#define PyMem_GetMappingAllocator(allocator) PyObject_GetArenaAllocator(allocator)
#define PyMem_SetMappingAllocator(allocator) PyObject_SetArenaAllocator(allocator)

#ifdef __cplusplus
}
#endif

#endif /* CAIRN_EXAMPLES_PEP445_DRAFT_H_ */
