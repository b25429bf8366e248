/* SPDX-License-Identifier: Apache-2.0
 *
 * Collects an instance's figures by a walk over its pools, and verifies its structures on the same
 * walk.
 */
#include "cairn/allocators/pymalloc/statistics.h"

#include <string.h>

#include "cairn/allocators/pymalloc/pymalloc_internal.h"
#include "cairn/base/check.h"
#include "cairn/base/poison.h"

CAIRN_RECORDS_BEGIN

static bool count_pool(void *ctx, cairn_pool *pool, bool is_empty)
{
    cairn_pymalloc_statistics *out = ctx;
    if (is_empty) {
        return true;
    }
    cairn_pymalloc_class_statistics *row = &out->classes[pool->size_class];
    uint32_t live = pool->live;
    size_t header = (size_t)(pool->blocks - cairn_pool_memory(pool));
    const cairn_arena *arena = pool->home;
    row->pools++;
    row->live_blocks += live;
    row->free_blocks += pool->capacity - live;
    out->header_bytes += header;
    out->quantization_bytes +=
        arena->pool_bytes - header - (size_t)pool->capacity * pool->block_bytes;
    return true;
}

static void count_arenas(const cairn_arenas *arenas, cairn_pymalloc_statistics *out)
{
    out->arenas_allocated = arenas->allocated_total;
    out->arenas_live = arenas->live;
    out->arenas_peak = arenas->peak;
    out->arena_bytes = arenas->live_bytes;
    out->arena_peak_bytes = arenas->peak_bytes;
    out->arena_unit_bytes = arenas->arena_bytes;
    out->pool_unit_bytes = arenas->pool_bytes;
    for (const cairn_arena *arena = arenas->all; arena != NULL; arena = arena->next_of_all) {
        out->unused_pools += arena->pools_free;
        size_t records = cairn_arena_records_pools_bytes(arena);
        out->header_bytes += records;
        out->alignment_bytes += arena->bytes - records - arena->pools_total * arena->pool_bytes;
    }
}

/* What waits in magazines and depots is live to the pools, but free to the program. */
static void settle_classes(cairn_pymalloc *self, cairn_pymalloc_statistics *out)
{
    for (unsigned c = 1; c <= CAIRN_SMALL_CLASSES; c++) {
        cairn_pymalloc_class_statistics *row = &out->classes[c];
        size_t waiting = cairn_pool_class_waiting(&self->pools, c);
        size_t cached = cairn_heap_owner_cached(&self->heaps, c) + waiting;
        row->cached_blocks = cached < row->live_blocks ? cached : row->live_blocks;
        row->live_blocks -= row->cached_blocks;
        row->free_blocks += row->cached_blocks;
        out->cached_blocks += row->cached_blocks;
        out->live_blocks += row->live_blocks;
        out->live_bytes += row->live_blocks * cairn_small_class_bytes(c);
        out->available_bytes += row->free_blocks * cairn_small_class_bytes(c);
    }
}

/* A bounded map has one entry even if its region is smaller than a leaf. */
static size_t root_entries(const cairn_address_map *map)
{
    uintptr_t leaf_bytes = (uintptr_t)1 << CAIRN_MAP_LEAF_SHIFT;
    return (size_t)((map->span + leaf_bytes - 1) >> CAIRN_MAP_LEAF_SHIFT);
}

void cairn_pymalloc_visit_own_needs(cairn_pymalloc *self, void (*visit)(void *ctx, const void *),
                                    void *ctx)
{
    const cairn_address_map *map = &self->arenas.map;
    /* From the top, which is where systems map first; most of the root was never touched. */
    size_t left = map->leaf_count;
    for (size_t i = root_entries(map); left > 0 && i-- > 0;) {
        if (map->root[i] != 0) {
            left--;
            visit(ctx, cairn_address_map_leaf(map->root, i));
        }
    }
    cairn_lock_acquire(&self->heaps.lock);
    for (cairn_heap *heap = self->heaps.heaps; heap != NULL; heap = heap->next) {
        visit(ctx, heap->memory);
    }
    cairn_lock_release(&self->heaps.lock);
    if (!self->is_from_provider && self->self_memory != NULL) {
        visit(ctx, self->self_memory);
    }
}

typedef struct subtraction {
    const cairn_pymalloc *self;
    cairn_totals *totals;
} subtraction;

static void subtract_block(void *ctx, const void *block)
{
    const subtraction *from = ctx;
    from->totals->live_blocks--;
    from->totals->live_bytes -= cairn_layer_room(from->self->fallback, block);
}

void cairn_pymalloc_subtract_own_needs(cairn_pymalloc *self, cairn_totals *totals)
{
    subtraction from = {self, totals};
    if (self->fallback_counts) {
        cairn_pymalloc_visit_own_needs(self, subtract_block, &from);
    }
}

/* The fallback's blocks: its own count, less what the instance itself took, or ours (B9.3). */
static long fallback_blocks(cairn_pymalloc *self)
{
    cairn_report report;
    if (!self->fallback_counts) {
        return __atomic_load_n(&self->raw_blocks, __ATOMIC_RELAXED);
    }
    memset(&report, 0, sizeof report);
    cairn_layer_stats(self->fallback, &report);
    cairn_pymalloc_subtract_own_needs(self, &report.totals);
    return (long)report.totals.live_blocks;
}

void cairn_pymalloc_get_statistics(cairn_pymalloc *instance, cairn_pymalloc_statistics *out)
{
    CAIRN_RECORDS_SCOPE;
    memset(out, 0, sizeof *out);
    cairn_pymalloc_lock_all(&instance->heaps);
    cairn_arenas_walk(&instance->arenas, count_pool, out);
    count_arenas(&instance->arenas, out);
    cairn_pymalloc_unlock_all(&instance->heaps);
    settle_classes(instance, out);
    const cairn_address_map *map = &instance->arenas.map;
    out->map_root_bytes = root_entries(map) * sizeof(uintptr_t);
    out->map_leaves = map->leaf_count;
    out->map_leaf_bytes = map->leaf_count * (CAIRN_MAP_LEAF_ENTRIES + 1) * sizeof(uintptr_t);
    out->heaps = cairn_heap_owner_count(&instance->heaps);
    out->heap_bytes = out->heaps * cairn_heap_bytes(&instance->heaps);
    out->lost_heaps = instance->heaps.lost_heaps;
    out->fallback_blocks = fallback_blocks(instance);
}

size_t cairn_pymalloc_allocated_blocks(cairn_pymalloc *instance)
{
    cairn_pymalloc_statistics statistics;
    cairn_pymalloc_get_statistics(instance, &statistics);
    return (size_t)((long)statistics.live_blocks + statistics.fallback_blocks);
}

typedef struct check_state {
    size_t with_room[CAIRN_SMALL_CLASSES + 1];
} check_state;

static bool check_pool(void *ctx, cairn_pool *pool, bool is_empty)
{
    check_state *state = ctx;
    if (pool->size_class == 0 || pool->size_class > CAIRN_SMALL_CLASSES ||
        (is_empty && pool->live != 0)) {
        cairn_warn("header of pool %p is damaged: class %u, %u live blocks", (void *)pool,
                   pool->size_class, pool->live);
        return false;
    }
    if (!is_empty && !cairn_pool_is_full(pool)) {
        state->with_room[pool->size_class]++;
    }
    return cairn_pool_check(pool);
}

bool cairn_pymalloc_check(cairn_pymalloc *self)
{
    CAIRN_RECORDS_SCOPE;
    check_state state;
    memset(&state, 0, sizeof state);
    cairn_pymalloc_lock_all(&self->heaps);
    bool good = cairn_arenas_walk(&self->arenas, check_pool, &state);
    for (unsigned c = 1; good && c <= CAIRN_SMALL_CLASSES; c++) {
        good = cairn_pool_class_check(&self->pools, c, state.with_room[c]);
    }
    cairn_pymalloc_unlock_all(&self->heaps);
    return good;
}

CAIRN_RECORDS_END
