/* SPDX-License-Identifier: Apache-2.0
 *
 * Functions of the block interface, from an allocator's body: each makes a view of the instance and
 * calls the body with it. Used twice for each allocator: for its run-time face, whose view is of the
 * instance that ctx points at, and for its layer in a stack file, whose view is made of constants.
 */
#ifndef CAIRN_ALLOCATORS_FACE_H_
#define CAIRN_ALLOCATORS_FACE_H_

#include "cairn/allocators/allocator.h"

/* Defines name_malloc, _calloc, _realloc, _free, _usable_size and _aligned_alloc with the given linkage,
 * from name_view_of(ctx) and the bodies part_malloc_over and so on. */
#define CAIRN_DEFINE_FACE(linkage, name, part)                                                     \
    linkage void *name##_malloc(void *ctx, size_t size)                                            \
    {                                                                                              \
        part##_view view = name##_view_of(ctx);                                                    \
        return part##_malloc_over(&view, size);                                                    \
    }                                                                                              \
    linkage void *name##_calloc(void *ctx, size_t count, size_t size)                              \
    {                                                                                              \
        part##_view view = name##_view_of(ctx);                                                    \
        return part##_calloc_over(&view, count, size);                                             \
    }                                                                                              \
    linkage void *name##_realloc(void *ctx, void *ptr, size_t size)                                \
    {                                                                                              \
        part##_view view = name##_view_of(ctx);                                                    \
        return part##_realloc_over(&view, ptr, size);                                              \
    }                                                                                              \
    linkage void name##_free(void *ctx, void *ptr)                                                 \
    {                                                                                              \
        part##_view view = name##_view_of(ctx);                                                    \
        part##_free_over(&view, ptr);                                                              \
    }                                                                                              \
    linkage size_t name##_usable_size(void *ctx, const void *ptr)                                  \
    {                                                                                              \
        part##_view view = name##_view_of(ctx);                                                    \
        return part##_usable_size_over(&view, ptr);                                                \
    }                                                                                              \
    linkage void *name##_aligned_alloc(void *ctx, size_t alignment, size_t size)                   \
    {                                                                                              \
        part##_view view = name##_view_of(ctx);                                                    \
        return part##_aligned_alloc_over(&view, alignment, size);                                  \
    }

/* Declares what CAIRN_DEFINE_FACE defines, and the rest of the optional table, for a run-time face. */
#define CAIRN_DECLARE_FACE(part)                                                                   \
    void *part##_malloc(void *ctx, size_t size);                                                   \
    void *part##_calloc(void *ctx, size_t count, size_t size);                                     \
    void *part##_realloc(void *ctx, void *ptr, size_t size);                                       \
    void part##_free(void *ctx, void *ptr);                                                        \
    size_t part##_usable_size(void *ctx, const void *ptr);                                         \
    void *part##_aligned_alloc(void *ctx, size_t alignment, size_t size);                          \
    void *part##_face_block_start(void *ctx, const void *address);                                 \
    bool part##_face_owns(void *ctx, const void *ptr);                                             \
    size_t part##_face_trim(void *ctx);                                                            \
    bool part##_face_check(void *ctx);                                                             \
    void part##_face_stats(void *ctx, cairn_report *report);                                       \
    bool part##_face_owns_block(void *ctx, const void *ptr);                                       \
    bool part##_face_walk(void *ctx, cairn_block_visit *visit, void *arg);                         \
    extern const cairn_allocator_more part##_more;

/* The optional table of the functions that CAIRN_DEFINE_FACE gave that name; what needs no speed is the
 * part's run-time face. */
#define CAIRN_FACE_MORE(name, part)                                                                \
    {                                                                                              \
        name##_usable_size, name##_aligned_alloc, part##_face_block_start, part##_face_owns,       \
            part##_face_trim, part##_face_check, part##_face_stats, part##_face_owns_block,        \
            part##_face_walk, NULL,                                                                \
    }

/* A layer as an initialiser: name_state is what ctx points at, name_malloc and so on are its functions. */
#define CAIRN_LAYER_INITIALISER(name)                                                              \
    {                                                                                              \
        {(void *)&name##_state, name##_malloc, name##_calloc, name##_realloc, name##_free},        \
            &name##_more                                                                           \
    }

/* The fast operations of a layer that has none; config/stack.h says what they are. */
#define CAIRN_NOTHING_FAST(name)                                                                   \
    CAIRN_INLINE void *name##_malloc_fast(size_t size)                                             \
    {                                                                                              \
        (void)size;                                                                                \
        return NULL;                                                                               \
    }                                                                                              \
    CAIRN_INLINE bool name##_free_fast(void *ptr)                                                  \
    {                                                                                              \
        (void)ptr;                                                                                 \
        return false;                                                                              \
    }                                                                                              \
    CAIRN_UNUSED CAIRN_INLINE void *name##_malloc_front(size_t size)                               \
    {                                                                                              \
        return name##_malloc_fast(size);                                                           \
    }                                                                                              \
    CAIRN_UNUSED CAIRN_INLINE bool name##_free_front(void *ptr)                                    \
    {                                                                                              \
        return name##_free_fast(ptr);                                                              \
    }                                                                                              \
    CAIRN_UNUSED CAIRN_INLINE void name##_set_front(bool is_open)                                  \
    {                                                                                              \
        (void)is_open;                                                                             \
    }                                                                                              \
    enum { name##_has_fast = false };

#endif /* CAIRN_ALLOCATORS_FACE_H_ */
