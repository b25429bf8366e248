/* SPDX-License-Identifier: Apache-2.0
 *
 * Arena provider "mmap": private anonymous mappings. Stateless; reads as zero; offers every
 * optional operation but commit and describe. Sizes are rounded up to whole pages.
 */
#ifndef CAIRN_ALLOCATORS_ARENA_MMAP_H_
#define CAIRN_ALLOCATORS_ARENA_MMAP_H_

#include "cairn/allocators/arena.h"

CAIRN_EXTERN_C_BEGIN

void *cairn_arena_mmap_alloc(void *ctx, size_t size);
void cairn_arena_mmap_free(void *ctx, void *ptr, size_t size);
extern const cairn_arena_more cairn_arena_mmap_more;

/* The three as a source. */
extern const cairn_arena_source cairn_arena_mmap;

CAIRN_EXTERN_C_END

#endif /* CAIRN_ALLOCATORS_ARENA_MMAP_H_ */
