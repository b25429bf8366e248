/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs that were just freed and are likely to be asked for again: a program that takes and frees one
 * length over and over is served with one atomic exchange each way, and without the lock.
 *
 * A few places, each for the lengths that share it. A freed run is kept if its length was the last one
 * that was asked for at its place and not found there, and then until another one comes, or until idle
 * memory is looked for, counted or verified. While it is kept it counts as a run, but no entry of the
 * address map leads to it, so that a second free of it is seen.
 *
 * Without the lock a run belongs to whoever got it out of its place, which is one, since kept changes by
 * exchanges only. What its last holder did to its descriptor, block and note is seen by the next: an exchange
 * that puts a run there releases, one that gets it out acquires, and as the value read is that run's, the two
 * meet, also if the run was away and came back in between. tests/models/recent_model.cc is a model of it.
 */
#ifndef CAIRN_ALLOCATORS_LARGE_RECENT_H_
#define CAIRN_ALLOCATORS_LARGE_RECENT_H_

#include "cairn/allocators/large/regions.h"

CAIRN_STATIC_ASSERT(CAIRN_LARGE_RUN_MAX_GRANULES < 1 << 16, "a length fits above an address");

/* A run with its length in the upper bits, which so can be compared before the run is ours. */
CAIRN_INLINE uintptr_t cairn_recent_pack(const cairn_pool *run, size_t granules)
{
    return (uintptr_t)run | (uintptr_t)granules << 48;
}

CAIRN_INLINE cairn_pool *cairn_recent_unpack(uintptr_t packed)
{
    return (cairn_pool *)(packed & (((uintptr_t)1 << 48) - 1));
}

CAIRN_INLINE cairn_recent *cairn_recent_place(cairn_regions *regions, size_t granules)
{
    return &regions->recent[granules % CAIRN_LARGE_RECENT];
}

/* A run of just that length, which is the caller's now; or NULL. */
CAIRN_INLINE cairn_pool *cairn_recent_take(cairn_regions *regions, size_t granules)
{
    cairn_recent *place = cairn_recent_place(regions, granules);
    /* Relaxed: only a guess, which the exchange confirms. Nothing of the run is read before that. Leaving 0
     * releases nothing, for nothing is read through it. */
    uintptr_t kept = __atomic_load_n(&place->kept, __ATOMIC_RELAXED);
    if (kept >> 48 == granules && __atomic_compare_exchange_n(&place->kept, &kept, 0, false,
                                                              __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
        return cairn_recent_unpack(kept);
    }
    /* Relaxed, here and below: a hint, whose only effect is whether a run is kept. */
    __atomic_store_n(&place->wanted, (uint32_t)granules, __ATOMIC_RELAXED);
    return NULL;
}

CAIRN_INLINE bool cairn_recent_wants(cairn_regions *regions, size_t granules)
{
    return __atomic_load_n(&cairn_recent_place(regions, granules)->wanted, __ATOMIC_RELAXED) ==
           granules;
}

/* Keeps a run; returns the one that has to go for it, or NULL. Now and then that is the run itself, so
 * that its owner comes to the lock and to looking for idle memory. */
CAIRN_INLINE cairn_pool *cairn_recent_keep(cairn_regions *regions, cairn_pool *run)
{
    size_t granules = run->granules;
    cairn_recent *place = cairn_recent_place(regions, granules);
    /* Relaxed, and a store where other threads count too: it may lose some. */
    uint32_t keeps = __atomic_load_n(&place->keeps, __ATOMIC_RELAXED) + 1;
    __atomic_store_n(&place->keeps, keeps, __ATOMIC_RELAXED);
    if (CAIRN_UNLIKELY(keeps % CAIRN_LARGE_LOOK_KEEPS == 0)) {
        return run;
    }
    /* Releases the run that comes, acquires the one that goes. */
    return cairn_recent_unpack(
        __atomic_exchange_n(&place->kept, cairn_recent_pack(run, granules), __ATOMIC_ACQ_REL));
}

#endif /* CAIRN_ALLOCATORS_LARGE_RECENT_H_ */
