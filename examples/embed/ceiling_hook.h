/* SPDX-License-Identifier: Apache-2.0
 *
 * Hook "ceiling": refuses single requests above a number of bytes, the option bytes=N, as a size that went
 * wrong makes them. Alignment, usable sizes and older blocks: untouched; aligned requests go past it.
 */
#ifndef CEILING_HOOK_H_
#define CEILING_HOOK_H_

#include "cairn/hooks/hook.h"

CAIRN_EXTERN_C_BEGIN

typedef struct ceiling_state {
    cairn_hook_node node; /* must be first */
    size_t bytes;         /* 0 until the options were read: no ceiling */
} ceiling_state;

CAIRN_INLINE bool ceiling_allows(const ceiling_state *state, size_t size)
{
    return state->bytes == 0 || size <= state->bytes;
}

CAIRN_INLINE void *ceiling_malloc_over(ceiling_state *state, cairn_layer next, size_t size)
{
    return ceiling_allows(state, size) ? cairn_layer_malloc(next, size) : NULL;
}

CAIRN_INLINE void *ceiling_calloc_over(ceiling_state *state, cairn_layer next, size_t count,
                                       size_t size)
{
    return ceiling_allows(state, count * size) ? cairn_layer_calloc(next, count, size) : NULL;
}

CAIRN_INLINE void *ceiling_realloc_over(ceiling_state *state, cairn_layer next, void *ptr,
                                        size_t size)
{
    return ceiling_allows(state, size) ? cairn_layer_realloc(next, ptr, size) : NULL;
}

CAIRN_INLINE void ceiling_free_over(ceiling_state *state, cairn_layer next, void *ptr)
{
    (void)state;
    cairn_layer_free(next, ptr);
}

bool ceiling_open(ceiling_state *state, const char *options, const char **error);
CAIRN_HOOK_FORWARD_REST(ceiling)

CAIRN_EXTERN_C_END

#endif /* CEILING_HOOK_H_ */
