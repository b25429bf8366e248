/* SPDX-License-Identifier: Apache-2.0
 *
 * libc's allocator by glibc's internal names, for programs in which malloc() is Cairn. The size
 * query has no internal name: it is looked up in libc by cairn_libc_find, once, at start.
 */
#include <dlfcn.h>

#include "cairn/base/libc.h"
#include "cairn/base/libc_internal.h"

/* The version of all symbols that glibc had when it came to the architecture. */
#if defined(__x86_64__)
#define CAIRN_GLIBC_FIRST_VERSION "GLIBC_2.2.5"
#elif defined(__aarch64__)
#define CAIRN_GLIBC_FIRST_VERSION "GLIBC_2.17"
#elif defined(__s390x__)
#define CAIRN_GLIBC_FIRST_VERSION "GLIBC_2.2"
#else
#define CAIRN_GLIBC_FIRST_VERSION "GLIBC_2.0"
#endif

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *ptr, size_t size);
extern void __libc_free(void *ptr);
extern void *__libc_memalign(size_t alignment, size_t size);

static size_t (*libc_usable_size)(void *ptr);
static int (*libc_trim)(size_t pad);

void cairn_libc_find(void)
{
    /* By version, since a program may link another allocator that stands between us and libc. Not by
     * dlopen either: it would initialise libc, which may not have had its turn yet, without environ. */
    libc_usable_size =
        (size_t(*)(void *))dlvsym(RTLD_NEXT, "malloc_usable_size", CAIRN_GLIBC_FIRST_VERSION);
    libc_trim = (int (*)(size_t))dlvsym(RTLD_NEXT, "malloc_trim", CAIRN_GLIBC_FIRST_VERSION);
}

void *cairn_libc_malloc(size_t size)
{
    return __libc_malloc(size);
}

void *cairn_libc_calloc(size_t count, size_t size)
{
    return __libc_calloc(count, size);
}

void *cairn_libc_realloc(void *ptr, size_t size)
{
    return __libc_realloc(ptr, size);
}

void cairn_libc_free(void *ptr)
{
    __libc_free(ptr);
}

void *cairn_libc_aligned_alloc(size_t alignment, size_t size)
{
    return __libc_memalign(alignment, size);
}

size_t cairn_libc_usable_size(const void *ptr)
{
    return libc_usable_size != NULL ? libc_usable_size((void *)(uintptr_t)ptr) : 0;
}

bool cairn_libc_trim(void)
{
    return libc_trim != NULL && libc_trim(0) != 0;
}
