/* SPDX-License-Identifier: Apache-2.0
 *
 * The list of a class's pools, what goes to its depot (depot.h) and what to them. See pool_class.h for the
 * rules.
 */
#include "cairn/allocators/pool_class.h"

#include <string.h>

#include "cairn/allocators/depot.h"
#include "cairn/base/check.h"
#include "cairn/base/clock.h"
#include "cairn/base/math.h"
#include "cairn/base/poison.h"

CAIRN_RECORDS_BEGIN

enum { LARGEST_BATCH = 64 };

static void insert(cairn_pool_class *list, cairn_pool *pool)
{
    pool->previous = NULL;
    pool->next = list->first;
    if (list->first != NULL) {
        list->first->previous = pool;
    }
    list->first = pool;
}

static void remove_pool(cairn_pool_class *list, cairn_pool *pool)
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

static void acquire(cairn_pool_home *home, unsigned size_class)
{
    cairn_pool_class *list = &home->classes[size_class];
    cairn_lock_acquire(&list->lock);
    if (CAIRN_UNLIKELY(list->batch == 0)) {
        list->block_bytes = (uint32_t)(home->class_bytes)(size_class);
        list->batch = (home->magazines[size_class] + 1u) / 2;
    }
}

static void put_home(cairn_pool_home *home, cairn_pool_class *list, void *const *blocks,
                     size_t count)
{
    const cairn_address_map *map = home->map;
    while (count > 0) {
        uintptr_t note = cairn_address_map_note(map->root, map->origin, map->span, blocks[0]);
        cairn_pool *pool = cairn_note_descriptor(note);
        CAIRN_ASSERT(pool != NULL && cairn_note_class(note) == pool->size_class);
        if (cairn_pool_is_full(pool)) {
            insert(list, pool);
        }
        size_t put = cairn_pool_put(pool, blocks, count);
        bool stays = home->keep_last && list->first == pool && pool->next == NULL;
        if (CAIRN_UNLIKELY(pool->live == 0) && !stays) {
            remove_pool(list, pool);
            home->take(home->ctx, pool);
        }
        blocks += put;
        count -= put;
    }
}

static bool empty_depot(cairn_pool_home *home, cairn_pool_class *list, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        void *blocks[LARGEST_BATCH];
        cairn_depot_take(list, blocks);
        put_home(home, list, blocks, list->batch);
    }
    cairn_depot_return_grant(home, list, 0);
    return count > 0;
}

/* Whether there is a pool to take from. */
static bool find_pool(cairn_pool_home *home, unsigned size_class)
{
    cairn_pool_class *list = &home->classes[size_class];
    if (list->first != NULL) {
        return true;
    }
    cairn_pool *pool = home->make(home->ctx, size_class);
    if (pool != NULL) {
        insert(list, pool);
        return true;
    }
    return empty_depot(home, list, list->batches) && list->first != NULL;
}

static size_t take_from_pools(cairn_pool_home *home, unsigned size_class, void **out, size_t count)
{
    size_t missing = count;
    while (missing > 0 && find_pool(home, size_class)) {
        cairn_pool *pool = home->classes[size_class].first;
        missing -= cairn_pool_take(pool, out + missing, missing);
        if (cairn_pool_is_full(pool)) {
            remove_pool(&home->classes[size_class], pool);
        }
    }
    if (missing > 0) {
        memmove(out, out + missing, (count - missing) * sizeof out[0]);
    }
    return count - missing;
}

enum { CALLS_TO_A_LOOK = 64 };

/* After a refill only: a heap that is being flushed is not to be looked at in the middle of that. */
static void release(cairn_pool_home *home, cairn_pool_class *list)
{
    bool is_time = ++list->calls % CALLS_TO_A_LOOK == 0;
    cairn_lock_release(&list->lock);
    if (CAIRN_UNLIKELY(is_time)) {
        home->look(home->ctx);
    }
}

size_t cairn_pool_class_refill(cairn_pool_home *home, unsigned size_class, void **out, size_t count,
                               size_t most)
{
    CAIRN_RECORDS_SCOPE;
    cairn_pool_class *list = &home->classes[size_class];
    acquire(home, size_class);
    size_t got = list->batch;
    if (list->depot != NULL && most >= got) {
        cairn_depot_take(list, out);
        cairn_depot_return_grant(home, list, 1);
    } else {
        got = take_from_pools(home, size_class, out, count);
    }
    release(home, list);
    return got;
}

void cairn_pool_class_flush(cairn_pool_home *home, unsigned size_class, void *const *blocks,
                            size_t count, bool may_wait)
{
    CAIRN_RECORDS_SCOPE;
    cairn_pool_class *list = &home->classes[size_class];
    acquire(home, size_class);
    if (may_wait && count == list->batch && cairn_depot_has_room(home, list)) {
        cairn_depot_put(list, blocks);
    } else {
        put_home(home, list, blocks, count);
    }
    cairn_lock_release(&list->lock);
}

static bool trim_class(cairn_pool_home *home, unsigned size_class)
{
    cairn_pool_class *list = &home->classes[size_class];
    acquire(home, size_class);
    bool any = empty_depot(home, list, list->batches);
    for (cairn_pool *pool = list->first; pool != NULL;) {
        cairn_pool *next = pool->next;
        if (pool->live == 0) {
            remove_pool(list, pool);
            home->take(home->ctx, pool);
            any = true;
        }
        pool = next;
    }
    cairn_lock_release(&list->lock);
    return any;
}

bool cairn_pool_home_trim(cairn_pool_home *home, unsigned last)
{
    CAIRN_RECORDS_SCOPE;
    bool any = false;
    for (unsigned c = 1; c <= last; c++) {
        any = trim_class(home, c) || any;
    }
    return any;
}

static void send_idle_home(cairn_pool_home *home, unsigned last, bool is_all_idle)
{
    CAIRN_RECORDS_SCOPE;
    for (unsigned c = 1; c <= last; c++) {
        cairn_pool_class *list = &home->classes[c];
        acquire(home, c);
        empty_depot(home, list, is_all_idle ? list->batches : list->low);
        list->low = list->batches;
        cairn_lock_release(&list->lock);
    }
}

/* Relaxed throughout: all of it is about when to look, and who does. */
cairn_idle cairn_pool_home_seek_idle(cairn_pool_home *home, unsigned last)
{
    uint64_t now = cairn_clock_milliseconds();
    uint64_t before = __atomic_load_n(&home->looked_at, __ATOMIC_RELAXED);
    bool is_pause = before != 0 && now - before >= 2 * CAIRN_IDLE_MILLISECONDS;
    if (now - before < CAIRN_IDLE_MILLISECONDS) {
        return CAIRN_IDLE_NOT_YET;
    }
    if (is_pause && __atomic_exchange_n(&home->asked_at, before, __ATOMIC_RELAXED) != before) {
        return CAIRN_IDLE_ASK;
    }
    if (!__atomic_compare_exchange_n(&home->looked_at, &before, now, false, __ATOMIC_RELAXED,
                                     __ATOMIC_RELAXED)) {
        return CAIRN_IDLE_NOT_YET;
    }
    send_idle_home(home, last, is_pause);
    return is_pause ? CAIRN_IDLE_ALL : CAIRN_IDLE_SOME;
}

bool cairn_pool_class_check(const cairn_pool_home *home, unsigned size_class, size_t expected)
{
    CAIRN_RECORDS_SCOPE;
    const cairn_pool_class *list = &home->classes[size_class];
    size_t listed = 0;
    for (const cairn_pool *pool = list->first; pool != NULL && listed <= expected;
         pool = pool->next) {
        listed++;
    }
    if (listed != expected) {
        cairn_warn("%zu pools of class %u (blocks of %u bytes) have room, but %zu are on its list",
                   expected, size_class, list->block_bytes, listed);
        return false;
    }
    return cairn_depot_check(home, size_class);
}

CAIRN_RECORDS_END
