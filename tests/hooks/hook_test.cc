/* SPDX-License-Identifier: Apache-2.0
 *
 * The forwarders of hooks/hook.h, over a layer that answers in ways that can be told apart.
 */
#include "cairn/hooks/hook.h"

#include <gtest/gtest.h>

namespace {

int context;
const void *seen;

size_t usable_size(void *ctx, const void *ptr)
{
    EXPECT_EQ(ctx, &context);
    seen = ptr;
    return 77;
}

void *aligned_alloc(void *ctx, size_t alignment, size_t size)
{
    EXPECT_EQ(ctx, &context);
    return reinterpret_cast<void *>(alignment + size);
}

void *block_start(void *ctx, const void *address)
{
    EXPECT_EQ(ctx, &context);
    return static_cast<char *>(const_cast<void *>(address)) - 5;
}

bool owns(void *ctx, const void *ptr)
{
    EXPECT_EQ(ctx, &context);
    return ptr == &context;
}

size_t trim(void *ctx)
{
    EXPECT_EQ(ctx, &context);
    return 4096;
}

bool check(void *ctx)
{
    EXPECT_EQ(ctx, &context);
    return false;
}

void stats(void *ctx, cairn_report *report)
{
    EXPECT_EQ(ctx, &context);
    report->totals.live_blocks += 3;
}

const cairn_allocator_more below_more = {usable_size, aligned_alloc, block_start, owns,
                                         trim,        check,         stats};

TEST(HookForwarders, PassEachOperationBelow)
{
    cairn_hook_node node = {{{&context, nullptr, nullptr, nullptr, nullptr}, &below_more}};
    cairn_layer layer = {{&node, nullptr, nullptr, nullptr, nullptr}, &cairn_hook_forward_more};
    EXPECT_EQ(cairn_layer_usable_size(layer, &layer), 77u);
    EXPECT_EQ(seen, &layer);
    EXPECT_EQ(cairn_layer_aligned_alloc(layer, 64, 3), reinterpret_cast<void *>(67));
    EXPECT_EQ(cairn_layer_block_start(layer, reinterpret_cast<void *>(100)),
              reinterpret_cast<void *>(95));
    EXPECT_TRUE(cairn_layer_owns(layer, &context));
    EXPECT_FALSE(cairn_layer_owns(layer, &node));
    EXPECT_EQ(cairn_layer_trim(layer), 4096u);
    EXPECT_FALSE(cairn_layer_check(layer));
    cairn_report report = {};
    cairn_layer_stats(layer, &report);
    EXPECT_EQ(report.totals.live_blocks, 3u);
}

TEST(HookForwarders, OverALayerThatOffersNothing)
{
    static int calls;
    auto count = [](void *, size_t) -> void * {
        calls++;
        return &calls;
    };
    cairn_hook_node node = {{{&context, count, nullptr, nullptr, nullptr}, &cairn_nothing_more}};
    cairn_layer layer = {{&node, nullptr, nullptr, nullptr, nullptr}, &cairn_hook_forward_more};
    EXPECT_EQ(cairn_layer_usable_size(layer, &layer), 0u);
    EXPECT_EQ(cairn_layer_aligned_alloc(layer, 16, 3), &calls); /* a plain request will do */
    EXPECT_EQ(cairn_layer_aligned_alloc(layer, 32, 3), nullptr);
    EXPECT_EQ(calls, 1);
    EXPECT_EQ(cairn_layer_block_start(layer, &layer), nullptr);
    EXPECT_FALSE(cairn_layer_owns(layer, &layer));
    EXPECT_EQ(cairn_layer_trim(layer), 0u);
    EXPECT_TRUE(cairn_layer_check(layer));
}

} // namespace
