/* SPDX-License-Identifier: Apache-2.0
 *
 * The arenas of one instance: where pools come from and go back to (clause B4).
 *
 * The records of an arena and of its pools lie at its start, where the first pool has so much less room
 * for blocks, so that nothing has to be allocated for them. Arenas that have free pools are kept in groups by their number of free pools;
 * pools are taken from the lowest group, that is from the fullest arena, so that lightly used arenas
 * drain and can go back to the provider (B4.2). Every operation is O(1) (B4.4).
 *
 * Policy for idle memory (idle.c): what was dirty in unused pools all the time between two looks is idle.
 * Of it, all that exceeds the larger of CAIRN_ARENA_DIRTY_MIN and an eighth of what is used is given back to
 * the system, in the arenas with most unused pools first; the pools stay what they are. After a pause
 * (pool_class.h) all that is dirty goes. Not where pools keep the order of their free blocks, which is written in them.
 *
 * Functions take the lock of the arenas themselves, unless they say otherwise.
 */
#ifndef CAIRN_ALLOCATORS_PYMALLOC_ARENAS_H_
#define CAIRN_ALLOCATORS_PYMALLOC_ARENAS_H_

#include "cairn/allocators/address_map.h"
#include "cairn/allocators/arena.h"
#include "cairn/allocators/pool.h"
#include "cairn/base/lock.h"

CAIRN_EXTERN_C_BEGIN

enum {
    CAIRN_POOL_BYTES = CAIRN_GRANULE_BYTES, /* unless an option says otherwise */
    CAIRN_ARENA_BYTES = 1 << 20,
    CAIRN_ARENA_DIRTY_MIN = 4 << 20,
    CAIRN_ARENA_POOLS_MAX = 128,
    CAIRN_ARENA_GROUP_WORDS = CAIRN_ARENA_POOLS_MAX / 64 + 1,
};

/* pools_free == number of empty pools + pools not carved yet. */
typedef struct cairn_arena {
    struct cairn_arena *next; /* in its group */
    struct cairn_arena *previous;
    struct cairn_arena *next_of_all;
    struct cairn_arena *previous_of_all;
    cairn_arena_source source; /* who gave it and gets it back */
    void *base;
    size_t bytes;
    char *first_pool;
    size_t records_bytes; /* at the start of the first pool */
    char *pool_records;   /* so many bytes each */
    size_t pool_record_bytes;
    size_t pool_bytes;
    cairn_pool *empty; /* used before and empty now, the last one first */
    uint32_t pools_total;
    uint32_t pools_carved;
    uint32_t pools_free;
    uint32_t
        pools_dirty; /* of the free ones, those that were used since their memory was given back */
} cairn_arena;

typedef struct cairn_arenas {
    cairn_lock lock;
    cairn_arena_slot source; /* for arenas to come; set without the lock */
    size_t arena_bytes;
    size_t pool_bytes; /* a multiple of the granule size */
    bool keeps_order;  /* of blocks in pools (B3.3) */
    cairn_address_map map;
    cairn_arena *groups[CAIRN_ARENA_POOLS_MAX + 1]; /* by number of free pools; 0 is not used */
    uint64_t group_bits[CAIRN_ARENA_GROUP_WORDS];   /* which groups are not empty */
    size_t pools_used;
    size_t
        pools_dirty; /* the sum of that of the arenas, and the least that it was since the last look */
    size_t pools_dirty_low;
    cairn_arena *all;
    size_t allocated_total; /* arenas; allocated_total - live is the number given back (B4.8) */
    size_t live;
    size_t peak;
    size_t peak_bytes;
    size_t live_bytes;

    /* Called without locks before each attempt to get an arena (B10.1), or NULL. */
    void (*before_arena)(void *ctx);
    void *before_arena_ctx;
} cairn_arenas;

/* A pool formatted for the class, live == 0, off all lists; NULL when no arena has a free pool. */
cairn_pool *cairn_arenas_take(cairn_arenas *arenas, unsigned size_class);

/* Sees to it that an arena has a free pool, getting one from the provider if need be (B4.1). Nodes of
 * the address map come from memory (B6.4, B8.2). Called without other locks of the instance. */
bool cairn_arenas_grow(cairn_arenas *arenas, cairn_layer memory);

/* Takes an empty pool back, and gives its arena back to the provider when that is empty and another
 * one has room (B4.5). */
void cairn_arenas_give(cairn_arenas *arenas, cairn_pool *pool);

/* Gives the pages of all unused pools back; returns how many bytes these are. */
size_t cairn_arenas_purge(cairn_arenas *arenas);

/* Some time has passed: an occasion to look for idle memory, for the provider, too. With is_all_idle, all
 * that is dirty is. */
void cairn_arenas_look(cairn_arenas *arenas, bool is_all_idle);

/* Gives the spare empty arena back too; returns its bytes. */
size_t cairn_arenas_trim(cairn_arenas *arenas);

/* Gives everything back, whatever is live. Nobody uses the instance any more. */
void cairn_arenas_fini(cairn_arenas *arenas, cairn_layer memory);

/* Whether groups, counts and address map agree. Calls walk for each pool that was ever carved, until
 * it returns false; is_empty tells whether it is on its arena's list of empty pools. The caller holds
 * all locks of the instance. */
typedef bool (*cairn_pool_walker)(void *ctx, cairn_pool *pool, bool is_empty);
bool cairn_arenas_walk(cairn_arenas *arenas, cairn_pool_walker walk, void *ctx);

/* What the records take in front of the first pool, when they are longer than that can spare. */
CAIRN_INLINE size_t cairn_arena_records_pools_bytes(const cairn_arena *arena)
{
    return (size_t)(arena->first_pool - (const char *)arena);
}

/* The pool of that number, counted from the first one, and its memory. */
CAIRN_INLINE cairn_pool *cairn_arena_pool(const cairn_arena *arena, size_t index)
{
    return (cairn_pool *)(void *)(arena->pool_records + index * arena->pool_record_bytes);
}

CAIRN_INLINE char *cairn_arena_pool_memory(const cairn_arena *arena, size_t index)
{
    return arena->first_pool + index * arena->pool_bytes;
}

/* The memory of a pool that has a home. */
CAIRN_INLINE char *cairn_pool_memory(const cairn_pool *pool)
{
    const cairn_arena *arena = (const cairn_arena *)pool->home;
    size_t offset = (size_t)((const char *)pool - arena->pool_records);
    return cairn_arena_pool_memory(arena, offset / arena->pool_record_bytes);
}

CAIRN_EXTERN_C_END

#endif /* CAIRN_ALLOCATORS_PYMALLOC_ARENAS_H_ */
