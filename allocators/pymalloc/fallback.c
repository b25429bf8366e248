/* SPDX-License-Identifier: Apache-2.0
 *
 * The fallback as an instance sees it: the layer it was given, with its live blocks counted
 * (clause B9.3) unless it counts them itself.
 */
#include "cairn/allocators/pymalloc/pymalloc_internal.h"

static void count(cairn_pymalloc *self, long change)
{
    if (!self->fallback_counts) {
        __atomic_fetch_add(&self->raw_blocks, change, __ATOMIC_RELAXED);
    }
}

static void *counted(cairn_pymalloc *self, void *ptr)
{
    if (ptr != NULL) {
        count(self, 1);
    }
    return ptr;
}

static void *fallback_malloc(void *ctx, size_t size)
{
    cairn_pymalloc *self = ctx;
    return counted(self, cairn_layer_malloc(self->fallback, size));
}

static void *fallback_calloc(void *ctx, size_t factor, size_t size)
{
    cairn_pymalloc *self = ctx;
    return counted(self, cairn_layer_calloc(self->fallback, factor, size));
}

static void *fallback_realloc(void *ctx, void *ptr, size_t size)
{
    cairn_pymalloc *self = ctx;
    return cairn_layer_realloc(self->fallback, ptr, size);
}

static void fallback_free(void *ctx, void *ptr)
{
    cairn_pymalloc *self = ctx;
    count(self, -1);
    cairn_layer_free(self->fallback, ptr);
}

static size_t fallback_usable_size(void *ctx, const void *ptr)
{
    cairn_pymalloc *self = ctx;
    return cairn_layer_usable_size(self->fallback, ptr);
}

static void *fallback_aligned_alloc(void *ctx, size_t alignment, size_t size)
{
    cairn_pymalloc *self = ctx;
    return counted(self, cairn_layer_aligned_alloc(self->fallback, alignment, size));
}

static const cairn_allocator_more fallback_more = {
    .usable_size = fallback_usable_size,
    .aligned_alloc = fallback_aligned_alloc,
};

cairn_layer cairn_pymalloc_counting_fallback(cairn_pymalloc *self)
{
    cairn_layer layer = {
        {self, fallback_malloc, fallback_calloc, fallback_realloc, fallback_free},
        &fallback_more,
    };
    return layer;
}
