/* SPDX-License-Identifier: Apache-2.0
 *
 * Arena provider "named": anonymous mappings with a name, which /proc/self/maps shows as
 * "[anon:lisp heap]" where the kernel is built to keep one. Stateless; reads as zero.
 */
#ifndef ARENA_NAMED_H_
#define ARENA_NAMED_H_

#include "cairn/allocators/arena.h"

CAIRN_EXTERN_C_BEGIN

void *arena_named_alloc(void *ctx, size_t size);
void arena_named_free(void *ctx, void *ptr, size_t size);
extern const cairn_arena_more arena_named_more;

CAIRN_EXTERN_C_END

#endif /* ARENA_NAMED_H_ */
