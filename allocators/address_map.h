/* SPDX-License-Identifier: Apache-2.0
 *
 * From any address to what an allocator noted for the granule it lies in, without reading memory
 * that the allocator does not own (clause B6.3): a root of leaves, each an array of entries.
 *
 * A note is the address of a descriptor, which is a multiple of 64, with a size class in its six lowest
 * bits, so that freeing a block needs the descriptor's own memory only when the block goes home. 0 means
 * "nothing of ours". Lookups take no lock and never create a leaf; changes are made under the owner's
 * lock. Leaves live until cairn_address_map_fini (B6.4).
 *
 * The root holds, for each GiB, how far the leaf is from the leaf of nothing, which all maps share: 0
 * where nothing was noted yet. So a lookup needs no test for a leaf that is not there.
 *
 * A map over a bounded region (origin and span set) needs only as many entries as the region has
 * granules; its single leaf then stands beside it.
 */
#ifndef CAIRN_ALLOCATORS_ADDRESS_MAP_H_
#define CAIRN_ALLOCATORS_ADDRESS_MAP_H_

#include "cairn/allocators/allocator.h"
#include "cairn/allocators/geometry.h"
#include "cairn/base/check.h"

CAIRN_EXTERN_C_BEGIN

typedef struct cairn_address_map {
    uintptr_t origin; /* the first address covered, a multiple of the granule */
    uintptr_t span;   /* the number of bytes covered from there on */
    size_t leaf_count;
    uintptr_t
        *leaves; /* all that were made, each with the one before it behind its last entry: plain
                        * pointers, so that what looks for lost memory finds them */
    uintptr_t *spare; /* a leaf in hand, so that the next reserve cannot fail; or NULL */
    uintptr_t *root;  /* by GiB from origin on */
} cairn_address_map;

enum { CAIRN_NOTE_CLASS_MASK = 63 };

/* What a map over the whole address space has for origin and span. Static stacks pass them as
 * constants to cairn_address_map_at. */
#define CAIRN_MAP_WHOLE_ORIGIN ((uintptr_t)0)
#define CAIRN_MAP_WHOLE_SPAN ((uintptr_t)CAIRN_MAP_ROOT_ENTRIES << CAIRN_MAP_LEAF_SHIFT)

/* A map over what the region bounds, or over the whole address space when it bounds nothing; without its
 * root, an array of cairn_address_map_root_bytes that the caller adds. */
cairn_address_map cairn_address_map_over(cairn_arena_region region);

CAIRN_INLINE size_t cairn_address_map_root_bytes(const cairn_address_map *map)
{
    return ((map->span >> CAIRN_MAP_LEAF_SHIFT) + 1) * sizeof(uintptr_t);
}

/* The leaf of nothing. Never written, so that it takes no memory. */
extern uintptr_t cairn_address_map_nothing[CAIRN_MAP_LEAF_ENTRIES];

/* What stands in the root for a leaf, and the leaf for that. */
CAIRN_INLINE uintptr_t cairn_address_map_distance(const uintptr_t *leaf)
{
    return (uintptr_t)leaf - (uintptr_t)cairn_address_map_nothing;
}

CAIRN_INLINE uintptr_t *cairn_address_map_leaf(const uintptr_t *root, size_t index)
{
    /* Acquires the zeros in a new leaf, whose store into the root releases them: any address may be looked
     * up, so the caller need not have synchronised with whoever made the leaf. */
    uintptr_t distance = __atomic_load_n(&root[index], __ATOMIC_ACQUIRE);
    return (uintptr_t *)((uintptr_t)cairn_address_map_nothing + distance);
}

/* Where in its leaf the note for that offset from the origin stands. */
CAIRN_INLINE size_t cairn_address_map_index(uintptr_t offset)
{
    return (offset >> CAIRN_GRANULE_SHIFT) % CAIRN_MAP_LEAF_ENTRIES;
}

/* The note for ptr; 0 when there is none. */
CAIRN_INLINE uintptr_t cairn_address_map_note(const uintptr_t *root, uintptr_t origin,
                                              uintptr_t span, const void *ptr)
{
    uintptr_t offset = (uintptr_t)ptr - origin;
    if (CAIRN_UNLIKELY(offset >= span)) {
        return 0;
    }
    const uintptr_t *leaf = cairn_address_map_leaf(root, offset >> CAIRN_MAP_LEAF_SHIFT);
    /* Relaxed: the note of a live block was set before the block was handed out, and is not set again
     * before the block is back. So whoever was handed the block, and thereby comes after that store, reads
     * just this note; of other addresses any note may be read. tests/models/address_map_model.cc is a model
     * of it. */
    return __atomic_load_n(&leaf[cairn_address_map_index(offset)], __ATOMIC_RELAXED);
}

CAIRN_INLINE unsigned cairn_note_class(uintptr_t note)
{
    return (unsigned)(note & CAIRN_NOTE_CLASS_MASK);
}

/* The descriptor; NULL when there is none. */
CAIRN_INLINE void *cairn_note_descriptor(uintptr_t note)
{
    return (void *)(note & ~(uintptr_t)CAIRN_NOTE_CLASS_MASK);
}

CAIRN_INLINE uintptr_t cairn_note_of(const void *descriptor, unsigned size_class)
{
    return (uintptr_t)descriptor | size_class;
}

/* Makes sure that every granule of [ptr, ptr + bytes) has an entry, taking leaves from memory by
 * calloc. false when there is no memory or the range lies outside of the map; leaves that were made
 * stay (B8.2). */
bool cairn_address_map_reserve(cairn_address_map *map, cairn_layer memory, const void *ptr,
                               size_t bytes);

/* Puts a leaf in hand, so that the next reserve of one granule cannot fail. For maps over the whole
 * address space. */
bool cairn_address_map_prepare(cairn_address_map *map, cairn_layer memory);

/* Sets the note of the granule that ptr lies in, whose leaf exists. */
CAIRN_INLINE void cairn_address_map_set_one(cairn_address_map *map, const void *ptr, uintptr_t note)
{
    uintptr_t offset = (uintptr_t)ptr - map->origin;
    uintptr_t *leaf = cairn_address_map_leaf(map->root, offset >> CAIRN_MAP_LEAF_SHIFT);
    CAIRN_ASSERT(offset < map->span && leaf != cairn_address_map_nothing);
    /* Relaxed: handing out the block is what publishes its note. */
    __atomic_store_n(&leaf[cairn_address_map_index(offset)], note, __ATOMIC_RELAXED);
}

/* Sets the notes of all granules that overlap [ptr, ptr + bytes). The range was reserved before. */
void cairn_address_map_set(cairn_address_map *map, const void *ptr, size_t bytes, uintptr_t note);

/* Gives the leaves back to memory. Nothing looks up while this runs. */
void cairn_address_map_fini(cairn_address_map *map, cairn_layer memory);

CAIRN_EXTERN_C_END

#endif /* CAIRN_ALLOCATORS_ADDRESS_MAP_H_ */
