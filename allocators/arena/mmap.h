/* SPDX-License-Identifier: Apache-2.0
 *
 * Arena provider "mmap": private anonymous mappings. Stateless; reads as zero; offers every
 * optional operation but commit and describe. Sizes are rounded up to whole pages.
 */
#ifndef CAIRN_ALLOCATORS_ARENA_MMAP_H_
#define CAIRN_ALLOCATORS_ARENA_MMAP_H_

#include "cairn/allocators/arena.h"

CAIRN_EXTERN_C_BEGIN

extern const cairn_arena_source cairn_arena_mmap;

/* The same as an initialiser, for static instances. */
void *cairn_arena_mmap_alloc(void *ctx, size_t size);
void cairn_arena_mmap_free(void *ctx, void *ptr, size_t size);
extern const cairn_arena_more cairn_arena_mmap_more;
#define CAIRN_ARENA_MMAP_INITIALISER                                                               \
    {                                                                                              \
        {NULL, cairn_arena_mmap_alloc, cairn_arena_mmap_free}, &cairn_arena_mmap_more              \
    }

CAIRN_EXTERN_C_END

#endif /* CAIRN_ALLOCATORS_ARENA_MMAP_H_ */
