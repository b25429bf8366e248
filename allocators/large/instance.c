/* SPDX-License-Identifier: Apache-2.0
 *
 * Instances of large: where their own record comes from, and giving everything back.
 */
#include <string.h>

#include "cairn/allocators/large/large_internal.h"
#include "cairn/base/math.h"

enum { PAGE_BYTES = 4096 };

static void settle_map(cairn_address_map *map, cairn_arena_source source)
{
    cairn_arena_region region = cairn_arena_describe(source);
    map->entry_bytes = sizeof(void *);
    map->origin = CAIRN_MAP_WHOLE_ORIGIN;
    map->span = CAIRN_MAP_WHOLE_SPAN;
    if (region.bytes != 0) {
        map->origin = cairn_align_down((uintptr_t)region.base, CAIRN_GRANULE_BYTES);
        map->span = cairn_align_up((uintptr_t)region.base + region.bytes, CAIRN_GRANULE_BYTES) -
                    map->origin;
    }
}

static size_t first_region(cairn_arena_source source, const cairn_large_options *options)
{
    size_t wanted = options != NULL && options->region_bytes != 0 ? options->region_bytes
                                                                  : CAIRN_LARGE_REGION_FIRST;
    cairn_arena_region bound = cairn_arena_describe(source);
    if (bound.bytes != 0 && bound.bytes / 4 < wanted) {
        wanted = cairn_align_down(bound.bytes / 4, CAIRN_GRANULE_BYTES);
    }
    return cairn_max(wanted, CAIRN_GRANULE_BYTES);
}

cairn_large *cairn_large_create(cairn_arena_source source, const cairn_large_options *options)
{
    cairn_address_map map;
    memset(&map, 0, sizeof map);
    settle_map(&map, source);
    size_t record_bytes = cairn_align_up(sizeof(cairn_large), 64);
    size_t root_bytes = ((map.span >> CAIRN_MAP_LEAF_SHIFT) + 1) * sizeof(char *);
    size_t bytes = cairn_align_up(64 + record_bytes + root_bytes, PAGE_BYTES);
    void *memory = cairn_arena_alloc(source, bytes);
    if (memory == NULL) {
        return NULL;
    }
    cairn_large *self = (cairn_large *)(void *)cairn_align_up((uintptr_t)memory, 64);
    memset(self, 0, record_bytes + root_bytes);
    map.root = (char **)(void *)((char *)self + record_bytes);
    self->regions.map = map;
    self->regions.source = source;
    self->regions.next_region_bytes = first_region(source, options);
    self->self_memory = memory;
    self->self_bytes = bytes;
    cairn_heap_owner heaps = CAIRN_LARGE_HEAPS(CAIRN_HEAP_NO_SLOT);
    self->heaps = heaps;
    cairn_heap_owner_register(&self->heaps, CAIRN_HEAP_ANY_SLOT);
    return self;
}

void cairn_large_destroy(cairn_large *instance)
{
    void *memory = instance->self_memory;
    size_t bytes = instance->self_bytes;
    cairn_arena_source source = instance->regions.source;
    cairn_heap_owner_unregister(&instance->heaps);
    for (cairn_mapping *mapping = instance->mappings; mapping != NULL;) {
        cairn_mapping *next = mapping->next;
        cairn_arena_free(mapping->source, mapping->base, mapping->bytes);
        mapping = next;
    }
    cairn_regions_fini(&instance->regions);
    cairn_arena_free(source, memory, bytes);
}
