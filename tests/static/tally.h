/* SPDX-License-Identifier: Apache-2.0
 *
 * A hook as a user of Cairn writes one, by docs/compose.md: it counts the calls of each operation.
 */
#ifndef TESTS_STATIC_TALLY_H_
#define TESTS_STATIC_TALLY_H_

#include "cairn/hooks/hook.h"

CAIRN_EXTERN_C_BEGIN

typedef struct tally_state {
    cairn_hook_node node; /* must be first */
    unsigned long mallocs;
    unsigned long callocs;
    unsigned long reallocs;
    unsigned long frees;
} tally_state;

extern const cairn_hook tally_hook;

CAIRN_HOOK_TAKES_NO_OPTIONS(tally)

CAIRN_INLINE void *tally_malloc_over(tally_state *state, cairn_layer next, size_t size)
{
    __atomic_fetch_add(&state->mallocs, 1, __ATOMIC_RELAXED);
    return cairn_layer_malloc(next, size);
}

CAIRN_INLINE void *tally_calloc_over(tally_state *state, cairn_layer next, size_t count,
                                     size_t size)
{
    __atomic_fetch_add(&state->callocs, 1, __ATOMIC_RELAXED);
    return cairn_layer_calloc(next, count, size);
}

CAIRN_INLINE void *tally_realloc_over(tally_state *state, cairn_layer next, void *ptr, size_t size)
{
    __atomic_fetch_add(&state->reallocs, 1, __ATOMIC_RELAXED);
    return cairn_layer_realloc(next, ptr, size);
}

CAIRN_INLINE void tally_free_over(tally_state *state, cairn_layer next, void *ptr)
{
    __atomic_fetch_add(&state->frees, 1, __ATOMIC_RELAXED);
    cairn_layer_free(next, ptr);
}

CAIRN_HOOK_FORWARD_REST(tally)

CAIRN_EXTERN_C_END

#endif /* TESTS_STATIC_TALLY_H_ */
