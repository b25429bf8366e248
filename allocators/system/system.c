/* SPDX-License-Identifier: Apache-2.0
 *
 * libc's malloc made to fit the contract: zero sizes become one byte (A2.7), errno is kept.
 */
#include "cairn/allocators/system/system.h"

#include <errno.h>

#include "cairn/base/libc.h"
#include "cairn/base/math.h"

static size_t at_least_one(size_t size)
{
    return size != 0 ? size : 1;
}

static void *system_malloc(void *ctx, size_t size)
{
    (void)ctx;
    int saved = errno;
    void *ptr = cairn_libc_malloc(at_least_one(size));
    errno = saved;
    return ptr;
}

static void *system_calloc(void *ctx, size_t count, size_t size)
{
    (void)ctx;
    int saved = errno;
    bool empty = count == 0 || size == 0;
    void *ptr = cairn_libc_calloc(empty ? 1 : count, empty ? 1 : size);
    errno = saved;
    return ptr;
}

static void *system_realloc(void *ctx, void *ptr, size_t size)
{
    (void)ctx;
    int saved = errno;
    void *moved = cairn_libc_realloc(ptr, at_least_one(size));
    errno = saved;
    return moved;
}

static void system_free(void *ctx, void *ptr)
{
    (void)ctx;
    cairn_libc_free(ptr);
}

static size_t system_usable_size(void *ctx, const void *ptr)
{
    (void)ctx;
    return cairn_libc_usable_size(ptr);
}

static void *system_aligned_alloc(void *ctx, size_t alignment, size_t size)
{
    (void)ctx;
    if (!cairn_is_power_of_two(alignment)) {
        return NULL;
    }
    int saved = errno;
    void *ptr = cairn_libc_aligned_alloc(alignment, at_least_one(size));
    errno = saved;
    return ptr;
}

static size_t system_trim(void *ctx)
{
    (void)ctx;
    /* libc says only whether it gave something back: one page is what it must have been. */
    return cairn_libc_trim() ? 4096 : 0;
}

static const cairn_allocator_more system_more = {
    .usable_size = system_usable_size,
    .aligned_alloc = system_aligned_alloc,
    .trim = system_trim,
};

const cairn_layer cairn_system = {
    {NULL, system_malloc, system_calloc, system_realloc, system_free},
    &system_more,
};
