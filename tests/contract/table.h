/* SPDX-License-Identifier: Apache-2.0
 *
 * What a file of cairn_contract_files is written in: a table of what the contract suite is to be run on.
 * C, because the headers of a component need not be C++.
 */
#ifndef CAIRN_TESTS_CONTRACT_TABLE_H_
#define CAIRN_TESTS_CONTRACT_TABLE_H_

#include "cairn/config/preset.h"

CAIRN_EXTERN_C_BEGIN

/* What a component declares in offers, as far as a layer shows it. */
enum {
    CAIRN_OFFERS_ALIGNED_ALLOC = 1 << 0,
    CAIRN_OFFERS_ALL_OWNED = 1 << 1,
    CAIRN_OFFERS_BLOCK_START = 1 << 2,
    CAIRN_OFFERS_CHECK = 1 << 3,
    CAIRN_OFFERS_COUNTS_BLOCKS = 1 << 4,
    CAIRN_OFFERS_OWNS = 1 << 5,
    CAIRN_OFFERS_STATS = 1 << 6,
    CAIRN_OFFERS_TRIM = 1 << 7,
    CAIRN_OFFERS_USABLE_SIZE = 1 << 8,
    CAIRN_OFFERS_WALK = 1 << 9,
};

/* A domain of a configuration, with the functions that carry its name. */
typedef struct cairn_contract_domain {
    const char *name; /* "my_heap_obj" */
    const cairn_domain_table *table;
    unsigned number;
    unsigned offers;
    void *(*malloc)(size_t size);
    void *(*calloc)(size_t count, size_t size);
    void *(*realloc)(void *ptr, size_t size);
    void (*free)(void *ptr);
    void *(*aligned_alloc)(size_t alignment, size_t size);
    size_t (*usable_size)(const void *ptr);
} cairn_contract_domain;

#define CAIRN_CONTRACT_DOMAIN(config, number, names, offers)                                       \
    {                                                                                              \
#names, &config##_table, number, offers, names##_malloc, names##_calloc, names##_realloc,  \
            names##_free, names##_aligned_alloc, names##_usable_size,                              \
    }

typedef struct cairn_contract_configuration {
    const char *name;
    const char *description;
    bool (*check_all)(void);
} cairn_contract_configuration;

#define CAIRN_CONTRACT_CONFIGURATION(config)                                                       \
    {                                                                                              \
#config, config##_description, config##_check_all,                                         \
    }

/* A hook for its run-time face, which is put over the last of the domains. */
typedef struct cairn_contract_hook {
    const char *name;
    const cairn_hook *hook;
    const char *options;
    unsigned offers; /* of what it then is over */
} cairn_contract_hook;

/* Each ends with an entry without a name. */
typedef struct cairn_contract_table {
    const cairn_contract_configuration *configurations;
    const cairn_contract_domain *domains;
    const cairn_arena_choice *arenas;
    const char *const *arena_options;
    const cairn_contract_hook *hooks;
} cairn_contract_table;

extern const cairn_contract_table cairn_contract;

CAIRN_EXTERN_C_END

#endif /* CAIRN_TESTS_CONTRACT_TABLE_H_ */
