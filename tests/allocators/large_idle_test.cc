/* SPDX-License-Identifier: Apache-2.0
 *
 * Allocator large: what goes back to the provider, and when.
 */
#include "cairn/tests/allocators/large_fixture.h"

#include <chrono>
#include <cstring>
#include <thread>
#include <vector>

#include "cairn/allocators/arena/malloc.h"
#include "cairn/tests/support/blocks.h"
#include "cairn/tests/support/report.h"

namespace cairn_test {

namespace {

void WaitUntilIdle()
{
    std::this_thread::sleep_for(std::chrono::milliseconds(CAIRN_LARGE_IDLE_MILLISECONDS + 20));
}

TEST_F(Large, MemoryThatComesAndGoesIsNotPurged)
{
    void *keeper = Block(1 << 20);
    for (int i = 0; i < 500; i++) {
        Free(Block(1 << 20));
    }
    EXPECT_EQ(provider.purges, 0u);
    Free(keeper);
}

/* What was dirty for a whole period goes, but for the limit, whatever else the program does. */
TEST_F(Large, IdleMemoryIsPurged)
{
    std::vector<void *> blocks;
    for (int i = 0; i < 40; i++) {
        blocks.push_back(Block(1 << 20));
        memset(blocks.back(), 0xFF, 1 << 20);
    }
    for (size_t i = 0; i < 39; i++) {
        Free(blocks[i]); /* the last one keeps the youngest region */
    }
    WaitUntilIdle();
    for (int i = 0; i < 2 * CAIRN_LARGE_LOOK_KEEPS; i++) {
        Free(Block(1 << 20));
    }
    EXPECT_GT(provider.purged_bytes + provider.frees, 0u);
    EXPECT_LE(instance->regions.dirty_bytes, (size_t)CAIRN_LARGE_DIRTY_MIN + (4 << 20));
    void *zero = cairn_layer_calloc(layer, 1, 12 << 20);
    EXPECT_TRUE(IsZero(zero, 12 << 20));
    Free(zero);
    Free(blocks[39]);
}

TEST_F(Large, MemoryIsNotIdleBeforeItsTime)
{
    std::vector<void *> blocks;
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 40; i++) {
            blocks.push_back(Block(1 << 20));
        }
        for (void *block : blocks) {
            Free(block);
        }
        blocks.clear();
    }
    EXPECT_EQ(provider.purges, 0u);
    EXPECT_GE(instance->regions.dirty_bytes, (size_t)39 << 20); /* one is kept for the next */
}

TEST_F(Large, EmptyRegionsComeBackWithoutATrim)
{
    std::vector<void *> blocks;
    while (instance->regions.live < 5) {
        blocks.push_back(Block(3 << 20));
    }
    for (void *block : blocks) {
        Free(block);
    }
    for (int i = 0; i < 2; i++) {
        WaitUntilIdle();
        Free(Block(CAIRN_LARGE_LOOK + i));
    }
    EXPECT_LE(instance->regions.dirty_bytes, (size_t)CAIRN_LARGE_DIRTY_MIN + CAIRN_LARGE_LOOK);
    EXPECT_LE(instance->regions.live, 3u); /* with what is within the limit */
}

TEST(LargeOverMalloc, IdleRegionsComeBackFromAProviderThatCannotPurge)
{
    Provider provider(cairn_arena_malloc);
    cairn_large *instance = cairn_large_create(provider.source(), nullptr);
    cairn_layer layer = cairn_large_layer(instance);
    std::vector<void *> blocks;
    while (instance->regions.live < 5) {
        blocks.push_back(cairn_layer_malloc(layer, 3 << 20));
    }
    for (void *block : blocks) {
        cairn_layer_free(layer, block);
    }
    for (int i = 0; i < 2; i++) {
        WaitUntilIdle();
        cairn_layer_free(layer, cairn_layer_malloc(layer, CAIRN_LARGE_LOOK + i));
    }
    EXPECT_LE(instance->regions.live, 2u);
    EXPECT_TRUE(cairn_layer_check(layer));
    cairn_large_destroy(instance);
}

TEST_F(Large, TrimGivesEverythingBackButTheRecordAndTheMap)
{
    std::vector<void *> blocks;
    for (size_t size = 1; size < 3 << 20; size += size / 3 + 50) {
        blocks.push_back(Block(size));
        blocks.push_back(Block(size));
    }
    blocks.push_back(Block(40 << 20));
    for (void *block : blocks) {
        Free(block);
    }
    EXPECT_GT(cairn_layer_trim(layer), 0u);
    EXPECT_EQ(instance->regions.dirty_bytes, 0u);
    EXPECT_LE(instance->regions.live, 1u); /* the region that holds this thread's heap */
    EXPECT_EQ(TotalsOf(layer).live_blocks, 0u);
    EXPECT_EQ(TotalsOf(layer).live_bytes, 0u);
}

TEST_F(Large, TrimWithoutHeapsLeavesNoRegion)
{
    Free(Block(200000)); /* a run needs no heap */
    EXPECT_EQ(instance->regions.live, 1u);
    cairn_layer_trim(layer);
    EXPECT_EQ(instance->regions.live, 0u);
    EXPECT_EQ(instance->regions.used_bytes, 0u);
}

} // namespace

} // namespace cairn_test
