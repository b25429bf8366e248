/* SPDX-License-Identifier: Apache-2.0
 *
 * Size classes and pools of pymalloc:single: clauses B1, B2 and B3 of docs/behaviour.md.
 */
#include <set>

#include "cairn/base/math.h"
#include "cairn/base/poison.h"
#include "cairn/tests/allocators/pools.h"
#include "cairn/tests/support/blocks.h"

namespace cairn_test {

namespace {

size_t OffsetInPool(const void *block)
{
    return (size_t)(static_cast<const char *>(block) - PoolOf(block));
}

TEST(PymallocSingle, B1_ArenasAreOneMebibyteOf64Pools)
{
    Pools pools;
    pools.Free(pools.Malloc(1));
    EXPECT_EQ(pools.provider.sizes, std::vector<size_t>({1 << 20}));
    EXPECT_EQ(pools.Statistics().unused_pools, 64u);
}

TEST(PymallocSingle, B2_1_ZeroAndMoreThan512GoToTheFallbackUnchanged)
{
    Pools pools;
    std::vector<void *> blocks = {pools.Malloc(0), pools.Malloc(513), pools.Malloc(1 << 20)};
    ASSERT_EQ(pools.fallback.names(), "malloc malloc malloc");
    EXPECT_EQ(pools.fallback.calls[0].first, 0u);
    EXPECT_EQ(pools.fallback.calls[1].first, 513u);
    EXPECT_EQ(pools.fallback.calls[2].first, (size_t)1 << 20);
    EXPECT_EQ(pools.provider.allocs, 0u);
    pools.FreeAll(blocks);
}

TEST(PymallocSingle, B2_2_ClassesAreMultiplesOf16)
{
    Pools pools;
    std::vector<void *> blocks;
    for (size_t size = 1; size <= 512; size++) {
        void *block = pools.Malloc(size);
        EXPECT_EQ(cairn_layer_usable_size(pools.layer, block), (size + 15) / 16 * 16);
        EXPECT_TRUE(IsAligned(block, 16));
        blocks.push_back(block);
    }
    cairn_pymalloc_statistics statistics = pools.Statistics();
    for (unsigned c = 1; c <= 32; c++) {
        EXPECT_EQ(statistics.classes[c].pools, 1u);
        EXPECT_EQ(statistics.classes[c].live_blocks, 16u);
    }
    pools.FreeAll(blocks);
}

TEST(PymallocSingle, B2_3_PoolsHoldWhatFits)
{
    for (size_t size = 16; size <= 512; size += 16) {
        Pools pools;
        std::vector<void *> blocks = pools.FillPools(size, 3);
        std::set<char *> seen;
        for (void *block : blocks) {
            seen.insert(PoolOf(block));
        }
        ASSERT_EQ(seen.size(), 3u);
        /* The second and third pool are not the arena's first, which has the records. */
        char *pool = PoolOf(blocks.back());
        size_t first = CAIRN_POOL_BYTES;
        size_t count = 0;
        for (void *block : blocks) {
            if (PoolOf(block) == pool) {
                first = std::min(first, OffsetInPool(block));
                count++;
            }
        }
        EXPECT_EQ(first, 0u);
        EXPECT_EQ(count, (CAIRN_POOL_BYTES - first) / size);
        pools.FreeAll(blocks);
    }
}

TEST(PymallocSingle, B3_2_FreshPoolsAreCarvedInIncreasingOrder)
{
    Pools pools;
    for (size_t size = 16; size <= 512; size += 16) {
        char *previous = pools.Block(size);
        std::vector<void *> blocks = {previous};
        for (int i = 0; i < 20; i++) {
            char *block = pools.Block(size);
            if (PoolOf(block) == PoolOf(previous)) { /* the first pool has room for a few only */
                EXPECT_EQ(block, previous + size);
            }
            previous = block;
            blocks.push_back(block);
        }
        pools.FreeAll(blocks);
    }
}

TEST(PymallocSingle, B3_2_NothingElseInAFreshPoolIsTouched)
{
    Pools pools;
    char *block = pools.Block(64);
    cairn_unpoison_defined(block, CAIRN_POOL_BYTES - (size_t)(block - PoolOf(block)));
    for (const char *at = block; at < PoolOf(block) + CAIRN_POOL_BYTES; at++) {
        ASSERT_EQ(*at, (char)0xA5) << at - block;
    }
    pools.Free(block);
}

TEST(PymallocSingle, B3_3_TheBlockFreedLastIsHandedOutFirst)
{
    Pools pools;
    std::vector<void *> blocks;
    for (int i = 0; i < 10; i++) {
        blocks.push_back(pools.Malloc(48));
    }
    for (int i : {3, 1, 7, 5}) {
        pools.Free(blocks[i]);
    }
    for (int i : {5, 7, 1, 3}) {
        EXPECT_EQ(pools.Malloc(40), blocks[i]);
    }
    EXPECT_GT(pools.Malloc(48), blocks.back());
    pools.Free(static_cast<char *>(blocks.back()) + 48);
    pools.FreeAll(blocks);
}

TEST(PymallocSingle, B3_5_AFullPoolThatGetsRoomIsTakenFromNext)
{
    Pools pools;
    std::vector<void *> blocks = pools.FillPools(256, 3);
    blocks.push_back(pools.Malloc(256)); /* a fourth pool, which has room */
    void *early = blocks[2];
    ASSERT_NE(PoolOf(early), PoolOf(blocks.back()));
    pools.Free(early);
    EXPECT_EQ(pools.Malloc(256), early);
    EXPECT_EQ(PoolOf(pools.Malloc(256)), PoolOf(blocks.back()));
    pools.Free(static_cast<char *>(blocks.back()) + 256);
    pools.FreeAll(blocks);
}

TEST(PymallocSingle, B3_6_AnEmptyPoolGoesHomeAtOnce)
{
    Pools pools;
    void *keeper = pools.Malloc(16);
    std::vector<void *> blocks = {pools.Malloc(64), pools.Malloc(64)};
    char *pool = PoolOf(blocks[0]);
    EXPECT_EQ(pools.Statistics().unused_pools, 62u);
    pools.Free(blocks[0]);
    EXPECT_EQ(pools.Statistics().unused_pools, 62u);
    pools.Free(blocks[1]);
    EXPECT_EQ(pools.Statistics().unused_pools, 63u);
    /* Another class gets it, before the arena's next unused pool (B3.7). */
    void *other = pools.Malloc(400);
    EXPECT_EQ(PoolOf(other), pool);
    pools.Free(other);
    pools.Free(keeper);
}

TEST(PymallocSingle, B3_7_EmptiedPoolsAreReusedTheLastOneFirst)
{
    Pools pools;
    void *a = pools.Malloc(16);
    void *b = pools.Malloc(32);
    void *c = pools.Malloc(48);
    void *keeper = pools.Malloc(64);
    for (void *block : {a, c, b}) {
        pools.Free(block);
    }
    void *first = pools.Malloc(80);
    void *second = pools.Malloc(96);
    void *third = pools.Malloc(112);
    void *fresh = pools.Malloc(128);
    EXPECT_EQ(PoolOf(first), PoolOf(b));
    EXPECT_EQ(PoolOf(second), PoolOf(c));
    EXPECT_EQ(PoolOf(third), PoolOf(a));
    EXPECT_EQ(PoolOf(fresh), PoolOf(keeper) + CAIRN_POOL_BYTES);
    pools.FreeAll({first, second, third, fresh, keeper});
}

TEST(PymallocSingle, B3_8_APoolForItsOldClassKeepsItsFreeList)
{
    Pools pools;
    void *keeper = pools.Malloc(16);
    std::vector<void *> blocks;
    for (int i = 0; i < 6; i++) {
        blocks.push_back(pools.Malloc(64));
    }
    for (int i : {4, 0, 2, 5, 1, 3}) {
        pools.Free(blocks[i]);
    }
    for (int i : {3, 1, 5, 2, 0, 4}) {
        EXPECT_EQ(pools.Malloc(64), blocks[i]);
    }
    pools.FreeAll(blocks);
    /* For another class it starts anew. */
    char *other = pools.Block(80);
    ASSERT_EQ(PoolOf(other), PoolOf(blocks[0]));
    EXPECT_EQ(pools.Block(80), other + 80);
    pools.FreeAll({other, other + 80, keeper});
}

} // namespace

} // namespace cairn_test
