/* SPDX-License-Identifier: Apache-2.0
 *
 * Allocator large: blocks that are mappings of their own.
 */
#include "cairn/tests/allocators/large_fixture.h"

#include <algorithm>
#include <array>
#include <set>

#include "cairn/tests/support/blocks.h"

namespace cairn_test {

namespace {

/* The blocks that a walk visits. */
std::set<void *> Visited(cairn_layer layer)
{
    std::set<void *> blocks;
    auto visit = [](void *arg, void *block, size_t) {
        return static_cast<std::set<void *> *>(arg)->insert(block).second;
    };
    EXPECT_TRUE(cairn_layer_walk(layer, visit, &blocks));
    return blocks;
}

TEST_F(Large, MappingsAreResizedByTheProvider)
{
    char *block = Block(40 << 20);
    Fill(block, 40 << 20, 3);
    size_t allocs = provider.allocs;
    for (size_t size : {80 << 20, 24 << 20, 60 << 20}) {
        block = static_cast<char *>(Realloc(block, size));
        ASSERT_NE(block, nullptr);
        EXPECT_TRUE(Holds(block, 40 << 20, 24 << 20, 3));
        EXPECT_EQ(cairn_layer_block_start(layer, block + size / 2), block);
    }
    EXPECT_EQ(provider.remaps, 3u);
    EXPECT_LE(provider.allocs, allocs + 3); /* a leaf of the address map for each place */
    provider.plan.FailFrom(1);
    EXPECT_EQ(Realloc(block, 120 << 20), nullptr);
    EXPECT_TRUE(Holds(block, 40 << 20, 24 << 20, 3));
    provider.plan.Never();
    Free(block);
    EXPECT_EQ(provider.arenas_of(60 << 20).size(), 0u);
}

TEST_F(Large, AMappingThatMovedIsNotFoundAtItsOldPlace)
{
    char *before = Block(40 << 20);
    Fill(before, 40 << 20, 3);
    provider.moves = true;
    char *after = static_cast<char *>(Realloc(before, 80 << 20));
    ASSERT_NE(after, before);
    EXPECT_TRUE(Holds(after, 40 << 20, 80 << 20, 3));
    EXPECT_EQ(cairn_layer_usable_size(layer, before), 0u);
    EXPECT_FALSE(cairn_layer_owns(layer, before));
    EXPECT_EQ(cairn_layer_block_start(layer, after + (79 << 20)), after);
    Free(after);
    EXPECT_EQ(cairn_layer_usable_size(layer, after), 0u);
}

TEST_F(Large, MappingsGoInAnyOrder)
{
    std::array<int, 3> order = {0, 1, 2};
    do {
        std::array<void *, 3> blocks = {Block(40 << 20), Block(40 << 20), Block(40 << 20)};
        std::set<void *> left(blocks.begin(), blocks.end());
        for (int gone : order) {
            EXPECT_EQ(Visited(layer), left);
            Free(blocks[static_cast<size_t>(gone)]);
            left.erase(blocks[static_cast<size_t>(gone)]);
        }
        EXPECT_EQ(Visited(layer), left);
    } while (std::next_permutation(order.begin(), order.end()));
}

TEST_F(Large, AlmostTheSameSizeOfAMappingChangesNothing)
{
    char *block = Block(40 << 20);
    EXPECT_EQ(Realloc(block, (40 << 20) - (1 << 20)), block);
    EXPECT_EQ(provider.remaps, 0u);
    Free(block);
}

} // namespace

} // namespace cairn_test
