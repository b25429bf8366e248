/* SPDX-License-Identifier: Apache-2.0
 *
 * Instances of large: where their own record comes from, and giving everything back.
 */
#include <string.h>

#include "cairn/allocators/large/large_internal.h"
#include "cairn/base/math.h"

enum { PAGE_BYTES = 4096 };

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
    cairn_address_map map = cairn_address_map_over(cairn_arena_describe(source));
    size_t record_bytes = cairn_align_up(sizeof(cairn_large), 64);
    size_t root_bytes = cairn_address_map_root_bytes(&map);
    size_t bytes = cairn_align_up(64 + record_bytes + root_bytes, PAGE_BYTES);
    void *memory = cairn_arena_alloc(source, bytes);
    if (memory == NULL) {
        return NULL;
    }
    cairn_large *self = (cairn_large *)(void *)cairn_align_up((uintptr_t)memory, 64);
    memset(self, 0, record_bytes + root_bytes);
    map.root = (uintptr_t *)(void *)((char *)self + record_bytes);
    self->regions.map = map;
    self->regions.source.first = source;
    self->regions.next_region_bytes = first_region(source, options);
    self->self_memory = memory;
    self->self_bytes = bytes;
    cairn_heap_owner heaps = CAIRN_LARGE_HEAPS(NULL, NULL);
    cairn_pool_home pools = CAIRN_LARGE_POOLS(self);
    self->heaps = heaps;
    self->pools = pools;
    cairn_heap_owner_register(&self->heaps);
    return self;
}

void cairn_large_destroy(cairn_large *instance)
{
    void *memory = instance->self_memory;
    size_t bytes = instance->self_bytes;
    cairn_arena_source source = instance->regions.source.first;
    cairn_heap_owner_unregister(&instance->heaps);
    for (cairn_mapping *mapping = instance->mappings; mapping != NULL;) {
        cairn_mapping *next = mapping->next;
        cairn_mapping_return(mapping);
        mapping = next;
    }
    cairn_regions_fini(&instance->regions);
    cairn_arena_free(source, memory, bytes);
}
