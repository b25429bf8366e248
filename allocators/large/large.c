/* SPDX-License-Identifier: Apache-2.0
 *
 * The run-time face of large: instances that are created, used by handle and destroyed.
 */
#include "cairn/allocators/large/large.h"

#include "cairn/allocators/face.h"
#include "cairn/allocators/large/large_internal.h"

/* Magazines hold less the larger their blocks are. Each CAP_8 is for the classes of one doubling. */
#define CAP_8(n) n, n, n, n, n, n, n, n

const uint8_t cairn_large_capacity[CAIRN_LARGE_CLASSES + 1] = {
    0, 64, CAP_8(64), CAP_8(64), CAP_8(32), CAP_8(16), CAP_8(8), CAP_8(8), CAP_8(4),
};

CAIRN_DEFINE_FACE(cairn_large)

static void *face_block_start(void *ctx, const void *address)
{
    return cairn_large_block_start(ctx, address);
}

static bool face_owns(void *ctx, const void *ptr)
{
    return cairn_large_containing(ctx, ptr) != NULL;
}

static size_t face_trim(void *ctx)
{
    return cairn_large_trim(ctx);
}

static bool face_check(void *ctx)
{
    return cairn_large_check(ctx);
}

static void face_stats(void *ctx, cairn_report *report)
{
    cairn_large_report(ctx, report);
}

const cairn_allocator_more cairn_large_more = {
    .usable_size = face_usable_size,
    .aligned_alloc = face_aligned_alloc,
    .block_start = face_block_start,
    .owns = face_owns,
    .trim = face_trim,
    .check = face_check,
    .stats = face_stats,
};

cairn_layer cairn_large_layer(cairn_large *instance)
{
    cairn_layer layer = CAIRN_LARGE_LAYER_INITIALISER(instance);
    return layer;
}

void cairn_large_register(cairn_large *instance)
{
    cairn_heap_owner_register(&instance->heaps, instance->heaps.slot);
}
