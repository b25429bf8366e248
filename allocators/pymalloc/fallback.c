/* SPDX-License-Identifier: Apache-2.0
 *
 * The counted fallback of instances that are created, behind pointers.
 */
#include "cairn/allocators/pymalloc/fallback.h"
#include "cairn/allocators/pymalloc/pymalloc_internal.h"

static cairn_pymalloc_counted_view counted_view_of(void *ctx)
{
    cairn_pymalloc *self = ctx;
    cairn_pymalloc_counted_view view = {self, self->fallback};
    return view;
}

CAIRN_DEFINE_FACE(static, counted, cairn_pymalloc_counted)

static const cairn_allocator_more counted_more = {
    .usable_size = counted_usable_size,
    .aligned_alloc = counted_aligned_alloc,
};

cairn_layer cairn_pymalloc_counting_fallback(cairn_pymalloc *self)
{
    cairn_layer layer = {
        {self, counted_malloc, counted_calloc, counted_realloc, counted_free},
        &counted_more,
    };
    return layer;
}
