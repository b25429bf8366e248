/* SPDX-License-Identifier: Apache-2.0
 *
 * What pools do with their blocks: handing them out and taking them back in batches, and the walker that
 * proves their balance.
 */
#include "cairn/allocators/pool.h"

#include "cairn/allocators/geometry.h"
#include "cairn/base/check.h"
#include "cairn/base/math.h"
#include "cairn/base/poison.h"

CAIRN_RECORDS_BEGIN

static size_t words_of(const cairn_pool *pool)
{
    return (pool->capacity + 63) / 64;
}

/* The words, which block_start reads without the lock; written under it, so a load and a store make a change.
 * Relaxed, because block_start promises something only of a block that its caller knows to be live: the store
 * that cleared the block's bit came before the caller was handed the block, later ones of the word keep it clear
 * until the block is back, and the caller sees one of these. tests/models/pool_model.cc is a model of it. */
static uint64_t get_bits(const cairn_pool *pool, size_t word)
{
    return __atomic_load_n(&pool->bits[0] + word, __ATOMIC_RELAXED);
}

static void set_bits(cairn_pool *pool, size_t word, uint64_t bits)
{
    __atomic_store_n(&pool->bits[0] + word, bits, __ATOMIC_RELAXED);
}

/* That many set bits, 1 to 64. */
static uint64_t ones(size_t count)
{
    return ~(uint64_t)0 >> (64 - count);
}

/* The same of carved, which only grows while blocks are live. */
static void set_carved(cairn_pool *pool, uint32_t carved)
{
    __atomic_store_n(&pool->carved, carved, __ATOMIC_RELAXED);
}

void cairn_pool_format(cairn_pool *pool, unsigned size_class, char *blocks, size_t block_bytes,
                       size_t room_bytes, bool keeps_order)
{
    pool->blocks = blocks;
    pool->block_bytes = (uint32_t)block_bytes;
    pool->live = 0;
    pool->capacity = (uint32_t)(room_bytes / block_bytes);
    pool->next = NULL;
    pool->previous = NULL;
    pool->size_class = (uint16_t)size_class;
    pool->keeps_order = keeps_order;
    if (keeps_order) {
        set_carved(pool, 0);
        pool->free = NULL;
        return;
    }
    pool->reciprocal = (uint32_t)(((uint64_t)1 << 32) / block_bytes + 1);
    size_t words = words_of(pool);
    for (size_t word = 0; word < words; word++) {
        size_t rest = pool->capacity - word * 64;
        set_bits(pool, word, ones(cairn_min(rest, 64)));
    }
}

void *cairn_pool_block_start(const cairn_pool *pool, const void *address)
{
    CAIRN_RECORDS_SCOPE;
    uintptr_t offset = (uintptr_t)address - (uintptr_t)pool->blocks;
    size_t index = offset / pool->block_bytes;
    if ((uintptr_t)address < (uintptr_t)pool->blocks || index >= pool->capacity) {
        return NULL;
    }
    bool is_out = pool->keeps_order ? index < __atomic_load_n(&pool->carved, __ATOMIC_RELAXED)
                                    : (get_bits(pool, index / 64) >> index % 64 & 1) == 0;
    return is_out ? pool->blocks + index * pool->block_bytes : NULL;
}

/* Both of these return what is still missing. */
static size_t take_in_order(cairn_pool *pool, void **end, size_t missing)
{
    void *block = pool->free;
    for (; block != NULL && missing > 0; missing--) {
        *--end = block;
        block = cairn_link_read(block);
    }
    pool->free = block;
    size_t carving = cairn_min(pool->capacity - pool->carved, missing);
    char *fresh = pool->blocks + (size_t)pool->carved * pool->block_bytes;
    for (size_t i = 0; i < carving; i++, fresh += pool->block_bytes) {
        *--end = fresh;
    }
    set_carved(pool, pool->carved + (uint32_t)carving);
    return missing - carving;
}

static size_t take_by_address(cairn_pool *pool, void **end, size_t missing)
{
    const size_t block_bytes = pool->block_bytes;
    const size_t words = words_of(pool);
    char *base = pool->blocks;
    for (size_t word = 0; missing > 0 && word < words; word++, base += 64 * block_bytes) {
        uint64_t bits = get_bits(pool, word);
        if (bits == 0) {
            continue;
        }
        /* A row of neighbours at a time: an addition for each. */
        do {
            size_t first = (size_t)__builtin_ctzll(bits);
            uint64_t after = ~(bits >> first);
            size_t row = after != 0 ? (size_t)__builtin_ctzll(after) : 64;
            row = cairn_min(row, missing);
            char *block = base + first * block_bytes;
            for (size_t i = 0; i < row; i++, block += block_bytes) {
                *--end = block;
            }
            missing -= row;
            bits &= ~(ones(row) << first);
        } while (bits != 0 && missing > 0);
        set_bits(pool, word, bits);
    }
    return missing;
}

size_t cairn_pool_take(cairn_pool *pool, void **end, size_t count)
{
    size_t missing =
        pool->keeps_order ? take_in_order(pool, end, count) : take_by_address(pool, end, count);
    pool->live += (uint32_t)(count - missing);
    return count - missing;
}

CAIRN_SLOW_PATH void cairn_pool_reject(const cairn_pool *pool, const void *block)
{
    const void *start = cairn_pool_block_start(pool, block);
    CAIRN_CHECK(start == NULL || start == block,
                "free of %p, which lies inside the block at %p but does not start it", block,
                start);
    cairn_fatal("free of %p, which is no block in use: it was freed twice, or never allocated",
                block);
}

static void *first_of(const cairn_pool *pool, size_t word, uint64_t bits)
{
    return pool->blocks + (word * 64 + (size_t)__builtin_ctzll(bits)) * pool->block_bytes;
}

static size_t put_in_order(cairn_pool *pool, void *const *blocks, size_t count)
{
    uintptr_t granule = (uintptr_t)blocks[0] >> CAIRN_GRANULE_SHIFT;
    size_t i = 0;
    do {
        cairn_link_write(blocks[i], pool->free);
        pool->free = blocks[i];
    } while (++i < count && (uintptr_t)blocks[i] >> CAIRN_GRANULE_SHIFT == granule);
    return i;
}

/* How many of the blocks are neighbours, each one step behind the one before it. */
static size_t row_of(void *const *blocks, size_t count, size_t step)
{
    uintptr_t expected = (uintptr_t)blocks[0] + step;
    size_t row = 1;
    while (row < count && (uintptr_t)blocks[row] == expected) {
        expected += step;
        row++;
    }
    return row;
}

static size_t put_by_address(cairn_pool *pool, void *const *blocks, size_t count)
{
    const size_t block_bytes = pool->block_bytes;
    size_t index = cairn_pool_index(pool, blocks[0]);
    size_t first = index % 64;
    size_t room = cairn_min(64 - first, pool->capacity - index);
    size_t row = row_of(blocks, cairn_min(count, room), block_bytes);
    if (row == 1) {
        row = row_of(blocks, cairn_min(count, first + 1), (size_t)0 - block_bytes);
        first -= row - 1;
    }
    uint64_t bits = get_bits(pool, index / 64);
    uint64_t mask = ones(row) << first;
    if (CAIRN_UNLIKELY((bits & mask) != 0)) {
        cairn_pool_reject(pool, first_of(pool, index / 64, bits & mask));
    }
    set_bits(pool, index / 64, bits | mask);
    return row;
}

size_t cairn_pool_put_row(cairn_pool *pool, void *const *blocks, size_t count)
{
    size_t put =
        pool->keeps_order ? put_in_order(pool, blocks, count) : put_by_address(pool, blocks, count);
    pool->live -= (uint32_t)put;
    return put;
}

static bool check_order(const cairn_pool *pool)
{
    uint32_t freed = 0;
    if (pool->carved > pool->capacity || pool->live > pool->carved) {
        cairn_warn("pool %p of class %u is damaged: %u live, %u carved, %u in all", (void *)pool,
                   pool->size_class, pool->live, pool->carved, pool->capacity);
        return false;
    }
    for (void *block = pool->free; block != NULL; block = cairn_link_read(block)) {
        if (cairn_pool_block_start(pool, block) != block || ++freed > pool->carved) {
            cairn_warn("free list of pool %p of class %u is damaged at %p: something wrote to a "
                       "block after it was freed, or freed one twice",
                       (void *)pool, pool->size_class, block);
            return false;
        }
    }
    if (pool->live + freed != pool->carved) {
        cairn_warn("pool %p of class %u does not balance: %u live + %u freed != %u carved",
                   (void *)pool, pool->size_class, pool->live, freed, pool->carved);
        return false;
    }
    return true;
}

bool cairn_pool_check(const cairn_pool *pool)
{
    if (pool->keeps_order) {
        return check_order(pool);
    }
    uint32_t freed = 0;
    for (size_t word = 0; word < words_of(pool); word++) {
        freed += (uint32_t)__builtin_popcountll(get_bits(pool, word));
    }
    if (pool->live + freed != pool->capacity) {
        cairn_warn("pool %p of class %u does not balance: %u live + %u free != %u in all",
                   (void *)pool, pool->size_class, pool->live, freed, pool->capacity);
        return false;
    }
    return true;
}

CAIRN_RECORDS_END
