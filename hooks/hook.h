/* SPDX-License-Identifier: Apache-2.0
 *
 * What every hook has. A hook gets the layer below and gives one back. It may refuse, resize, observe or
 * forward a call. It never allocates from the domain that it wraps and never calls the layer above. Its
 * own header says what it does to alignment, to usable sizes, and to blocks from before it was installed.
 *
 * A hook named x is a state and a body:
 *
 *     typedef struct x_state {
 *         cairn_hook_node node;             must be first
 *         ...                               all zero is a state to start from
 *     } x_state;
 *
 *     CAIRN_INLINE void *x_malloc_over(x_state *state, cairn_layer next, size_t size) {...}
 *     CAIRN_INLINE void *x_calloc_over(x_state *state, cairn_layer next, size_t count, size_t size) {...}
 *     CAIRN_INLINE void *x_realloc_over(x_state *state, cairn_layer next, void *ptr, size_t size) {...}
 *     CAIRN_INLINE void x_free_over(x_state *state, cairn_layer next, void *ptr) {...}
 *     CAIRN_HOOK_FORWARD_REST(x)            or those of the optional bodies that it does not write itself
 *     CAIRN_HOOK_TAKES_NO_OPTIONS(x)        or x_open, declared; see there
 *
 * in its header, and CAIRN_DEFINE_HOOK(x, "name", changes_layout) in its C file. The body takes the
 * layer below by value, so that a static stack folds it into its own code; CAIRN_DEFINE_HOOK adds the
 * run-time face, which unpacks ctx and calls the body, as `const cairn_hook x_hook`. The run-time face can
 * be turned off where it stands: then calls pass it by (domains/hooks.h).
 */
#ifndef CAIRN_HOOKS_HOOK_H_
#define CAIRN_HOOKS_HOOK_H_

#include "cairn/allocators/allocator.h"

CAIRN_EXTERN_C_BEGIN

/* The first member of every hook's state. */
typedef struct cairn_hook_node {
    cairn_layer below;
    const char *domain;  /* the name of the domain that is wrapped */
    const char *options; /* key=value, separated by colons; "" when there are none */
    char id;             /* of the domain, for what is written into blocks; 0: not told */
    bool can_be_off;     /* it was put at run time, and its functions heed the next */
    bool is_off;         /* calls go to the layer below, unseen; read it by cairn_hook_is_off */
} cairn_hook_node;

CAIRN_INLINE bool cairn_hook_is_off(const void *state)
{
    return CAIRN_UNLIKELY(
        __atomic_load_n(&((const cairn_hook_node *)state)->is_off, __ATOMIC_RELAXED));
}

/* Calls that are under way in other threads may still go by what was before. */
CAIRN_INLINE void cairn_hook_turn(void *state, bool on)
{
    __atomic_store_n(&((cairn_hook_node *)state)->is_off, !on, __ATOMIC_RELEASE);
}

/* What the composition root knows of a hook. */
typedef struct cairn_hook {
    const char *name; /* as CAIRN_HOOKS and --hooks spell it */

    /* Whether blocks look different under the hook than below it, so that it can only stand under
     * every block of its domain or start a new generation. Then it is given the option index=1, among
     * others, and owns_block of its layer has to know each of its blocks. */
    bool changes_layout;

    /* Makes a layer over below for one domain, whose name must outlive it. The state comes from
     * cairn_permanent_alloc and is never freed. options is the text behind "NAME:", or ""; on bad
     * options or lack of memory it returns false and sets *error to a sentence. */
    bool (*put_over)(cairn_layer below, const char *domain, const char *options, cairn_layer *out,
                     const char **error);

    /* For a hook that changes layout, over a layer whose blocks are out: as put_over, but the layer knows
     * its own blocks by their addresses, so that its owns_block is right for every block of either. NULL:
     * it can only stand under every block. */
    bool (*put_over_used)(cairn_layer below, const char *domain, const char *options,
                          cairn_layer *out, const char **error);

    /* Other options for a layer that stands, from any thread, while others are inside; false and a
     * sentence leave it as it was. NULL: its options stay what they are. */
    bool (*take_options)(void *state, const char *options, const char **error);
} cairn_hook;

/* The state of the outermost layer of that hook in a stack of layers, or NULL: layers are followed down
 * to the first that is no hook of ours. */
void *cairn_hook_find(cairn_layer layer, const cairn_hook *hook);

/* A state of so many bytes with its node filled in, for put_over; NULL and a sentence without memory.
 * options is copied. */
void *cairn_hook_new_state(size_t bytes, cairn_layer below, const char *domain, const char *options,
                           const char **error);

/* For x_open: false and a sentence when there are options. */
bool cairn_hook_refuse_options(const char *options, const char **error);

/* x_open(state, options, error) reads the hook's options once, after the node is filled in; calls may
 * have come before in a static stack. false and a sentence when it cannot work so. */
#define CAIRN_HOOK_TAKES_NO_OPTIONS(x)                                                             \
    CAIRN_INLINE bool x##_open(x##_state *state, const char *options, const char **error)          \
    {                                                                                              \
        (void)state;                                                                               \
        return cairn_hook_refuse_options(options, error);                                          \
    }

/* Bodies that pass an optional operation to the layer below, unseen. owns comes in two forms, as in
 * cairn_allocator_more: owns and owns_block. */
#define CAIRN_HOOK_FORWARD_USABLE_SIZE(x)                                                          \
    CAIRN_INLINE size_t x##_usable_size_over(x##_state *state, cairn_layer next, const void *ptr)  \
    {                                                                                              \
        (void)state;                                                                               \
        return cairn_layer_room(next, ptr);                                                        \
    }
#define CAIRN_HOOK_FORWARD_ALIGNED_ALLOC(x)                                                        \
    CAIRN_INLINE void *x##_aligned_alloc_over(x##_state *state, cairn_layer next,                  \
                                              size_t alignment, size_t size)                       \
    {                                                                                              \
        (void)state;                                                                               \
        return cairn_layer_aligned_alloc(next, alignment, size);                                   \
    }
#define CAIRN_HOOK_FORWARD_BLOCK_START(x)                                                          \
    CAIRN_INLINE void *x##_block_start_over(x##_state *state, cairn_layer next,                    \
                                            const void *address)                                   \
    {                                                                                              \
        (void)state;                                                                               \
        return cairn_layer_block_start(next, address);                                             \
    }
#define CAIRN_HOOK_FORWARD_OWNS(x)                                                                 \
    CAIRN_INLINE bool x##_owns_over(x##_state *state, cairn_layer next, const void *ptr)           \
    {                                                                                              \
        (void)state;                                                                               \
        return cairn_layer_owns(next, ptr);                                                        \
    }                                                                                              \
    CAIRN_INLINE bool x##_owns_block_over(x##_state *state, cairn_layer next, const void *ptr)     \
    {                                                                                              \
        (void)state;                                                                               \
        return cairn_layer_owns_block(next, ptr);                                                  \
    }
#define CAIRN_HOOK_FORWARD_TRIM(x)                                                                 \
    CAIRN_INLINE size_t x##_trim_over(x##_state *state, cairn_layer next)                          \
    {                                                                                              \
        (void)state;                                                                               \
        return cairn_layer_trim(next);                                                             \
    }
#define CAIRN_HOOK_FORWARD_CHECK(x)                                                                \
    CAIRN_INLINE bool x##_check_over(x##_state *state, cairn_layer next)                           \
    {                                                                                              \
        (void)state;                                                                               \
        return cairn_layer_check(next);                                                            \
    }
#define CAIRN_HOOK_FORWARD_STATS(x)                                                                \
    CAIRN_INLINE void x##_stats_over(x##_state *state, cairn_layer next, cairn_report *report)     \
    {                                                                                              \
        (void)state;                                                                               \
        cairn_layer_stats(next, report);                                                           \
    }

#define CAIRN_HOOK_FORWARD_WALK(x)                                                                 \
    CAIRN_INLINE bool x##_walk_over(x##_state *state, cairn_layer next, cairn_block_visit *visit,  \
                                    void *arg)                                                     \
    {                                                                                              \
        (void)state;                                                                               \
        return cairn_layer_walk(next, visit, arg);                                                 \
    }

/* What a hook that leaves blocks as they are passes on. */
#define CAIRN_HOOK_FORWARD_QUERIES(x)                                                              \
    CAIRN_HOOK_FORWARD_USABLE_SIZE(x)                                                              \
    CAIRN_HOOK_FORWARD_BLOCK_START(x)                                                              \
    CAIRN_HOOK_FORWARD_OWNS(x)                                                                     \
    CAIRN_HOOK_FORWARD_TRIM(x)                                                                     \
    CAIRN_HOOK_FORWARD_CHECK(x)                                                                    \
    CAIRN_HOOK_FORWARD_WALK(x)

/* All of them. A hook that does not see aligned requests should say so in its header. */
#define CAIRN_HOOK_FORWARD_REST(x)                                                                 \
    CAIRN_HOOK_FORWARD_QUERIES(x)                                                                  \
    CAIRN_HOOK_FORWARD_ALIGNED_ALLOC(x)                                                            \
    CAIRN_HOOK_FORWARD_STATS(x)

CAIRN_EXTERN_C_END

#include "cairn/hooks/face.h"

/* The run-time face of hook x; once, in its C file. */
#define CAIRN_DEFINE_HOOK(x, spelling, lays_out)                                                   \
    CAIRN_DEFINE_HOOK_WITH(x, spelling, lays_out, NULL, NULL)

/* The same with the last two members of cairn_hook. */
#define CAIRN_DEFINE_HOOK_WITH(x, spelling, lays_out, over_used, options_taker)                    \
    CAIRN_HOOK_FACE(CAIRN_INLINE, x##_on, x, ((x##_state *)ctx), ((x##_state *)ctx)->node.below)   \
    CAIRN_HOOK_RUN_TIME_FACE(x##_face, x##_on)                                                     \
    extern const cairn_hook x##_hook;                                                              \
    static const cairn_allocator_more x##_face_more = CAIRN_HOOK_MORE(x##_face, x);                \
    static bool x##_put_over(cairn_layer below, const char *domain, const char *options,           \
                             cairn_layer *out, const char **error)                                 \
    {                                                                                              \
        x##_state *state =                                                                         \
            (x##_state *)cairn_hook_new_state(sizeof *state, below, domain, options, error);       \
        if (state == NULL || !x##_open(state, state->node.options, error)) {                       \
            return false;                                                                          \
        }                                                                                          \
        cairn_layer layer = {                                                                      \
            {state, x##_face_malloc, x##_face_calloc, x##_face_realloc, x##_face_free},            \
            &x##_face_more,                                                                        \
        };                                                                                         \
        *out = layer;                                                                              \
        return true;                                                                               \
    }                                                                                              \
    const cairn_hook x##_hook = {spelling, lays_out, x##_put_over, over_used, options_taker};

#endif /* CAIRN_HOOKS_HOOK_H_ */
