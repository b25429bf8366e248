/* SPDX-License-Identifier: Apache-2.0
 *
 * Forwards to the raw domain.
 */
#include "cairn/config/raw_forward.h"

static cairn_domain *raw(void *ctx)
{
    return *(cairn_domain **)ctx;
}

void *cairn_raw_forward_malloc(void *ctx, size_t size)
{
    return cairn_domain_malloc(raw(ctx), size);
}

void *cairn_raw_forward_calloc(void *ctx, size_t count, size_t size)
{
    return cairn_domain_calloc(raw(ctx), count, size);
}

void *cairn_raw_forward_realloc(void *ctx, void *ptr, size_t size)
{
    return cairn_domain_realloc(raw(ctx), ptr, size);
}

void cairn_raw_forward_free(void *ctx, void *ptr)
{
    cairn_domain_free(raw(ctx), ptr);
}

static size_t raw_usable_size(void *ctx, const void *ptr)
{
    return cairn_domain_usable_size(raw(ctx), ptr);
}

static void *raw_aligned_alloc(void *ctx, size_t alignment, size_t size)
{
    return cairn_domain_aligned_alloc(raw(ctx), alignment, size);
}

static size_t raw_trim(void *ctx)
{
    return cairn_layer_trim(*cairn_domain_get(raw(ctx)));
}

const cairn_allocator_more cairn_raw_forward_more = {
    .usable_size = raw_usable_size,
    .aligned_alloc = raw_aligned_alloc,
    .trim = raw_trim,
};
