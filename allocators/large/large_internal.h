/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of large share and nobody else sees.
 */
#ifndef CAIRN_ALLOCATORS_LARGE_LARGE_INTERNAL_H_
#define CAIRN_ALLOCATORS_LARGE_LARGE_INTERNAL_H_

#include "cairn/allocators/large/large.h"

/* A block that is a mapping of its own. The head stands in the address map for the granule that the
 * block starts in; its blocks is the block, its home is NULL. */
typedef struct cairn_mapping {
    cairn_pool head; /* must be first */
    struct cairn_mapping *next;
    struct cairn_mapping *previous;
    cairn_arena_source source;
    void *base;
    size_t bytes;
} cairn_mapping;

/* What carved says in the descriptor of a run that is no block of the program. */
enum { CAIRN_LARGE_RUN_IS_HEAP = 1, CAIRN_LARGE_RUN_IS_ARENA = 2 };

CAIRN_INLINE bool cairn_large_is_mapping(const cairn_pool *run)
{
    return run->home == NULL;
}

CAIRN_INLINE size_t cairn_mapping_room(const cairn_mapping *mapping)
{
    return mapping->bytes - (size_t)(mapping->head.blocks - (char *)mapping->base);
}

/* The bytes of the block that starts a run or mapping of class 0. */
CAIRN_INLINE size_t cairn_large_unpooled_room(const cairn_pool *run)
{
    return cairn_large_is_mapping(run) ? cairn_mapping_room((const cairn_mapping *)run)
                                       : (size_t)run->granules * CAIRN_GRANULE_BYTES;
}

/* Mappings. Resizing may move the block: it returns the new place, or NULL with nothing changed. */
void *cairn_mapping_create(cairn_large *self, size_t alignment, size_t size);
void cairn_mapping_destroy(cairn_large *self, cairn_mapping *mapping);
void *cairn_mapping_resize(cairn_large *self, cairn_mapping *mapping, size_t size);
cairn_mapping *cairn_mapping_containing(cairn_large *self, const void *address);

CAIRN_INLINE cairn_large_view cairn_large_view_of(cairn_large *self)
{
    cairn_large_view view;
    view.self = self;
    view.heap = cairn_heaps[self->heaps.slot];
    view.root = self->regions.map.root;
    view.origin = self->regions.map.origin;
    view.span = self->regions.map.span;
    return view;
}

/* Optional operations, in their own files. */
size_t cairn_large_trim(cairn_large *self);
bool cairn_large_check(cairn_large *self);
void cairn_large_report(cairn_large *self, cairn_report *report);
void *cairn_large_block_start(cairn_large *self, const void *address);
const cairn_pool *cairn_large_containing(cairn_large *self, const void *address);

/* Sends the blocks in all depots home, for when memory is short; false when there were none. */
bool cairn_large_empty_depots(cairn_large *self);

#endif /* CAIRN_ALLOCATORS_LARGE_LARGE_INTERNAL_H_ */
