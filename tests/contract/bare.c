/* SPDX-License-Identifier: Apache-2.0
 *
 * No size is zero, because libc may answer NULL then.
 */
#include "cairn/tests/contract/bare.h"

#include <stdlib.h>

const cairn_allocator_more bare_more = {.usable_size = NULL};

static size_t at_least_one(size_t size)
{
    return size != 0 ? size : 1;
}

void *bare_malloc(void *ctx, size_t size)
{
    (void)ctx;
    return malloc(at_least_one(size));
}

void *bare_calloc(void *ctx, size_t count, size_t size)
{
    (void)ctx;
    return count != 0 && size != 0 ? calloc(count, size) : calloc(1, 1);
}

void *bare_realloc(void *ctx, void *ptr, size_t size)
{
    (void)ctx;
    return realloc(ptr, at_least_one(size));
}

void bare_free(void *ctx, void *ptr)
{
    (void)ctx;
    free(ptr);
}
