/* SPDX-License-Identifier: Apache-2.0
 *
 * What the C file of a configuration is written in, beside tables: the functions that its header
 * declares, over the inline operations of its stack.
 */
#ifndef CAIRN_CONFIG_ENTRY_POINTS_H_
#define CAIRN_CONFIG_ENTRY_POINTS_H_

#include "cairn/config/preset.h"
#include "cairn/config/report.h"
#include "cairn/config/stack.h"

/* prefix_malloc and so on, of a domain of the stack. Several prefixes can name the same domain. */
#define CAIRN_ENTRY_POINTS(prefix, domain)                                                         \
    void *prefix##_malloc(size_t size)                                                             \
    {                                                                                              \
        return domain##_inline_malloc(size);                                                       \
    }                                                                                              \
    void *prefix##_calloc(size_t count, size_t size)                                               \
    {                                                                                              \
        return domain##_inline_calloc(count, size);                                                \
    }                                                                                              \
    void *prefix##_realloc(void *ptr, size_t size)                                                 \
    {                                                                                              \
        return domain##_inline_realloc(ptr, size);                                                 \
    }                                                                                              \
    void prefix##_free(void *ptr)                                                                  \
    {                                                                                              \
        domain##_inline_free(ptr);                                                                 \
    }                                                                                              \
    void *prefix##_aligned_alloc(size_t alignment, size_t size)                                    \
    {                                                                                              \
        return domain##_inline_aligned_alloc(alignment, size);                                     \
    }                                                                                              \
    size_t prefix##_usable_size(const void *ptr)                                                   \
    {                                                                                              \
        return domain##_inline_usable_size(ptr);                                                   \
    }

/* The same functions under another prefix, for a domain that the same layers serve for ever: at no cost,
 * where compilers would make copies, or jumps to the first of them. */
#define CAIRN_SAME_ENTRY_POINTS(prefix, first)                                                     \
    CAIRN_SAME_FUNCTION(prefix##_malloc, first##_malloc)                                           \
    CAIRN_SAME_FUNCTION(prefix##_calloc, first##_calloc)                                           \
    CAIRN_SAME_FUNCTION(prefix##_realloc, first##_realloc)                                         \
    CAIRN_SAME_FUNCTION(prefix##_free, first##_free)                                               \
    CAIRN_SAME_FUNCTION(prefix##_aligned_alloc, first##_aligned_alloc)                             \
    CAIRN_SAME_FUNCTION(prefix##_usable_size, first##_usable_size)

#define CAIRN_SAME_FUNCTION(name, first)                                                           \
    extern __typeof__(first) name __attribute__((alias(#first)));

/* Once for each domain, in the configuration's own file: what the inline operations leave. */
#define CAIRN_SLOW_ENTRY_POINTS(domain)                                                            \
    CAIRN_SLOW_PATH void *domain##_malloc_slow(size_t size)                                        \
    {                                                                                              \
        return domain##_inline_malloc_full(size);                                                  \
    }                                                                                              \
    CAIRN_SLOW_PATH void domain##_free_slow(void *ptr)                                             \
    {                                                                                              \
        domain##_inline_free_full(ptr);                                                            \
    }

#define CAIRN_SAME_SLOW_ENTRY_POINTS(domain, first)                                                \
    CAIRN_SLOW_PATH CAIRN_SAME_FUNCTION(domain##_malloc_slow, first##_malloc_slow) CAIRN_SLOW_PATH \
    CAIRN_SAME_FUNCTION(domain##_free_slow, first##_free_slow)

/* Once for each layer that domains are built with: what use of such a domain by handle calls. domain is one of
 * them. As long as the domain has the layer, its code is in line; the handle tells whether it still has. */
#define CAIRN_SHORTCUT(layer, domain)                                                              \
    CAIRN_INLINE void *layer##_take_full(size_t size, cairn_domain *handle)                        \
    {                                                                                              \
        return CAIRN_LIKELY(cairn_domain_get(handle) == &layer##_published)                        \
                   ? cairn_entry_malloc(&layer, size)                                              \
                   : cairn_domain_take(size, handle);                                              \
    }                                                                                              \
    CAIRN_SLOW_PATH static void *layer##_take_slow(size_t size, cairn_domain *handle)              \
    {                                                                                              \
        return layer##_take_full(size, handle);                                                    \
    }                                                                                              \
    static void *layer##_take(size_t size, cairn_domain *handle)                                   \
    {                                                                                              \
        if (!layer##_has_fast) {                                                                   \
            return layer##_take_full(size, handle);                                                \
        }                                                                                          \
        void *block = domain##_inline_malloc_fast(size);                                           \
        return CAIRN_LIKELY(block != NULL) ? block : layer##_take_slow(size, handle);              \
    }                                                                                              \
    CAIRN_INLINE void layer##_give_full(void *ptr, cairn_domain *handle)                           \
    {                                                                                              \
        if (CAIRN_LIKELY(cairn_domain_get(handle) == &layer##_published)) {                        \
            cairn_entry_free(&layer, ptr);                                                         \
        } else {                                                                                   \
            cairn_domain_give(ptr, handle);                                                        \
        }                                                                                          \
    }                                                                                              \
    CAIRN_SLOW_PATH static void layer##_give_slow(void *ptr, cairn_domain *handle)                 \
    {                                                                                              \
        layer##_give_full(ptr, handle);                                                            \
    }                                                                                              \
    static void layer##_give(void *ptr, cairn_domain *handle)                                      \
    {                                                                                              \
        if (!layer##_has_fast) {                                                                   \
            layer##_give_full(ptr, handle);                                                        \
        } else if (CAIRN_UNLIKELY(!domain##_inline_free_fast(ptr))) {                              \
            layer##_give_slow(ptr, handle);                                                        \
        }                                                                                          \
    }                                                                                              \
    static const cairn_domain_shortcut layer##_shortcut = {                                        \
        &layer##_published,                                                                        \
        layer##_take,                                                                              \
        layer##_give,                                                                              \
    };

/* The functions over all domains. in_force is an expression for the preset's name. */
#define CAIRN_REPORT_POINTS(prefix, table, in_force)                                               \
    const char *prefix##_preset_name(void)                                                         \
    {                                                                                              \
        return in_force;                                                                           \
    }                                                                                              \
    void prefix##_stats_write(int fd, cairn_report_format format)                                  \
    {                                                                                              \
        cairn_table_stats_write(table, in_force, fd, format);                                      \
    }                                                                                              \
    void prefix##_stats_totals(cairn_totals *out)                                                  \
    {                                                                                              \
        cairn_table_stats_totals(table, out);                                                      \
    }                                                                                              \
    bool prefix##_check_all(void)                                                                  \
    {                                                                                              \
        return cairn_table_check_all(table);                                                       \
    }                                                                                              \
    size_t prefix##_trim(void)                                                                     \
    {                                                                                              \
        return cairn_table_trim(table);                                                            \
    }

/* Where arenas come from. in_force is an expression for the preset. */
#define CAIRN_ARENA_POINTS(prefix, in_force)                                                       \
    bool prefix##_arena_source_get(cairn_arena_source *out)                                        \
    {                                                                                              \
        return cairn_preset_arena_source_get(in_force, out);                                       \
    }                                                                                              \
    cairn_status prefix##_arena_source_set(cairn_arena_source source)                              \
    {                                                                                              \
        return cairn_preset_arena_source_set(in_force, source);                                    \
    }

#endif /* CAIRN_CONFIG_ENTRY_POINTS_H_ */
