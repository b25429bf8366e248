/* SPDX-License-Identifier: Apache-2.0
 *
 * The bodies count and pass on.
 */
#include "cairn/fuzz/tally_hook.h"

CAIRN_INLINE void *fuzz_tally_malloc_over(fuzz_tally_state *state, cairn_layer next, size_t size)
{
    state->calls++;
    return cairn_layer_malloc(next, size);
}

CAIRN_INLINE void *fuzz_tally_calloc_over(fuzz_tally_state *state, cairn_layer next, size_t count,
                                          size_t size)
{
    state->calls++;
    return cairn_layer_calloc(next, count, size);
}

CAIRN_INLINE void *fuzz_tally_realloc_over(fuzz_tally_state *state, cairn_layer next, void *ptr,
                                           size_t size)
{
    state->calls++;
    return cairn_layer_realloc(next, ptr, size);
}

CAIRN_INLINE void fuzz_tally_free_over(fuzz_tally_state *state, cairn_layer next, void *ptr)
{
    state->calls++;
    cairn_layer_free(next, ptr);
}

CAIRN_INLINE void *fuzz_tally_aligned_alloc_over(fuzz_tally_state *state, cairn_layer next,
                                                 size_t alignment, size_t size)
{
    state->calls++;
    return cairn_layer_aligned_alloc(next, alignment, size);
}

CAIRN_HOOK_FORWARD_QUERIES(fuzz_tally)
CAIRN_HOOK_FORWARD_STATS(fuzz_tally)
CAIRN_HOOK_TAKES_NO_OPTIONS(fuzz_tally)

CAIRN_DEFINE_HOOK(fuzz_tally, "tally", false)

static bool put_unindexed(cairn_layer below, const char *domain, const char *options,
                          cairn_layer *out, const char **error)
{
    (void)domain;
    (void)options;
    (void)error;
    *out = below;
    return true;
}

const cairn_hook fuzz_unindexed_hook = {"unindexed", true, put_unindexed, NULL, NULL};
