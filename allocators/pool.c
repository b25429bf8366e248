/* SPDX-License-Identifier: Apache-2.0
 *
 * The walker that proves a pool's balance equation.
 */
#include "cairn/allocators/pool.h"

#include "cairn/base/check.h"

bool cairn_pool_check(const cairn_pool *pool)
{
    uint32_t freed = 0;
    if (pool->carved > pool->capacity || pool->live > pool->carved) {
        cairn_warn("pool %p of class %u is damaged: %u live, %u carved, %u in all", (void *)pool,
                   pool->size_class, pool->live, pool->carved, pool->capacity);
        return false;
    }
    for (void *block = pool->free; block != NULL; block = *(void **)block) {
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
