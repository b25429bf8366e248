/* SPDX-License-Identifier: Apache-2.0
 *
 * Hook "stats": counts the calls, blocks and bytes of one domain.
 *
 * Live and peak figures are usable bytes, since free does not know what was asked for; requested
 * bytes are counted when blocks are made, and rounding is the difference. It needs usable_size of
 * the layer below. Counters are exact at any time, for any number of threads.
 * Alignment, usable sizes: unchanged; aligned requests are counted. Blocks from before it was
 * installed: their frees are counted, so that live figures are too low by them, unless
 * cairn_stats_count_older_blocks could count them in.
 */
#ifndef CAIRN_HOOKS_STATS_STATS_H_
#define CAIRN_HOOKS_STATS_STATS_H_

#include "cairn/hooks/hook.h"

CAIRN_EXTERN_C_BEGIN

enum {
    /* Usable sizes: 16 to 512 in steps of 16, then a bucket for each doubling. */
    CAIRN_STATS_SMALL_BUCKETS = 32,
    CAIRN_STATS_BUCKETS = 32 + 39,
};

/* All members are counted by relaxed atomic additions. The struct has no pointers, so that it can lie
 * in memory that a tool in another process reads, too. */
typedef struct CAIRN_ALIGNED(64) cairn_stats_counters {
    uint64_t live_blocks;
    uint64_t live_bytes;
    uint64_t peak_blocks;
    uint64_t peak_bytes;
    uint64_t mallocs;
    uint64_t callocs;
    uint64_t reallocs;
    uint64_t aligned_allocs;
    uint64_t frees; /* of blocks; free(NULL) is not counted */
    uint64_t failures;
    uint64_t requested_bytes;              /* of new blocks and of resizes, in all */
    uint64_t rounding_bytes;               /* usable minus requested, over the same calls */
    uint64_t buckets[CAIRN_STATS_BUCKETS]; /* new blocks by usable size */
} cairn_stats_counters;

typedef struct cairn_stats_state {
    cairn_hook_node node;        /* must be first */
    cairn_stats_counters *moved; /* NULL: they are in own */
    cairn_stats_counters own;
} cairn_stats_state;

extern const cairn_hook cairn_stats_hook;

/* The state of the outermost stats hook among the hooks of a layer; NULL when there is none. */
cairn_stats_state *cairn_stats_of(cairn_layer layer);

CAIRN_INLINE cairn_stats_counters *cairn_stats_counters_of(cairn_stats_state *state)
{
    return CAIRN_UNLIKELY(state->moved != NULL) ? state->moved : &state->own;
}

/* Counts the blocks that the layer below has handed out already as live, if it can tell, and those of
 * another layer that served the domain before, or NULL. For the one domain that was in use before its
 * hook was installed. */
void cairn_stats_count_older_blocks(cairn_stats_state *state, const cairn_layer *before);

/* Moves the counters to other memory, with their values; no other thread may be inside. With
 * only_live, calls and bytes asked for start again from zero and peaks from what is live: for the
 * child of a fork, which inherits blocks but not the work. */
void cairn_stats_move(cairn_stats_state *state, cairn_stats_counters *to, bool only_live);

/* The smallest and the largest usable size that a bucket counts. */
size_t cairn_stats_bucket_min(unsigned bucket);
size_t cairn_stats_bucket_max(unsigned bucket);

void cairn_stats_print(const cairn_stats_counters *counters, const char *domain,
                       cairn_report_format format, struct cairn_print *out);

/* The body. */
CAIRN_INLINE unsigned cairn_stats_bucket(size_t usable)
{
    if (usable <= 512) {
        return usable == 0 ? 0 : (unsigned)((usable + 15) / 16 - 1);
    }
    unsigned log2 = 63 - (unsigned)__builtin_clzl(usable - 1);
    unsigned bucket = CAIRN_STATS_SMALL_BUCKETS + log2 - 9;
    return bucket < CAIRN_STATS_BUCKETS ? bucket : CAIRN_STATS_BUCKETS - 1;
}

CAIRN_INLINE void cairn_stats_add(uint64_t *counter, uint64_t amount)
{
    __atomic_fetch_add(counter, amount, __ATOMIC_RELAXED);
}

CAIRN_INLINE void cairn_stats_raise(uint64_t *live, uint64_t *peak, uint64_t amount)
{
    uint64_t now = __atomic_add_fetch(live, amount, __ATOMIC_RELAXED);
    uint64_t highest = __atomic_load_n(peak, __ATOMIC_RELAXED);
    while (CAIRN_UNLIKELY(now > highest) && (int64_t)now > 0) {
        if (__atomic_compare_exchange_n(peak, &highest, now, true, __ATOMIC_RELAXED,
                                        __ATOMIC_RELAXED)) {
            break;
        }
    }
}

CAIRN_INLINE void *cairn_stats_count_new(cairn_stats_counters *counters, cairn_layer next,
                                         uint64_t *kind, void *block, size_t requested)
{
    cairn_stats_add(kind, 1);
    if (CAIRN_UNLIKELY(block == NULL)) {
        cairn_stats_add(&counters->failures, 1);
        return NULL;
    }
    size_t usable = cairn_layer_room(next, block);
    cairn_stats_add(&counters->requested_bytes, requested);
    cairn_stats_add(&counters->rounding_bytes, usable - requested);
    cairn_stats_add(&counters->buckets[cairn_stats_bucket(usable)], 1);
    cairn_stats_raise(&counters->live_blocks, &counters->peak_blocks, 1);
    cairn_stats_raise(&counters->live_bytes, &counters->peak_bytes, usable);
    return block;
}

CAIRN_INLINE void *cairn_stats_malloc_over(cairn_stats_state *state, cairn_layer next, size_t size)
{
    cairn_stats_counters *counters = cairn_stats_counters_of(state);
    return cairn_stats_count_new(counters, next, &counters->mallocs, cairn_layer_malloc(next, size),
                                 size);
}

CAIRN_INLINE void *cairn_stats_calloc_over(cairn_stats_state *state, cairn_layer next, size_t count,
                                           size_t size)
{
    cairn_stats_counters *counters = cairn_stats_counters_of(state);
    return cairn_stats_count_new(counters, next, &counters->callocs,
                                 cairn_layer_calloc(next, count, size), count * size);
}

CAIRN_INLINE void *cairn_stats_realloc_over(cairn_stats_state *state, cairn_layer next, void *ptr,
                                            size_t size)
{
    cairn_stats_counters *counters = cairn_stats_counters_of(state);
    if (ptr == NULL) {
        return cairn_stats_count_new(counters, next, &counters->reallocs,
                                     cairn_layer_realloc(next, NULL, size), size);
    }
    size_t before = cairn_layer_room(next, ptr);
    void *moved = cairn_layer_realloc(next, ptr, size);
    cairn_stats_add(&counters->reallocs, 1);
    if (CAIRN_UNLIKELY(moved == NULL)) {
        cairn_stats_add(&counters->failures, 1);
        return NULL;
    }
    size_t usable = cairn_layer_room(next, moved);
    cairn_stats_add(&counters->requested_bytes, size);
    cairn_stats_add(&counters->rounding_bytes, usable - size);
    cairn_stats_raise(&counters->live_bytes, &counters->peak_bytes, usable - before);
    return moved;
}

CAIRN_INLINE void cairn_stats_free_over(cairn_stats_state *state, cairn_layer next, void *ptr)
{
    if (ptr != NULL) {
        cairn_stats_counters *counters = cairn_stats_counters_of(state);
        size_t usable = cairn_layer_room(next, ptr);
        cairn_stats_add(&counters->frees, 1);
        cairn_stats_add(&counters->live_blocks, ~(uint64_t)0);
        cairn_stats_add(&counters->live_bytes, ~(uint64_t)usable + 1);
    }
    cairn_layer_free(next, ptr);
}

CAIRN_INLINE void *cairn_stats_aligned_alloc_over(cairn_stats_state *state, cairn_layer next,
                                                  size_t alignment, size_t size)
{
    cairn_stats_counters *counters = cairn_stats_counters_of(state);
    return cairn_stats_count_new(counters, next, &counters->aligned_allocs,
                                 cairn_layer_aligned_alloc(next, alignment, size), size);
}

bool cairn_stats_open(cairn_stats_state *state, const char *options, const char **error);
void cairn_stats_stats_over(cairn_stats_state *state, cairn_layer next, cairn_report *report);
CAIRN_HOOK_FORWARD_QUERIES(cairn_stats)

CAIRN_EXTERN_C_END

#endif /* CAIRN_HOOKS_STATS_STATS_H_ */
