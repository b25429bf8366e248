/* SPDX-License-Identifier: Apache-2.0
 *
 * Heaps of threads: what a thread leaves behind, remote frees, and trimming from afar.
 */
#include <thread>

#include "cairn/tests/allocators/pools.h"
#include "cairn/tests/support/blocks.h"

namespace cairn_test {

namespace {

std::vector<void *> Some(Pools *pools, size_t count)
{
    std::vector<void *> blocks;
    for (size_t i = 0; i < count; i++) {
        blocks.push_back(pools->Malloc(i % 512 + 1));
        EXPECT_NE(blocks.back(), nullptr);
    }
    return blocks;
}

TEST(Heaps, KeepFreedBlocksAtHand)
{
    Pools pools(Face::kThreaded);
    pools.FreeAll(Some(&pools, 1000));
    cairn_pymalloc_statistics statistics = pools.Statistics();
    EXPECT_GT(statistics.cached_blocks, 0u);
    EXPECT_EQ(statistics.live_blocks, 0u);
    EXPECT_EQ(statistics.heaps, 1u);
    EXPECT_TRUE(Balances(statistics));
    cairn_layer_trim(pools.layer);
    EXPECT_EQ(pools.Statistics().cached_blocks, 0u);
}

TEST(Heaps, AThreadThatEndsLeavesNothingBehind)
{
    Pools pools(Face::kThreaded);
    size_t cached_inside = 0;
    std::thread thread([&] {
        pools.FreeAll(Some(&pools, 1000));
        cached_inside = pools.Statistics().cached_blocks;
    });
    thread.join();
    EXPECT_GT(cached_inside, 0u);
    cairn_pymalloc_statistics statistics = pools.Statistics();
    EXPECT_EQ(statistics.cached_blocks, 0u);
    EXPECT_EQ(statistics.live_blocks, 0u);
    EXPECT_TRUE(cairn_layer_check(pools.layer));
    cairn_layer_trim(pools.layer);
    EXPECT_EQ(pools.Statistics().arena_bytes, 0u);
}

TEST(Heaps, AThousandThreadsThatComeAndGoNeedTheHeapOfOne)
{
    Pools pools(Face::kThreaded);
    size_t after_ten = 0;
    for (int i = 0; i < (CAIRN_SANITIZED ? 200 : 1000); i++) {
        std::thread thread([&] { pools.FreeAll(Some(&pools, 100)); });
        thread.join();
        if (i == 10) {
            after_ten = pools.fallback.live() + pools.provider.live();
        }
    }
    EXPECT_EQ(pools.Statistics().heaps, 1u);
    EXPECT_EQ(pools.fallback.live() + pools.provider.live(), after_ten);
    EXPECT_EQ(pools.provider.live_bytes(), (size_t)CAIRN_ARENA_BYTES);
}

TEST(Heaps, BlocksFreedElsewhereComeBack)
{
    Pools pools(Face::kThreaded);
    size_t bytes = 0;
    for (int round = 0; round < 20; round++) {
        std::vector<void *> blocks = Some(&pools, 5000);
        std::thread thread([&] { pools.FreeAll(blocks); });
        thread.join();
        if (round == 2) {
            bytes = pools.provider.peak_bytes;
        }
    }
    EXPECT_EQ(pools.provider.peak_bytes, bytes) << "memory grows although all is freed";
    cairn_pymalloc_statistics statistics = pools.Statistics();
    EXPECT_EQ(statistics.live_blocks, 0u);
    EXPECT_TRUE(Balances(statistics));
    cairn_layer_trim(pools.layer);
    EXPECT_EQ(pools.Statistics().arena_bytes, 0u);
}

TEST(Heaps, OtherThreadsFlushAfterATrim)
{
    Pools pools(Face::kThreaded);
    std::vector<void *> own = Some(&pools, 600);
    pools.FreeAll(own);
    std::thread thread([&] { cairn_layer_trim(pools.layer); });
    thread.join();
    EXPECT_GT(pools.Statistics().cached_blocks, 0u); /* ours: nobody else may touch them */
    void *block = nullptr;
    std::vector<void *> blocks;
    for (int i = 0; i < 100; i++) { /* until we come to a slow path */
        blocks.push_back(pools.Malloc(64));
    }
    cairn_pymalloc_statistics statistics = pools.Statistics();
    EXPECT_LT(statistics.cached_blocks - statistics.classes[4].cached_blocks, 33u);
    pools.FreeAll(blocks);
    pools.Free(block);
}

TEST(Heaps, WithoutMemoryForAHeapThePoolsServe)
{
    Pools pools(Face::kThreaded);
    pools.fallback.mallocs.FailFrom(1);
    std::vector<void *> blocks = Some(&pools, 1000);
    EXPECT_EQ(pools.Statistics().heaps, 0u);
    EXPECT_EQ(pools.Statistics().live_blocks, 1000u);
    pools.FreeAll(blocks);
    EXPECT_EQ(pools.Statistics().live_blocks, 0u);
    EXPECT_TRUE(Balances(pools.Statistics()));
    pools.fallback.mallocs.Never();
    pools.Free(pools.Malloc(100)); /* now there is memory for one */
    EXPECT_EQ(pools.Statistics().heaps, 1u);
}

} // namespace

} // namespace cairn_test
