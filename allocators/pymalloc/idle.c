/* SPDX-License-Identifier: Apache-2.0
 *
 * Finds idle memory in the arenas of an instance and gives it back. See arenas.h for the policy.
 */
#include "cairn/allocators/pymalloc/arenas.h"
#include "cairn/allocators/pymalloc/size_class.h"
#include "cairn/base/math.h"
#include "cairn/base/poison.h"

CAIRN_RECORDS_BEGIN

enum { PAGE_BYTES = 4096 };

/* Of the first pool, what is not records; alone it may have no whole page, which is no failure. */
static bool give_back(cairn_arena *arena, uint32_t first, uint32_t end)
{
    char *start = cairn_arena_pool_memory(arena, first) + (first == 0 ? arena->records_bytes : 0);
    size_t bytes = (size_t)(cairn_arena_pool_memory(arena, end) - start);
    if (bytes < 2 * PAGE_BYTES) {
        return true;
    }
    cairn_unpoison_defined(start, bytes);
    bool done = cairn_arena_purge(arena->source, start, bytes);
    cairn_poison(start, bytes);
    return done;
}

static bool is_idle(const cairn_arenas *arenas, const cairn_arena *arena, uint32_t index)
{
    uintptr_t note = cairn_address_map_note(arenas->map.root, arenas->map.origin, arenas->map.span,
                                            cairn_arena_pool_memory(arena, index));
    return note == CAIRN_SMALL_NO_POOL && !cairn_arena_pool(arena, index)->is_clean;
}

/* All idle pools of an arena, neighbours at once. Returns how many these were. */
static size_t purge_arena(cairn_arenas *arenas, cairn_arena *arena)
{
    size_t purged = 0;
    for (uint32_t i = 0; i < arena->pools_carved; i++) {
        uint32_t end = i;
        while (end < arena->pools_carved && is_idle(arenas, arena, end)) {
            end++;
        }
        if (end > i && !give_back(arena, i, end)) {
            break;
        }
        for (; i < end; i++) {
            cairn_arena_pool(arena, i)->is_clean = true;
            purged++;
        }
    }
    arena->pools_dirty -= (uint32_t)purged;
    arenas->pools_dirty -= purged;
    return purged;
}

static size_t purge(cairn_arenas *arenas, size_t pools)
{
    size_t purged = 0;
    for (unsigned group = CAIRN_ARENA_POOLS_MAX; group > 0 && purged < pools; group--) {
        for (cairn_arena *arena = arenas->groups[group]; arena != NULL && purged < pools;
             arena = arena->next) {
            purged += arena->pools_dirty > 0 ? purge_arena(arenas, arena) : 0;
        }
    }
    return purged * arenas->pool_bytes;
}

size_t cairn_arenas_purge(cairn_arenas *arenas)
{
    CAIRN_RECORDS_SCOPE;
    cairn_lock_acquire(&arenas->lock);
    size_t given_back = arenas->keeps_order ? 0 : purge(arenas, arenas->pools_dirty);
    cairn_lock_release(&arenas->lock);
    return given_back;
}

/* Unused pools that need not stay dirty. */
static size_t excess(const cairn_arenas *arenas)
{
    size_t limit = cairn_max(CAIRN_ARENA_DIRTY_MIN / arenas->pool_bytes, arenas->pools_used / 8);
    return arenas->pools_dirty_low > limit ? arenas->pools_dirty_low - limit : 0;
}

void cairn_arenas_look(cairn_arenas *arenas, bool is_all_idle)
{
    CAIRN_RECORDS_SCOPE;
    cairn_arena_source source = cairn_arena_slot_get(&arenas->source);
    cairn_lock_acquire(&arenas->lock);
    if (!arenas->keeps_order) {
        purge(arenas, is_all_idle ? arenas->pools_dirty : excess(arenas));
    }
    arenas->pools_dirty_low = arenas->pools_dirty;
    cairn_lock_release(&arenas->lock);
    if (source.more->look != NULL) {
        source.more->look(source.provider.ctx, is_all_idle);
    }
}

CAIRN_RECORDS_END
