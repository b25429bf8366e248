/* SPDX-License-Identifier: Apache-2.0
 *
 * malloc() and its relatives as the mem domain: the one file that replaces them. Under a sanitizer
 * that brings its own malloc it is empty, whatever flags Bazel was told.
 */
#include "cairn/cairn.h"
#include "cairn/config/dispatch.h"

#if !CAIRN_SANITIZED

#include <malloc.h>
#include <string.h>

CAIRN_INLINE void *names_malloc_fast(size_t size)
{
    return cairn_dispatch_malloc_fast(CAIRN_DOMAIN_MEM, size);
}

CAIRN_INLINE void *names_malloc(size_t size)
{
    return cairn_dispatch_malloc_slow(CAIRN_DOMAIN_MEM, size);
}

CAIRN_INLINE void *names_calloc(size_t count, size_t size)
{
    return cairn_dispatch_calloc(CAIRN_DOMAIN_MEM, count, size);
}

CAIRN_INLINE void *names_realloc(void *ptr, size_t size)
{
    return cairn_dispatch_realloc(CAIRN_DOMAIN_MEM, ptr, size);
}

CAIRN_INLINE void names_free(void *ptr)
{
    cairn_dispatch_free(CAIRN_DOMAIN_MEM, ptr);
}

CAIRN_INLINE void *names_aligned_alloc(size_t alignment, size_t size)
{
    return cairn_dispatch_aligned_alloc(CAIRN_DOMAIN_MEM, alignment, size);
}

CAIRN_INLINE size_t names_usable_size(const void *ptr)
{
    return cairn_dispatch_usable_size(CAIRN_DOMAIN_MEM, ptr);
}

CAIRN_INLINE size_t names_trim(void)
{
    return cairn_trim();
}

static struct mallinfo2 names_info(void)
{
    struct mallinfo2 info;
    cairn_totals totals;
    memset(&info, 0, sizeof info);
    cairn_stats_totals(&totals);
    info.arena = totals.arena_bytes;
    info.uordblks = totals.live_bytes;
    info.fordblks =
        totals.arena_bytes > totals.live_bytes ? totals.arena_bytes - totals.live_bytes : 0;
    return info;
}

#include "cairn/domains/libc/names.inc"

#endif
