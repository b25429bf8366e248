/* SPDX-License-Identifier: Apache-2.0
 *
 * The run-time face of an allocator, from its body: functions that make a view of the instance that
 * ctx points at and call the body with it.
 */
#ifndef CAIRN_ALLOCATORS_FACE_H_
#define CAIRN_ALLOCATORS_FACE_H_

#include "cairn/allocators/allocator.h"

/* Defines part_malloc, _calloc, _realloc and _free, and file-local face_usable_size and
 * face_aligned_alloc, from part_view_of and the bodies part_malloc_over and so on. */
#define CAIRN_DEFINE_FACE(part)                                                                    \
    void *part##_malloc(void *ctx, size_t size)                                                    \
    {                                                                                              \
        part##_view view = part##_view_of(ctx);                                                    \
        return part##_malloc_over(&view, size);                                                    \
    }                                                                                              \
    void *part##_calloc(void *ctx, size_t count, size_t size)                                      \
    {                                                                                              \
        part##_view view = part##_view_of(ctx);                                                    \
        return part##_calloc_over(&view, count, size);                                             \
    }                                                                                              \
    void *part##_realloc(void *ctx, void *ptr, size_t size)                                        \
    {                                                                                              \
        part##_view view = part##_view_of(ctx);                                                    \
        return part##_realloc_over(&view, ptr, size);                                              \
    }                                                                                              \
    void part##_free(void *ctx, void *ptr)                                                         \
    {                                                                                              \
        part##_view view = part##_view_of(ctx);                                                    \
        part##_free_over(&view, ptr);                                                              \
    }                                                                                              \
    static size_t face_usable_size(void *ctx, const void *ptr)                                     \
    {                                                                                              \
        part##_view view = part##_view_of(ctx);                                                    \
        return part##_usable_size_over(&view, ptr);                                                \
    }                                                                                              \
    static void *face_aligned_alloc(void *ctx, size_t alignment, size_t size)                      \
    {                                                                                              \
        part##_view view = part##_view_of(ctx);                                                    \
        return part##_aligned_alloc_over(&view, alignment, size);                                  \
    }

#endif /* CAIRN_ALLOCATORS_FACE_H_ */
