/* SPDX-License-Identifier: Apache-2.0
 *
 * The regions of one instance of large: stretches of granules from the provider, handed out as runs.
 *
 * A region's records (bit sets, and one descriptor for each granule, used for the run or the stretch
 * of free granules that starts there) lie at its own start. A run is taken from the shortest free
 * stretch that has room for it (stretches.h), so that long ones stay long; when it is freed it is one
 * stretch again with the free granules on both sides.
 *
 * Policy for idle memory (idle.c): freed granules are "dirty" until their pages are given back. That
 * which was dirty all through a period of CAIRN_LARGE_IDLE_MILLISECONDS or longer is idle: of it, all
 * that exceeds the larger of CAIRN_LARGE_DIRTY_MIN and an eighth of the used bytes is purged, in the
 * longest stretches first, and a region that is all idle goes back to the provider. So memory that
 * comes and goes is not touched, however fast, and faulting pages back in costs a program little of
 * its time. The time is looked at when so many bytes were freed as CAIRN_LARGE_LOOK says, at the
 * latest with so many runs taken or freed as CAIRN_LARGE_LOOK_RUNS says, and after so many runs as
 * CAIRN_LARGE_LOOK_KEEPS says that were kept in recent.h. After a pause of twice that period all that is
 * dirty is idle, and all of it goes.
 *
 * Where the provider cannot purge, only whole regions go back. When it has nothing more to give, all
 * regions without a run go back to it at once.
 *
 * A run that was freed may be kept as it is for the next one who asks for its length (recent.h); then
 * neither of them takes the lock. All functions do so themselves where they need it, but for those
 * that say otherwise.
 */
#ifndef CAIRN_ALLOCATORS_LARGE_REGIONS_H_
#define CAIRN_ALLOCATORS_LARGE_REGIONS_H_

#include "cairn/allocators/address_map.h"
#include "cairn/allocators/arena.h"
#include "cairn/allocators/pool.h"
#include "cairn/base/lock.h"

CAIRN_EXTERN_C_BEGIN

enum {
    CAIRN_LARGE_REGION_FIRST = 4 << 20,
    CAIRN_LARGE_REGION_MAX = 64 << 20,
    CAIRN_LARGE_DIRTY_MIN = 8 << 20,
    CAIRN_LARGE_LOOK = 4 << 20,
    CAIRN_LARGE_LOOK_RUNS = 16,
    CAIRN_LARGE_LOOK_KEEPS = 256,
    CAIRN_LARGE_IDLE_MILLISECONDS = 250,
    CAIRN_LARGE_BINS = 128,
    CAIRN_LARGE_RECENT = 8,
    CAIRN_LARGE_ROOM_TO_GROW = (64 << 10) / CAIRN_GRANULE_BYTES,
    /* Longer blocks are mappings of their own. */
    CAIRN_LARGE_RUN_MAX_GRANULES = (32 << 20) / CAIRN_GRANULE_BYTES,
};

/* granules == first + used runs' granules + free granules; dirty granules are free. */
typedef struct cairn_region {
    struct cairn_region *next; /* the older ones first */
    struct cairn_region *previous;
    cairn_arena_source source;
    void *memory;
    size_t memory_bytes;
    char *base;    /* of granule 0, a multiple of the granule size */
    size_t number; /* counts up */
    size_t granules;
    size_t first; /* granules that hold the records */
    size_t used;  /* granules in runs */
    size_t dirty; /* free granules with pages of their own */
    /* Set for the first and the last granule of each run and for the last one of the records; clear
     * for all that are free. What is in between runs' ends is nobody's business, and clear. */
    uint64_t *edge_bits;
    uint64_t *dirty_bits;
    cairn_pool *descriptors;
} cairn_region;

/* See recent.h. */
typedef struct cairn_recent {
    uintptr_t kept;
    uint32_t wanted;
    uint32_t keeps; /* counts, roughly */
} cairn_recent;

typedef struct cairn_regions {
    cairn_lock lock;
    cairn_recent recent[CAIRN_LARGE_RECENT] CAIRN_ALIGNED(64);
    cairn_arena_slot source;  /* for regions to come; set without the lock */
    size_t next_region_bytes; /* from here on all is guarded by the lock */
    cairn_address_map map;
    cairn_region *oldest;
    cairn_region *youngest;
    struct cairn_stretch *bins[CAIRN_LARGE_BINS]; /* the free stretches by length */
    uint64_t filled_bins[CAIRN_LARGE_BINS / 64];
    size_t used_bytes; /* in runs */
    size_t dirty_bytes;
    size_t changed_bytes; /* freed since the last look at the time; a little for each run, too */
    size_t dirty_low;     /* the least that was dirty since then */
    uint64_t looked_at;   /* when that was */
    size_t period_low;    /* the least that was dirty in this period, up to the last look */
    uint64_t period_began;
    size_t live_bytes; /* held from the provider, with mappings and the map's leaves */
    size_t peak_bytes;
    size_t allocated_total; /* regions and mappings */
    size_t live;
    size_t header_bytes;
    size_t map_bytes; /* of the map's leaves: address space, of which little is ever touched */
    size_t purged_bytes;
} cairn_regions;

/* A run of granules at a multiple of alignment (a power of two), its first granule noted in the
 * address map; its descriptor has home, blocks, granules and size_class = 0 set. *is_zero tells whether all of it
 * reads as zero. NULL when there is no memory. */
cairn_pool *cairn_regions_take(cairn_regions *regions, size_t granules, size_t alignment,
                               bool *is_zero);

/* A run as above for a block that is likely to grow: where it has room for that, if there is such a place. */
cairn_pool *cairn_regions_take_to_grow(cairn_regions *regions, size_t granules);

/* A run as above for a block of bytes that read as zero: only what is dirty is cleared. */
cairn_pool *cairn_regions_take_zeroed(cairn_regions *regions, size_t granules, size_t bytes);

void cairn_regions_give(cairn_regions *regions, cairn_pool *run);

/* Notes a run whose descriptor was formatted as a pool for all of its granules, since blocks start in
 * each of them. */
void cairn_regions_note_pool(cairn_regions *regions, cairn_pool *run);

/* The run in use that address lies in, found by a walk; NULL when there is none. */
cairn_pool *cairn_regions_run_containing(cairn_regions *regions, const void *address);

/* Changes a run's length in place, at its end; false when what follows is in use. */
bool cairn_regions_resize(cairn_regions *regions, cairn_pool *run, size_t granules);

/* Frees the runs that are only kept for the next one who asks. Called with the lock held. */
void cairn_regions_drain(cairn_regions *regions);

/* Purges all dirty granules and gives empty regions back; returns the bytes. */
size_t cairn_regions_trim(cairn_regions *regions);

/* Gives everything back. Nobody uses the instance any more. */
void cairn_regions_fini(cairn_regions *regions);

/* Whether counts and bit sets agree; calls walk for each run that is in use, until it returns false.
 * The caller holds all locks of the instance. */
typedef bool (*cairn_run_walker)(void *ctx, cairn_pool *run);
bool cairn_regions_walk(cairn_regions *regions, cairn_run_walker walk, void *ctx);

/* Memory for the leaves of the address map, straight from the provider; ctx is the cairn_regions.
 * Called with the lock held. */
cairn_layer cairn_regions_metadata(cairn_regions *regions);

/* Memory of the provider with room for size bytes at the next multiple of CAIRN_ALIGNMENT; *bytes is what it
 * is given back with. More than size only where the provider keeps no alignment, as clause A4.4 allows one
 * that was written for CPython. */
void *cairn_regions_obtain(cairn_arena_source source, size_t size, size_t *bytes);

/* Notes memory taken from or given back to the provider. Called with the lock held. */
void cairn_regions_account(cairn_regions *regions, size_t bytes, bool is_taken);

/* What a run that is not a pool is for, as its holder counts it; 0 when it is taken. */
CAIRN_INLINE void cairn_run_set_purpose(cairn_pool *run, unsigned purpose)
{
    __atomic_store_n(&run->carved, purpose, __ATOMIC_RELAXED);
}

/* Some time has passed, in which nobody may have asked for a run: an occasion to look for idle memory. With
 * is_all_idle, all that is dirty is. */
void cairn_regions_look(cairn_regions *regions, bool is_all_idle);

CAIRN_EXTERN_C_END

#endif /* CAIRN_ALLOCATORS_LARGE_REGIONS_H_ */
