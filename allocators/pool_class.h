/* SPDX-License-Identifier: Apache-2.0
 *
 * A size class of one instance: the list of its pools that have room (clauses B3.4 to B3.6), and its
 * depot, a stack of batches of free blocks.
 *
 * A batch is what a thread's full magazine gives away and what an empty one gets (heap.h). As long as
 * there is room in the depot it waits there as a whole, for the next thread that needs one: most blocks
 * that are freed are wanted again before their pools have to know, and blocks that one thread allocates
 * and another frees come back in the same way. What the depot has no room for goes home to its pools.
 * The batch is a list written into its own blocks, each of which holds the addresses of as many others as
 * it can, so that the depot needs no memory and touches few of the blocks.
 *
 * A batch that was in the depot for some time and not needed is idle and goes home, so that its pools can
 * become empty.
 *
 * Blocks in a depot are live to their pools. Functions take the lock of the class themselves.
 */
#ifndef CAIRN_ALLOCATORS_POOL_CLASS_H_
#define CAIRN_ALLOCATORS_POOL_CLASS_H_

#include "cairn/allocators/address_map.h"
#include "cairn/allocators/pool.h"
#include "cairn/base/lock.h"

CAIRN_EXTERN_C_BEGIN

/* Full pools are on no list; pools with room form a list, of which the first is taken from. All zero is a
 * class that was not used yet. */
typedef struct CAIRN_ALIGNED(64) cairn_pool_class {
    cairn_lock lock;
    uint32_t batches; /* in the depot */
    uint32_t granted; /* batches that the home has counted for this class; at least batches */
    uint32_t block_bytes;
    uint32_t batch; /* blocks */
    uint32_t low;   /* the fewest batches since the last search for idle ones */
    uint32_t calls; /* of refill and flush, wrapping around */
    cairn_pool *first;
    void *depot; /* the list of the batch that came last */
} cairn_pool_class;

/* What the classes of an instance share. */
typedef struct cairn_pool_home {
    void *ctx;
    /* A formatted pool that is on no list; NULL when there is no memory. */
    cairn_pool *(*make)(void *ctx, unsigned size_class);
    /* Takes back an empty pool that is on no list. */
    void (*take)(void *ctx, cairn_pool *pool);
    size_t (*class_bytes)(unsigned size_class);
    const uint8_t
        *magazines; /* blocks that a magazine of each class holds; a batch is half of that */
    cairn_pool_class *classes;
    const cairn_address_map *map; /* notes of all pools */
    /* The last pool of a list stays although it is empty, so that one block that comes and goes does not
     * move pools about. */
    bool keep_last;
    /* Called now and then, without locks: an occasion to look for idle memory. */
    void (*look)(void *ctx);
    uint64_t looked_at; /* in milliseconds, of cairn_pool_home_seek_idle */
    uint64_t asked_at;  /* looked_at when, after a pause, magazines were asked for */
    size_t depot_limit; /* bytes of blocks in all depots; one class may have a share of it */
    size_t depot_bytes; /* granted to the classes */
} cairn_pool_home;

enum { CAIRN_DEPOT_SHARES = 4, CAIRN_IDLE_MILLISECONDS = 250 };

/* Fills out with count blocks, or with a whole batch from the depot if that is at most most, making pools
 * as needed. Returns how many blocks it could get; out[n-1] is the one to hand out first. */
size_t cairn_pool_class_refill(cairn_pool_home *home, unsigned size_class, void **out, size_t count,
                               size_t most);

/* Takes blocks back: a whole batch into the depot if may_wait and if there is room; else into their pools.
 * A full pool goes to the front of the list (B3.5), an empty one goes home (B3.6). A block that its pool
 * does not expect ends the process with a line. */
void cairn_pool_class_flush(cairn_pool_home *home, unsigned size_class, void *const *blocks,
                            size_t count, bool may_wait);

/* Empties the depots of the classes from 1 to last, and gives the empty pools that keep_last left on their
 * lists back. False when there was nothing to do. */
bool cairn_pool_home_trim(cairn_pool_home *home, unsigned last);

/* What a search found, and what is left to its caller. */
typedef enum cairn_idle {
    CAIRN_IDLE_NOT_YET, /* there was a search just before */
    CAIRN_IDLE_SOME,    /* what nobody used between two searches went home */
    CAIRN_IDLE_ASK,     /* after a pause: magazines should be flushed, then comes another search */
    CAIRN_IDLE_ALL,     /* after that: all that waited went home */
} cairn_idle;

/* Once in CAIRN_IDLE_MILLISECONDS: sends home what has been in the depots of the classes from 1 to last all
 * the time since the last search; after a pause, in which there could have been one and nobody came, all
 * that is in them. */
cairn_idle cairn_pool_home_seek_idle(cairn_pool_home *home, unsigned last);

/* The blocks in the depot. Exact when no other thread is inside. */
CAIRN_INLINE size_t cairn_pool_class_waiting(const cairn_pool_home *home, unsigned size_class)
{
    const cairn_pool_class *list = &home->classes[size_class];
    return (size_t)__atomic_load_n(&list->batches, __ATOMIC_RELAXED) * list->batch;
}

/* Whether the depot can be walked and holds blocks of this class in use, and as many pools are on the list
 * as were found to have room (B10.8). The caller has the lock. */
bool cairn_pool_class_check(const cairn_pool_home *home, unsigned size_class, size_t expected);

CAIRN_EXTERN_C_END

#endif /* CAIRN_ALLOCATORS_POOL_CLASS_H_ */
