/* SPDX-License-Identifier: Apache-2.0
 *
 * Allocator large: blocks that grow and shrink.
 */
#include "cairn/tests/allocators/large_fixture.h"

#include <vector>

#include "cairn/tests/support/blocks.h"

namespace cairn_test {

namespace {

TEST_F(Large, RunsGrowAndShrinkInPlace)
{
    char *block = Block(200000);
    Fill(block, 200000, 1);
    EXPECT_EQ(Realloc(block, 1 << 20), block);
    EXPECT_TRUE(Holds(block, 200000, 1 << 20, 1));
    EXPECT_GE(cairn_layer_usable_size(layer, block), (size_t)1 << 20);
    EXPECT_EQ(Realloc(block, 100000), block);
    EXPECT_LT(cairn_layer_usable_size(layer, block), 100000u + CAIRN_GRANULE_BYTES);
    char *behind = Block(200000); /* gets what the first one gave up */
    EXPECT_GT(behind, block);
    EXPECT_LT(behind, block + (1 << 20));
    char *moved = static_cast<char *>(Realloc(block, 1 << 20));
    EXPECT_NE(moved, block);
    EXPECT_TRUE(Holds(moved, 200000, 100000, 1));
    Free(moved);
    Free(behind);
}

TEST_F(Large, PooledBlocksStayWhileTheyUseMoreThanHalf)
{
    char *block = Block(4096);
    EXPECT_EQ(Realloc(block, 2049), block);
    EXPECT_EQ(Realloc(block, 4096), block);
    char *moved = static_cast<char *>(Realloc(block, 2048));
    EXPECT_NE(moved, block);
    EXPECT_EQ(cairn_layer_usable_size(layer, moved), 2048u);
    Free(moved);
    char *smallest = Block(100);
    EXPECT_EQ(Realloc(smallest, 1), smallest);
    Free(smallest);
}

TEST_F(Large, WhatGrowsInSmallStepsRarelyMoves)
{
    for (size_t step : {100, 1000}) {
        char *block[4] = {};
        int moves = 0;
        for (size_t size = step; size < 4 << 20; size += step) {
            for (char *&each : block) {
                char *before = each;
                each = static_cast<char *>(Realloc(each, size));
                ASSERT_NE(each, nullptr);
                ASSERT_GE(cairn_layer_usable_size(layer, each), size);
                each[size - 1] = static_cast<char>(size);
                moves += each != before ? 1 : 0;
            }
        }
        EXPECT_LE(moves, 4 * 30);
        for (char *each : block) {
            for (size_t size = step; size < 4 << 20; size += step) {
                ASSERT_EQ(each[size - 1], static_cast<char>(size));
            }
            Free(each);
        }
    }
}

TEST_F(Large, WhatDoublesIsCopiedUpToAGranule)
{
    char *block = Block(1024);
    for (size_t size = 2048; size <= 2 << 20; size *= 2) {
        char *before = block;
        block = static_cast<char *>(Realloc(block, size));
        EXPECT_TRUE(size <= CAIRN_GRANULE_BYTES || block == before) << size;
    }
    Free(block);
}

TEST_F(Large, RoomToGrowIsGivenUpByHalving)
{
    char *left = Block(1 << 20);
    char *behind = Block(1 << 20);
    Fill(left, 1 << 20, 1);
    char *block = static_cast<char *>(Realloc(left, (1 << 20) + 100));
    ASSERT_NE(block, left);
    size_t room = cairn_layer_usable_size(layer, block);
    EXPECT_GE(room, (size_t)5 << 18);
    EXPECT_EQ(Realloc(block, room - CAIRN_GRANULE_BYTES), block);
    EXPECT_EQ(cairn_layer_usable_size(layer, block), room);
    EXPECT_EQ(cairn_layer_block_start(layer, block + room - 1), block);
    EXPECT_EQ(Realloc(block, 600000), block);
    EXPECT_LE(cairn_layer_usable_size(layer, block), 600000u + CAIRN_GRANULE_BYTES);
    EXPECT_EQ(Realloc(block, 500000), block);
    EXPECT_LE(cairn_layer_usable_size(layer, block), 500000u + CAIRN_GRANULE_BYTES);
    EXPECT_TRUE(Holds(block, 1 << 20, 500000, 1));
    Free(block);
    Free(behind);
}

TEST_F(Large, WithLittleMemoryGrowthGetsWhatItAsksFor)
{
    char *block = Block(60000);
    Fill(block, 60000, 1);
    Block(1); /* the heap, from the first region */
    provider.plan.FailFrom(1);
    std::vector<void *> rest;
    for (void *each; (each = Block(65 * CAIRN_GRANULE_BYTES)) != nullptr;) {
        rest.push_back(each);
    }
    for (void *each; (each = Block(5 * CAIRN_GRANULE_BYTES)) != nullptr;) {
        rest.push_back(each);
    }
    Free(rest.back());
    rest.pop_back();
    block = static_cast<char *>(Realloc(block, 66000)); /* half as much again is not there */
    ASSERT_NE(block, nullptr);
    EXPECT_TRUE(Holds(block, 60000, 60000, 1));
    provider.plan.Never();
    Free(block);
    for (void *each : rest) {
        Free(each);
    }
}

} // namespace

} // namespace cairn_test
