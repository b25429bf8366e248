/* SPDX-License-Identifier: Apache-2.0
 *
 * libc's allocator by its public names, so that whatever stands behind those names (a sanitizer,
 * valgrind, a preloaded library) sees the calls. Weak: a malloc replacement overrides it.
 */
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>

#include "cairn/base/libc.h"

CAIRN_WEAK void *cairn_libc_malloc(size_t size)
{
    return malloc(size);
}

CAIRN_WEAK void *cairn_libc_calloc(size_t count, size_t size)
{
    return calloc(count, size);
}

CAIRN_WEAK void *cairn_libc_realloc(void *ptr, size_t size)
{
    return realloc(ptr, size);
}

CAIRN_WEAK void cairn_libc_free(void *ptr)
{
    free(ptr);
}

CAIRN_WEAK void *cairn_libc_aligned_alloc(size_t alignment, size_t size)
{
    void *ptr = NULL;
    int error = posix_memalign(&ptr, alignment < sizeof(void *) ? sizeof(void *) : alignment, size);
    return error == 0 ? ptr : NULL;
}

CAIRN_WEAK size_t cairn_libc_usable_size(const void *ptr)
{
    return malloc_usable_size((void *)(uintptr_t)ptr);
}

CAIRN_WEAK bool cairn_libc_trim(void)
{
    return malloc_trim(0) != 0;
}
