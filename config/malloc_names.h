/* SPDX-License-Identifier: Apache-2.0
 *
 * What a configuration's malloc replacement is written in: the operations that
 * domains/libc/names.inc is made of, for one domain of a stack.
 */
#ifndef CAIRN_CONFIG_MALLOC_NAMES_H_
#define CAIRN_CONFIG_MALLOC_NAMES_H_

#include <malloc.h>
#include <string.h>

#include "cairn/config/report.h"
#include "cairn/config/stack.h"

/* glibc's figures, as far as a domain has them. */
CAIRN_INLINE struct mallinfo2 cairn_malloc_info(const cairn_domain_table *table)
{
    struct mallinfo2 info;
    cairn_totals totals;
    memset(&info, 0, sizeof info);
    cairn_table_stats_totals(table, &totals);
    info.arena = totals.arena_bytes;
    info.uordblks = totals.live_bytes;
    info.fordblks =
        totals.arena_bytes > totals.live_bytes ? totals.arena_bytes - totals.live_bytes : 0;
    return info;
}

/* Two replacements in one program would each get some of the calls: they fail to link, by this name. */
#define CAIRN_ONLY_MALLOC_REPLACEMENT                                                              \
    extern const char cairn_this_program_has_two_malloc_replacements;                              \
    const char cairn_this_program_has_two_malloc_replacements = 1;

/* domain is a domain of the stack, table the address of the configuration's table of domains. */
#define CAIRN_MALLOC_NAMES(domain, table)                                                          \
    CAIRN_INLINE void *names_malloc_fast(size_t size)                                              \
    {                                                                                              \
        return domain##_inline_malloc_fast(size);                                                  \
    }                                                                                              \
    CAIRN_INLINE void *names_malloc(size_t size)                                                   \
    {                                                                                              \
        return domain##_malloc_slow(size);                                                         \
    }                                                                                              \
    CAIRN_INLINE void *names_calloc(size_t count, size_t size)                                     \
    {                                                                                              \
        return domain##_inline_calloc(count, size);                                                \
    }                                                                                              \
    CAIRN_INLINE void *names_realloc(void *ptr, size_t size)                                       \
    {                                                                                              \
        return domain##_inline_realloc(ptr, size);                                                 \
    }                                                                                              \
    CAIRN_INLINE void names_free(void *ptr)                                                        \
    {                                                                                              \
        domain##_inline_free(ptr);                                                                 \
    }                                                                                              \
    CAIRN_INLINE void *names_aligned_alloc(size_t alignment, size_t size)                          \
    {                                                                                              \
        return domain##_inline_aligned_alloc(alignment, size);                                     \
    }                                                                                              \
    CAIRN_INLINE size_t names_usable_size(const void *ptr)                                         \
    {                                                                                              \
        return domain##_inline_usable_size(ptr);                                                   \
    }                                                                                              \
    CAIRN_INLINE size_t names_trim(void)                                                           \
    {                                                                                              \
        return cairn_table_trim(table);                                                            \
    }                                                                                              \
    CAIRN_INLINE struct mallinfo2 names_info(void)                                                 \
    {                                                                                              \
        return cairn_malloc_info(table);                                                           \
    }

#endif /* CAIRN_CONFIG_MALLOC_NAMES_H_ */
