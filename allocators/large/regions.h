/* SPDX-License-Identifier: Apache-2.0
 *
 * The regions of one instance of large: stretches of granules from the provider, handed out as runs.
 *
 * A region's records (bit sets, and one descriptor for each granule, used for the run that starts
 * there) lie at its own start. Runs are taken lowest address first, from the oldest region that has
 * room, so that young regions drain and can go back.
 *
 * Policy for idle memory: freed granules are "dirty" until their pages are given back. Each time that
 * as much has been freed as the larger of CAIRN_LARGE_WINDOW and four times what is in use, that which
 * was dirty all the while is idle: of it, all that exceeds the larger of CAIRN_LARGE_DIRTY_MIN and an eighth of the used bytes is purged, in the
 * youngest regions first. Memory that comes and goes is not touched. A region without a run goes back
 * to the provider when another one is empty too.
 *
 * All functions take the lock of the regions themselves, but for those that say otherwise.
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
    CAIRN_LARGE_WINDOW = 32 << 20,
    /* Longer blocks are mappings of their own. */
    CAIRN_LARGE_RUN_MAX_GRANULES = (16 << 20) / CAIRN_GRANULE_BYTES,
};

/* granules == first + used runs' granules + free granules; dirty granules are free. */
typedef struct cairn_region {
    struct cairn_region *next; /* the older ones first */
    struct cairn_region *previous;
    cairn_arena_source source;
    void *memory;
    size_t memory_bytes;
    char *base; /* of granule 0, a multiple of the granule size */
    size_t granules;
    size_t first;   /* granules that hold the records */
    size_t used;    /* granules in runs */
    size_t dirty;   /* free granules with pages of their own */
    size_t longest; /* no free run is longer than this */
    uint64_t *used_bits;
    uint64_t *dirty_bits;
    cairn_pool *descriptors;
} cairn_region;

typedef struct cairn_regions {
    cairn_lock lock;
    cairn_arena_source source;
    size_t next_region_bytes;
    cairn_address_map map;
    cairn_region *oldest;
    cairn_region *youngest;
    size_t used_bytes; /* in runs */
    size_t dirty_bytes;
    size_t dirty_low;   /* the least that was dirty in this window */
    size_t freed_bytes; /* in this window */
    size_t live_bytes;  /* held from the provider, with mappings and the map's leaves */
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

void cairn_regions_give(cairn_regions *regions, cairn_pool *run);

/* Notes a run whose descriptor was formatted as a pool for all of its granules, since blocks start in
 * each of them. */
void cairn_regions_note_pool(cairn_regions *regions, cairn_pool *run);

/* The run in use that address lies in, found by a walk; NULL when there is none. */
cairn_pool *cairn_regions_run_containing(cairn_regions *regions, const void *address);

/* Changes a run's length in place, at its end; false when what follows is in use. */
bool cairn_regions_resize(cairn_regions *regions, cairn_pool *run, size_t granules);

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

/* Notes memory taken from or given back to the provider. Called with the lock held. */
void cairn_regions_account(cairn_regions *regions, size_t bytes, bool is_taken);

CAIRN_EXTERN_C_END

#endif /* CAIRN_ALLOCATORS_LARGE_REGIONS_H_ */
