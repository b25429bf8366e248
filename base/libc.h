/* SPDX-License-Identifier: Apache-2.0
 *
 * The C library's own allocator under names that stay its own when Cairn replaces malloc().
 *
 * libc_public.c defines them, weakly, by the public names. A malloc replacement links
 * libc_internal.c, whose strong definitions reach past the replaced names.
 */
#ifndef CAIRN_BASE_LIBC_H_
#define CAIRN_BASE_LIBC_H_

#include "cairn/base/compiler.h"

CAIRN_EXTERN_C_BEGIN

void *cairn_libc_malloc(size_t size);
void *cairn_libc_calloc(size_t count, size_t size);
void *cairn_libc_realloc(void *ptr, size_t size);
void cairn_libc_free(void *ptr);
void *cairn_libc_aligned_alloc(size_t alignment, size_t size);
size_t cairn_libc_usable_size(const void *ptr);
bool cairn_libc_trim(void);

CAIRN_EXTERN_C_END

#endif /* CAIRN_BASE_LIBC_H_ */
