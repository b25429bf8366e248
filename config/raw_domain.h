/* SPDX-License-Identifier: Apache-2.0
 *
 * The raw domain as a layer, for stacks that pass on to it whatever serves it at the moment, hooks
 * included (clause A10.2).
 */
#ifndef CAIRN_CONFIG_RAW_DOMAIN_H_
#define CAIRN_CONFIG_RAW_DOMAIN_H_

#include "cairn/allocators/allocator.h"

CAIRN_EXTERN_C_BEGIN

void *cairn_raw_domain_malloc(void *ctx, size_t size);
void *cairn_raw_domain_calloc(void *ctx, size_t count, size_t size);
void *cairn_raw_domain_realloc(void *ctx, void *ptr, size_t size);
void cairn_raw_domain_free(void *ctx, void *ptr);
extern const cairn_allocator_more cairn_raw_domain_more;

#define CAIRN_RAW_DOMAIN_INITIALISER                                                               \
    {                                                                                              \
        {NULL, cairn_raw_domain_malloc, cairn_raw_domain_calloc, cairn_raw_domain_realloc,         \
         cairn_raw_domain_free},                                                                   \
            &cairn_raw_domain_more                                                                 \
    }

CAIRN_EXTERN_C_END

#endif /* CAIRN_CONFIG_RAW_DOMAIN_H_ */
