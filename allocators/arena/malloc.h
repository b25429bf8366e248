/* SPDX-License-Identifier: Apache-2.0
 *
 * Arena provider "malloc": arenas from the C library's own malloc, also where Cairn has taken over
 * malloc() itself. Arenas are 16-byte aligned, so that pools lose a little at both ends (B4.3).
 */
#ifndef CAIRN_ALLOCATORS_ARENA_MALLOC_H_
#define CAIRN_ALLOCATORS_ARENA_MALLOC_H_

#include "cairn/allocators/arena.h"

CAIRN_EXTERN_C_BEGIN

void *cairn_arena_malloc_alloc(void *ctx, size_t size);
void cairn_arena_malloc_free(void *ctx, void *ptr, size_t size);
extern const cairn_arena_more cairn_arena_malloc_more;

/* The three as a source. */
extern const cairn_arena_source cairn_arena_malloc;

CAIRN_EXTERN_C_END

#endif /* CAIRN_ALLOCATORS_ARENA_MALLOC_H_ */
