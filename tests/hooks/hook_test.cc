/* SPDX-License-Identifier: Apache-2.0
 *
 * What hooks/hook.h gives to every hook: forwarders, the run-time face, options, and being found again.
 * The layer below answers in ways that can be told apart.
 */
#include "cairn/hooks/hook.h"

#include <cstring>

#include <gtest/gtest.h>

/* Forwards everything, under two names. */
#define PLAIN_HOOK(x)                                                                              \
    typedef struct x##_state {                                                                     \
        cairn_hook_node node;                                                                      \
        size_t calls;                                                                              \
    } x##_state;                                                                                   \
    CAIRN_INLINE void *x##_malloc_over(x##_state *state, cairn_layer next, size_t size)            \
    {                                                                                              \
        state->calls++;                                                                            \
        return cairn_layer_malloc(next, size);                                                     \
    }                                                                                              \
    CAIRN_INLINE void *x##_calloc_over(x##_state *state, cairn_layer next, size_t count,           \
                                       size_t size)                                                \
    {                                                                                              \
        state->calls++;                                                                            \
        return cairn_layer_calloc(next, count, size);                                              \
    }                                                                                              \
    CAIRN_INLINE void *x##_realloc_over(x##_state *state, cairn_layer next, void *ptr,             \
                                        size_t size)                                               \
    {                                                                                              \
        state->calls++;                                                                            \
        return cairn_layer_realloc(next, ptr, size);                                               \
    }                                                                                              \
    CAIRN_INLINE void x##_free_over(x##_state *state, cairn_layer next, void *ptr)                 \
    {                                                                                              \
        state->calls++;                                                                            \
        cairn_layer_free(next, ptr);                                                               \
    }                                                                                              \
    CAIRN_HOOK_FORWARD_REST(x)

extern "C" {

PLAIN_HOOK(plain)
CAIRN_HOOK_TAKES_NO_OPTIONS(plain)
CAIRN_DEFINE_HOOK(plain, "plain", false)

PLAIN_HOOK(picky)
static bool picky_open(picky_state *state, const char *options, const char **error)
{
    (void)state;
    *error = "wants options";
    return options[0] != '\0';
}
CAIRN_DEFINE_HOOK(picky, "picky", true)

} // extern "C"

namespace {

int context;
const void *seen;

void *below_malloc(void *ctx, size_t size)
{
    EXPECT_EQ(ctx, &context);
    return reinterpret_cast<void *>(1000 + size);
}

void *below_calloc(void *ctx, size_t count, size_t size)
{
    EXPECT_EQ(ctx, &context);
    return reinterpret_cast<void *>(2000 + 10 * count + size);
}

void *below_realloc(void *ctx, void *ptr, size_t size)
{
    EXPECT_EQ(ctx, &context);
    return static_cast<char *>(ptr) + size;
}

void below_free(void *ctx, void *ptr)
{
    EXPECT_EQ(ctx, &context);
    seen = ptr;
}

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

bool owns_block(void *ctx, const void *ptr)
{
    EXPECT_EQ(ctx, &context);
    return ptr == &seen;
}

bool walk(void *ctx, cairn_block_visit *visit, void *arg)
{
    EXPECT_EQ(ctx, &context);
    return visit(arg, &seen, 11);
}

const cairn_allocator_more below_more = {usable_size, aligned_alloc, block_start, owns, trim,
                                         check,       stats,         owns_block,  walk, nullptr};

cairn_layer below()
{
    return {{&context, below_malloc, below_calloc, below_realloc, below_free}, &below_more};
}

cairn_layer Over(const cairn_hook &hook, cairn_layer layer, const char *options = "")
{
    const char *error = "";
    EXPECT_TRUE(hook.put_over(layer, "test", options, &layer, &error)) << error;
    return layer;
}

void *at(size_t address)
{
    return reinterpret_cast<void *>(address);
}

TEST(HookForwarders, PassEachOperationBelow)
{
    cairn_layer layer = Over(plain_hook, below());
    EXPECT_EQ(cairn_layer_usable_size(layer, &layer), 77u);
    EXPECT_EQ(seen, &layer);
    EXPECT_EQ(cairn_layer_aligned_alloc(layer, 64, 3), at(67));
    EXPECT_EQ(cairn_layer_block_start(layer, at(100)), at(95));
    EXPECT_TRUE(cairn_layer_owns(layer, &context));
    EXPECT_FALSE(cairn_layer_owns(layer, &layer));
    EXPECT_TRUE(cairn_layer_owns_block(layer, &seen));
    EXPECT_FALSE(cairn_layer_owns_block(layer, &context));
    EXPECT_EQ(cairn_layer_trim(layer), 4096u);
    EXPECT_FALSE(cairn_layer_check(layer));
    size_t visited = 0;
    EXPECT_TRUE(cairn_layer_walk(
        layer,
        [](void *arg, void *block, size_t usable) {
            *static_cast<size_t *>(arg) += block == &seen ? usable : 0;
            return true;
        },
        &visited));
    EXPECT_EQ(visited, 11u);
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
    cairn_layer layer =
        Over(plain_hook, {{&context, count, nullptr, nullptr, nullptr}, &cairn_nothing_more});
    EXPECT_EQ(cairn_layer_usable_size(layer, &layer), 0u);
    EXPECT_EQ(cairn_layer_aligned_alloc(layer, 16, 3), &calls); /* a plain request will do */
    EXPECT_EQ(cairn_layer_aligned_alloc(layer, 32, 3), nullptr);
    EXPECT_EQ(calls, 1);
    EXPECT_EQ(cairn_layer_block_start(layer, &layer), nullptr);
    EXPECT_FALSE(cairn_layer_owns(layer, &layer));
    EXPECT_FALSE(cairn_layer_owns_block(layer, &layer));
    EXPECT_EQ(cairn_layer_trim(layer), 0u);
    EXPECT_TRUE(cairn_layer_check(layer));
}

TEST(HookFace, CallsTheBodyWithItsStateAndTheLayerBelow)
{
    cairn_layer layer = Over(plain_hook, below());
    EXPECT_EQ(cairn_layer_malloc(layer, 5), at(1005));
    EXPECT_EQ(cairn_layer_calloc(layer, 2, 3), at(2023));
    EXPECT_EQ(cairn_layer_realloc(layer, at(50), 7), at(57));
    cairn_layer_free(layer, at(60));
    EXPECT_EQ(seen, at(60));
    auto *state = static_cast<plain_state *>(layer.allocator.ctx);
    EXPECT_EQ(state->calls, 4u);
    EXPECT_EQ(state->node.below.allocator.ctx, &context);
    EXPECT_STREQ(state->node.domain, "test");
    EXPECT_STREQ(state->node.options, "");
}

TEST(HookFace, EachPlaceHasAStateOfItsOwn)
{
    cairn_layer lower = Over(plain_hook, below());
    cairn_layer upper = Over(plain_hook, lower);
    cairn_layer_malloc(lower, 1);
    cairn_layer_malloc(upper, 1);
    EXPECT_EQ(static_cast<plain_state *>(lower.allocator.ctx)->calls, 2u);
    EXPECT_EQ(static_cast<plain_state *>(upper.allocator.ctx)->calls, 1u);
}

TEST(HookTable, TellsNameAndLayout)
{
    EXPECT_STREQ(plain_hook.name, "plain");
    EXPECT_FALSE(plain_hook.changes_layout);
    EXPECT_STREQ(picky_hook.name, "picky");
    EXPECT_TRUE(picky_hook.changes_layout);
}

TEST(HookOptions, AreCopied)
{
    char options[] = "key=value:other=1";
    cairn_layer layer = Over(picky_hook, below(), options);
    memset(options, '#', sizeof options - 1);
    auto *state = static_cast<picky_state *>(layer.allocator.ctx);
    EXPECT_STREQ(state->node.options, "key=value:other=1");
}

TEST(HookOptions, AreRefusedByTheHookThatTakesNone)
{
    cairn_layer layer = below();
    const char *error = nullptr;
    EXPECT_FALSE(plain_hook.put_over(below(), "test", "key=value", &layer, &error));
    EXPECT_STREQ(error, "this hook takes no options");
    EXPECT_EQ(layer.allocator.ctx, &context) << "nothing was put over it";
    EXPECT_FALSE(picky_hook.put_over(below(), "test", "", &layer, &error));
    EXPECT_STREQ(error, "wants options");
}

TEST(HookFind, FindsTheOutermostLayerOfThatHook)
{
    cairn_layer first = Over(plain_hook, below());
    cairn_layer second = Over(picky_hook, first, "x");
    cairn_layer third = Over(plain_hook, second);
    EXPECT_EQ(cairn_hook_find(below(), &plain_hook), nullptr);
    EXPECT_EQ(cairn_hook_find(first, &plain_hook), first.allocator.ctx);
    EXPECT_EQ(cairn_hook_find(first, &picky_hook), nullptr);
    EXPECT_EQ(cairn_hook_find(second, &plain_hook), first.allocator.ctx);
    EXPECT_EQ(cairn_hook_find(second, &picky_hook), second.allocator.ctx);
    EXPECT_EQ(cairn_hook_find(third, &plain_hook), third.allocator.ctx);
    EXPECT_EQ(cairn_hook_find(third, &picky_hook), second.allocator.ctx);
}

} // namespace
