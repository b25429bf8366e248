/* SPDX-License-Identifier: Apache-2.0
 *
 * Arena life cycle and choice. See arenas.h for the rules.
 */
#include "cairn/allocators/pymalloc/arenas.h"

#include "cairn/allocators/pymalloc/size_class.h"
#include "cairn/base/check.h"
#include "cairn/base/math.h"
#include "cairn/base/poison.h"

CAIRN_RECORDS_BEGIN

static void group_insert(cairn_arenas *arenas, cairn_arena *arena)
{
    uint32_t group = arena->pools_free;
    if (group == 0) {
        return;
    }
    arena->previous = NULL;
    arena->next = arenas->groups[group];
    if (arena->next != NULL) {
        arena->next->previous = arena;
    }
    arenas->groups[group] = arena;
    arenas->group_bits[group / 64] |= (uint64_t)1 << (group % 64);
}

static void group_remove(cairn_arenas *arenas, cairn_arena *arena)
{
    uint32_t group = arena->pools_free;
    if (group == 0) {
        return;
    }
    if (arena->previous != NULL) {
        arena->previous->next = arena->next;
    } else {
        arenas->groups[group] = arena->next;
    }
    if (arena->next != NULL) {
        arena->next->previous = arena->previous;
    }
    if (arenas->groups[group] == NULL) {
        arenas->group_bits[group / 64] &= ~((uint64_t)1 << (group % 64));
    }
}

/* The arena with the fewest free pools, but at least one (B4.2). */
static cairn_arena *fullest_usable(const cairn_arenas *arenas)
{
    for (unsigned word = 0; word < CAIRN_ARENA_GROUP_WORDS; word++) {
        uint64_t bits = arenas->group_bits[word];
        if (bits != 0) {
            return arenas->groups[word * 64 + (unsigned)__builtin_ctzll(bits)];
        }
    }
    return NULL;
}

/* Whether no usable arena stands behind this one in the order by free pools. */
static bool is_last(const cairn_arenas *arenas, const cairn_arena *arena)
{
    if (arena->next != NULL) {
        return false;
    }
    for (uint32_t group = arena->pools_free + 1; group <= CAIRN_ARENA_POOLS_MAX; group++) {
        if (arenas->groups[group] != NULL) {
            return false;
        }
    }
    return true;
}

static void all_insert(cairn_arenas *arenas, cairn_arena *arena)
{
    arena->previous_of_all = NULL;
    arena->next_of_all = arenas->all;
    if (arenas->all != NULL) {
        arenas->all->previous_of_all = arena;
    }
    arenas->all = arena;
    arenas->allocated_total++;
    arenas->live++;
    arenas->live_bytes += arena->bytes;
    arenas->peak = cairn_max(arenas->peak, arenas->live);
    arenas->peak_bytes = cairn_max(arenas->peak_bytes, arenas->live_bytes);
}

static void all_remove(cairn_arenas *arenas, cairn_arena *arena)
{
    if (arena->previous_of_all != NULL) {
        arena->previous_of_all->next_of_all = arena->next_of_all;
    } else {
        arenas->all = arena->next_of_all;
    }
    if (arena->next_of_all != NULL) {
        arena->next_of_all->previous_of_all = arena->previous_of_all;
    }
    arenas->live--;
    arenas->live_bytes -= arena->bytes;
}

static void note_pools(cairn_arenas *arenas, const cairn_arena *arena, uintptr_t note)
{
    size_t bytes = cairn_arena_records_pools_bytes(arena) + arena->pools_total * arena->pool_bytes;
    cairn_address_map_set(&arenas->map, arena, bytes, note);
}

static const uintptr_t no_pool = CAIRN_SMALL_NO_POOL;

/* The first pool is where B4.3 puts it, unless the records of a large arena leave no room there. */
static cairn_arena *arena_format(const cairn_arenas *arenas, cairn_arena_source source, void *base)
{
    char *start = (char *)cairn_align_up((uintptr_t)base, CAIRN_GRANULE_BYTES);
    size_t lost = (size_t)(start - (char *)base);
    size_t pool_bytes = arenas->pool_bytes;
    size_t pools = (arenas->arena_bytes - lost) / pool_bytes;
    size_t own_bytes = cairn_align_up(sizeof(cairn_arena), 64);
    size_t record_bytes = CAIRN_POOL_RECORD_BYTES(pool_bytes / CAIRN_ALIGNMENT);
    size_t records_bytes = own_bytes + pools * record_bytes;
    size_t taken = (records_bytes + 2 * CAIRN_SMALL_MAX) / pool_bytes;
    cairn_arena *arena = (cairn_arena *)(void *)start;
    arena->source = source;
    arena->base = base;
    arena->bytes = arenas->arena_bytes;
    arena->pool_bytes = pool_bytes;
    arena->pool_record_bytes = record_bytes;
    arena->first_pool = start + taken * pool_bytes;
    arena->records_bytes = records_bytes - cairn_min(records_bytes, taken * pool_bytes);
    arena->pool_records = start + own_bytes;
    arena->empty = NULL;
    arena->pools_total = (uint32_t)(pools - taken);
    arena->pools_carved = 0;
    arena->pools_dirty = 0;
    arena->pools_free = arena->pools_total;
    return arena;
}

/* The records, and all else that is nobody's yet. */
static void arena_poison(const cairn_arena *arena)
{
    char *end = (char *)arena->base + arena->bytes;
    char *free_memory = arena->first_pool + arena->records_bytes;
    cairn_poison_records(arena->base, (size_t)(free_memory - (char *)arena->base));
    cairn_poison(free_memory, (size_t)(end - free_memory));
}

/* Called with the lock held (B4.1, B8.1, B8.2). */
static cairn_arena *arena_create(cairn_arenas *arenas, cairn_layer memory)
{
    cairn_arena_source source = cairn_arena_slot_get(&arenas->source);
    void *base = cairn_arena_alloc(source, arenas->arena_bytes);
    if (base == NULL) {
        return NULL;
    }
    if (!cairn_address_map_reserve(&arenas->map, memory, base, arenas->arena_bytes)) {
        cairn_arena_free(source, base, arenas->arena_bytes);
        return NULL;
    }
    cairn_arena *arena = arena_format(arenas, source, base);
    arena_poison(arena);
    note_pools(arenas, arena, no_pool);
    all_insert(arenas, arena);
    group_insert(arenas, arena);
    return arena;
}

static void note_dirty(cairn_arenas *arenas, cairn_arena *arena, int change)
{
    arena->pools_dirty += (uint32_t)change;
    arenas->pools_dirty += (size_t)(ptrdiff_t)change;
    arenas->pools_dirty_low = cairn_min(arenas->pools_dirty_low, arenas->pools_dirty);
}

/* Unmark, then give back (B4.6). The arena is in no group. */
static void arena_destroy(cairn_arenas *arenas, cairn_arena *arena)
{
    note_dirty(arenas, arena, -(int)arena->pools_dirty);
    cairn_arena_source source = arena->source;
    void *base = arena->base;
    size_t bytes = arena->bytes;
    note_pools(arenas, arena, 0);
    all_remove(arenas, arena);
    cairn_unpoison_defined(base, bytes);
    cairn_arena_free(source, base, bytes);
}

/* The first pool also holds the records. Blocks start where their size lets them be aligned best, so that
 * aligned requests can be served by a class of a fitting size. */
static char *first_block(const cairn_arena *arena, char *memory, size_t block_bytes)
{
    size_t taken = memory == arena->first_pool ? arena->records_bytes : 0;
    return memory + cairn_align_up(taken, cairn_natural_alignment(block_bytes));
}

static void pool_prepare(cairn_arenas *arenas, cairn_arena *arena, cairn_pool *pool, char *memory,
                         unsigned size_class)
{
    size_t block_bytes = cairn_small_class_bytes(size_class);
    char *blocks = first_block(arena, memory, block_bytes);
    cairn_pool_format(pool, size_class, blocks, block_bytes,
                      (size_t)(memory + arena->pool_bytes - blocks), arenas->keeps_order);
    pool->home = arena;
    pool->granules = (uint32_t)(arena->pool_bytes / CAIRN_GRANULE_BYTES);
}

/* An emptied pool first, else the next one never used (B3.7). */
static cairn_pool *arena_take_pool(cairn_arenas *arenas, cairn_arena *arena, unsigned size_class)
{
    cairn_pool *pool = arena->empty;
    if (pool == NULL) {
        pool = cairn_arena_pool(arena, arena->pools_carved);
        pool_prepare(arenas, arena, pool, cairn_arena_pool_memory(arena, arena->pools_carved),
                     size_class);
        arena->pools_carved++;
    } else {
        arena->empty = pool->next;
        note_dirty(arenas, arena, pool->is_clean ? 0 : -1);
        if (pool->size_class != size_class) { /* else it keeps its free blocks (B3.8) */
            pool_prepare(arenas, arena, pool, cairn_pool_memory(pool), size_class);
        }
    }
    group_remove(arenas, arena);
    arena->pools_free--;
    arenas->pools_used++;
    pool->is_clean = false;
    group_insert(arenas, arena);
    cairn_address_map_set(&arenas->map, cairn_pool_memory(pool), arena->pool_bytes,
                          cairn_note_of(pool, size_class));
    return pool;
}

cairn_pool *cairn_arenas_take(cairn_arenas *arenas, unsigned size_class)
{
    cairn_lock_acquire(&arenas->lock);
    cairn_arena *arena = fullest_usable(arenas);
    cairn_pool *pool = arena != NULL ? arena_take_pool(arenas, arena, size_class) : NULL;
    cairn_lock_release(&arenas->lock);
    return pool;
}

bool cairn_arenas_grow(cairn_arenas *arenas, cairn_layer memory)
{
    CAIRN_RECORDS_SCOPE;
    if (arenas->before_arena != NULL) {
        arenas->before_arena(arenas->before_arena_ctx);
    }
    cairn_lock_acquire(&arenas->lock);
    bool has_room = fullest_usable(arenas) != NULL || arena_create(arenas, memory) != NULL;
    cairn_lock_release(&arenas->lock);
    return has_room;
}

void cairn_arenas_give(cairn_arenas *arenas, cairn_pool *pool)
{
    cairn_arena *arena = pool->home;
    cairn_lock_acquire(&arenas->lock);
    cairn_address_map_set(&arenas->map, cairn_pool_memory(pool), arena->pool_bytes, no_pool);
    pool->next = arena->empty;
    arena->empty = pool;
    arenas->pools_used--;
    note_dirty(arenas, arena, 1);
    bool keep = arena->pools_free == 0 || is_last(arenas, arena);
    group_remove(arenas, arena);
    arena->pools_free++;
    if (arena->pools_free == arena->pools_total && !keep) {
        arena_destroy(arenas, arena);
    } else {
        group_insert(arenas, arena);
    }
    cairn_lock_release(&arenas->lock);
}

size_t cairn_arenas_trim(cairn_arenas *arenas)
{
    CAIRN_RECORDS_SCOPE;
    size_t given_back = 0;
    cairn_lock_acquire(&arenas->lock);
    for (cairn_arena *arena = arenas->all; arena != NULL;) {
        cairn_arena *next = arena->next_of_all;
        if (arena->pools_free == arena->pools_total) {
            given_back += arena->bytes;
            group_remove(arenas, arena);
            arena_destroy(arenas, arena);
        }
        arena = next;
    }
    cairn_lock_release(&arenas->lock);
    return given_back;
}

void cairn_arenas_fini(cairn_arenas *arenas, cairn_layer memory)
{
    CAIRN_RECORDS_SCOPE;
    while (arenas->all != NULL) {
        cairn_arena *arena = arenas->all;
        group_remove(arenas, arena);
        arena_destroy(arenas, arena);
    }
    cairn_address_map_fini(&arenas->map, memory);
}

static bool arena_check(const cairn_arenas *arenas, const cairn_arena *arena)
{
    uint32_t empty = 0;
    for (cairn_pool *pool = arena->empty; pool != NULL && empty <= arena->pools_total;
         pool = pool->next) {
        empty++;
    }
    uint32_t uncarved = arena->pools_total - arena->pools_carved;
    if (arena->pools_free != empty + uncarved) {
        cairn_warn("arena %p does not balance: %u free pools != %u empty + %u never used",
                   arena->base, arena->pools_free, empty, uncarved);
        return false;
    }
    if (arena->pools_free > 0 && (arenas->group_bits[arena->pools_free / 64] &
                                  ((uint64_t)1 << (arena->pools_free % 64))) == 0) {
        cairn_warn("arena %p with %u free pools is in no group", arena->base, arena->pools_free);
        return false;
    }
    return true;
}

bool cairn_arenas_walk(cairn_arenas *arenas, cairn_pool_walker walk, void *ctx)
{
    bool good = true;
    for (cairn_arena *arena = arenas->all; good && arena != NULL; arena = arena->next_of_all) {
        good = arena_check(arenas, arena);
        for (uint32_t i = 0; good && i < arena->pools_carved; i++) {
            uintptr_t note =
                cairn_address_map_note(arenas->map.root, arenas->map.origin, arenas->map.span,
                                       cairn_arena_pool_memory(arena, i));
            good = walk(ctx, cairn_arena_pool(arena, i), note == no_pool);
        }
    }
    return good;
}

CAIRN_RECORDS_END
