/* SPDX-License-Identifier: Apache-2.0
 *
 * What a file of cairn_config_fuzz is written in: a table of the configurations that its fuzzer runs on.
 */
#ifndef CAIRN_FUZZ_CONFIG_H_
#define CAIRN_FUZZ_CONFIG_H_

#include "cairn/allocators/allocator.h"
#include "cairn/domains/domain.h"

CAIRN_EXTERN_C_BEGIN

/* A domain, with the functions that carry its name. */
typedef struct cairn_fuzz_config_domain {
    const char *name;
    unsigned number;
    void *(*malloc)(size_t size);
    void *(*calloc)(size_t count, size_t size);
    void *(*realloc)(void *ptr, size_t size);
    void (*free)(void *ptr);
    void *(*aligned_alloc)(size_t alignment, size_t size);
    size_t (*usable_size)(const void *ptr);
} cairn_fuzz_config_domain;

#define CAIRN_FUZZ_CONFIG_DOMAIN(number, names)                                                    \
    {                                                                                              \
#names, number, names##_malloc, names##_calloc, names##_realloc, names##_free,             \
            names##_aligned_alloc, names##_usable_size,                                            \
    }

typedef struct cairn_fuzz_config {
    const char *name;
    const cairn_fuzz_config_domain *domains;
    size_t count;
    const cairn_domain_table *table;
    bool (*check_all)(void);
    size_t (*trim)(void);
    void (*stats_totals)(cairn_totals *out);
    bool (*arena_source_get)(cairn_arena_source *out);
    cairn_status (*arena_source_set)(cairn_arena_source source);
} cairn_fuzz_config;

#define CAIRN_FUZZ_CONFIG(config)                                                                  \
    {                                                                                              \
#config, config##_fuzz_domains,                                                            \
            sizeof config##_fuzz_domains /                                                         \
                sizeof config##_fuzz_domains[0], &config##_table, config##_check_all,              \
                                             config##_trim, config##_stats_totals,                 \
                                             config##_arena_source_get, config##_arena_source_set, \
    }

/* Ends with one without a name. */
extern const cairn_fuzz_config cairn_fuzz_configs[];

CAIRN_EXTERN_C_END

#endif /* CAIRN_FUZZ_CONFIG_H_ */
