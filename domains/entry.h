/* SPDX-License-Identifier: Apache-2.0
 *
 * The entry of every call into a domain: the size rules of clause A2, then the layer. Inline, for the
 * named entry points of a stack and for user domains alike.
 */
#ifndef CAIRN_DOMAINS_ENTRY_H_
#define CAIRN_DOMAINS_ENTRY_H_

#include "cairn/domains/domain.h"

CAIRN_EXTERN_C_BEGIN

/* PY_SSIZE_T_MAX: larger requests fail before the layer is called (A2.1 to A2.4). */
#define CAIRN_SIZE_MAX ((size_t)PTRDIFF_MAX)

CAIRN_INLINE void *cairn_entry_malloc(const cairn_layer *layer, size_t size)
{
    return CAIRN_LIKELY(size <= CAIRN_SIZE_MAX) ? cairn_layer_malloc(*layer, size) : NULL;
}

CAIRN_INLINE void *cairn_entry_calloc(const cairn_layer *layer, size_t count, size_t size)
{
    size_t bytes;
    if (CAIRN_UNLIKELY(__builtin_mul_overflow(count, size, &bytes) || bytes > CAIRN_SIZE_MAX)) {
        return NULL;
    }
    return cairn_layer_calloc(*layer, count, size);
}

CAIRN_INLINE void *cairn_entry_realloc(const cairn_layer *layer, void *ptr, size_t size)
{
    return CAIRN_LIKELY(size <= CAIRN_SIZE_MAX) ? cairn_layer_realloc(*layer, ptr, size) : NULL;
}

CAIRN_INLINE void cairn_entry_free(const cairn_layer *layer, void *ptr)
{
    cairn_layer_free(*layer, ptr); /* NULL too (A2.5) */
}

/* NULL, and a line the first time: a table of four functions cannot align, and who wrote it may not know
 * that it is asked to. */
CAIRN_SLOW_PATH void *cairn_entry_cannot_align(size_t alignment);

CAIRN_INLINE void *cairn_entry_aligned_alloc(const cairn_layer *layer, size_t alignment,
                                             size_t size)
{
    if (CAIRN_UNLIKELY(size > CAIRN_SIZE_MAX || alignment > CAIRN_SIZE_MAX)) {
        return NULL;
    }
    if (CAIRN_UNLIKELY(layer->more->aligned_alloc == NULL && alignment > CAIRN_ALIGNMENT)) {
        return cairn_entry_cannot_align(alignment);
    }
    return cairn_layer_aligned_alloc(*layer, alignment, size);
}

CAIRN_EXTERN_C_END

#endif /* CAIRN_DOMAINS_ENTRY_H_ */
