/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls into a domain under dynamic dispatch: the published layer is compared with the built-in one
 * first, so that the common case is the inline stack and not an indirect call.
 */
#ifndef CAIRN_CONFIG_DISPATCH_H_
#define CAIRN_CONFIG_DISPATCH_H_

#include "cairn/config/default_stack.h"
#include "cairn/domains/entry.h"

/* The size rules of clause A2 hold in the inline stack by themselves: it has no hook that would see
 * the call, and large refuses such sizes. Only calloc's factors can hide one. */
CAIRN_INLINE void *cairn_dispatch_malloc(unsigned number, size_t size)
{
    const cairn_layer *layer = cairn_domain_get(&cairn_domains[number]);
    if (CAIRN_LIKELY(layer == &cairn_default_layer)) {
        return cairn_default_malloc(size);
    }
    return cairn_entry_malloc(layer, size);
}

CAIRN_INLINE void *cairn_dispatch_calloc(unsigned number, size_t count, size_t size)
{
    const cairn_layer *layer = cairn_domain_get(&cairn_domains[number]);
    if (CAIRN_LIKELY(layer == &cairn_default_layer)) {
        return cairn_default_calloc(count, size);
    }
    return cairn_entry_calloc(layer, count, size);
}

CAIRN_INLINE void *cairn_dispatch_realloc(unsigned number, void *ptr, size_t size)
{
    const cairn_layer *layer = cairn_domain_get(&cairn_domains[number]);
    if (CAIRN_LIKELY(layer == &cairn_default_layer)) {
        return cairn_default_realloc(ptr, size);
    }
    return cairn_entry_realloc(layer, ptr, size);
}

CAIRN_INLINE void cairn_dispatch_free(unsigned number, void *ptr)
{
    const cairn_layer *layer = cairn_domain_get(&cairn_domains[number]);
    if (CAIRN_LIKELY(layer == &cairn_default_layer)) {
        cairn_default_free(ptr);
    } else {
        cairn_entry_free(layer, ptr);
    }
}

CAIRN_INLINE void *cairn_dispatch_aligned_alloc(unsigned number, size_t alignment, size_t size)
{
    const cairn_layer *layer = cairn_domain_get(&cairn_domains[number]);
    if (CAIRN_LIKELY(layer == &cairn_default_layer)) {
        return cairn_default_aligned_alloc(alignment, size);
    }
    return cairn_entry_aligned_alloc(layer, alignment, size);
}

CAIRN_INLINE size_t cairn_dispatch_usable_size(unsigned number, const void *ptr)
{
    return ptr != NULL ? cairn_layer_usable_size(*cairn_domain_get(&cairn_domains[number]), ptr)
                       : 0;
}

#endif /* CAIRN_CONFIG_DISPATCH_H_ */
