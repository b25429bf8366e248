/* SPDX-License-Identifier: Apache-2.0
 *
 * Arenas from libc, by way of the entry points that base/libc.h names.
 */
#include "cairn/allocators/arena/malloc.h"

#include <errno.h>

#include "cairn/base/libc.h"

void *cairn_arena_malloc_alloc(void *ctx, size_t size)
{
    (void)ctx;
    int saved = errno;
    void *ptr = cairn_libc_malloc(size);
    errno = saved;
    return ptr;
}

void cairn_arena_malloc_free(void *ctx, void *ptr, size_t size)
{
    (void)ctx;
    (void)size;
    cairn_libc_free(ptr);
}

static void *malloc_alloc_aligned(void *ctx, size_t size, size_t alignment)
{
    (void)ctx;
    int saved = errno;
    void *ptr = cairn_libc_aligned_alloc(alignment, size);
    errno = saved;
    return ptr;
}

static void *malloc_remap(void *ctx, void *ptr, size_t old_size, size_t new_size)
{
    (void)ctx;
    (void)old_size;
    int saved = errno;
    void *moved = cairn_libc_realloc(ptr, new_size);
    errno = saved;
    return moved;
}

const cairn_arena_more cairn_arena_malloc_more = {
    .name = "malloc",
    .alloc_aligned = malloc_alloc_aligned,
    .remap = malloc_remap,
};

const cairn_arena_source cairn_arena_malloc = CAIRN_ARENA_INITIALISER(cairn_arena_malloc);
