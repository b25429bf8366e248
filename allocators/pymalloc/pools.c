/* SPDX-License-Identifier: Apache-2.0
 *
 * Pools of an instance: what fills and empties magazines, under the lock of the size class
 * (clauses B3.4 to B3.7), and what a fork has to hold.
 */
#include "cairn/allocators/pymalloc/pymalloc.h"
#include "cairn/allocators/pymalloc/pymalloc_internal.h"
#include "cairn/base/check.h"

cairn_pool *cairn_pymalloc_make_pool(void *ctx, unsigned size_class)
{
    cairn_pymalloc *self = ctx;
    return cairn_arenas_take(&self->arenas, size_class);
}

void cairn_pymalloc_take_pool(void *ctx, cairn_pool *pool)
{
    cairn_pymalloc *self = ctx;
    cairn_arenas_give(&self->arenas, pool);
}

size_t cairn_pymalloc_class_bytes(unsigned size_class)
{
    return cairn_small_class_bytes(size_class);
}

/* What a thread finds idle in one search comes home in its next. */
void cairn_pymalloc_look(void *ctx)
{
    cairn_pymalloc *self = ctx;
    switch (cairn_pool_home_seek_idle(&self->pools, CAIRN_SMALL_CLASSES)) {
    case CAIRN_IDLE_SOME:
        cairn_heap_owner_seek_idle(&self->heaps);
        cairn_arenas_look(&self->arenas, false);
        break;
    case CAIRN_IDLE_ASK:
        cairn_heap_owner_ask(&self->heaps);
        break;
    case CAIRN_IDLE_ALL:
        cairn_arenas_look(&self->arenas, true);
        break;
    case CAIRN_IDLE_NOT_YET:
        break;
    }
}

/* Arenas are got without the lock of the class, since that calls the provider and the fallback. What other
 * classes keep at hand may be what this one needs. */
size_t cairn_pymalloc_refill(cairn_heap_owner *owner, unsigned size_class, void **out, size_t count,
                             size_t most)
{
    cairn_pymalloc *self = (cairn_pymalloc *)owner;
    size_t got = 0;
    do {
        got = cairn_pool_class_refill(&self->pools, size_class, out, count, most);
    } while (got == 0 && (cairn_arenas_grow(&self->arenas, self->fallback) ||
                          cairn_pool_home_trim(&self->pools, CAIRN_SMALL_CLASSES)));
    return got;
}

void cairn_pymalloc_flush(cairn_heap_owner *owner, unsigned size_class, void **blocks, size_t count,
                          bool may_wait)
{
    cairn_pymalloc *self = (cairn_pymalloc *)owner;
    cairn_pool_class_flush(&self->pools, size_class, blocks, count, may_wait);
}

CAIRN_SLOW_PATH void cairn_pymalloc_free_in_arena(cairn_pymalloc *self, unsigned size_class,
                                                  void *ptr)
{
    CAIRN_CHECK(size_class != CAIRN_SMALL_NO_POOL,
                "free of %p, which lies in Cairn's memory but in no block that is in use: it was "
                "freed before, or never allocated",
                ptr);
    cairn_pymalloc_take_in(ptr, size_class);
    cairn_heap_push_slow(&self->heaps, size_class, ptr);
}

size_t cairn_pymalloc_trim(cairn_pymalloc *self)
{
    cairn_heap_owner_trim(&self->heaps);
    cairn_pool_home_trim(&self->pools, CAIRN_SMALL_CLASSES);
    return cairn_arenas_trim(&self->arenas) + cairn_arenas_purge(&self->arenas);
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
