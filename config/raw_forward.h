/* SPDX-License-Identifier: Apache-2.0
 *
 * The raw domain as a layer, for stacks that pass on to it whatever serves it at the moment, hooks
 * included (clause A10.2). ctx points at a pointer to the domain.
 */
#ifndef CAIRN_CONFIG_RAW_FORWARD_H_
#define CAIRN_CONFIG_RAW_FORWARD_H_

#include "cairn/domains/domain.h"

CAIRN_EXTERN_C_BEGIN

void *cairn_raw_forward_malloc(void *ctx, size_t size);
void *cairn_raw_forward_calloc(void *ctx, size_t count, size_t size);
void *cairn_raw_forward_realloc(void *ctx, void *ptr, size_t size);
void cairn_raw_forward_free(void *ctx, void *ptr);
extern const cairn_allocator_more cairn_raw_forward_more;

CAIRN_EXTERN_C_END

#endif /* CAIRN_CONFIG_RAW_FORWARD_H_ */
