/* SPDX-License-Identifier: Apache-2.0
 *
 * From any address to what an allocator noted for the granule it lies in, without reading memory
 * that the allocator does not own (clause B6.3): a root of leaves, each an array of entries.
 *
 * Entries are one byte (pymalloc: a size class) or one pointer (large: a descriptor); a map has one
 * kind, and its functions are told which. 0 means "nothing of ours". Lookups take no lock and never
 * create a leaf; changes are made under the owner's lock. Leaves live until cairn_address_map_fini
 * (B6.4).
 *
 * A map over a bounded region (origin and span set) needs only as many entries as the region has
 * granules; its single leaf then stands beside it.
 */
#ifndef CAIRN_ALLOCATORS_ADDRESS_MAP_H_
#define CAIRN_ALLOCATORS_ADDRESS_MAP_H_

#include "cairn/allocators/allocator.h"
#include "cairn/allocators/geometry.h"

CAIRN_EXTERN_C_BEGIN

typedef struct cairn_address_map {
    uintptr_t origin;   /* the first address covered, a multiple of the granule */
    uintptr_t span;     /* the number of bytes covered from there on */
    size_t entry_bytes; /* 1 or sizeof(void *) */
    size_t leaf_count;
    char *spare; /* a leaf in hand, so that the next reserve cannot fail; or NULL */
    char **root; /* one pointer for each 4 GiB from origin on; NULL where nothing was noted yet */
} cairn_address_map;

/* What a map over the whole address space has for origin and span. Static stacks pass them as
 * constants to cairn_address_map_at. */
#define CAIRN_MAP_WHOLE_ORIGIN ((uintptr_t)0)
#define CAIRN_MAP_WHOLE_SPAN ((uintptr_t)CAIRN_MAP_ROOT_ENTRIES << CAIRN_MAP_LEAF_SHIFT)

/* A map over what the region bounds, or over the whole address space when it bounds nothing; without its
 * root, an array of cairn_address_map_root_bytes that the caller adds. */
cairn_address_map cairn_address_map_over(cairn_arena_region region, size_t entry_bytes);

CAIRN_INLINE size_t cairn_address_map_root_bytes(const cairn_address_map *map)
{
    return ((map->span >> CAIRN_MAP_LEAF_SHIFT) + 1) * sizeof(char *);
}

/* The address of the entry for ptr, or NULL when its leaf does not exist. */
CAIRN_INLINE char *cairn_address_map_at(char *const *root, uintptr_t origin, uintptr_t span,
                                        size_t entry_bytes, const void *ptr)
{
    uintptr_t offset = (uintptr_t)ptr - origin;
    if (CAIRN_UNLIKELY(offset >= span)) {
        return NULL;
    }
    char *leaf = __atomic_load_n(&root[offset >> CAIRN_MAP_LEAF_SHIFT], __ATOMIC_ACQUIRE);
    if (CAIRN_UNLIKELY(leaf == NULL)) {
        return NULL;
    }
    return leaf + ((uint32_t)offset >> CAIRN_GRANULE_SHIFT) * entry_bytes;
}

/* The one-byte entry for ptr; 0 when there is none. */
CAIRN_INLINE unsigned cairn_address_map_byte(char *const *root, uintptr_t origin, uintptr_t span,
                                             const void *ptr)
{
    char *entry = cairn_address_map_at(root, origin, span, 1, ptr);
    return entry != NULL ? __atomic_load_n((unsigned char *)entry, __ATOMIC_RELAXED) : 0;
}

/* The pointer entry for ptr; NULL when there is none. */
CAIRN_INLINE void *cairn_address_map_pointer(char *const *root, uintptr_t origin, uintptr_t span,
                                             const void *ptr)
{
    char *entry = cairn_address_map_at(root, origin, span, sizeof(void *), ptr);
    return entry != NULL ? __atomic_load_n((void **)(void *)entry, __ATOMIC_RELAXED) : NULL;
}

/* Makes sure that every granule of [ptr, ptr + bytes) has an entry, taking leaves from memory by
 * calloc. false when there is no memory or the range lies outside of the map; leaves that were made
 * stay (B8.2). */
bool cairn_address_map_reserve(cairn_address_map *map, cairn_layer memory, const void *ptr,
                               size_t bytes);

/* Puts a leaf in hand, so that the next reserve of one granule cannot fail. For maps over the whole
 * address space. */
bool cairn_address_map_prepare(cairn_address_map *map, cairn_layer memory);

/* Sets the byte entry of one granule, or the pointer entries of all granules that overlap
 * [ptr, ptr + bytes). The range was reserved before. */
void cairn_address_map_set_byte(cairn_address_map *map, const void *ptr, unsigned value);
void cairn_address_map_set_pointer(cairn_address_map *map, const void *ptr, size_t bytes,
                                   void *value);

/* Gives the leaves back to memory. Nothing looks up while this runs. */
void cairn_address_map_fini(cairn_address_map *map, cairn_layer memory);

CAIRN_EXTERN_C_END

#endif /* CAIRN_ALLOCATORS_ADDRESS_MAP_H_ */
