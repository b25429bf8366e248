/* SPDX-License-Identifier: Apache-2.0
 *
 * Functions of the block interface, from a hook's body. Used twice for each hook: for its run-time face
 * (hook.h), whose state and layer below come out of ctx, and for its layer in a stack file, where both
 * are constants.
 */
#ifndef CAIRN_HOOKS_FACE_H_
#define CAIRN_HOOKS_FACE_H_

#include "cairn/allocators/allocator.h"

/* Defines name_malloc and so on with the given linkage, from the bodies x_malloc_over and so on. own is
 * an expression for the state, next one for the layer below; both may use ctx. */
#define CAIRN_HOOK_FACE(linkage, name, x, own, next)                                               \
    linkage void *name##_malloc(void *ctx, size_t size)                                            \
    {                                                                                              \
        (void)ctx;                                                                                 \
        return x##_malloc_over(own, next, size);                                                   \
    }                                                                                              \
    linkage void *name##_calloc(void *ctx, size_t count, size_t size)                              \
    {                                                                                              \
        (void)ctx;                                                                                 \
        return x##_calloc_over(own, next, count, size);                                            \
    }                                                                                              \
    linkage void *name##_realloc(void *ctx, void *ptr, size_t size)                                \
    {                                                                                              \
        (void)ctx;                                                                                 \
        return x##_realloc_over(own, next, ptr, size);                                             \
    }                                                                                              \
    linkage void name##_free(void *ctx, void *ptr)                                                 \
    {                                                                                              \
        (void)ctx;                                                                                 \
        x##_free_over(own, next, ptr);                                                             \
    }                                                                                              \
    linkage size_t name##_usable_size(void *ctx, const void *ptr)                                  \
    {                                                                                              \
        (void)ctx;                                                                                 \
        return x##_usable_size_over(own, next, ptr);                                               \
    }                                                                                              \
    linkage void *name##_aligned_alloc(void *ctx, size_t alignment, size_t size)                   \
    {                                                                                              \
        (void)ctx;                                                                                 \
        return x##_aligned_alloc_over(own, next, alignment, size);                                 \
    }                                                                                              \
    linkage void *name##_block_start(void *ctx, const void *address)                               \
    {                                                                                              \
        (void)ctx;                                                                                 \
        return x##_block_start_over(own, next, address);                                           \
    }                                                                                              \
    linkage bool name##_owns(void *ctx, const void *ptr)                                           \
    {                                                                                              \
        (void)ctx;                                                                                 \
        return x##_owns_over(own, next, ptr);                                                      \
    }                                                                                              \
    linkage size_t name##_trim(void *ctx)                                                          \
    {                                                                                              \
        (void)ctx;                                                                                 \
        return x##_trim_over(own, next);                                                           \
    }                                                                                              \
    linkage bool name##_check(void *ctx)                                                           \
    {                                                                                              \
        (void)ctx;                                                                                 \
        return x##_check_over(own, next);                                                          \
    }                                                                                              \
    linkage void name##_stats(void *ctx, cairn_report *report)                                     \
    {                                                                                              \
        (void)ctx;                                                                                 \
        x##_stats_over(own, next, report);                                                         \
    }                                                                                              \
    linkage bool name##_owns_block(void *ctx, const void *ptr)                                     \
    {                                                                                              \
        (void)ctx;                                                                                 \
        return x##_owns_block_over(own, next, ptr);                                                \
    }                                                                                              \
    linkage bool name##_walk(void *ctx, cairn_block_visit *visit, void *arg)                       \
    {                                                                                              \
        (void)ctx;                                                                                 \
        return x##_walk_over(own, next, visit, arg);                                               \
    }

/* The functions of a run-time face, over those that call the body, under the name on: a hook that is turned
 * off passes on what asks for memory, gives it back, or looks at the hook itself. Where blocks are, it
 * has not changed, so that the rest is as before. */
#define CAIRN_HOOK_RUN_TIME_FACE(name, on)                                                         \
    static void *name##_malloc(void *ctx, size_t size)                                             \
    {                                                                                              \
        return cairn_hook_is_off(ctx) ? cairn_layer_malloc(CAIRN_HOOK_BELOW(ctx), size)            \
                                      : on##_malloc(ctx, size);                                    \
    }                                                                                              \
    static void *name##_calloc(void *ctx, size_t count, size_t size)                               \
    {                                                                                              \
        return cairn_hook_is_off(ctx) ? cairn_layer_calloc(CAIRN_HOOK_BELOW(ctx), count, size)     \
                                      : on##_calloc(ctx, count, size);                             \
    }                                                                                              \
    static void *name##_realloc(void *ctx, void *ptr, size_t size)                                 \
    {                                                                                              \
        return cairn_hook_is_off(ctx) ? cairn_layer_realloc(CAIRN_HOOK_BELOW(ctx), ptr, size)      \
                                      : on##_realloc(ctx, ptr, size);                              \
    }                                                                                              \
    static void name##_free(void *ctx, void *ptr)                                                  \
    {                                                                                              \
        if (cairn_hook_is_off(ctx)) {                                                              \
            cairn_layer_free(CAIRN_HOOK_BELOW(ctx), ptr);                                          \
        } else {                                                                                   \
            on##_free(ctx, ptr);                                                                   \
        }                                                                                          \
    }                                                                                              \
    static void *name##_aligned_alloc(void *ctx, size_t alignment, size_t size)                    \
    {                                                                                              \
        return cairn_hook_is_off(ctx)                                                              \
                   ? cairn_layer_aligned_alloc(CAIRN_HOOK_BELOW(ctx), alignment, size)             \
                   : on##_aligned_alloc(ctx, alignment, size);                                     \
    }                                                                                              \
    static bool name##_check(void *ctx)                                                            \
    {                                                                                              \
        return cairn_hook_is_off(ctx) ? cairn_layer_check(CAIRN_HOOK_BELOW(ctx))                   \
                                      : on##_check(ctx);                                           \
    }                                                                                              \
    static void name##_stats(void *ctx, cairn_report *report)                                      \
    {                                                                                              \
        if (cairn_hook_is_off(ctx)) {                                                              \
            cairn_layer_stats(CAIRN_HOOK_BELOW(ctx), report);                                      \
        } else {                                                                                   \
            on##_stats(ctx, report);                                                               \
        }                                                                                          \
    }                                                                                              \
    static size_t name##_usable_size(void *ctx, const void *ptr)                                   \
    {                                                                                              \
        return on##_usable_size(ctx, ptr);                                                         \
    }                                                                                              \
    static void *name##_block_start(void *ctx, const void *address)                                \
    {                                                                                              \
        return on##_block_start(ctx, address);                                                     \
    }                                                                                              \
    static bool name##_owns(void *ctx, const void *ptr)                                            \
    {                                                                                              \
        return on##_owns(ctx, ptr);                                                                \
    }                                                                                              \
    static size_t name##_trim(void *ctx)                                                           \
    {                                                                                              \
        return on##_trim(ctx);                                                                     \
    }                                                                                              \
    static bool name##_owns_block(void *ctx, const void *ptr)                                      \
    {                                                                                              \
        return on##_owns_block(ctx, ptr);                                                          \
    }                                                                                              \
    static bool name##_walk(void *ctx, cairn_block_visit *visit, void *arg)                        \
    {                                                                                              \
        return on##_walk(ctx, visit, arg);                                                         \
    }

/* The layer below a hook's state. */
#define CAIRN_HOOK_BELOW(ctx) (((const cairn_hook_node *)(ctx))->below)

/* The optional table of those functions. */
#define CAIRN_HOOK_MORE(name, x)                                                                   \
    {                                                                                              \
        name##_usable_size, name##_aligned_alloc, name##_block_start, name##_owns, name##_trim,    \
            name##_check, name##_stats, name##_owns_block, name##_walk, &x##_hook,                 \
    }

#endif /* CAIRN_HOOKS_FACE_H_ */
