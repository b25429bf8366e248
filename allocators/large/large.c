/* SPDX-License-Identifier: Apache-2.0
 *
 * The run-time face of large: instances that are created, used by handle and destroyed.
 */
#include "cairn/allocators/large/large.h"

#include "cairn/allocators/large/large_internal.h"
#include "cairn/base/poison.h"

CAIRN_RECORDS_BEGIN

/* Magazines hold less the larger their blocks are. Each CAP_8 is for the classes of one doubling. */
#define CAP_8(n) n, n, n, n, n, n, n, n

const uint8_t cairn_large_capacity[CAIRN_LARGE_CLASSES + 1] = {
    0, 64, CAP_8(64), CAP_8(64), CAP_8(32), CAP_8(32), CAP_8(16), CAP_8(16), CAP_8(4),
};

CAIRN_DEFINE_FACE(, cairn_large, cairn_large)

void *cairn_large_face_block_start(void *ctx, const void *address)
{
    return cairn_large_block_start(ctx, address);
}

bool cairn_large_face_owns(void *ctx, const void *ptr)
{
    return cairn_large_containing(ctx, ptr) != NULL;
}

size_t cairn_large_face_trim(void *ctx)
{
    return cairn_large_trim(ctx);
}

bool cairn_large_face_check(void *ctx)
{
    return cairn_large_check(ctx);
}

void cairn_large_face_stats(void *ctx, cairn_report *report)
{
    cairn_large_report(ctx, report);
}

/* The start of a block is in the first granule of its run, or in one of a pool. */
bool cairn_large_face_owns_block(void *ctx, const void *ptr)
{
    CAIRN_RECORDS_SCOPE;
    cairn_large_view view = cairn_large_view_of(ctx);
    const cairn_pool *run = cairn_large_run_of(&view, ptr);
    return run != NULL && (const char *)ptr >= run->blocks;
}

bool cairn_large_face_walk(void *ctx, cairn_block_visit *visit, void *arg)
{
    return cairn_large_walk(ctx, visit, arg);
}

const cairn_allocator_more cairn_large_more = CAIRN_FACE_MORE(cairn_large, cairn_large);

cairn_layer cairn_large_layer(cairn_large *instance)
{
    cairn_layer layer = {
        {instance, cairn_large_malloc, cairn_large_calloc, cairn_large_realloc, cairn_large_free},
        &cairn_large_more,
    };
    return layer;
}

CAIRN_RECORDS_END
