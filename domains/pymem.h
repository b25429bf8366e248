/* SPDX-License-Identifier: Apache-2.0
 *
 * CPython's memory interface (PEP 445), under CPython's names, over the domains of the program's own
 * configuration: the one behind the flag //config, as cairn.h.
 *
 * For code that was written for CPython's pymem.h and is to run without Python: it compiles against this
 * header as it is. The library is //domains:pymem. It must not be in one program with libpython, which
 * defines the same names. docs/pymem.md tells how to use it and where it differs from CPython.
 *
 * All functions may be called by any thread at any time, from before main until after the last exit
 * handler and in the child of a fork; getters and setters not in the child of a fork that came while
 * another thread was inside one. Clauses are those of docs/behaviour.md.
 */
#ifndef CAIRN_DOMAINS_PYMEM_H_
#define CAIRN_DOMAINS_PYMEM_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A size with a sign, and the largest request that reaches an allocator, in bytes (A2). */
typedef ptrdiff_t Py_ssize_t;
#define PY_SSIZE_T_MAX PTRDIFF_MAX
#define PY_SSIZE_T_MIN PTRDIFF_MIN

/* --- Allocation (A1, A2) ------------------------------------------------------------------------------ */

/* For each domain, with sizes in bytes:
 *
 *   Malloc    a block of size bytes with undefined contents
 *   Calloc    a block of count * size bytes that are zero
 *   Realloc   the block at ptr with another size, moved when it has to be; bytes up to the smaller size are
 *             kept. Of NULL: a new block. To 0: a block still, never a free (A2.8)
 *   Free      of NULL: nothing happens, but the installed allocator is called (A2.5)
 *
 * Size 0 gives a block of its own. NULL is the only failure: of a request above PY_SSIZE_T_MAX, which
 * reaches no allocator, or for want of memory; the old block is as it was then. Blocks are aligned to 16
 * bytes and are resized and freed by the domain that gave them (A1.4). */
void *PyMem_RawMalloc(size_t size);
void *PyMem_RawCalloc(size_t count, size_t size);
void *PyMem_RawRealloc(void *ptr, size_t size);
void PyMem_RawFree(void *ptr);

void *PyMem_Malloc(size_t size);
void *PyMem_Calloc(size_t count, size_t size);
void *PyMem_Realloc(void *ptr, size_t size);
void PyMem_Free(void *ptr);

void *PyObject_Malloc(size_t size);
void *PyObject_Calloc(size_t count, size_t size);
void *PyObject_Realloc(void *ptr, size_t size);
void PyObject_Free(void *ptr);

/* --- Allocators of domains (A3) ------------------------------------------------------------------------ */

/* The numbers are part of the interface (A1.1). */
typedef enum {
    PYMEM_DOMAIN_RAW = 0, /* buffers, from any thread */
    PYMEM_DOMAIN_MEM = 1, /* buffers of the program itself */
    PYMEM_DOMAIN_OBJ = 2  /* objects */
} PyMemAllocatorDomain;

/* What serves a domain. The order of the members is part of the interface (A3.1). */
typedef struct {
    void *ctx; /* handed to each function */
    void *(*malloc)(void *ctx, size_t size);
    void *(*calloc)(void *ctx, size_t nelem, size_t elsize);
    void *(*realloc)(void *ctx, void *ptr, size_t new_size);
    void (*free)(void *ctx, void *ptr);
} PyMemAllocatorEx;

/* Copies what serves the domain now; all members are NULL for an unknown domain (A3.2, A3.4). Never fails
 * otherwise. */
void PyMem_GetAllocator(PyMemAllocatorDomain domain, PyMemAllocatorEx *allocator);

/* Has a copy of *allocator serve the domain from now on; an unknown domain is ignored (A3.3, A3.4). Nothing
 * is checked: a function that is NULL and is called ends the program. Once blocks are out, the new one must
 * pass what the old one gave on to it (A3.6). A call in another thread sees the old or the new allocator,
 * never a function of one with the ctx of the other; it may still be inside the old one when this returns.
 * May be called from inside a callback (A3.9). Allocators are remembered for ever, each once.
 *
 * Ends the program in one line when there is no memory to remember it, or when the configuration is static
 * and cannot be changed; setting what serves already is always fine. */
void PyMem_SetAllocator(PyMemAllocatorDomain domain, PyMemAllocatorEx *allocator);

/* Puts the debug hook over each of the three domains that does not have it yet, wherever in its stack that
 * stands (A10.4, A10.5), so that calling it again does nothing. Blocks that are out already are still freed
 * and resized as before; those allocated from now on are checked. To be called after a replacement was set
 * (A3.8). Ends the program in one line when the configuration is static and has no debug hook. */
void PyMem_SetupDebugHooks(void);

/* --- Arenas (A4) --------------------------------------------------------------------------------------- */

/* Where pools get their memory, in large pieces. The order of the members is part of the interface (A4.1). */
typedef struct {
    void *ctx; /* handed to both functions */
    void *(*alloc)(void *ctx, size_t size);
    void (*free)(void *ctx, void *ptr, size_t size);
} PyObjectArenaAllocator;

/* Copies what the next arenas will come from. */
void PyObject_GetArenaAllocator(PyObjectArenaAllocator *allocator);

/* Has the next arenas come from a copy of *allocator. Each arena goes back to the allocator that gave it,
 * with the size that it was asked for, whatever is set later (A4.2, A4.5). Under a configuration without
 * arenas it is remembered for the getter, and never called. Ends the program in one line when there is no
 * memory to remember it. */
void PyObject_SetArenaAllocator(PyObjectArenaAllocator *allocator);

/* --- Macros (A5) --------------------------------------------------------------------------------------- */

/* What the two macros below are made of: n is evaluated once, where CPython's evaluate it twice (A5.3). */
static inline void *cairn_pymem_new(size_t n, size_t size)
{
    return n > (size_t)PY_SSIZE_T_MAX / size ? NULL : PyMem_Malloc(n * size);
}

static inline void *cairn_pymem_resize(void *ptr, size_t n, size_t size)
{
    return n > (size_t)PY_SSIZE_T_MAX / size ? NULL : PyMem_Realloc(ptr, n * size);
}

/* A block for n objects of the type, or NULL; n may be negative, which is too many. */
#define PyMem_New(type, n) ((type *)cairn_pymem_new((size_t)(n), sizeof(type)))

/* Sets p to the block at p with room for n objects of the type; to NULL when it fails, so that who needs
 * the old block then has to keep another pointer to it. p is evaluated twice. */
#define PyMem_Resize(p, type, n) ((p) = (type *)cairn_pymem_resize((p), (size_t)(n), sizeof(type)))

/* Names of Python 2. Those without arguments can be used as pointers to functions, too. */
#define PyMem_MALLOC(n) PyMem_Malloc(n)
#define PyMem_NEW(type, n) PyMem_New(type, n)
#define PyMem_REALLOC(p, n) PyMem_Realloc(p, n)
#define PyMem_RESIZE(p, type, n) PyMem_Resize(p, type, n)
#define PyMem_FREE(p) PyMem_Free(p)
#define PyMem_Del PyMem_Free
#define PyMem_DEL PyMem_Free
#define PyObject_MALLOC PyObject_Malloc
#define PyObject_REALLOC PyObject_Realloc
#define PyObject_FREE PyObject_Free
#define PyObject_Del PyObject_Free
#define PyObject_DEL PyObject_Free

/* --- Debug bytes (C2) ---------------------------------------------------------------------------------- */

#define PYMEM_CLEANBYTE 0xCD     /* allocated, not written yet */
#define PYMEM_DEADBYTE 0xDD      /* freed */
#define PYMEM_FORBIDDENBYTE 0xFD /* in front of a block and behind it */

/* --- What CPython has inside --------------------------------------------------------------------------- */

/* The name of what serves the three domains: that of the preset ("default", "pymalloc", "malloc",
 * "mimalloc" or a configuration's own), with "_debug" where PyMem_SetupDebugHooks was called ("debug" for
 * "default"). NULL for anything else, such as an allocator of the program's own (A3.11). Valid for ever. */
const char *cairn_pymem_allocator_name(void);

/* Whether a pointer that was read from memory can only be a leftover: NULL, or made of one of the debug
 * bytes alone (C2.1). It is not followed. */
static inline bool cairn_pymem_is_freed(const void *ptr)
{
    uintptr_t value = (uintptr_t)ptr;
    uintptr_t ones = UINTPTR_MAX / 0xFF; /* 0x01 in each byte */
    return value == 0 || value == ones * PYMEM_CLEANBYTE || value == ones * PYMEM_DEADBYTE ||
           value == ones * PYMEM_FORBIDDENBYTE;
}

/* Copies of a string, to be freed by the domain; NULL for want of memory, or for a string whose size is
 * above the limit (A5.6). */
char *cairn_pymem_strdup(const char *text);
char *cairn_pymem_raw_strdup(const char *text);
wchar_t *cairn_pymem_raw_wcsdup(const wchar_t *text);

#ifdef __cplusplus
}
#endif

#endif /* CAIRN_DOMAINS_PYMEM_H_ */
