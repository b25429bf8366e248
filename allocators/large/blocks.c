/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks of any size: unpooled, zeroed and aligned ones, and the rejection of pointers that large did
 * not hand out.
 */
#include "cairn/allocators/large/large_internal.h"
#include "cairn/base/check.h"
#include "cairn/base/poison.h"

CAIRN_RECORDS_BEGIN

CAIRN_SLOW_PATH void *cairn_large_malloc_unpooled(cairn_large *self, size_t alignment, size_t size,
                                                  bool *is_zero)
{
    CAIRN_RECORDS_SCOPE;
    if (size <= CAIRN_LARGE_RUN_MAX && alignment <= CAIRN_LARGE_RUN_MAX / 8) {
        cairn_pool *run;
        unsigned tries = 0;
        do {
            run = cairn_regions_take(&self->regions, cairn_large_granules_for(size), alignment,
                                     is_zero);
        } while (run == NULL && cairn_large_collect(self, &tries));
        if (run == NULL) {
            return NULL;
        }
        cairn_poison_block_out(run->blocks, size, cairn_large_unpooled_room(run));
        return run->blocks;
    }
    if (size > PTRDIFF_MAX) {
        return NULL;
    }
    return cairn_mapping_create(self, alignment, size, is_zero);
}

CAIRN_SLOW_PATH void cairn_large_reject(cairn_large *self, const void *ptr, const char *call)
{
    CAIRN_RECORDS_SCOPE;
    CAIRN_CHECK(cairn_large_block_start(self, ptr) == NULL,
                "%s of %p, which lies inside a block but does not start it", call, ptr);
    cairn_fatal("%s of %p, which no allocator of this stack owns: it was freed before, or it is "
                "not from malloc",
                call, ptr);
}

CAIRN_SLOW_PATH void cairn_large_free_slow(cairn_large *self, cairn_pool *run, void *ptr)
{
    CAIRN_RECORDS_SCOPE;
    if (ptr == NULL) {
        return;
    }
    if (CAIRN_UNLIKELY(!cairn_large_has_block(run, ptr))) {
        cairn_large_reject(self, ptr, "free");
    }
    if (run->size_class != 0) {
        cairn_large_take_in(ptr, run->size_class);
        cairn_heap_push_slow(&self->heaps, run->size_class, ptr);
    } else if (cairn_large_is_mapping(run)) {
        cairn_mapping_destroy(self, (cairn_mapping *)run);
    } else {
        cairn_regions_give(&self->regions, run);
    }
}

void *cairn_large_calloc_over(const cairn_large_view *view, size_t count, size_t size)
{
    CAIRN_RECORDS_SCOPE;
    size_t bytes;
    if (!cairn_multiply(count, size, &bytes)) {
        return NULL;
    }
    if (bytes > CAIRN_LARGE_RUN_MAX) {
        bool is_zero;
        void *block = cairn_large_malloc_unpooled(view->self, CAIRN_ALIGNMENT, bytes, &is_zero);
        if (block != NULL && is_zero) {
            cairn_unpoison_defined(block, bytes);
        }
        return block != NULL && !is_zero ? memset(block, 0, bytes) : block;
    }
    if (bytes > CAIRN_LARGE_POOLED_MAX) {
        cairn_pool *run;
        unsigned tries = 0;
        do {
            run = cairn_regions_take_zeroed(&view->self->regions, cairn_large_granules_for(bytes),
                                            bytes);
        } while (run == NULL && cairn_large_collect(view->self, &tries));
        return run != NULL ? run->blocks : NULL;
    }
    void *block = cairn_large_pooled_over(view, bytes, cairn_large_class(bytes));
    return block != NULL ? memset(block, 0, bytes) : NULL;
}

size_t cairn_large_usable_size_over(const cairn_large_view *view, const void *ptr)
{
    CAIRN_RECORDS_SCOPE;
    const cairn_pool *run = cairn_large_run_of(view, ptr);
    if (run == NULL) {
        return 0;
    }
    return cairn_large_room_of(run);
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
        return cairn_large_pooled_over(view, size, size_class);
    }
    return cairn_large_malloc_unpooled(view->self, alignment, size, &is_zero);
}

/* What contains an address: the map tells pools in all of their granules, other runs and mappings only
 * where they start. */
const cairn_pool *cairn_large_containing(cairn_large *self, const void *address)
{
    CAIRN_RECORDS_SCOPE;
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
    CAIRN_RECORDS_SCOPE;
    const cairn_pool *run = cairn_large_containing(self, address);
    if (run == NULL) {
        return NULL;
    }
    if (run->size_class != 0) {
        return cairn_pool_block_start(run, address);
    }
    return cairn_large_is_block(run) && (const char *)address >= run->blocks ? run->blocks : NULL;
}

CAIRN_RECORDS_END
