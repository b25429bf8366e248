/* SPDX-License-Identifier: Apache-2.0
 *
 * Refilling from the pools of a class, and the walker that proves a pool's balance equation.
 */
#include "cairn/allocators/pool.h"

#include <string.h>

#include "cairn/base/check.h"

size_t cairn_pool_class_refill(cairn_pool_class *list, unsigned size_class, cairn_pool_maker make,
                               void *ctx, void **out, size_t count)
{
    size_t missing = count;
    cairn_lock_acquire(&list->lock);
    while (missing > 0) {
        if (list->first == NULL) {
            cairn_pool *pool = make(ctx, size_class);
            if (pool == NULL) {
                break;
            }
            cairn_pool_class_insert(list, pool);
        }
        missing -= cairn_pool_class_take_many(list, out + missing, missing);
    }
    cairn_lock_release(&list->lock);
    if (missing > 0) {
        memmove(out, out + missing, (count - missing) * sizeof out[0]);
    }
    return count - missing;
}

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

bool cairn_pool_class_check(const cairn_pool_class *list, unsigned size_class, size_t expected)
{
    size_t listed = 0;
    for (const cairn_pool *pool = list->first; pool != NULL && listed <= expected;
         pool = pool->next) {
        listed++;
    }
    if (listed != expected) {
        cairn_warn("%zu pools of class %u (blocks of %u bytes) have room, but %zu are on its list",
                   expected, size_class, list->first != NULL ? list->first->block_bytes : 0,
                   listed);
        return false;
    }
    return true;
}
