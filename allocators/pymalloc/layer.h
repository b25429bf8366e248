/* SPDX-License-Identifier: Apache-2.0
 *
 * pymalloc as a layer of a stack file: one static instance under a name, whose operations are inline and
 * whose address map, heap and fallback are constants to the compiler.
 */
#ifndef CAIRN_ALLOCATORS_PYMALLOC_LAYER_H_
#define CAIRN_ALLOCATORS_PYMALLOC_LAYER_H_

#include "cairn/allocators/pymalloc/fallback.h"
#include "cairn/allocators/pymalloc/pymalloc.h"

/* In the stack's header. below is a layer of the same stack that counts its own live blocks. */
#define CAIRN_PYMALLOC_LAYER(name, below)                                                          \
    CAIRN_HEAP_PLACES_DECLARE(name)                                                                \
    CAIRN_PYMALLOC_LAYER_WITH(name, below, name##_heap, cairn_heap_front(&name##_front))           \
    CAIRN_INLINE void name##_set_front(bool is_open)                                               \
    {                                                                                              \
        cairn_heap_owner_set_front(&name##_state.heaps, is_open);                                  \
        below##_set_front(is_open);                                                                \
    }

/* The same over a layer that does not count: name_counted, which is defined here, does it. */
#define CAIRN_PYMALLOC_COUNTING_LAYER(name, below)                                                 \
    CAIRN_PYMALLOC_COUNTED(name, name##_counted, below)                                            \
    CAIRN_PYMALLOC_LAYER(name, name##_counted)

/* pymalloc:single: no thread has a heap. */
#define CAIRN_PYMALLOC_SINGLE_LAYER(name, below)                                                   \
    CAIRN_PYMALLOC_LAYER_WITH(name, below, &cairn_heap_vacant, &cairn_heap_vacant)                 \
    CAIRN_INLINE void name##_set_front(bool is_open)                                               \
    {                                                                                              \
        below##_set_front(is_open);                                                                \
    }
#define CAIRN_PYMALLOC_SINGLE_COUNTING_LAYER(name, below)                                          \
    CAIRN_PYMALLOC_COUNTED(name, name##_counted, below)                                            \
    CAIRN_PYMALLOC_SINGLE_LAYER(name, name##_counted)

#define CAIRN_PYMALLOC_LAYER_WITH(name, below, thread_heap, thread_front)                          \
    extern cairn_pymalloc name##_state;                                                            \
    extern uintptr_t name##_root[CAIRN_MAP_ROOT_ENTRIES];                                          \
    CAIRN_INLINE cairn_pymalloc_view name##_view_of(void *ctx)                                     \
    {                                                                                              \
        cairn_pymalloc_view view = {                                                               \
            &name##_state,          thread_heap,          name##_root,                             \
            CAIRN_MAP_WHOLE_ORIGIN, CAIRN_MAP_WHOLE_SPAN, below,                                   \
        };                                                                                         \
        (void)ctx;                                                                                 \
        return view;                                                                               \
    }                                                                                              \
    CAIRN_DEFINE_FACE(CAIRN_INLINE, name, cairn_pymalloc)                                          \
    CAIRN_INLINE void *name##_malloc_fast(size_t size)                                             \
    {                                                                                              \
        return CAIRN_LIKELY(cairn_small_fast_class(size) <= CAIRN_SMALL_CLASSES)                   \
                   ? cairn_pymalloc_hand_out(                                                      \
                         cairn_heap_pop(thread_heap, cairn_small_fast_class(size)), size,          \
                         cairn_small_fast_class(size))                                             \
                   : below##_malloc_fast(size);                                                    \
    }                                                                                              \
    CAIRN_INLINE bool name##_free_fast(void *ptr)                                                  \
    {                                                                                              \
        cairn_pymalloc_view view = name##_view_of(NULL);                                           \
        return CAIRN_LIKELY(cairn_pymalloc_free_fast(&view, ptr)) || below##_free_fast(ptr);       \
    }                                                                                              \
    CAIRN_INLINE void *name##_malloc_front(size_t size)                                            \
    {                                                                                              \
        return CAIRN_LIKELY(cairn_small_fast_class(size) <= CAIRN_SMALL_CLASSES)                   \
                   ? cairn_pymalloc_hand_out(                                                      \
                         cairn_heap_pop(thread_front, cairn_small_fast_class(size)), size,         \
                         cairn_small_fast_class(size))                                             \
                   : below##_malloc_front(size);                                                   \
    }                                                                                              \
    CAIRN_INLINE bool name##_free_front(void *ptr)                                                 \
    {                                                                                              \
        cairn_pymalloc_view view = name##_view_of(NULL);                                           \
        view.heap = thread_front;                                                                  \
        return CAIRN_LIKELY(cairn_pymalloc_free_fast(&view, ptr)) || below##_free_front(ptr);      \
    }                                                                                              \
    enum { name##_has_fast = true };                                                               \
    CAIRN_INLINE bool name##_owns_block(void *ctx, const void *ptr)                                \
    {                                                                                              \
        cairn_pymalloc_view view = name##_view_of(ctx);                                            \
        return CAIRN_LIKELY(cairn_pymalloc_class_of(&view, ptr) != 0) ||                           \
               cairn_layer_owns_block(below, ptr);                                                 \
    }                                                                                              \
    static const cairn_allocator_more name##_more = {                                              \
        name##_usable_size,                                                                        \
        name##_aligned_alloc,                                                                      \
        cairn_pymalloc_face_block_start,                                                           \
        cairn_pymalloc_face_owns,                                                                  \
        cairn_pymalloc_face_trim,                                                                  \
        cairn_pymalloc_face_check,                                                                 \
        cairn_pymalloc_face_stats,                                                                 \
        name##_owns_block,                                                                         \
        cairn_pymalloc_face_walk,                                                                  \
        NULL,                                                                                      \
    };                                                                                             \
    static const cairn_layer name = CAIRN_LAYER_INITIALISER(name);

#define CAIRN_PYMALLOC_COUNTED(name, counted, below)                                               \
    extern cairn_pymalloc name##_state;                                                            \
    CAIRN_INLINE cairn_pymalloc_counted_view counted##_view_of(void *ctx)                          \
    {                                                                                              \
        cairn_pymalloc_counted_view view = {&name##_state, below};                                 \
        (void)ctx;                                                                                 \
        return view;                                                                               \
    }                                                                                              \
    CAIRN_DEFINE_FACE(CAIRN_INLINE, counted, cairn_pymalloc_counted)                               \
    CAIRN_NOTHING_FAST(counted)                                                                    \
    static const cairn_allocator_more counted##_more = {                                           \
        counted##_usable_size,                                                                     \
        counted##_aligned_alloc,                                                                   \
        NULL,                                                                                      \
        NULL,                                                                                      \
        NULL,                                                                                      \
        NULL,                                                                                      \
        NULL,                                                                                      \
        NULL,                                                                                      \
        NULL,                                                                                      \
        NULL,                                                                                      \
    };                                                                                             \
    static const cairn_layer counted = {                                                           \
        {(void *)&name##_state, counted##_malloc, counted##_calloc, counted##_realloc,             \
         counted##_free},                                                                          \
        &counted##_more,                                                                           \
    };

/* In the stack's C file, after the instances below it. below is the layer that the instance was declared
 * over (without the counting), which counts its live blocks itself or not; what follows is an initialiser
 * of a cairn_arena_source. */
#define CAIRN_PYMALLOC_INSTANCE(name, below, counts, ...)                                          \
    CAIRN_HEAP_PLACES(name)                                                                        \
    CAIRN_PYMALLOC_INSTANCE_WITH(name, name##_place, name##_front_place, true, below, counts,      \
                                 __VA_ARGS__)                                                      \
    __attribute__((constructor(101))) static void name##_register(void)                            \
    {                                                                                              \
        cairn_heap_owner_register(&name##_state.heaps);                                            \
    }

#define CAIRN_PYMALLOC_SINGLE_INSTANCE(name, below, counts, ...)                                   \
    CAIRN_PYMALLOC_INSTANCE_WITH(name, NULL, NULL, false, below, counts, __VA_ARGS__)

#define CAIRN_PYMALLOC_INSTANCE_WITH(name, where, where_front, keeps, below, counts, ...)          \
    uintptr_t name##_root[CAIRN_MAP_ROOT_ENTRIES];                                                 \
    cairn_pymalloc name##_state = {                                                                \
        .heaps = CAIRN_PYMALLOC_HEAPS(where, where_front),                                         \
        .arenas =                                                                                  \
            {                                                                                      \
                .source = {.first = __VA_ARGS__},                                                  \
                .arena_bytes = CAIRN_ARENA_BYTES,                                                  \
                .pool_bytes = CAIRN_POOL_BYTES,                                                    \
                .keeps_order = !(keeps),                                                           \
                .map = {.origin = CAIRN_MAP_WHOLE_ORIGIN,                                          \
                        .span = CAIRN_MAP_WHOLE_SPAN,                                              \
                        .root = name##_root},                                                      \
            },                                                                                     \
        .fallback = CAIRN_LAYER_INITIALISER(below),                                                \
        .fallback_counts = counts,                                                                 \
        .pools = CAIRN_PYMALLOC_POOLS(&name##_state, keeps),                                       \
    };                                                                                             \
    CAIRN_UNUSED static bool name##_set_arena_source(cairn_arena_source source)                    \
    {                                                                                              \
        return cairn_arena_slot_set(&name##_state.arenas.source, source);                          \
    }                                                                                              \
    CAIRN_UNUSED static cairn_arena_source name##_get_arena_source(void)                           \
    {                                                                                              \
        return cairn_arena_slot_get(&name##_state.arenas.source);                                  \
    }                                                                                              \
    CAIRN_UNUSED static void name##_set_before_arena(void (*before_arena)(void *ctx))              \
    {                                                                                              \
        cairn_pymalloc_set_before_arena(&name##_state, before_arena, NULL);                        \
    }

#endif /* CAIRN_ALLOCATORS_PYMALLOC_LAYER_H_ */
