/* SPDX-License-Identifier: Apache-2.0
 *
 * A pool: one run of memory cut into equal blocks (clauses B3.1 to B3.3). Its record lies elsewhere, with those of its neighbours, so that the records
 * of many pools do not compete for the same few lines of a cache, as they would at the start of each.
 * All of it is called under the lock of the class (pool_class.h), unless a function says otherwise.
 */
#ifndef CAIRN_ALLOCATORS_POOL_H_
#define CAIRN_ALLOCATORS_POOL_H_

#include "cairn/base/compiler.h"

CAIRN_EXTERN_C_BEGIN

/* A pool that keeps order hands out the block freed last (B3.3): freed blocks are linked through their
 * first word, and live + freed + (capacity - carved) == capacity, where freed is the length of that list
 * and blocks beyond carved were never handed out.
 * Any other has a bit for each block that is free, never used ones included, and live + set bits ==
 * capacity. It never reads or writes its blocks, hands them out in the order of their addresses, and
 * notices a block that comes back twice or does not start where blocks do.
 * Blocks that wait in a thread's magazine are live here. */
typedef struct CAIRN_ALIGNED(64) cairn_pool {
    char *blocks;
    uint32_t block_bytes;
    uint32_t live;
    uint32_t capacity;
    union {
        uint32_t carved;     /* with order */
        uint32_t reciprocal; /* without: 2^32 / block_bytes, rounded up */
    };
    struct cairn_pool *next; /* in the class's list, or in the arena's list of empty pools */
    struct cairn_pool *previous;
    void *home; /* the arena or region that the pool is cut from */
    uint16_t size_class;
    bool keeps_order;
    bool is_clean; /* for the home: the memory was given back since its last use */
    uint32_t granules;
    union {
        void *free;       /* with order: the block freed last */
        uint64_t bits[1]; /* without: of (capacity + 63) / 64 words, the others follow the record */
    };
} cairn_pool;

CAIRN_STATIC_ASSERT(sizeof(cairn_pool) == 64,
                    "a record is a cache line, and notes need its low bits");

/* The bytes of the record of a pool of so many blocks. */
#define CAIRN_POOL_RECORD_BYTES(blocks)                                                            \
    ((sizeof(cairn_pool) + ((blocks) + 63) / 64 * sizeof(uint64_t) - sizeof(uint64_t) + 63) / 64 * \
     64)

/* Prepares a pool for blocks of one size, as many as there is room for; nothing in its memory is touched
 * (B3.2). */
void cairn_pool_format(cairn_pool *pool, unsigned size_class, char *blocks, size_t block_bytes,
                       size_t room_bytes, bool keeps_order);

CAIRN_INLINE bool cairn_pool_is_full(const cairn_pool *pool)
{
    return pool->live == pool->capacity;
}

/* May be called without the lock for a block that the caller knows to be live.
 * The start of the block that address lies in, which must lie in the pool's memory; NULL in front of
 * the first block, behind the last one, and in blocks that were never handed out or are back. */
void *cairn_pool_block_start(const cairn_pool *pool, const void *address);

/* Whether one of a pool's blocks starts there and is out, of a pool without order. As the former, without a
 * division. */
CAIRN_INLINE bool cairn_pool_has_out(const cairn_pool *pool, const void *block)
{
    size_t offset = (uintptr_t)block - (uintptr_t)pool->blocks;
    size_t index = (size_t)((uint64_t)(uint32_t)offset * pool->reciprocal >> 32);
    const uint64_t *word = &pool->bits[0] + index / 64;
    return index < pool->capacity && index * pool->block_bytes == offset &&
           (__atomic_load_n(word, __ATOMIC_RELAXED) >> index % 64 & 1) == 0;
}

/* Takes up to count free blocks and writes them downwards, the first one just below end. Returns how many
 * it could get. With order these are the last freed ones, then those never used (B3.2, B3.3). */
size_t cairn_pool_take(cairn_pool *pool, void **end, size_t count);

/* Takes back blocks[0], which is the pool's, and of those behind it what it can along with it; returns how
 * many these were. A block that the pool does not expect ends the process with a line. What is inline here
 * is for one block without order; what a thread allocated in a row it often frees in a row, though. */
size_t cairn_pool_put_row(cairn_pool *pool, void *const *blocks, size_t count);
void cairn_pool_reject(const cairn_pool *pool, const void *block);

/* The number of a block in a pool without order. */
CAIRN_INLINE size_t cairn_pool_index(const cairn_pool *pool, const void *block)
{
    size_t offset = (size_t)((const char *)block - pool->blocks);
    size_t index = (size_t)((uint64_t)(uint32_t)offset * pool->reciprocal >> 32);
    if (CAIRN_UNLIKELY(index >= pool->capacity || index * pool->block_bytes != offset)) {
        cairn_pool_reject(pool, block);
    }
    return index;
}

CAIRN_INLINE size_t cairn_pool_put(cairn_pool *pool, void *const *blocks, size_t count)
{
    size_t block_bytes = pool->block_bytes;
    size_t to_next = count > 1 ? (size_t)((char *)blocks[1] - (char *)blocks[0]) : 0;
    if (to_next == block_bytes || to_next == (size_t)0 - block_bytes || pool->keeps_order) {
        return cairn_pool_put_row(pool, blocks, count);
    }
    size_t index = cairn_pool_index(pool, blocks[0]);
    uint64_t *word = &pool->bits[0] + index / 64;
    uint64_t bits = __atomic_load_n(word, __ATOMIC_RELAXED);
    uint64_t mask = (uint64_t)1 << index % 64;
    if (CAIRN_UNLIKELY((bits & mask) != 0)) {
        cairn_pool_reject(pool, blocks[0]);
    }
    __atomic_store_n(word, bits | mask, __ATOMIC_RELAXED);
    pool->live--;
    return 1;
}

/* Whether the balance equation holds and every freed block lies in the pool. The walk is bounded, so
 * that a damaged list cannot hang it. */
bool cairn_pool_check(const cairn_pool *pool);

CAIRN_EXTERN_C_END

#endif /* CAIRN_ALLOCATORS_POOL_H_ */
