/* SPDX-License-Identifier: Apache-2.0
 *
 * Hook "budget": refuses what would take the domains that have it past a number of bytes in all.
 *
 * It counts usable bytes, since free does not know what was asked for; a request is held against what
 * is left before the layer below rounds it up, so that each thread can overdraw by one block's rounding.
 * Alignment, usable sizes: unchanged; aligned requests are counted. Blocks from before it was installed:
 * their frees are counted, so that it grants that much more.
 */
#ifndef BUDGET_HOOK_H_
#define BUDGET_HOOK_H_

#include "cairn/hooks/hook.h"

CAIRN_EXTERN_C_BEGIN

typedef struct budget_state {
    cairn_hook_node node; /* must be first */
} budget_state;

/* Sets the bytes that the domains may take together, 0 for any number; so does the option bytes=N. And
 * what they take now. */
void budget_set(size_t bytes);
size_t budget_used(void);

bool budget_open(budget_state *state, const char *options, const char **error);

extern size_t budget_limit;
extern int64_t budget_taken;

CAIRN_INLINE bool budget_allows(size_t size, size_t before)
{
    int64_t taken = __atomic_load_n(&budget_taken, __ATOMIC_RELAXED);
    size_t limit = __atomic_load_n(&budget_limit, __ATOMIC_RELAXED);
    return size <= before || taken < 0 ||
           ((size_t)taken <= limit && size - before <= limit - (size_t)taken);
}

/* The block in place of one of so many bytes. */
CAIRN_INLINE void *budget_count(cairn_layer next, void *block, size_t before)
{
    if (block != NULL) {
        int64_t grown = (int64_t)(cairn_layer_room(next, block) - before);
        __atomic_fetch_add(&budget_taken, grown, __ATOMIC_RELAXED);
    }
    return block;
}

CAIRN_INLINE void *budget_malloc_over(budget_state *state, cairn_layer next, size_t size)
{
    (void)state;
    return budget_allows(size, 0) ? budget_count(next, cairn_layer_malloc(next, size), 0) : NULL;
}

CAIRN_INLINE void *budget_calloc_over(budget_state *state, cairn_layer next, size_t count,
                                      size_t size)
{
    size_t bytes;
    bool fits = !__builtin_mul_overflow(count, size, &bytes) && budget_allows(bytes, 0);
    (void)state;
    return fits ? budget_count(next, cairn_layer_calloc(next, count, size), 0) : NULL;
}

CAIRN_INLINE void *budget_realloc_over(budget_state *state, cairn_layer next, void *ptr,
                                       size_t size)
{
    size_t before = ptr != NULL ? cairn_layer_room(next, ptr) : 0;
    bool fits = budget_allows(size, before);
    (void)state;
    return fits ? budget_count(next, cairn_layer_realloc(next, ptr, size), before) : NULL;
}

CAIRN_INLINE void *budget_aligned_alloc_over(budget_state *state, cairn_layer next,
                                             size_t alignment, size_t size)
{
    bool fits = budget_allows(size, 0);
    (void)state;
    return fits ? budget_count(next, cairn_layer_aligned_alloc(next, alignment, size), 0) : NULL;
}

CAIRN_INLINE void budget_free_over(budget_state *state, cairn_layer next, void *ptr)
{
    int64_t bytes = ptr != NULL ? (int64_t)cairn_layer_room(next, ptr) : 0;
    (void)state;
    __atomic_fetch_sub(&budget_taken, bytes, __ATOMIC_RELAXED);
    cairn_layer_free(next, ptr);
}

CAIRN_HOOK_FORWARD_QUERIES(budget)
CAIRN_HOOK_FORWARD_STATS(budget)

CAIRN_EXTERN_C_END

#endif /* BUDGET_HOOK_H_ */
