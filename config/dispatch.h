/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls into a domain under dynamic dispatch: the published layer is compared with the built-in one
 * first, so that the common case is the inline stack and not an indirect call. What the inline stack
 * cannot do by itself is left to one outlined function, so that the entry points need no stack frame.
 */
#ifndef CAIRN_CONFIG_DISPATCH_H_
#define CAIRN_CONFIG_DISPATCH_H_

#include "cairn/config/default_stack.h"
#include "cairn/domains/entry.h"

/* The size rules of clause A2 hold in the inline stack by themselves: it has no hook that would see
 * the call, and large refuses such sizes. Only calloc's factors can hide one. */
void *cairn_dispatch_malloc_slow(unsigned number, size_t size);
void cairn_dispatch_free_slow(unsigned number, void *ptr);

/* Called when the inline stack had no memory: idle memory of all size classes goes home, and the request
 * is tried once more. */
void *cairn_dispatch_calloc_again(size_t count, size_t size);
void *cairn_dispatch_realloc_again(void *ptr, size_t size);
void *cairn_dispatch_aligned_alloc_again(size_t alignment, size_t size);

CAIRN_INLINE void *cairn_dispatch_malloc_fast(unsigned number, size_t size)
{
    bool is_built_in = cairn_domain_get(&cairn_domains[number]) == &cairn_default_layer;
    return CAIRN_LIKELY(is_built_in) ? cairn_default_malloc_fast(size) : NULL;
}

CAIRN_INLINE void *cairn_dispatch_malloc(unsigned number, size_t size)
{
    void *block = cairn_dispatch_malloc_fast(number, size);
    return CAIRN_LIKELY(block != NULL) ? block : cairn_dispatch_malloc_slow(number, size);
}

CAIRN_INLINE void cairn_dispatch_free(unsigned number, void *ptr)
{
    bool is_built_in = cairn_domain_get(&cairn_domains[number]) == &cairn_default_layer;
    if (CAIRN_LIKELY(is_built_in) && CAIRN_LIKELY(cairn_default_free_fast(ptr))) {
        return;
    }
    cairn_dispatch_free_slow(number, ptr);
}

CAIRN_INLINE void *cairn_dispatch_calloc(unsigned number, size_t count, size_t size)
{
    const cairn_layer *layer = cairn_domain_get(&cairn_domains[number]);
    if (CAIRN_LIKELY(layer == &cairn_default_layer)) {
        void *block = cairn_default_calloc(count, size);
        return CAIRN_LIKELY(block != NULL) ? block : cairn_dispatch_calloc_again(count, size);
    }
    return cairn_entry_calloc(layer, count, size);
}

CAIRN_INLINE void *cairn_dispatch_realloc(unsigned number, void *ptr, size_t size)
{
    const cairn_layer *layer = cairn_domain_get(&cairn_domains[number]);
    if (CAIRN_LIKELY(layer == &cairn_default_layer)) {
        void *block = cairn_default_realloc(ptr, size);
        return CAIRN_LIKELY(block != NULL) ? block : cairn_dispatch_realloc_again(ptr, size);
    }
    return cairn_entry_realloc(layer, ptr, size);
}

CAIRN_INLINE void *cairn_dispatch_aligned_alloc(unsigned number, size_t alignment, size_t size)
{
    const cairn_layer *layer = cairn_domain_get(&cairn_domains[number]);
    if (CAIRN_LIKELY(layer == &cairn_default_layer)) {
        void *block = cairn_default_aligned_alloc(alignment, size);
        return CAIRN_LIKELY(block != NULL) ? block
                                           : cairn_dispatch_aligned_alloc_again(alignment, size);
    }
    return cairn_entry_aligned_alloc(layer, alignment, size);
}

CAIRN_INLINE size_t cairn_dispatch_usable_size(unsigned number, const void *ptr)
{
    return ptr != NULL ? cairn_layer_usable_size(*cairn_domain_get(&cairn_domains[number]), ptr)
                       : 0;
}

#endif /* CAIRN_CONFIG_DISPATCH_H_ */
