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

#define CAIRN_LARGE_RUN_MAX ((size_t)CAIRN_LARGE_RUN_MAX_GRANULES * CAIRN_GRANULE_BYTES)

/* What carved says in the descriptor of a run of class 0: what it is for, or that the block has room
 * for growth that was not asked for. */
enum {
    CAIRN_LARGE_RUN_IS_BLOCK = 0,
    CAIRN_LARGE_RUN_IS_HEAP = 1,
    CAIRN_LARGE_RUN_IS_ARENA = 2,
    CAIRN_LARGE_RUN_IS_GROWING = 3,
};

/* Blocks up to here that grow in small steps get half as much again when they move, longer ones a
 * quarter. */
enum { CAIRN_LARGE_HEADROOM_MAX = 1 << 20 };

CAIRN_INLINE bool cairn_large_is_mapping(const cairn_pool *run)
{
    return run->home == NULL;
}

CAIRN_INLINE size_t cairn_mapping_room(const cairn_mapping *mapping)
{
    return mapping->bytes - (size_t)(mapping->head.blocks - (char *)mapping->base);
}

/* Whether a run or mapping of class 0 is a block of the program. */
CAIRN_INLINE bool cairn_large_is_block(const cairn_pool *run)
{
    unsigned purpose = __atomic_load_n(&run->carved, __ATOMIC_RELAXED);
    return cairn_large_is_mapping(run) || purpose == CAIRN_LARGE_RUN_IS_BLOCK ||
           purpose == CAIRN_LARGE_RUN_IS_GROWING;
}

/* The bytes of the block that starts a run or mapping of class 0. */
CAIRN_INLINE size_t cairn_large_unpooled_room(const cairn_pool *run)
{
    return cairn_large_is_mapping(run) ? cairn_mapping_room((const cairn_mapping *)run)
                                       : (size_t)run->granules * CAIRN_GRANULE_BYTES;
}

/* The bytes of the block of a pool, a run or a mapping. */
CAIRN_INLINE size_t cairn_large_room_of(const cairn_pool *run)
{
    return run->size_class != 0 ? run->block_bytes : cairn_large_unpooled_room(run);
}

/* Mappings; *is_zero says whether a new one reads as zero. Resizing may move the block: it returns the new place, or NULL with nothing changed. */
void *cairn_mapping_create(cairn_large *self, size_t alignment, size_t size, bool *is_zero);
void cairn_mapping_destroy(cairn_large *self, cairn_mapping *mapping);
void *cairn_mapping_resize(cairn_large *self, cairn_mapping *mapping, size_t size);
/* To the provider, as it gave it. */
void cairn_mapping_return(const cairn_mapping *mapping);
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

CAIRN_INLINE size_t cairn_large_granules_for(size_t size)
{
    return (cairn_max(size, 1) + CAIRN_GRANULE_BYTES - 1) / CAIRN_GRANULE_BYTES;
}

/* Whether ptr is the start of a block of the run, which may be NULL. */
CAIRN_INLINE bool cairn_large_has_block(const cairn_pool *run, const void *ptr)
{
    if (run == NULL) {
        return false;
    }
    return run->size_class != 0 ? cairn_pool_has_out(run, ptr) : run->blocks == ptr;
}

/* Ends the process: ptr, which a call was given, is not the start of a block. */
__attribute__((noreturn)) void cairn_large_reject(cairn_large *self, const void *ptr,
                                                  const char *call);

/* Optional operations, in their own files. */
size_t cairn_large_trim(cairn_large *self);
bool cairn_large_check(cairn_large *self);
bool cairn_large_walk(cairn_large *self, cairn_block_visit *visit, void *arg);
void cairn_large_report(cairn_large *self, cairn_report *report);
void *cairn_large_block_start(cairn_large *self, const void *address);
const cairn_pool *cairn_large_containing(cairn_large *self, const void *address);

/* For when memory is short: sends home what the calling thread and the depots keep, asks the other threads
 * for what they keep, and lets them run. Whether to try again; tries starts as 0. No lock is held. */
bool cairn_large_collect(cairn_large *self, unsigned *tries);

#endif /* CAIRN_ALLOCATORS_LARGE_LARGE_INTERNAL_H_ */
