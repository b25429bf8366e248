/* SPDX-License-Identifier: Apache-2.0
 *
 * The forwarders that hooks share: each passes an optional operation to the layer below.
 */
#include "cairn/hooks/hook.h"

static cairn_layer below(void *ctx)
{
    return ((cairn_hook_node *)ctx)->below;
}

size_t cairn_hook_forward_usable_size(void *ctx, const void *ptr)
{
    return cairn_layer_usable_size(below(ctx), ptr);
}

void *cairn_hook_forward_aligned_alloc(void *ctx, size_t alignment, size_t size)
{
    return cairn_layer_aligned_alloc(below(ctx), alignment, size);
}

void *cairn_hook_forward_block_start(void *ctx, const void *address)
{
    return cairn_layer_block_start(below(ctx), address);
}

bool cairn_hook_forward_owns(void *ctx, const void *ptr)
{
    return cairn_layer_owns(below(ctx), ptr);
}

size_t cairn_hook_forward_trim(void *ctx)
{
    return cairn_layer_trim(below(ctx));
}

bool cairn_hook_forward_check(void *ctx)
{
    return cairn_layer_check(below(ctx));
}

void cairn_hook_forward_stats(void *ctx, cairn_report *report)
{
    cairn_layer_stats(below(ctx), report);
}

const cairn_allocator_more cairn_hook_forward_more = {
    .usable_size = cairn_hook_forward_usable_size,
    .aligned_alloc = cairn_hook_forward_aligned_alloc,
    .block_start = cairn_hook_forward_block_start,
    .owns = cairn_hook_forward_owns,
    .trim = cairn_hook_forward_trim,
    .check = cairn_hook_forward_check,
    .stats = cairn_hook_forward_stats,
};
