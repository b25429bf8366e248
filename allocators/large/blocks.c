/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks of any size: unpooled ones, zeroed, aligned and resized ones, and the rejection of pointers
 * that large did not hand out.
 */
#include "cairn/allocators/large/large_internal.h"
#include "cairn/base/check.h"

#define LARGEST_RUN ((size_t)CAIRN_LARGE_RUN_MAX_GRANULES * CAIRN_GRANULE_BYTES)

static size_t granules_for(size_t size)
{
    return (cairn_max(size, 1) + CAIRN_GRANULE_BYTES - 1) / CAIRN_GRANULE_BYTES;
}

CAIRN_SLOW_PATH void *cairn_large_malloc_unpooled(cairn_large *self, size_t alignment, size_t size,
                                                  bool *is_zero)
{
    if (size <= LARGEST_RUN && alignment <= LARGEST_RUN / 4) {
        cairn_pool *run =
            cairn_regions_take(&self->regions, granules_for(size), alignment, is_zero);
        return run != NULL ? run->blocks : NULL;
    }
    if (size > PTRDIFF_MAX) {
        return NULL;
    }
    *is_zero = self->regions.source.more->is_zeroed;
    return cairn_mapping_create(self, alignment, size);
}

static bool is_block(const cairn_pool *run, const void *ptr)
{
    return run->size_class != 0 ? cairn_pool_block_start(run, ptr) == ptr : run->blocks == ptr;
}

CAIRN_SLOW_PATH void cairn_large_free_slow(cairn_large *self, cairn_pool *run, void *ptr)
{
    if (ptr == NULL) {
        return;
    }
    CAIRN_CHECK(run != NULL,
                "free of %p, which is no block of this heap: it was freed before, or another "
                "allocator owns it",
                ptr);
    CAIRN_CHECK(is_block(run, ptr), "free of %p, which lies inside a block but does not start it",
                ptr);
    if (run->size_class != 0) {
        cairn_heap_push_slow(&self->heaps, run->size_class, ptr);
    } else if (cairn_large_is_mapping(run)) {
        cairn_mapping_destroy(self, (cairn_mapping *)run);
    } else {
        cairn_regions_give(&self->regions, run);
    }
}

void *cairn_large_calloc_over(const cairn_large_view *view, size_t count, size_t size)
{
    size_t bytes;
    bool is_zero = false;
    if (!cairn_multiply(count, size, &bytes)) {
        return NULL;
    }
    void *block;
    if (bytes <= CAIRN_LARGE_POOLED_MAX) {
        block = cairn_large_pooled_over(view, cairn_large_class(bytes));
    } else {
        block = cairn_large_malloc_unpooled(view->self, CAIRN_ALIGNMENT, bytes, &is_zero);
    }
    if (block != NULL && !is_zero) {
        memset(block, 0, bytes);
    }
    return block;
}

size_t cairn_large_usable_size_over(const cairn_large_view *view, const void *ptr)
{
    const cairn_pool *run = cairn_large_run_of(view, ptr);
    if (run == NULL) {
        return 0;
    }
    return run->size_class != 0 ? run->block_bytes : cairn_large_unpooled_room(run);
}

/* The block's place after a resize without copying, which for a mapping may be a new one; NULL, with
 * nothing changed, when the block has to be copied. */
static void *resize_mapping(cairn_large *self, cairn_mapping *mapping, size_t size)
{
    size_t room = cairn_mapping_room(mapping);
    if (size <= LARGEST_RUN / 2 || size > PTRDIFF_MAX) {
        return NULL;
    }
    if (size <= room && size > room - room / 8) {
        return mapping->head.blocks;
    }
    return cairn_mapping_resize(self, mapping, size);
}

static void *resize_without_copy(cairn_large *self, cairn_pool *run, void *ptr, size_t size)
{
    if (run->size_class != 0) {
        bool fits = size <= run->block_bytes;
        bool is_worth_it = 2 * size > run->block_bytes || run->size_class == 1;
        return fits && is_worth_it ? ptr : NULL;
    }
    if (cairn_large_is_mapping(run)) {
        return resize_mapping(self, (cairn_mapping *)run, size);
    }
    if (size <= CAIRN_LARGE_POOLED_MAX || size > LARGEST_RUN) {
        return NULL;
    }
    size_t granules = granules_for(size);
    bool done = granules == run->granules || cairn_regions_resize(&self->regions, run, granules);
    return done ? ptr : NULL;
}

void *cairn_large_realloc_over(const cairn_large_view *view, void *ptr, size_t size)
{
    if (ptr == NULL) {
        return cairn_large_malloc_over(view, size);
    }
    cairn_pool *run = cairn_large_run_of(view, ptr);
    CAIRN_CHECK(run != NULL && is_block(run, ptr),
                "realloc of %p, which is no block of this heap: it was freed before, or another "
                "allocator owns it",
                ptr);
    void *place = resize_without_copy(view->self, run, ptr, size);
    if (place != NULL) {
        return place;
    }
    size_t room = run->size_class != 0 ? run->block_bytes : cairn_large_unpooled_room(run);
    void *moved = cairn_large_malloc_over(view, size);
    if (moved != NULL) {
        memcpy(moved, ptr, cairn_min(size, room));
        cairn_large_free_over(view, ptr);
    }
    return moved;
}

/* Pooled blocks are aligned to what divides their size, up to a granule; a power of two always is a
 * class, so the search ends. */
void *cairn_large_aligned_alloc_over(const cairn_large_view *view, size_t alignment, size_t size)
{
    if (!cairn_is_power_of_two(alignment)) {
        return NULL;
    }
    bool is_zero;
    size_t wanted = cairn_max(size, alignment);
    if (wanted <= CAIRN_LARGE_POOLED_MAX && alignment <= CAIRN_GRANULE_BYTES) {
        unsigned size_class = cairn_large_class(wanted);
        while (cairn_large_class_bytes(size_class) % alignment != 0) {
            size_class++;
        }
        return cairn_large_pooled_over(view, size_class);
    }
    return cairn_large_malloc_unpooled(view->self, alignment, size, &is_zero);
}

void *cairn_large_block_start(cairn_large *self, const void *address)
{
    cairn_large_view view = cairn_large_view_of(self);
    const cairn_pool *run = cairn_large_run_of(&view, address);
    if (run != NULL && run->size_class != 0) {
        return cairn_pool_block_start(run, address);
    }
    if (run != NULL && !cairn_large_is_mapping(run)) {
        return run->blocks;
    }
    cairn_mapping *mapping = cairn_mapping_containing(self, address);
    return mapping != NULL && (const char *)address >= mapping->head.blocks ? mapping->head.blocks
                                                                            : NULL;
}
