/* SPDX-License-Identifier: Apache-2.0
 *
 * The named entry points of the three built-in domains, as cairn.h declares them.
 */
#include "cairn/cairn.h"
#include "cairn/config/dispatch.h"

cairn_domain cairn_domains[CAIRN_DOMAINS_MAX] = {
    [CAIRN_DOMAIN_RAW] = {&cairn_default_layer, "raw", 'r'},
    [CAIRN_DOMAIN_MEM] = {&cairn_default_layer, "mem", 'm'},
    [CAIRN_DOMAIN_OBJ] = {&cairn_default_layer, "obj", 'o'},
};

#define ENTRY_POINTS(prefix, number)                                                               \
    void *prefix##_malloc(size_t size)                                                             \
    {                                                                                              \
        return cairn_dispatch_malloc(number, size);                                                \
    }                                                                                              \
    void *prefix##_calloc(size_t count, size_t size)                                               \
    {                                                                                              \
        return cairn_dispatch_calloc(number, count, size);                                         \
    }                                                                                              \
    void *prefix##_realloc(void *ptr, size_t size)                                                 \
    {                                                                                              \
        return cairn_dispatch_realloc(number, ptr, size);                                          \
    }                                                                                              \
    void prefix##_free(void *ptr)                                                                  \
    {                                                                                              \
        cairn_dispatch_free(number, ptr);                                                          \
    }                                                                                              \
    void *prefix##_aligned_alloc(size_t alignment, size_t size)                                    \
    {                                                                                              \
        return cairn_dispatch_aligned_alloc(number, alignment, size);                              \
    }                                                                                              \
    size_t prefix##_usable_size(const void *ptr)                                                   \
    {                                                                                              \
        return cairn_dispatch_usable_size(number, ptr);                                            \
    }

ENTRY_POINTS(cairn_raw, CAIRN_DOMAIN_RAW)
ENTRY_POINTS(cairn_mem, CAIRN_DOMAIN_MEM)
ENTRY_POINTS(cairn_obj, CAIRN_DOMAIN_OBJ)
ENTRY_POINTS(cairn, CAIRN_DOMAIN_MEM)
