/* SPDX-License-Identifier: Apache-2.0
 *
 * The page that `cairn run --stats` shares with the processes that it watches: counters are written
 * there directly, so that they are known to the last call even of a process that was killed.
 *
 * The tool makes the file and passes its path in CAIRN_STATS_PAGE. Each program image (a process after
 * exec, or the child of a fork) takes a slot.
 */
#ifndef CAIRN_CONFIG_SHARED_STATS_H_
#define CAIRN_CONFIG_SHARED_STATS_H_

#include "cairn/config/start.h"
#include "cairn/domains/domain.h"
#include "cairn/hooks/stats/stats.h"

CAIRN_EXTERN_C_BEGIN

#define CAIRN_STATS_PAGE_MAGIC 0x434149524e303031u /* "CAIRN001" */

enum { CAIRN_STATS_SLOTS = 16384, CAIRN_STATS_NAME_BYTES = 32 };

typedef struct cairn_stats_slot {
    int32_t pid;
    int32_t parent_pid;
    uint32_t has_exited; /* the figures of its arenas are those of a normal end */
    uint32_t is_forked;  /* a fork without exec so far */
    char program[CAIRN_STATS_NAME_BYTES];
    char preset[CAIRN_STATS_NAME_BYTES];
    uint64_t arenas_allocated;
    uint64_t arenas_live;
    uint64_t arena_bytes;
    uint64_t arena_peak_bytes;
    uint64_t header_bytes;
    uint64_t quantization_bytes;
    cairn_stats_counters domains[CAIRN_DOMAINS_BUILT_IN];
} cairn_stats_slot;

typedef struct cairn_stats_page {
    uint64_t magic;
    uint64_t slot_bytes; /* sizeof(cairn_stats_slot) of whoever made it */
    uint32_t used; /* slots taken; may exceed CAIRN_STATS_SLOTS, whose excess went uncounted */
    CAIRN_ALIGNED(64) cairn_stats_slot slots[CAIRN_STATS_SLOTS];
} cairn_stats_page;

/* Joins the page that the environment names: moves the counters of the built-in domains there, and keeps
 * what is found by a walk up to date. */
extern const cairn_watch cairn_shared_stats_watch;

CAIRN_EXTERN_C_END

#endif /* CAIRN_CONFIG_SHARED_STATS_H_ */
