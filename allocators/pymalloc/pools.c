/* SPDX-License-Identifier: Apache-2.0
 *
 * Pools of an instance: what fills and empties magazines, under the lock of the size class
 * (clauses B3.4 to B3.7), and what a fork has to hold.
 */
#include "cairn/allocators/pymalloc/pymalloc.h"
#include "cairn/allocators/pymalloc/pymalloc_internal.h"
#include "cairn/base/check.h"

static cairn_pool *make_pool(void *ctx, unsigned size_class)
{
    cairn_pymalloc *self = ctx;
    return cairn_arenas_take(&self->arenas, size_class);
}

/* Arenas are got without the lock of the class, since that calls the provider and the fallback. */
size_t cairn_pymalloc_refill(cairn_heap_owner *owner, unsigned size_class, void **out, size_t count)
{
    cairn_pymalloc *self = (cairn_pymalloc *)owner;
    size_t got = 0;
    do {
        got += cairn_pool_class_refill(&self->classes[size_class], size_class, make_pool, self,
                                       out + got, count - got);
    } while (got == 0 && cairn_arenas_grow(&self->arenas, self->fallback));
    return got;
}

void cairn_pymalloc_flush(cairn_heap_owner *owner, unsigned size_class, void **blocks, size_t count)
{
    cairn_pymalloc *self = (cairn_pymalloc *)owner;
    cairn_pool_class *list = &self->classes[size_class];
    cairn_lock_acquire(&list->lock);
    for (size_t i = 0; i < count; i++) {
        cairn_pool *pool = cairn_pool_of_small_block(blocks[i]);
        CAIRN_ASSERT(pool->size_class == size_class);
        if (cairn_pool_class_give(list, pool, blocks[i], self->keeps_last_pool)) {
            cairn_arenas_give(&self->arenas, pool);
        }
    }
    cairn_lock_release(&list->lock);
}

CAIRN_SLOW_PATH void cairn_pymalloc_free_in_arena(cairn_pymalloc *self, unsigned size_class,
                                                  void *ptr)
{
    CAIRN_CHECK(size_class != CAIRN_SMALL_NO_POOL,
                "free of %p, which lies in Cairn's memory but in no block that is in use: it was "
                "freed before, or never allocated",
                ptr);
    cairn_heap_push_slow(&self->heaps, size_class, ptr);
}

/* Empty pools that a class kept go home. */
size_t cairn_pymalloc_trim(cairn_pymalloc *self)
{
    cairn_heap_owner_trim(&self->heaps);
    for (unsigned c = 1; c <= CAIRN_SMALL_CLASSES; c++) {
        cairn_pool_class *list = &self->classes[c];
        cairn_lock_acquire(&list->lock);
        cairn_pool *pool = list->first;
        while (pool != NULL) {
            cairn_pool *next = pool->next;
            if (pool->live == 0) {
                cairn_pool_class_remove(list, pool);
                cairn_arenas_give(&self->arenas, pool);
            }
            pool = next;
        }
        cairn_lock_release(&list->lock);
    }
    return cairn_arenas_trim(&self->arenas);
}

void cairn_pymalloc_lock_all(cairn_heap_owner *owner)
{
    cairn_pymalloc *self = (cairn_pymalloc *)owner;
    for (unsigned c = 1; c <= CAIRN_SMALL_CLASSES; c++) {
        cairn_lock_acquire(&self->classes[c].lock);
    }
    cairn_lock_acquire(&self->arenas.lock);
}

void cairn_pymalloc_unlock_all(cairn_heap_owner *owner)
{
    cairn_pymalloc *self = (cairn_pymalloc *)owner;
    cairn_lock_release(&self->arenas.lock);
    for (unsigned c = CAIRN_SMALL_CLASSES; c >= 1; c--) {
        cairn_lock_release(&self->classes[c].lock);
    }
}
