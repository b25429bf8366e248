/* SPDX-License-Identifier: Apache-2.0
 *
 * Allocator "bare": libc's malloc and none of the optional operations, as a program's own first allocator
 * may well be.
 */
#ifndef CAIRN_TESTS_CONTRACT_BARE_H_
#define CAIRN_TESTS_CONTRACT_BARE_H_

#include "cairn/allocators/allocator.h"

void *bare_malloc(void *ctx, size_t size);
void *bare_calloc(void *ctx, size_t count, size_t size);
void *bare_realloc(void *ctx, void *ptr, size_t size);
void bare_free(void *ctx, void *ptr);
extern const cairn_allocator_more bare_more;

#endif /* CAIRN_TESTS_CONTRACT_BARE_H_ */
