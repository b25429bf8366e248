/* SPDX-License-Identifier: Apache-2.0
 *
 * Resizing by pymalloc: clause B7.
 */
#include "cairn/tests/allocators/pools.h"
#include "cairn/tests/support/blocks.h"

namespace cairn_test {

namespace {

TEST(PymallocSingle, B7_1_ReallocOfNullIsMalloc)
{
    Pools pools;
    void *small = pools.Realloc(nullptr, 100);
    EXPECT_EQ(cairn_layer_usable_size(pools.layer, small), 112u);
    pools.fallback.calls.clear();
    void *large = pools.Realloc(nullptr, 1000);
    EXPECT_EQ(pools.fallback.names(), "malloc");
    pools.FreeAll({small, large});
}

TEST(PymallocSingle, B7_2_BlocksOfTheFallbackStayThere)
{
    Pools pools;
    void *block = pools.Malloc(600);
    pools.fallback.calls.clear();
    for (size_t size : {5, 512, 0, 700}) {
        block = pools.Realloc(block, size);
    }
    ASSERT_EQ(pools.fallback.names(), "realloc realloc realloc realloc");
    EXPECT_EQ(pools.fallback.calls[0].first, 5u);
    EXPECT_EQ(pools.fallback.calls[2].first, 0u);
    EXPECT_EQ(pools.Statistics().fallback_blocks, 1);
    pools.Free(block);
    EXPECT_EQ(pools.Statistics().fallback_blocks, 0);
}

TEST(PymallocSingle, B7_3_StaysWhileItUsesMoreThanThreeQuarters)
{
    Pools pools;
    struct {
        size_t block;
        size_t stays;
    } borders[] = {{16, 13},  {32, 25},   {48, 37},   {64, 49},
                   {128, 97}, {256, 193}, {384, 289}, {512, 385}};
    for (auto border : borders) {
        void *block = pools.Malloc(border.block);
        EXPECT_EQ(pools.Realloc(block, border.stays), block) << border.block;
        void *moved = pools.Realloc(block, border.stays - 1);
        EXPECT_NE(moved, block) << border.block;
        pools.Free(moved);
    }
}

TEST(PymallocSingle, B7_3_HoldsForEverySize)
{
    Pools pools;
    for (size_t room = 16; room <= 512; room += 16) {
        for (size_t size = 1; size <= 512; size += 1) {
            void *block = pools.Malloc(room);
            Fill(block, room, size);
            void *moved = pools.Realloc(block, size);
            EXPECT_EQ(moved == block, size <= room && 4 * size > 3 * room) << room << " " << size;
            EXPECT_TRUE(Holds(moved, room, size, size)) << room << " " << size;
            pools.Free(moved);
        }
    }
}

TEST(PymallocSingle, B7_4_GrowingCopiesTheWholeBlock)
{
    Pools pools;
    void *block = pools.Malloc(17);
    ASSERT_EQ(cairn_layer_usable_size(pools.layer, block), 32u); /* all of it may be used */
    Fill(block, 32, 3);
    void *moved = pools.Realloc(block, 33);
    EXPECT_NE(moved, block);
    EXPECT_TRUE(Holds(moved, 32, 33, 3));
    ASSERT_EQ(cairn_layer_usable_size(pools.layer, moved), 48u);
    Fill(moved, 48, 4);
    moved = pools.Realloc(moved, 2000);
    EXPECT_TRUE(Holds(moved, 48, 2000, 4));
    pools.Free(moved);
}

TEST(PymallocSingle, B7_5_ToZeroBytesItLeavesThePool)
{
    Pools pools;
    void *block = pools.Malloc(100);
    pools.fallback.calls.clear();
    void *moved = pools.Realloc(block, 0);
    ASSERT_NE(moved, nullptr);
    ASSERT_EQ(pools.fallback.names(), "malloc");
    EXPECT_EQ(pools.fallback.calls[0].first, 0u);
    EXPECT_EQ(pools.Malloc(100), block); /* it was freed */
    pools.FreeAll({moved, block});
}

TEST(PymallocSingle, B7_6_WhenItFailsTheOldBlockIsIntact)
{
    Pools pools;
    void *block = pools.Malloc(500);
    Fill(block, 500, 9);
    pools.provider.plan.FailFrom(1);
    pools.fallback.plan.FailFrom(1);
    std::vector<void *> filling; /* the class that it would shrink to is full */
    for (void *next = pools.Malloc(16); next != nullptr; next = pools.Malloc(16)) {
        filling.push_back(next);
    }
    EXPECT_EQ(pools.Realloc(block, 600), nullptr);
    EXPECT_EQ(pools.Realloc(block, 10), nullptr);
    EXPECT_EQ(pools.Realloc(block, 0), nullptr);
    EXPECT_TRUE(Holds(block, 500, 500, 9));
    pools.FreeAll(filling);
    pools.Free(block);
}

} // namespace

} // namespace cairn_test
