/* SPDX-License-Identifier: Apache-2.0
 *
 * The figures of one pymalloc instance, as reports print them (clauses B9, B10). Exact when no other
 * thread is inside.
 */
#ifndef CAIRN_ALLOCATORS_PYMALLOC_STATISTICS_H_
#define CAIRN_ALLOCATORS_PYMALLOC_STATISTICS_H_

#include "cairn/allocators/pymalloc/pymalloc.h"

CAIRN_EXTERN_C_BEGIN

typedef struct cairn_pymalloc_class_statistics {
    size_t pools;
    size_t live_blocks;   /* in the hands of the program */
    size_t free_blocks;   /* freed or never handed out, in pools, magazines and depots */
    size_t cached_blocks; /* the part of free_blocks that waits in magazines and depots */
} cairn_pymalloc_class_statistics;

/* The identity of B10.4:
 *   live_bytes + available_bytes + unused_pools * pool size + header_bytes + quantization_bytes +
 *   alignment_bytes == arena_bytes */
typedef struct cairn_pymalloc_statistics {
    cairn_pymalloc_class_statistics classes[CAIRN_SMALL_CLASSES + 1];
    size_t arenas_allocated;
    size_t arenas_live;
    size_t arenas_peak;
    size_t arena_bytes;
    size_t arena_peak_bytes;
    size_t arena_unit_bytes;
    size_t pool_unit_bytes;
    size_t live_blocks;
    size_t live_bytes;
    size_t available_bytes;
    size_t cached_blocks;
    size_t unused_pools;
    size_t header_bytes;
    size_t quantization_bytes;
    size_t alignment_bytes;
    size_t map_root_bytes;
    size_t map_leaves;
    size_t map_leaf_bytes;
    size_t heaps;
    size_t heap_bytes;
    size_t lost_heaps;
    long fallback_blocks; /* live blocks of the fallback (B9.1, B9.3) */
} cairn_pymalloc_statistics;

void cairn_pymalloc_get_statistics(cairn_pymalloc *instance, cairn_pymalloc_statistics *out);

/* Calls visit for each block that the instance has of the fallback for itself. Takes the lock of the heaps. */
void cairn_pymalloc_visit_own_needs(cairn_pymalloc *self, void (*visit)(void *ctx, const void *),
                                    void *ctx);

/* Takes the instance's own blocks from the fallback (heaps, map leaves, its record) out of totals that
 * the fallback has added itself to, since they are not the program's. */
void cairn_pymalloc_subtract_own_needs(cairn_pymalloc *self, cairn_totals *totals);

CAIRN_EXTERN_C_END

#endif /* CAIRN_ALLOCATORS_PYMALLOC_STATISTICS_H_ */
