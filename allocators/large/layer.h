/* SPDX-License-Identifier: Apache-2.0
 *
 * large as a layer of a stack file: one static instance under a name, whose operations are inline and
 * whose address map and heap are constants to the compiler.
 */
#ifndef CAIRN_ALLOCATORS_LARGE_LAYER_H_
#define CAIRN_ALLOCATORS_LARGE_LAYER_H_

#include "cairn/allocators/large/large.h"

/* In the stack's header. */
#define CAIRN_LARGE_LAYER(name)                                                                    \
    CAIRN_HEAP_PLACES_DECLARE(name)                                                                \
    extern cairn_large name##_state;                                                               \
    extern uintptr_t name##_root[CAIRN_MAP_ROOT_ENTRIES];                                          \
    CAIRN_INLINE cairn_large_view name##_view_of(void *ctx)                                        \
    {                                                                                              \
        cairn_large_view view = {                                                                  \
            &name##_state, name##_heap, name##_root, CAIRN_MAP_WHOLE_ORIGIN, CAIRN_MAP_WHOLE_SPAN, \
        };                                                                                         \
        (void)ctx;                                                                                 \
        return view;                                                                               \
    }                                                                                              \
    CAIRN_DEFINE_FACE(CAIRN_INLINE, name, cairn_large)                                             \
    CAIRN_INLINE void *name##_malloc_fast(size_t size)                                             \
    {                                                                                              \
        cairn_large_view view = name##_view_of(NULL);                                              \
        return cairn_large_malloc_fast(&view, size);                                               \
    }                                                                                              \
    CAIRN_INLINE bool name##_free_fast(void *ptr)                                                  \
    {                                                                                              \
        cairn_large_view view = name##_view_of(NULL);                                              \
        return cairn_large_free_fast(&view, ptr);                                                  \
    }                                                                                              \
    CAIRN_INLINE void *name##_malloc_front(size_t size)                                            \
    {                                                                                              \
        cairn_large_view view = name##_view_of(NULL);                                              \
        view.heap = cairn_heap_front(&name##_front);                                               \
        return cairn_large_malloc_fast(&view, size);                                               \
    }                                                                                              \
    CAIRN_INLINE bool name##_free_front(void *ptr)                                                 \
    {                                                                                              \
        cairn_large_view view = name##_view_of(NULL);                                              \
        view.heap = cairn_heap_front(&name##_front);                                               \
        return cairn_large_free_fast(&view, ptr);                                                  \
    }                                                                                              \
    CAIRN_HEAP_SET_FRONT(name)                                                                     \
    enum { name##_has_fast = true };                                                               \
    static const cairn_allocator_more name##_more = CAIRN_FACE_MORE(name, cairn_large);            \
    static const cairn_layer name = CAIRN_LAYER_INITIALISER(name);

/* In the stack's C file. What follows the name is an initialiser of a cairn_arena_source. */
#define CAIRN_LARGE_INSTANCE(name, ...)                                                            \
    CAIRN_HEAP_PLACES(name)                                                                        \
    uintptr_t name##_root[CAIRN_MAP_ROOT_ENTRIES];                                                 \
    cairn_large name##_state = {                                                                   \
        .heaps = CAIRN_LARGE_HEAPS(name##_place, name##_front_place),                              \
        .pools = CAIRN_LARGE_POOLS(&name##_state),                                                 \
        .regions =                                                                                 \
            {                                                                                      \
                .source = {.first = __VA_ARGS__},                                                  \
                .next_region_bytes = CAIRN_LARGE_REGION_FIRST,                                     \
                .map = {.origin = CAIRN_MAP_WHOLE_ORIGIN,                                          \
                        .span = CAIRN_MAP_WHOLE_SPAN,                                              \
                        .root = name##_root},                                                      \
            },                                                                                     \
    };                                                                                             \
    __attribute__((constructor(101))) static void name##_register(void)                            \
    {                                                                                              \
        cairn_heap_owner_register(&name##_state.heaps);                                            \
    }                                                                                              \
    CAIRN_UNUSED static bool name##_set_arena_source(cairn_arena_source source)                    \
    {                                                                                              \
        return cairn_arena_slot_set(&name##_state.regions.source, source);                         \
    }                                                                                              \
    CAIRN_UNUSED static cairn_arena_source name##_get_arena_source(void)                           \
    {                                                                                              \
        return cairn_arena_slot_get(&name##_state.regions.source);                                 \
    }

/* Runs of the layer of that name as arenas for another one of the same stack. */
#define CAIRN_LARGE_ARENA_INITIALISER(name) CAIRN_LARGE_ARENA_SOURCE_INITIALISER(&name##_state)

#endif /* CAIRN_ALLOCATORS_LARGE_LAYER_H_ */
