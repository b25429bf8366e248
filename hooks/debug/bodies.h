/* SPDX-License-Identifier: Apache-2.0
 *
 * The debug hook's bodies, as a stack has them inlined: small blocks of a state whose options ask for nothing
 * more; all else is outlined.
 */
#ifndef CAIRN_HOOKS_DEBUG_BODIES_H_
#define CAIRN_HOOKS_DEBUG_BODIES_H_

#include "cairn/hooks/debug/debug.h"
#include "cairn/hooks/debug/layout.h"

CAIRN_EXTERN_C_BEGIN

/* Which call of each state is under way in this thread; 0: none. States beyond share the last byte. */
enum { CAIRN_DEBUG_SLOTS = 32 };
enum { CAIRN_DEBUG_IN_MALLOC = 1, CAIRN_DEBUG_IN_FREE = 2, CAIRN_DEBUG_IN_REALLOC = 3 };
extern CAIRN_THREAD_LOCAL uint8_t cairn_debug_calls[CAIRN_DEBUG_SLOTS];

/* The bodies. What is not plain is outlined; node.below is what they call. */
void *cairn_debug_malloc_slow(cairn_debug_state *state, size_t size);
void *cairn_debug_malloc_again(cairn_debug_state *state, size_t size);
void *cairn_debug_calloc_slow(cairn_debug_state *state, size_t count, size_t size);
void *cairn_debug_realloc_slow(cairn_debug_state *state, void *ptr, size_t size);
char *cairn_debug_dress_moved(const cairn_debug_state *state, char *base, size_t size,
                              const char *from, size_t old_size);
void *cairn_debug_resize_small(const cairn_debug_state *state, char *user, size_t old_size,
                               size_t size);
void cairn_debug_free_slow(cairn_debug_state *state, void *ptr);
void cairn_debug_keep(cairn_debug_state *state, char *user, size_t size);
void *cairn_debug_aligned_alloc_slow(cairn_debug_state *state, size_t alignment, size_t size);
size_t cairn_debug_usable_size_slow(cairn_debug_state *state, const void *ptr);
void *cairn_debug_block_start_slow(cairn_debug_state *state, const void *address);
bool cairn_debug_owns_slow(cairn_debug_state *state, const void *ptr);
bool cairn_debug_owns_block_slow(cairn_debug_state *state, const void *ptr);
size_t cairn_debug_trim_slow(cairn_debug_state *state);
bool cairn_debug_check_slow(cairn_debug_state *state);
bool cairn_debug_walk_slow(cairn_debug_state *state, cairn_block_visit *visit, void *arg);
void cairn_debug_stats_slow(cairn_debug_state *state, cairn_report *report);

/* A signal handler that runs between the two sees the mark. */
CAIRN_INLINE void cairn_debug_enter(const cairn_debug_state *state, uint8_t call)
{
    cairn_debug_calls[state->slot] = call;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

CAIRN_INLINE void cairn_debug_leave(const cairn_debug_state *state)
{
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    cairn_debug_calls[state->slot] = 0;
}

CAIRN_INLINE bool cairn_debug_is_quick(const cairn_debug_state *state)
{
    return CAIRN_LIKELY(state->is_plain) && CAIRN_LIKELY(cairn_debug_calls[state->slot] == 0);
}

/* Whether the layer below may have a block at base; it is asked before base is read. Where it cannot tell, what
 * can be no address of a block is left to the slow path. */
CAIRN_INLINE bool cairn_debug_may_read(cairn_layer next, const char *base)
{
    bool tells = next.more->owns_block != NULL || next.more->owns != NULL;
    bool may_be_one = (uintptr_t)base >= 4096 && (uintptr_t)base % sizeof(void *) == 0;
    return tells ? cairn_layer_owns_block(next, base) : may_be_one;
}

/* The size of a small block of ours that is as it must be; else SIZE_MAX. */
CAIRN_INLINE size_t cairn_debug_sound_size(const cairn_debug_state *state, cairn_layer next,
                                           const char *ptr)
{
    if (CAIRN_UNLIKELY((uintptr_t)ptr <= CAIRN_DEBUG_HEADER ||
                       !cairn_debug_may_read(next, ptr - CAIRN_DEBUG_HEADER)) ||
        CAIRN_UNLIKELY(cairn_debug_load(ptr - CAIRN_DEBUG_WORD) != state->word)) {
        return SIZE_MAX;
    }
    uint64_t size = cairn_debug_load_number(ptr - CAIRN_DEBUG_HEADER);
    bool is_sound =
        CAIRN_LIKELY(size <= CAIRN_DEBUG_SMALL) &&
        CAIRN_LIKELY(cairn_debug_load(ptr + size) == CAIRN_DEBUG_ALL(CAIRN_DEBUG_FORBIDDEN));
    return is_sound ? size : SIZE_MAX;
}

CAIRN_INLINE void *cairn_debug_malloc_over(cairn_debug_state *state, cairn_layer next, size_t size)
{
    if (CAIRN_UNLIKELY(!cairn_debug_is_quick(state) || size > CAIRN_DEBUG_SMALL)) {
        return cairn_debug_malloc_slow(state, size);
    }
    cairn_debug_enter(state, CAIRN_DEBUG_IN_MALLOC);
    char *base = (char *)cairn_layer_malloc(next, size + CAIRN_DEBUG_EXTRA);
    cairn_debug_leave(state);
    if (CAIRN_UNLIKELY(base == NULL)) {
        return cairn_debug_malloc_again(state, size);
    }
    return cairn_debug_dress_new(base, state->word, size);
}

/* Erases a small block that was found sound, and lets it go. */
CAIRN_INLINE void cairn_debug_discard(cairn_debug_state *state, cairn_layer next, char *user,
                                      size_t size)
{
    if (state->quarantine != NULL) {
        cairn_debug_keep(state, user, size);
    } else {
        cairn_debug_fill(user - CAIRN_DEBUG_HEADER, CAIRN_DEBUG_DEAD, size + CAIRN_DEBUG_EXTRA);
        cairn_layer_free(next, user - CAIRN_DEBUG_HEADER);
    }
}

CAIRN_INLINE void cairn_debug_free_over(cairn_debug_state *state, cairn_layer next, void *ptr)
{
    char *user = (char *)ptr;
    size_t size =
        cairn_debug_is_quick(state) ? cairn_debug_sound_size(state, next, user) : SIZE_MAX;
    if (CAIRN_UNLIKELY(size == SIZE_MAX)) {
        cairn_debug_free_slow(state, ptr);
        return;
    }
    cairn_debug_enter(state, CAIRN_DEBUG_IN_FREE);
    cairn_debug_discard(state, next, user, size);
    cairn_debug_leave(state);
}

CAIRN_INLINE void *cairn_debug_calloc_over(cairn_debug_state *state, cairn_layer next, size_t count,
                                           size_t size)
{
    (void)next;
    return cairn_debug_calloc_slow(state, count, size);
}

/* By the rules of realloc.c, for what is small before and after. */
CAIRN_INLINE void *cairn_debug_realloc_over(cairn_debug_state *state, cairn_layer next, void *ptr,
                                            size_t size)
{
    char *user = (char *)ptr;
    bool is_quick = cairn_debug_is_quick(state) && !state->is_compat && size <= CAIRN_DEBUG_SMALL;
    size_t old_size = is_quick ? cairn_debug_sound_size(state, next, user) : SIZE_MAX;
    if (CAIRN_UNLIKELY(old_size == SIZE_MAX)) {
        return cairn_debug_realloc_slow(state, ptr, size);
    }
    size_t room = cairn_layer_usable_size(next, user - CAIRN_DEBUG_HEADER);
    if ((size <= old_size || size + CAIRN_DEBUG_EXTRA <= room) && size >= old_size / 2) {
        return cairn_debug_resize_small(state, user, old_size, size);
    }
    cairn_debug_enter(state, CAIRN_DEBUG_IN_REALLOC);
    char *base = (char *)cairn_layer_malloc(next, size + CAIRN_DEBUG_EXTRA);
    if (CAIRN_LIKELY(base != NULL)) {
        base = cairn_debug_dress_moved(state, base, size, user, old_size);
        cairn_debug_discard(state, next, user, old_size);
    }
    cairn_debug_leave(state);
    return CAIRN_LIKELY(base != NULL) ? base : cairn_debug_realloc_slow(state, ptr, size);
}

CAIRN_INLINE void *cairn_debug_aligned_alloc_over(cairn_debug_state *state, cairn_layer next,
                                                  size_t alignment, size_t size)
{
    (void)next;
    return cairn_debug_aligned_alloc_slow(state, alignment, size);
}

CAIRN_INLINE size_t cairn_debug_usable_size_over(cairn_debug_state *state, cairn_layer next,
                                                 const void *ptr)
{
    size_t size =
        state->is_plain ? cairn_debug_sound_size(state, next, (const char *)ptr) : SIZE_MAX;
    return CAIRN_LIKELY(size != SIZE_MAX) ? size : cairn_debug_usable_size_slow(state, ptr);
}

CAIRN_INLINE void *cairn_debug_block_start_over(cairn_debug_state *state, cairn_layer next,
                                                const void *address)
{
    (void)next;
    return cairn_debug_block_start_slow(state, address);
}

CAIRN_INLINE bool cairn_debug_owns_over(cairn_debug_state *state, cairn_layer next, const void *ptr)
{
    (void)next;
    return cairn_debug_owns_slow(state, ptr);
}

CAIRN_INLINE bool cairn_debug_owns_block_over(cairn_debug_state *state, cairn_layer next,
                                              const void *ptr)
{
    (void)next;
    return cairn_debug_owns_block_slow(state, ptr);
}

CAIRN_INLINE size_t cairn_debug_trim_over(cairn_debug_state *state, cairn_layer next)
{
    (void)next;
    return cairn_debug_trim_slow(state);
}

CAIRN_INLINE bool cairn_debug_check_over(cairn_debug_state *state, cairn_layer next)
{
    (void)next;
    return cairn_debug_check_slow(state);
}

CAIRN_INLINE void cairn_debug_stats_over(cairn_debug_state *state, cairn_layer next,
                                         cairn_report *report)
{
    (void)next;
    cairn_debug_stats_slow(state, report);
}

CAIRN_INLINE bool cairn_debug_walk_over(cairn_debug_state *state, cairn_layer next,
                                        cairn_block_visit *visit, void *arg)
{
    (void)next;
    return cairn_debug_walk_slow(state, visit, arg);
}

CAIRN_EXTERN_C_END

#endif /* CAIRN_HOOKS_DEBUG_BODIES_H_ */
