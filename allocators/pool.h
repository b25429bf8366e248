/* SPDX-License-Identifier: Apache-2.0
 *
 * A pool: one run of memory cut into equal blocks, and the list of a size class's pools that have
 * room (clauses B3.1 to B3.6). pymalloc keeps the header in the pool, large keeps it beside.
 * All of it is called under the lock of the class.
 */
#ifndef CAIRN_ALLOCATORS_POOL_H_
#define CAIRN_ALLOCATORS_POOL_H_

#include "cairn/base/compiler.h"
#include "cairn/base/lock.h"

CAIRN_EXTERN_C_BEGIN

/* live + freed + (capacity - carved) == capacity, where freed is the length of the free list.
 * Blocks beyond carved were never handed out and are on no list. Blocks that wait in a thread's
 * magazine are live here. */
typedef struct cairn_pool {
    void *free; /* freed blocks, the last one first, linked through their first word */
    char *blocks;
    uint32_t block_bytes;
    uint32_t live;
    uint32_t carved;
    uint32_t capacity;
    struct cairn_pool *next; /* in the class's list, or in the home's list of empty pools */
    struct cairn_pool *previous;
    void *home; /* the arena or region that the pool is cut from */
    uint32_t size_class;
    uint32_t granules;
} cairn_pool;

/* Full pools are on no list; pools with room form a list, of which the first is taken from. */
typedef struct CAIRN_ALIGNED(64) cairn_pool_class {
    cairn_lock lock;
    cairn_pool *first;
} cairn_pool_class;

/* Prepares a pool for blocks of one size; nothing in its memory is touched (B3.2). */
CAIRN_INLINE void cairn_pool_format(cairn_pool *pool, unsigned size_class, char *blocks,
                                    size_t block_bytes, size_t room_bytes)
{
    pool->free = NULL;
    pool->blocks = blocks;
    pool->block_bytes = (uint32_t)block_bytes;
    pool->live = 0;
    pool->carved = 0;
    pool->capacity = (uint32_t)(room_bytes / block_bytes);
    pool->next = NULL;
    pool->previous = NULL;
    pool->size_class = size_class;
}

CAIRN_INLINE bool cairn_pool_is_full(const cairn_pool *pool)
{
    return pool->live == pool->capacity;
}

/* Written under the lock, but read without it by cairn_pool_block_start. */
CAIRN_INLINE void cairn_pool_set_carved(cairn_pool *pool, uint32_t carved)
{
    __atomic_store_n(&pool->carved, carved, __ATOMIC_RELAXED);
}

/* The last freed block, else the next never used one (B3.2, B3.3). The pool must not be full. */
CAIRN_INLINE void *cairn_pool_pop(cairn_pool *pool)
{
    void *block = pool->free;
    if (block != NULL) {
        pool->free = *(void **)block;
    } else {
        block = pool->blocks + (size_t)pool->carved * pool->block_bytes;
        cairn_pool_set_carved(pool, pool->carved + 1);
    }
    pool->live++;
    return block;
}

CAIRN_INLINE void cairn_pool_push(cairn_pool *pool, void *block)
{
    *(void **)block = pool->free;
    pool->free = block;
    pool->live--;
}

CAIRN_INLINE void cairn_pool_class_insert(cairn_pool_class *list, cairn_pool *pool)
{
    pool->previous = NULL;
    pool->next = list->first;
    if (list->first != NULL) {
        list->first->previous = pool;
    }
    list->first = pool;
}

CAIRN_INLINE void cairn_pool_class_remove(cairn_pool_class *list, cairn_pool *pool)
{
    if (pool->previous != NULL) {
        pool->previous->next = pool->next;
    } else {
        list->first = pool->next;
    }
    if (pool->next != NULL) {
        pool->next->previous = pool->previous;
    }
}

/* A block from the first pool of the list (B3.4); NULL when the list is empty. */
CAIRN_INLINE void *cairn_pool_class_take(cairn_pool_class *list)
{
    cairn_pool *pool = list->first;
    if (pool == NULL) {
        return NULL;
    }
    void *block = cairn_pool_pop(pool);
    if (cairn_pool_is_full(pool)) {
        cairn_pool_class_remove(list, pool);
    }
    return block;
}

/* Takes a block back. A full pool goes to the front (B3.5). Returns whether the pool is now empty
 * and off the list, for the caller to give it back (B3.6). With keep_last, the last pool of the list
 * stays although it is empty, so that one block that comes and goes does not move pools about. */
CAIRN_INLINE bool cairn_pool_class_give(cairn_pool_class *list, cairn_pool *pool, void *block,
                                        bool keep_last)
{
    if (CAIRN_UNLIKELY(cairn_pool_is_full(pool))) {
        cairn_pool_class_insert(list, pool);
    }
    cairn_pool_push(pool, block);
    if (CAIRN_LIKELY(pool->live > 0) || (keep_last && list->first == pool && pool->next == NULL)) {
        return false;
    }
    cairn_pool_class_remove(list, pool);
    return true;
}

/* Takes up to count blocks from the pools of the list and writes them downwards, the first one just
 * below end. Returns how many it could get. */
CAIRN_INLINE size_t cairn_pool_class_take_many(cairn_pool_class *list, void **end, size_t count)
{
    size_t missing = count;
    while (missing > 0 && list->first != NULL) {
        cairn_pool *pool = list->first;
        size_t before = missing;
        void *block = pool->free;
        for (; block != NULL && missing > 0; missing--) {
            *--end = block;
            block = *(void **)block;
        }
        pool->free = block;
        size_t carving = pool->capacity - pool->carved;
        carving = carving < missing ? carving : missing;
        char *fresh = pool->blocks + (size_t)pool->carved * pool->block_bytes;
        for (size_t i = 0; i < carving; i++, fresh += pool->block_bytes) {
            *--end = fresh;
        }
        missing -= carving;
        cairn_pool_set_carved(pool, pool->carved + (uint32_t)carving);
        pool->live += (uint32_t)(before - missing);
        if (cairn_pool_is_full(pool)) {
            cairn_pool_class_remove(list, pool);
        }
    }
    return count - missing;
}

/* May be called without the lock for a block that the caller knows to be live.
 * The start of the block that address lies in, which must lie in the pool's memory; NULL in front of
 * the first block, behind the last one, and in blocks that were never handed out. */
CAIRN_INLINE void *cairn_pool_block_start(const cairn_pool *pool, const void *address)
{
    uintptr_t offset = (uintptr_t)address - (uintptr_t)pool->blocks;
    size_t index = offset / pool->block_bytes;
    return (uintptr_t)address >= (uintptr_t)pool->blocks &&
                   index < __atomic_load_n(&pool->carved, __ATOMIC_RELAXED)
               ? pool->blocks + index * pool->block_bytes
               : NULL;
}

/* Makes a pool for a class; NULL when there is no memory. */
typedef cairn_pool *(*cairn_pool_maker)(void *ctx, unsigned size_class);

/* Takes the class's lock and fills out[0..count) from its pools, making pools as needed. Returns how
 * many blocks it could get; out[n-1] is the one that its pool had first, so that a magazine, which is
 * emptied from its end, hands blocks out in that order. */
size_t cairn_pool_class_refill(cairn_pool_class *list, unsigned size_class, cairn_pool_maker make,
                               void *ctx, void **out, size_t count);

/* Whether the balance equation holds and every freed block lies in the pool. The walk is bounded, so
 * that a damaged list cannot hang it. */
bool cairn_pool_check(const cairn_pool *pool);

/* Whether as many pools are on the list of a class as were found to have room (B10.8). */
bool cairn_pool_class_check(const cairn_pool_class *list, unsigned size_class, size_t expected);

CAIRN_EXTERN_C_END

#endif /* CAIRN_ALLOCATORS_POOL_H_ */
