/* SPDX-License-Identifier: Apache-2.0
 *
 * Instances: where their own record comes from, and giving everything back.
 */
#include <string.h>

#include "cairn/allocators/pymalloc/pymalloc_internal.h"
#include "cairn/base/math.h"

enum { SMALL_REGION_BYTES = 4 << 20, PAGE_BYTES = 4096 };

static bool is_in_range(const cairn_pymalloc_options *options)
{
    size_t pool = options->pool_bytes;
    size_t arena = options->arena_bytes;
    return (pool == CAIRN_POOL_BYTES || pool == 2 * CAIRN_POOL_BYTES ||
            pool == 4 * CAIRN_POOL_BYTES) &&
           arena % pool == 0 && arena / pool >= 2 && arena / pool <= CAIRN_ARENA_POOLS_MAX &&
           options->magazine_blocks < CAIRN_MAGAZINE_SLOTS;
}

bool cairn_pymalloc_settle(cairn_arena_source source, cairn_pymalloc_options *options)
{
    cairn_arena_region region = cairn_arena_describe(source);
    size_t pool = options->pool_bytes != 0 ? options->pool_bytes : CAIRN_POOL_BYTES;
    options->pool_bytes = pool;
    if (options->arena_bytes == 0) {
        options->arena_bytes = CAIRN_ARENA_BYTES;
        if (region.bytes != 0 && region.bytes < SMALL_REGION_BYTES) {
            options->arena_bytes = cairn_max(region.bytes / 4 / pool * pool, 2 * pool);
        }
    }
    return is_in_range(options);
}

void cairn_pymalloc_set_caches(cairn_pymalloc *self, const cairn_pymalloc_options *options)
{
    if (options != NULL && options->magazine_blocks != 0) {
        memset(self->magazines + 1, (int)options->magazine_blocks, CAIRN_SMALL_CLASSES);
        self->heaps.capacity = self->magazines;
        self->pools.magazines = self->magazines;
    }
    if (options != NULL && options->depot_bytes != 0) {
        self->pools.depot_limit = options->depot_bytes;
    }
}

/* From the fallback, or from the provider when the fallback has no memory. */
static void *reserve_record(cairn_arena_source source, cairn_layer fallback, size_t bytes,
                            bool *is_from_provider)
{
    void *memory = cairn_layer_calloc(fallback, 1, bytes);
    *is_from_provider = memory == NULL;
    if (memory == NULL) {
        memory = cairn_arena_alloc(source, bytes);
        if (memory != NULL) {
            memset(memory, 0, bytes);
        }
    }
    return memory;
}

/* A bounded map's only leaf is small enough to lie beside the record when there is no fallback. */
static size_t inner_leaf_bytes(const cairn_address_map *map, cairn_layer fallback)
{
    bool is_bounded = map->span != CAIRN_MAP_WHOLE_SPAN;
    bool fits_one_leaf = map->span <= (uintptr_t)1 << CAIRN_MAP_LEAF_SHIFT;
    bool has_memory = fallback.allocator.malloc != cairn_no_memory.allocator.malloc;
    return is_bounded && fits_one_leaf && !has_memory
               ? (map->span >> CAIRN_GRANULE_SHIFT) * sizeof(uintptr_t)
               : 0;
}

static bool counts_blocks(cairn_layer layer)
{
    cairn_report report;
    memset(&report, 0, sizeof report);
    cairn_layer_stats(layer, &report);
    return report.totals.counts_blocks;
}

cairn_pymalloc *cairn_pymalloc_create_plain(cairn_arena_source source, cairn_layer fallback,
                                            const cairn_pymalloc_options *options)
{
    cairn_pymalloc_options settled = {0, 0, 0, 0};
    settled = options != NULL ? *options : settled;
    if (!cairn_pymalloc_settle(source, &settled)) {
        return NULL;
    }
    cairn_address_map map = cairn_address_map_over(cairn_arena_describe(source));
    size_t record_bytes =
        cairn_align_up(sizeof(cairn_pymalloc), 64) + cairn_address_map_root_bytes(&map);
    size_t leaf_bytes = inner_leaf_bytes(&map, fallback);
    /* 64 bytes to spare: the record is cache-line aligned, the memory need not be. */
    size_t bytes = cairn_align_up(64 + record_bytes + leaf_bytes, PAGE_BYTES);
    bool is_from_provider;
    char *memory = reserve_record(source, fallback, bytes, &is_from_provider);
    if (memory == NULL) {
        return NULL;
    }
    cairn_pymalloc *self = (cairn_pymalloc *)(void *)cairn_align_up((uintptr_t)memory, 64);
    map.root = (uintptr_t *)(void *)((char *)self + cairn_align_up(sizeof *self, 64));
    if (leaf_bytes > 0) {
        uintptr_t *leaf = (uintptr_t *)(void *)((char *)self + record_bytes);
        map.root[0] = cairn_address_map_distance(leaf);
    }
    self->arenas.source.first = source;
    self->arenas.arena_bytes = settled.arena_bytes;
    self->arenas.pool_bytes = settled.pool_bytes;
    self->arenas.map = map;
    self->fallback = fallback;
    self->fallback_counts = counts_blocks(fallback);
    self->self_memory = memory;
    self->self_bytes = bytes;
    self->is_from_provider = is_from_provider;
    return self;
}

void cairn_pymalloc_destroy_plain(cairn_pymalloc *self)
{
    void *memory = self->self_memory;
    size_t bytes = self->self_bytes;
    cairn_arena_source source = self->arenas.source.first;
    cairn_layer fallback = self->fallback;
    bool is_from_provider = self->is_from_provider;
    cairn_arenas_fini(&self->arenas, fallback);
    if (is_from_provider) {
        cairn_arena_free(source, memory, bytes);
    } else {
        cairn_layer_free(fallback, memory);
    }
}

void cairn_pymalloc_set_before_arena(cairn_pymalloc *instance, void (*before_arena)(void *ctx),
                                     void *ctx)
{
    instance->arenas.before_arena = before_arena;
    instance->arenas.before_arena_ctx = ctx;
}

void *cairn_pymalloc_block_start(cairn_pymalloc *self, const void *address)
{
    cairn_pymalloc_view view = cairn_pymalloc_view_of(self);
    uintptr_t note = cairn_pymalloc_note_of(&view, address);
    if (note == 0) {
        return cairn_layer_block_start(self->fallback, address);
    }
    const cairn_pool *pool = cairn_note_descriptor(note);
    return pool != NULL ? cairn_pool_block_start(pool, address) : NULL;
}
