/* SPDX-License-Identifier: Apache-2.0
 *
 * What pymalloc does when its provider or its fallback has no memory: clause B8.
 */
#include "cairn/tests/allocators/pools.h"
#include "cairn/tests/support/blocks.h"

namespace cairn_test {

namespace {

class PymallocFailure : public testing::TestWithParam<Face> {
  protected:
    PymallocFailure() : pools_(GetParam())
    {
    }

    Pools pools_;
};

TEST_P(PymallocFailure, B8_1_WithoutAnArenaTheFallbackServes)
{
    pools_.provider.plan.FailFrom(1);
    void *block = pools_.Malloc(100);
    ASSERT_NE(block, nullptr);
    EXPECT_EQ(pools_.fallback.calls.back().name, "malloc");
    EXPECT_EQ(pools_.fallback.calls.back().first, 100u);
    EXPECT_FALSE(cairn_layer_owns(pools_.layer, block));
    void *zeroed = cairn_layer_calloc(pools_.layer, 4, 25);
    ASSERT_NE(zeroed, nullptr);
    EXPECT_TRUE(IsZero(zeroed, 100));
    EXPECT_EQ(pools_.fallback.calls.back().name, "calloc");
    EXPECT_EQ(pools_.fallback.calls.back().first, 4u);
    EXPECT_EQ(pools_.fallback.calls.back().second, 25u);
    pools_.FreeAll({block, zeroed});
}

TEST_P(PymallocFailure, B8_2_WithoutAMapNodeTheArenaGoesBack)
{
    pools_.fallback.callocs.FailFrom(1);
    void *block = pools_.Malloc(100);
    ASSERT_NE(block, nullptr);
    EXPECT_GE(pools_.provider.allocs, 1u);
    EXPECT_EQ(pools_.provider.allocs, pools_.provider.frees);
    EXPECT_GE(pools_.fallback.callocs.failures, 1u);
    EXPECT_EQ(pools_.fallback.calls.back().name, "malloc");
    EXPECT_EQ(pools_.fallback.calls.back().first, 100u);
    EXPECT_EQ(pools_.Statistics().arenas_live, 0u);
    EXPECT_TRUE(cairn_layer_check(pools_.layer));
    pools_.Free(block);
}

TEST_P(PymallocFailure, B8_4_EveryRequestTriesAgain)
{
    pools_.provider.plan.FailFrom(1);
    void *keeper = pools_.Malloc(100); /* the threaded face has its heap from now on */
    std::vector<void *> blocks = {keeper};
    for (int i = 0; i < 5; i++) {
        size_t before = pools_.provider.plan.calls;
        blocks.push_back(pools_.Malloc(100));
        EXPECT_EQ(pools_.provider.plan.calls, before + 1);
    }
    pools_.provider.plan.Never();
    void *pooled = pools_.Malloc(100);
    EXPECT_TRUE(cairn_layer_owns(pools_.layer, pooled));
    blocks.push_back(pooled);
    pools_.FreeAll(blocks);
}

TEST_P(PymallocFailure, B8_5_BlocksOfTheFallbackStayForeign)
{
    pools_.provider.plan.FailFrom(1);
    void *block = pools_.Malloc(100);
    pools_.provider.plan.Never();
    Fill(block, 100, 2);
    block = pools_.Realloc(block, 50);
    EXPECT_EQ(pools_.fallback.calls.back().name, "realloc");
    EXPECT_TRUE(Holds(block, 100, 50, 2));
    pools_.Free(block);
    EXPECT_EQ(pools_.fallback.calls.back().name, "free");
    EXPECT_EQ(pools_.Statistics().fallback_blocks, 0);
}

TEST_P(PymallocFailure, BothExhaustedIsNullAndNothingElse)
{
    void *before = pools_.Malloc(64);
    std::vector<void *> filling;
    pools_.provider.plan.FailFrom(1);
    pools_.fallback.plan.FailFrom(1);
    for (void *next = pools_.Malloc(64); next != nullptr; next = pools_.Malloc(64)) {
        filling.push_back(next);
    }
    EXPECT_EQ(pools_.Malloc(64), nullptr);
    EXPECT_EQ(cairn_layer_calloc(pools_.layer, 1, 64), nullptr);
    EXPECT_EQ(pools_.Malloc(5000), nullptr);
    EXPECT_EQ(pools_.Realloc(nullptr, 64), nullptr);
    EXPECT_EQ(cairn_layer_aligned_alloc(pools_.layer, 64, 64), nullptr);
    EXPECT_EQ(cairn_layer_aligned_alloc(pools_.layer, 4096, 64), nullptr);
    EXPECT_TRUE(cairn_layer_check(pools_.layer));
    pools_.Free(before);
    void *again = pools_.Malloc(64);
    EXPECT_EQ(again, before);
    pools_.FreeAll(filling);
    pools_.Free(again);
}

INSTANTIATE_TEST_SUITE_P(Faces, PymallocFailure, testing::Values(Face::kSingle, Face::kThreaded),
                         [](const testing::TestParamInfo<Face> &info) {
                             return info.param == Face::kSingle ? "single" : "threaded";
                         });

TEST(PymallocSingle, B8_2_TheCallsComeInOrder)
{
    Pools pools;
    pools.fallback.callocs.FailAt(1);
    void *block = pools.Malloc(100);
    EXPECT_EQ(pools.fallback.names(), "calloc malloc");
    EXPECT_EQ(pools.provider.allocs, 1u);
    EXPECT_EQ(pools.provider.frees, 1u);
    void *second = pools.Malloc(100);
    EXPECT_TRUE(cairn_layer_owns(pools.layer, second));
    pools.FreeAll({block, second});
}

} // namespace

} // namespace cairn_test
