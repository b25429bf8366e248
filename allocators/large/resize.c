/* SPDX-License-Identifier: Apache-2.0
 *
 * realloc: what stays in place, and where a block goes that has to move.
 */
#include "cairn/allocators/large/large_internal.h"
#include "cairn/base/poison.h"

CAIRN_RECORDS_BEGIN

/* The block's place after a resize without copying, which for a mapping may be a new one; NULL, with
 * nothing changed, when the block has to be copied. */
static void *resize_mapping(cairn_large *self, cairn_mapping *mapping, size_t size)
{
    size_t room = cairn_mapping_room(mapping);
    if (size <= CAIRN_LARGE_RUN_MAX / 2 || size > PTRDIFF_MAX) {
        return NULL;
    }
    if (size <= room && size > room - room / 8) {
        return mapping->head.blocks;
    }
    return cairn_mapping_resize(self, mapping, size);
}

/* A run may be shorter than the longest pooled block; what needs less than half of such a one is
 * pooled. A run with room to grow keeps it while more than half is needed. */
static bool resize_run(cairn_large *self, cairn_pool *run, size_t size)
{
    size_t granules = cairn_large_granules_for(size);
    bool is_half = granules > run->granules / 2;
    if (size > CAIRN_LARGE_RUN_MAX || (size <= CAIRN_LARGE_POOLED_MAX && !is_half)) {
        return false;
    }
    bool has_room = run->carved == CAIRN_LARGE_RUN_IS_GROWING;
    if (granules == run->granules || (has_room && is_half && granules < run->granules)) {
        return true;
    }
    if (granules < run->granules) {
        cairn_run_set_purpose(run, CAIRN_LARGE_RUN_IS_BLOCK);
    }
    return cairn_regions_resize(&self->regions, run, granules);
}

static void *resize_without_copy(cairn_large *self, cairn_pool *run, void *ptr, size_t size)
{
    if (run->size_class != 0) {
        bool fits = size <= run->block_bytes;
        bool is_worth_it = 2 * size > run->block_bytes || run->size_class == 1;
        return fits && is_worth_it ? ptr : NULL;
    }
    if (run->blocks != ptr) {
        return NULL;
    }
    if (cairn_large_is_mapping(run)) {
        return resize_mapping(self, (cairn_mapping *)run, size);
    }
    return resize_run(self, run, size) ? ptr : NULL;
}

/* Bytes for a block of size bytes that had to leave a room which was too small. What grows in small
 * steps is given room for more of them. */
static size_t with_headroom(size_t size, size_t room)
{
    if (size - room > room / 4 || size > CAIRN_LARGE_RUN_MAX / 2) {
        return size;
    }
    return size + (size <= CAIRN_LARGE_HEADROOM_MAX ? size / 2 : size / 4);
}

/* The headroom of a block stays slack. */
static void *with_slack(void *block, size_t size, size_t wanted)
{
    if (block != NULL) {
        cairn_poison((char *)block + size, wanted - size);
    }
    return block;
}

/* A block that had to move to grow is likely to grow again: from a granule on it becomes a run, which
 * can grow in place. */
static void *malloc_to_grow(const cairn_large_view *view, size_t size, size_t room)
{
    size_t wanted = with_headroom(size, room);
    if (wanted < CAIRN_GRANULE_BYTES || wanted > CAIRN_LARGE_RUN_MAX) {
        return with_slack(cairn_large_malloc_over(view, wanted), size, wanted);
    }
    cairn_pool *run =
        cairn_regions_take_to_grow(&view->self->regions, cairn_large_granules_for(wanted));
    if (run != NULL && wanted > size) {
        cairn_run_set_purpose(run, CAIRN_LARGE_RUN_IS_GROWING);
    }
    if (run == NULL) {
        return NULL;
    }
    cairn_poison_block_out(run->blocks, size, cairn_large_unpooled_room(run));
    return run->blocks;
}

static void *malloc_to_move(const cairn_large_view *view, size_t size, size_t room)
{
    void *block = size > room ? malloc_to_grow(view, size, room) : NULL;
    return block != NULL ? block : cairn_large_malloc_over(view, size);
}

void *cairn_large_realloc_over(const cairn_large_view *view, void *ptr, size_t size)
{
    CAIRN_RECORDS_SCOPE;
    if (ptr == NULL) {
        return cairn_large_malloc_over(view, size);
    }
    cairn_pool *run = cairn_large_run_of(view, ptr);
    if (CAIRN_UNLIKELY(run == NULL)) {
        cairn_large_reject(view->self, ptr, "realloc");
    }
    void *place = resize_without_copy(view->self, run, ptr, size);
    if (place != NULL) {
        cairn_poison_block_resized(place, size, cairn_large_room_of(run));
        return place;
    }
    if (CAIRN_UNLIKELY(!cairn_large_has_block(run, ptr))) {
        cairn_large_reject(view->self, ptr, "realloc");
    }
    size_t room = cairn_large_room_of(run);
    void *moved = malloc_to_move(view, size, room);
    if (moved != NULL) {
        cairn_unpoison_rest(ptr, cairn_min(size, room));
        memcpy(moved, ptr, cairn_min(size, room));
        cairn_large_free_over(view, ptr);
    }
    return moved;
}

CAIRN_RECORDS_END
