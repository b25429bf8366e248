/* SPDX-License-Identifier: Apache-2.0
 *
 * The fallback of an instance that has to count its live blocks itself (clause B9.3): the layer below,
 * with what it gives and takes back counted.
 */
#ifndef CAIRN_ALLOCATORS_PYMALLOC_FALLBACK_H_
#define CAIRN_ALLOCATORS_PYMALLOC_FALLBACK_H_

#include "cairn/allocators/pymalloc/pymalloc.h"

CAIRN_EXTERN_C_BEGIN

/* What the bodies below see: the instance that counts, and the layer below it. */
typedef struct cairn_pymalloc_counted_view {
    cairn_pymalloc *self;
    cairn_layer below;
} cairn_pymalloc_counted_view;

CAIRN_INLINE void cairn_pymalloc_count(cairn_pymalloc *self, long change)
{
    if (!self->fallback_counts) {
        __atomic_fetch_add(&self->raw_blocks, change, __ATOMIC_RELAXED);
    }
}

CAIRN_INLINE void *cairn_pymalloc_count_new(cairn_pymalloc *self, void *ptr)
{
    if (ptr != NULL) {
        cairn_pymalloc_count(self, 1);
    }
    return ptr;
}

CAIRN_INLINE void *cairn_pymalloc_counted_malloc_over(const cairn_pymalloc_counted_view *view,
                                                      size_t size)
{
    return cairn_pymalloc_count_new(view->self, cairn_layer_malloc(view->below, size));
}

CAIRN_INLINE void *cairn_pymalloc_counted_calloc_over(const cairn_pymalloc_counted_view *view,
                                                      size_t count, size_t size)
{
    return cairn_pymalloc_count_new(view->self, cairn_layer_calloc(view->below, count, size));
}

/* A block stays one block. */
CAIRN_INLINE void *cairn_pymalloc_counted_realloc_over(const cairn_pymalloc_counted_view *view,
                                                       void *ptr, size_t size)
{
    return cairn_layer_realloc(view->below, ptr, size);
}

CAIRN_INLINE void cairn_pymalloc_counted_free_over(const cairn_pymalloc_counted_view *view,
                                                   void *ptr)
{
    cairn_pymalloc_count(view->self, -1);
    cairn_layer_free(view->below, ptr);
}

CAIRN_INLINE size_t cairn_pymalloc_counted_usable_size_over(const cairn_pymalloc_counted_view *view,
                                                            const void *ptr)
{
    return cairn_layer_room(view->below, ptr);
}

CAIRN_INLINE void *
cairn_pymalloc_counted_aligned_alloc_over(const cairn_pymalloc_counted_view *view, size_t alignment,
                                          size_t size)
{
    return cairn_pymalloc_count_new(view->self,
                                    cairn_layer_aligned_alloc(view->below, alignment, size));
}

CAIRN_EXTERN_C_END

#endif /* CAIRN_ALLOCATORS_PYMALLOC_FALLBACK_H_ */
