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

static void reject_unless_block(cairn_large *self, const cairn_pool *run, const void *ptr,
                                const char *call)
{
    if (CAIRN_LIKELY(run != NULL && is_block(run, ptr))) {
        return;
    }
    CAIRN_CHECK(cairn_large_block_start(self, ptr) == NULL,
                "%s of %p, which lies inside a block but does not start it", call, ptr);
    cairn_fatal("%s of %p, which no allocator of this stack owns: it was freed before, or it is "
                "not from malloc",
                call, ptr);
}

CAIRN_SLOW_PATH void cairn_large_free_slow(cairn_large *self, cairn_pool *run, void *ptr)
{
    if (ptr == NULL) {
        return;
    }
    reject_unless_block(self, run, ptr, "free");
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
    if (!cairn_multiply(count, size, &bytes)) {
        return NULL;
    }
    if (bytes > LARGEST_RUN) {
        bool is_zero;
        void *block = cairn_large_malloc_unpooled(view->self, CAIRN_ALIGNMENT, bytes, &is_zero);
        return block != NULL && !is_zero ? memset(block, 0, bytes) : block;
    }
    if (bytes > CAIRN_LARGE_POOLED_MAX) {
        cairn_pool *run =
            cairn_regions_take_zeroed(&view->self->regions, granules_for(bytes), bytes);
        return run != NULL ? run->blocks : NULL;
    }
    void *block = cairn_large_pooled_over(view, cairn_large_class(bytes));
    return block != NULL ? memset(block, 0, bytes) : NULL;
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
    if (CAIRN_UNLIKELY(run == NULL)) {
        reject_unless_block(view->self, run, ptr, "realloc");
    }
    void *place = resize_without_copy(view->self, run, ptr, size);
    if (place != NULL) {
        return place;
    }
    reject_unless_block(view->self, run, ptr, "realloc");
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

/* What contains an address: the map tells pools in all of their granules, other runs and mappings only
 * where they start. */
const cairn_pool *cairn_large_containing(cairn_large *self, const void *address)
{
    cairn_large_view view = cairn_large_view_of(self);
    const cairn_pool *run = cairn_large_run_of(&view, address);
    if (run != NULL && run->size_class != 0) {
        return run;
    }
    run = cairn_regions_run_containing(&self->regions, address);
    if (run == NULL) {
        const cairn_mapping *mapping = cairn_mapping_containing(self, address);
        run = mapping != NULL ? &mapping->head : NULL;
    }
    return run;
}

void *cairn_large_block_start(cairn_large *self, const void *address)
{
    const cairn_pool *run = cairn_large_containing(self, address);
    if (run == NULL) {
        return NULL;
    }
    if (run->size_class != 0) {
        return cairn_pool_block_start(run, address);
    }
    bool is_block = cairn_large_is_mapping(run) || run->carved == 0;
    return is_block && (const char *)address >= run->blocks ? run->blocks : NULL;
}
