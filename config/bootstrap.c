/* SPDX-License-Identifier: Apache-2.0
 *
 * The system allocator, with the blocks of the bootstrap generation sent back to where they came
 * from.
 */
#include "cairn/config/bootstrap.h"

#include "cairn/allocators/system/system.h"
#include "cairn/config/default_stack.h"

/* For the start of a block the address maps have the answer, without a lock. */
static bool is_bootstrap(const void *ptr)
{
    cairn_pymalloc_view small = cairn_default_view();
    cairn_large_view large = cairn_default_large_view();
    if (cairn_pymalloc_class_of(&small, ptr) != 0) {
        return true;
    }
    const cairn_pool *run = cairn_large_run_of(&large, ptr);
    return run != NULL && (const char *)ptr >= run->blocks;
}

static void *behind_malloc(void *ctx, size_t size)
{
    (void)ctx;
    return cairn_layer_malloc(cairn_system, size);
}

static void *behind_calloc(void *ctx, size_t count, size_t size)
{
    (void)ctx;
    return cairn_layer_calloc(cairn_system, count, size);
}

static void *behind_realloc(void *ctx, void *ptr, size_t size)
{
    (void)ctx;
    return is_bootstrap(ptr) ? cairn_default_realloc(ptr, size)
                             : cairn_layer_realloc(cairn_system, ptr, size);
}

static void behind_free(void *ctx, void *ptr)
{
    (void)ctx;
    if (is_bootstrap(ptr)) {
        cairn_default_free(ptr);
    } else {
        cairn_layer_free(cairn_system, ptr);
    }
}

static size_t behind_usable_size(void *ctx, const void *ptr)
{
    (void)ctx;
    return is_bootstrap(ptr) ? cairn_default_usable_size(ptr)
                             : cairn_layer_usable_size(cairn_system, ptr);
}

static void *behind_aligned_alloc(void *ctx, size_t alignment, size_t size)
{
    (void)ctx;
    return cairn_layer_aligned_alloc(cairn_system, alignment, size);
}

static size_t behind_trim(void *ctx)
{
    (void)ctx;
    return cairn_layer_trim(cairn_default_layer) + cairn_layer_trim(cairn_system);
}

static const cairn_allocator_more behind_more = {
    .usable_size = behind_usable_size,
    .aligned_alloc = behind_aligned_alloc,
    .trim = behind_trim,
};

const cairn_layer cairn_system_behind_bootstrap = {
    {NULL, behind_malloc, behind_calloc, behind_realloc, behind_free},
    &behind_more,
};
