/* SPDX-License-Identifier: Apache-2.0
 *
 * Arena provider "fixed": arenas from one buffer of the caller's. All bookkeeping lies in the buffer,
 * and a request that does not fit gets NULL; the system is never asked for anything.
 *
 * Arenas are multiples of 4 KiB, cut from the lowest place where they fit. Offers alloc_aligned,
 * describe and page_size.
 */
#ifndef CAIRN_ALLOCATORS_ARENA_FIXED_H_
#define CAIRN_ALLOCATORS_ARENA_FIXED_H_

#include "cairn/allocators/arena.h"

CAIRN_EXTERN_C_BEGIN

enum { CAIRN_ARENA_FIXED_MIN_BYTES = 64 * 1024 };

/* Sets up a provider in buffer, of at least CAIRN_ARENA_FIXED_MIN_BYTES, with any alignment. The
 * buffer is the provider's until nobody uses it any more; nothing needs to be torn down. Returns
 * false when the buffer is NULL or too small. */
bool cairn_arena_fixed_init(void *buffer, size_t bytes, cairn_arena_source *out);

/* The same in a buffer of its own, taken from the system once and for good: options is size=BYTES, of at
 * least 8M, because the address map of a whole program takes 2 MiB of it. false and a sentence when it
 * cannot be had. */
bool cairn_arena_fixed_make(const char *options, cairn_arena_source *out, const char **error);

/* The bytes that are handed out now, in whole units of 4 KiB. */
size_t cairn_arena_fixed_used(cairn_arena_source source);

CAIRN_EXTERN_C_END

#endif /* CAIRN_ALLOCATORS_ARENA_FIXED_H_ */
