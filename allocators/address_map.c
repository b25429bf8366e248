/* SPDX-License-Identifier: Apache-2.0
 *
 * Growing and writing the address map; lookups are in the header.
 */
#include "cairn/allocators/address_map.h"

#include "cairn/base/check.h"
#include "cairn/base/math.h"

uintptr_t cairn_address_map_nothing[CAIRN_MAP_LEAF_ENTRIES];

cairn_address_map cairn_address_map_over(cairn_arena_region region)
{
    cairn_address_map map = {.origin = CAIRN_MAP_WHOLE_ORIGIN, .span = CAIRN_MAP_WHOLE_SPAN};
    if (region.bytes != 0) {
        uintptr_t base = (uintptr_t)region.base;
        map.origin = cairn_align_down(base, CAIRN_GRANULE_BYTES);
        map.span = cairn_align_up(base + region.bytes, CAIRN_GRANULE_BYTES) - map.origin;
    }
    return map;
}

static size_t root_entries(const cairn_address_map *map)
{
    uintptr_t leaf_bytes = (uintptr_t)1 << CAIRN_MAP_LEAF_SHIFT;
    return (size_t)((map->span + leaf_bytes - 1) >> CAIRN_MAP_LEAF_SHIFT);
}

/* A bounded map's last leaf ends with the region. */
static size_t leaf_entries(const cairn_address_map *map, uintptr_t index)
{
    uintptr_t rest = map->span - (index << CAIRN_MAP_LEAF_SHIFT);
    uintptr_t granules = (rest + CAIRN_GRANULE_BYTES - 1) >> CAIRN_GRANULE_SHIFT;
    return cairn_min(CAIRN_MAP_LEAF_ENTRIES, granules);
}

bool cairn_address_map_reserve(cairn_address_map *map, cairn_layer memory, const void *ptr,
                               size_t bytes)
{
    uintptr_t offset = (uintptr_t)ptr - map->origin;
    if (offset >= map->span || bytes > map->span - offset) {
        return false;
    }
    uintptr_t last = (offset + bytes - 1) >> CAIRN_MAP_LEAF_SHIFT;
    for (uintptr_t i = offset >> CAIRN_MAP_LEAF_SHIFT; i <= last; i++) {
        if (map->root[i] == 0) {
            uintptr_t *leaf = map->spare;
            map->spare = NULL;
            if (leaf == NULL) {
                leaf = cairn_layer_calloc(memory, leaf_entries(map, i) + 1, sizeof *leaf);
            }
            if (leaf == NULL) {
                return false;
            }
            leaf[leaf_entries(map, i)] = (uintptr_t)map->leaves;
            map->leaves = leaf;
            /* Releases the leaf's zeros. */
            __atomic_store_n(&map->root[i], cairn_address_map_distance(leaf), __ATOMIC_RELEASE);
            map->leaf_count++;
        }
    }
    return true;
}

bool cairn_address_map_prepare(cairn_address_map *map, cairn_layer memory)
{
    if (map->spare == NULL) {
        map->spare = cairn_layer_calloc(memory, CAIRN_MAP_LEAF_ENTRIES + 1, sizeof *map->spare);
    }
    return map->spare != NULL;
}

void cairn_address_map_set(cairn_address_map *map, const void *ptr, size_t bytes, uintptr_t note)
{
    uintptr_t first = cairn_align_down((uintptr_t)ptr, CAIRN_GRANULE_BYTES);
    uintptr_t end = (uintptr_t)ptr + bytes;
    for (uintptr_t at = first; at < end; at += CAIRN_GRANULE_BYTES) {
        cairn_address_map_set_one(map, (const void *)at, note);
    }
}

void cairn_address_map_fini(cairn_address_map *map, cairn_layer memory)
{
    if (map->spare != NULL) {
        cairn_layer_free(memory, map->spare);
        map->spare = NULL;
    }
    map->leaves = NULL;
    for (size_t i = root_entries(map); map->leaf_count > 0 && i-- > 0;) {
        if (map->root[i] != 0) {
            cairn_layer_free(memory, cairn_address_map_leaf(map->root, i));
            map->root[i] = 0;
            map->leaf_count--;
        }
    }
}
