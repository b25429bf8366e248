/* SPDX-License-Identifier: Apache-2.0
 *
 * The stack "default": pymalloc over large, one instance of each for all domains. The operations are
 * inline, so that an entry point is one function from its name to the magazine.
 */
#ifndef CAIRN_CONFIG_DEFAULT_STACK_H_
#define CAIRN_CONFIG_DEFAULT_STACK_H_

#include "cairn/allocators/large/large.h"
#include "cairn/allocators/pymalloc/pymalloc.h"

CAIRN_EXTERN_C_BEGIN

enum { CAIRN_DEFAULT_LARGE_SLOT = 0, CAIRN_DEFAULT_PYMALLOC_SLOT = 1, CAIRN_PYMALLOC_SLOT = 2 };

extern cairn_large cairn_default_large;
extern cairn_pymalloc cairn_default_pymalloc;
extern char *cairn_default_large_root[CAIRN_MAP_ROOT_ENTRIES];
extern char *cairn_default_pymalloc_root[CAIRN_MAP_ROOT_ENTRIES];

/* The stack as a layer; domains that publish its address are served by the inline operations. */
extern const cairn_layer cairn_default_layer;

CAIRN_INLINE cairn_large_view cairn_default_large_view(void)
{
    cairn_large_view view = {
        &cairn_default_large,     cairn_heaps[CAIRN_DEFAULT_LARGE_SLOT],
        cairn_default_large_root, CAIRN_MAP_WHOLE_ORIGIN,
        CAIRN_MAP_WHOLE_SPAN,
    };
    return view;
}

/* The lower layer, as the upper one calls it. */
CAIRN_INLINE void *cairn_default_large_malloc(void *ctx, size_t size)
{
    cairn_large_view view = cairn_default_large_view();
    (void)ctx;
    return cairn_large_malloc_over(&view, size);
}

CAIRN_INLINE void *cairn_default_large_calloc(void *ctx, size_t count, size_t size)
{
    cairn_large_view view = cairn_default_large_view();
    (void)ctx;
    return cairn_large_calloc_over(&view, count, size);
}

CAIRN_INLINE void *cairn_default_large_realloc(void *ctx, void *ptr, size_t size)
{
    cairn_large_view view = cairn_default_large_view();
    (void)ctx;
    return cairn_large_realloc_over(&view, ptr, size);
}

CAIRN_INLINE void cairn_default_large_free(void *ctx, void *ptr)
{
    cairn_large_view view = cairn_default_large_view();
    (void)ctx;
    cairn_large_free_over(&view, ptr);
}

CAIRN_INLINE size_t cairn_default_large_usable_size(void *ctx, const void *ptr)
{
    cairn_large_view view = cairn_default_large_view();
    (void)ctx;
    return cairn_large_usable_size_over(&view, ptr);
}

CAIRN_INLINE void *cairn_default_large_aligned_alloc(void *ctx, size_t alignment, size_t size)
{
    cairn_large_view view = cairn_default_large_view();
    (void)ctx;
    return cairn_large_aligned_alloc_over(&view, alignment, size);
}

static const cairn_allocator_more cairn_default_over_large_more = {
    .usable_size = cairn_default_large_usable_size,
    .aligned_alloc = cairn_default_large_aligned_alloc,
};

static const cairn_layer cairn_default_over_large = {
    {NULL, cairn_default_large_malloc, cairn_default_large_calloc, cairn_default_large_realloc,
     cairn_default_large_free},
    &cairn_default_over_large_more,
};

CAIRN_INLINE cairn_pymalloc_view cairn_default_view(void)
{
    cairn_pymalloc_view view = {
        &cairn_default_pymalloc,     cairn_heaps[CAIRN_DEFAULT_PYMALLOC_SLOT],
        cairn_default_pymalloc_root, CAIRN_MAP_WHOLE_ORIGIN,
        CAIRN_MAP_WHOLE_SPAN,        cairn_default_over_large,
    };
    return view;
}

CAIRN_INLINE void *cairn_default_malloc(size_t size)
{
    cairn_pymalloc_view view = cairn_default_view();
    return cairn_pymalloc_malloc_over(&view, size);
}

/* What needs no call: most of all operations. */
CAIRN_INLINE void *cairn_default_malloc_fast(size_t size)
{
    if (CAIRN_LIKELY(cairn_small_serves(size))) {
        cairn_pymalloc_view view = cairn_default_view();
        return cairn_pymalloc_malloc_fast(&view, size);
    }
    cairn_large_view view = cairn_default_large_view();
    return cairn_large_malloc_fast(&view, size);
}

CAIRN_INLINE bool cairn_default_free_fast(void *ptr)
{
    cairn_pymalloc_view small = cairn_default_view();
    if (CAIRN_LIKELY(cairn_pymalloc_free_fast(&small, ptr))) {
        return true;
    }
    cairn_large_view large = cairn_default_large_view();
    return cairn_large_free_fast(&large, ptr);
}

CAIRN_INLINE void *cairn_default_calloc(size_t count, size_t size)
{
    cairn_pymalloc_view view = cairn_default_view();
    return cairn_pymalloc_calloc_over(&view, count, size);
}

CAIRN_INLINE void *cairn_default_realloc(void *ptr, size_t size)
{
    cairn_pymalloc_view view = cairn_default_view();
    return cairn_pymalloc_realloc_over(&view, ptr, size);
}

CAIRN_INLINE void cairn_default_free(void *ptr)
{
    cairn_pymalloc_view view = cairn_default_view();
    cairn_pymalloc_free_over(&view, ptr);
}

CAIRN_INLINE size_t cairn_default_usable_size(const void *ptr)
{
    cairn_pymalloc_view view = cairn_default_view();
    return cairn_pymalloc_usable_size_over(&view, ptr);
}

CAIRN_INLINE void *cairn_default_aligned_alloc(size_t alignment, size_t size)
{
    cairn_pymalloc_view view = cairn_default_view();
    return cairn_pymalloc_aligned_alloc_over(&view, alignment, size);
}

CAIRN_EXTERN_C_END

#endif /* CAIRN_CONFIG_DEFAULT_STACK_H_ */
