/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks that are mappings of their own: above 32 MiB, or aligned to more than a run can be.
 */
#include <string.h>

#include "cairn/allocators/large/idle.h"
#include "cairn/allocators/large/large_internal.h"
#include "cairn/base/check.h"
#include "cairn/base/poison.h"

CAIRN_RECORDS_BEGIN

/* The records of mappings are blocks of the smallest class. */
static cairn_mapping *record_create(cairn_large *self)
{
    void *block = NULL;
    if (cairn_large_refill(&self->heaps, 1, &block, 1, 1) == 1) {
        cairn_unpoison(block, sizeof(cairn_mapping));
        memset(block, 0, sizeof(cairn_mapping));
    }
    return block;
}

static void record_destroy(cairn_large *self, cairn_mapping *mapping)
{
    void *block = mapping;
    cairn_poison(block, CAIRN_LARGE_SMALLEST);
    cairn_large_flush(&self->heaps, 1, &block, 1, false);
}

/* The pages of the mapping, with the block at a multiple of alignment. */
static bool obtain(cairn_large *self, cairn_mapping *mapping, size_t alignment, size_t size)
{
    cairn_arena_source source = cairn_arena_slot_get(&self->regions.source);
    mapping->source = source;
    mapping->bytes = size;
    if (alignment <= CAIRN_ALIGNMENT) {
        mapping->base = cairn_regions_obtain(source, size, &mapping->bytes);
    } else if (source.more->alloc_aligned != NULL) {
        mapping->base = source.more->alloc_aligned(source.provider.ctx, size, alignment);
    } else if (size <= SIZE_MAX - alignment) {
        mapping->bytes = size + alignment;
        mapping->base = cairn_arena_alloc(source, mapping->bytes);
    }
    mapping->head.blocks =
        (char *)cairn_align_up((uintptr_t)mapping->base, cairn_max(alignment, CAIRN_ALIGNMENT));
    return mapping->base != NULL;
}

/* Only what the block does not need: long mappings cost sanitizers enough as it is. */
static void poison_around(const cairn_mapping *mapping, size_t asked)
{
    const char *block = mapping->head.blocks;
    cairn_poison(mapping->base, (size_t)(block - (const char *)mapping->base));
    cairn_poison(block + asked, cairn_mapping_room(mapping) - asked);
}

void cairn_mapping_return(const cairn_mapping *mapping)
{
    cairn_unpoison_defined(mapping->base, mapping->bytes);
    cairn_arena_free(mapping->source, mapping->base, mapping->bytes);
}

static void link_mapping(cairn_large *self, cairn_mapping *mapping)
{
    mapping->previous = NULL;
    mapping->next = self->mappings;
    if (mapping->next != NULL) {
        mapping->next->previous = mapping;
    }
    self->mappings = mapping;
    self->mapped_bytes += mapping->bytes;
    self->regions.allocated_total++;
    self->regions.live++;
    cairn_regions_account(&self->regions, mapping->bytes, true);
}

static void unlink_mapping(cairn_large *self, cairn_mapping *mapping)
{
    if (mapping->previous != NULL) {
        mapping->previous->next = mapping->next;
    } else {
        self->mappings = mapping->next;
    }
    if (mapping->next != NULL) {
        mapping->next->previous = mapping->previous;
    }
    self->mapped_bytes -= mapping->bytes;
    self->regions.live--;
    cairn_regions_account(&self->regions, mapping->bytes, false);
}

static bool note(cairn_large *self, cairn_mapping *mapping, bool is_there)
{
    cairn_address_map *map = &self->regions.map;
    char *block = mapping->head.blocks;
    if (is_there &&
        !cairn_address_map_reserve(map, cairn_regions_metadata(&self->regions), block, 1)) {
        return false;
    }
    cairn_address_map_set(map, block, 1, is_there ? cairn_note_of(&mapping->head, 0) : 0);
    return true;
}

static bool obtain_or_make_room(cairn_large *self, cairn_mapping *mapping, size_t alignment,
                                size_t size)
{
    bool done = obtain(self, mapping, alignment, size);
    if (!done) {
        cairn_lock_acquire(&self->regions.lock);
        bool has_room = cairn_regions_give_back(&self->regions);
        cairn_lock_release(&self->regions.lock);
        done = has_room && obtain(self, mapping, alignment, size);
    }
    return done;
}

/* Aligned blocks can be short: they get whole granules, so that no other mapping starts in the granule
 * that stands for this one in the address map. */
void *cairn_mapping_create(cairn_large *self, size_t alignment, size_t size, bool *is_zero)
{
    size_t asked = size;
    if (alignment > CAIRN_ALIGNMENT) {
        size = cairn_align_up(cairn_max(size, 1), CAIRN_GRANULE_BYTES);
    }
    cairn_mapping *mapping = record_create(self);
    if (mapping == NULL) {
        return NULL;
    }
    if (!obtain_or_make_room(self, mapping, alignment, size)) {
        record_destroy(self, mapping);
        return NULL;
    }
    cairn_lock_acquire(&self->regions.lock);
    bool is_noted = note(self, mapping, true);
    if (is_noted) {
        link_mapping(self, mapping);
    }
    cairn_lock_release(&self->regions.lock);
    if (!is_noted) {
        cairn_mapping_return(mapping);
        record_destroy(self, mapping);
        return NULL;
    }
    *is_zero = mapping->source.more->is_zeroed;
    poison_around(mapping, asked);
    cairn_poison_block_out(mapping->head.blocks, asked, cairn_mapping_room(mapping));
    return mapping->head.blocks;
}

void cairn_mapping_destroy(cairn_large *self, cairn_mapping *mapping)
{
    cairn_lock_acquire(&self->regions.lock);
    note(self, mapping, false);
    unlink_mapping(self, mapping);
    cairn_lock_release(&self->regions.lock);
    cairn_mapping_return(mapping);
    record_destroy(self, mapping);
}

/* Moves the pages. The lock is held across it, so that nobody can be given the old place and note it
 * before the old entry is gone. A leaf for the new place is in hand before the move. */
static void *move_pages(cairn_large *self, cairn_mapping *mapping, size_t size)
{
    cairn_arena_source source = mapping->source;
    note(self, mapping, false);
    cairn_unpoison_defined(mapping->base, mapping->bytes);
    void *moved = (source.more->remap)(source.provider.ctx, mapping->base, mapping->bytes, size);
    if (moved != NULL) {
        cairn_regions_account(&self->regions, mapping->bytes, false);
        cairn_regions_account(&self->regions, size, true);
        self->mapped_bytes += size - mapping->bytes;
        mapping->base = moved;
        mapping->head.blocks = moved;
        mapping->bytes = size;
        cairn_unpoison_defined(moved, size);
    }
    bool is_noted = note(self, mapping, true);
    CAIRN_ASSERT(is_noted);
    (void)is_noted;
    return moved;
}

void *cairn_mapping_resize(cairn_large *self, cairn_mapping *mapping, size_t size)
{
    void *moved = NULL;
    if (mapping->source.more->remap == NULL || mapping->head.blocks != mapping->base) {
        return NULL;
    }
    cairn_lock_acquire(&self->regions.lock);
    if (cairn_address_map_prepare(&self->regions.map, cairn_regions_metadata(&self->regions))) {
        moved = move_pages(self, mapping, size);
    }
    cairn_lock_release(&self->regions.lock);
    return moved;
}

cairn_mapping *cairn_mapping_containing(cairn_large *self, const void *address)
{
    cairn_lock_acquire(&self->regions.lock);
    cairn_mapping *mapping = self->mappings;
    while (mapping != NULL && (uintptr_t)address - (uintptr_t)mapping->base >= mapping->bytes) {
        mapping = mapping->next;
    }
    cairn_lock_release(&self->regions.lock);
    return mapping;
}

CAIRN_RECORDS_END
