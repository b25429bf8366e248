/* SPDX-License-Identifier: Apache-2.0
 *
 * Forwards to the raw domain.
 */
#include "cairn/config/raw_domain.h"

#include "cairn/domains/domain.h"

static cairn_domain *raw(void)
{
    return &cairn_domains[CAIRN_DOMAIN_RAW];
}

void *cairn_raw_domain_malloc(void *ctx, size_t size)
{
    (void)ctx;
    return cairn_domain_malloc(raw(), size);
}

void *cairn_raw_domain_calloc(void *ctx, size_t count, size_t size)
{
    (void)ctx;
    return cairn_domain_calloc(raw(), count, size);
}

void *cairn_raw_domain_realloc(void *ctx, void *ptr, size_t size)
{
    (void)ctx;
    return cairn_domain_realloc(raw(), ptr, size);
}

void cairn_raw_domain_free(void *ctx, void *ptr)
{
    (void)ctx;
    cairn_domain_free(raw(), ptr);
}

static size_t raw_usable_size(void *ctx, const void *ptr)
{
    (void)ctx;
    return cairn_domain_usable_size(raw(), ptr);
}

static void *raw_aligned_alloc(void *ctx, size_t alignment, size_t size)
{
    (void)ctx;
    return cairn_domain_aligned_alloc(raw(), alignment, size);
}

static size_t raw_trim(void *ctx)
{
    (void)ctx;
    return cairn_layer_trim(*cairn_domain_get(raw()));
}

const cairn_allocator_more cairn_raw_domain_more = {
    .usable_size = raw_usable_size,
    .aligned_alloc = raw_aligned_alloc,
    .trim = raw_trim,
};
