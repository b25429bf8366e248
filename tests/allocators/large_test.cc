/* SPDX-License-Identifier: Apache-2.0
 *
 * Allocator large: classes, places, reports, bounded memory and instances.
 */
#include "cairn/tests/allocators/large_fixture.h"

#include <cstring>
#include <thread>

#include <gtest/gtest.h>

#include "cairn/allocators/arena/fixed.h"
#include "cairn/allocators/arena/malloc.h"
#include "cairn/allocators/arena/mmap.h"
#include "cairn/tests/support/blocks.h"
#include "cairn/tests/support/json.h"
#include "cairn/tests/support/report.h"

namespace cairn_test {

namespace {

TEST(LargeClasses, HoldTheirSizesAndRoundByAnEighthAtMost)
{
    size_t previous = 0;
    for (unsigned c = 1; c <= CAIRN_LARGE_CLASSES; c++) {
        size_t bytes = cairn_large_class_bytes(c);
        EXPECT_GT(bytes, previous);
        EXPECT_EQ(bytes % CAIRN_ALIGNMENT, 0u);
        EXPECT_EQ(cairn_large_class(bytes), c);
        EXPECT_EQ(cairn_large_class(previous + 1), c);
        if (c > 1) {
            EXPECT_LE(bytes - previous, previous / 8);
        }
        EXPECT_GE(cairn_large_class_granules(c) * CAIRN_GRANULE_BYTES, 8 * bytes);
        previous = bytes;
    }
    EXPECT_EQ(previous, (size_t)CAIRN_LARGE_POOLED_MAX);
    EXPECT_EQ(cairn_large_class(0), 1u);
    for (size_t size = 0; size <= CAIRN_LARGE_POOLED_MAX; size++) {
        ASSERT_GE(cairn_large_class_bytes(cairn_large_class(size)), size);
    }
}

TEST_F(Large, TotalsAndReportAgree)
{
    std::vector<void *> blocks = {Block(1000), Block(100000), Block(40 << 20)};
    cairn_totals totals = TotalsOf(layer);
    EXPECT_EQ(totals.live_blocks, 3u);
    size_t usable = 0;
    for (void *block : blocks) {
        usable += cairn_layer_usable_size(layer, block);
    }
    EXPECT_EQ(totals.live_bytes, usable);
    Json json = ParseJson(ReportOf(layer, CAIRN_REPORT_JSON));
    ASSERT_TRUE(json.is_valid);
    EXPECT_EQ(json.strings["part"], "large");
    EXPECT_EQ(json.at("blocks"), 3);
    EXPECT_EQ((size_t)json.at("arenas.bytes"), totals.arena_bytes);
    EXPECT_LE(totals.arena_bytes, provider.live_bytes());
    EXPECT_NE(ReportOf(layer, CAIRN_REPORT_TEXT)
                  .find("# large blocks in use              =                    3\n"),
              std::string::npos);
    for (void *block : blocks) {
        Free(block);
    }
}

TEST_F(Large, RunsAreTakenFromTheShortestStretchThatWillDo)
{
    char *block[8];
    for (char *&each : block) {
        each = Block(100000);
    }
    for (int i : {0, 1, 3, 5}) {
        Free(block[i]);
    }
    ASSERT_TRUE(cairn_layer_check(layer));
    EXPECT_EQ(Block(80000), block[3]); /* the lowest of those that are no longer than need be */
    EXPECT_EQ(Block(100000), block[5]);
    EXPECT_EQ(Block(180000), block[0]);
    cairn_layer_free(layer, block[0]);
    for (int i : {2, 3, 4, 5, 6, 7}) {
        Free(block[i]);
    }
}

TEST_F(Large, WhatWasJustFreedServesTheNextOfItsLength)
{
    void *low = Block(100000);
    char *block = Block(1 << 20);
    void *high = Block(100000);
    Free(low);
    for (int i = 0; i < 4; i++) {
        Free(block);
        EXPECT_EQ(cairn_layer_usable_size(layer, block), 0u);
        EXPECT_EQ(Block(1 << 20), block);
    }
    Free(block);
    EXPECT_EQ(TotalsOf(layer).live_blocks, 1u);
    EXPECT_FALSE(cairn_layer_owns(layer, block + 100000));
    Free(high);
}

TEST_F(Large, WrongPointersAreRejected)
{
    char *block = Block(1 << 20);
    EXPECT_DEATH(Free(block + 16), "cairn: free of 0x[0-9a-f]+, which lies inside a block");
    EXPECT_DEATH(Free(block + 500000), "cairn: free of 0x[0-9a-f]+, which lies inside a block");
    EXPECT_DEATH(Realloc(block + 16, 2 << 20), "cairn: realloc of 0x[0-9a-f]+, which lies inside");
    for (int i = 0; i < 4; i++) {
        Free(block);
        EXPECT_DEATH(Free(block), "cairn: free of 0x[0-9a-f]+, which no allocator");
        EXPECT_EQ(Block(1 << 20), block);
    }
    Free(block);
}

TEST_F(Large, ClearedIsWhatWasDirty)
{
    for (size_t bytes : {100000, 200000, 300001, 2000000}) {
        char *low = Block(150000);
        char *high = Block(70000);
        memset(low, 0xFF, 150000);
        memset(high, 0xFF, 70000);
        Free(high);
        Free(low);
        ASSERT_TRUE(cairn_layer_check(layer)); /* nothing is kept for the next */
        void *block = cairn_layer_calloc(layer, 1, bytes);
        EXPECT_EQ(block, low);
        EXPECT_TRUE(IsZero(block, bytes));
        memset(block, 0xFF, bytes);
        Free(block);
        cairn_layer_trim(layer);
    }
}

TEST_F(Large, WithoutMemoryNothingIsLost)
{
    char *block = Block(200000);
    Fill(block, 200000, 1);
    provider.plan.FailFrom(1);
    EXPECT_EQ(Block(33 << 20), nullptr);
    EXPECT_EQ(cairn_layer_aligned_alloc(layer, 32 << 20, 100), nullptr);
    EXPECT_EQ(Realloc(block, 33 << 20), nullptr);
    EXPECT_TRUE(Holds(block, 200000, 200000, 1));
    EXPECT_TRUE(cairn_layer_check(layer));
    provider.plan.Never();
    block = static_cast<char *>(Realloc(block, 33 << 20));
    EXPECT_TRUE(Holds(block, 200000, 200000, 1));
    Free(block);
}

/* Aligned blocks above a run's alignment are mappings, however short they are: two of them, or one and
 * a long mapping, must not meet in one entry of the address map. */
TEST(LargeOverFixed, ShortAlignedMappingsHaveGranulesOfTheirOwn)
{
    constexpr size_t kBytes = 96 << 20;
    void *buffer = cairn_arena_alloc(cairn_arena_mmap, kBytes);
    cairn_arena_source source;
    ASSERT_TRUE(cairn_arena_fixed_init(buffer, kBytes, &source));
    cairn_large *instance = cairn_large_create(source, nullptr);
    cairn_layer layer = cairn_large_layer(instance);
    void *aligned = cairn_layer_aligned_alloc(layer, 8 << 20, 100);
    void *long_one = cairn_layer_malloc(layer, 33 << 20);
    ASSERT_NE(aligned, nullptr);
    ASSERT_NE(long_one, nullptr);
    EXPECT_EQ(cairn_layer_block_start(layer, aligned), aligned);
    EXPECT_EQ(cairn_layer_block_start(layer, long_one), long_one);
    cairn_layer_free(layer, aligned);
    cairn_layer_free(layer, long_one);
    EXPECT_TRUE(cairn_layer_check(layer));
    cairn_large_destroy(instance);
    EXPECT_EQ(cairn_arena_fixed_used(source), 0u);
    cairn_arena_free(cairn_arena_mmap, buffer, kBytes);
}

/* Regions whose memory is not idle yet do not stand in the way of a mapping. */
TEST(LargeOverFixed, EmptyRegionsMakeRoom)
{
    constexpr size_t kBytes = 96 << 20;
    void *buffer = cairn_arena_alloc(cairn_arena_mmap, kBytes);
    cairn_arena_source source;
    ASSERT_TRUE(cairn_arena_fixed_init(buffer, kBytes, &source));
    cairn_large *instance = cairn_large_create(source, nullptr);
    cairn_layer layer = cairn_large_layer(instance);
    void *small =
        cairn_layer_malloc(layer, 100); /* in the first region, as records of mappings are */
    cairn_layer_free(layer, cairn_layer_malloc(layer, 30 << 20));
    void *most = cairn_layer_malloc(layer, 80 << 20);
    EXPECT_NE(most, nullptr);
    cairn_layer_free(layer, most);
    EXPECT_NE(cairn_layer_malloc(layer, 30 << 20), nullptr);
    cairn_layer_free(layer, small);
    EXPECT_TRUE(cairn_layer_check(layer));
    cairn_large_destroy(instance);
    EXPECT_EQ(cairn_arena_fixed_used(source), 0u);
    cairn_arena_free(cairn_arena_mmap, buffer, kBytes);
}

TEST(LargeOverFixed, FullIsNullAndFreedMemoryServesAgain)
{
    constexpr size_t kBytes = 4 << 20;
    void *buffer = cairn_arena_alloc(cairn_arena_mmap, kBytes);
    cairn_arena_source source;
    ASSERT_TRUE(cairn_arena_fixed_init(buffer, kBytes, &source));
    cairn_large *instance = cairn_large_create(source, nullptr);
    cairn_layer layer = cairn_large_layer(instance);
    size_t counts[3];
    for (size_t &count : counts) {
        std::vector<void *> blocks;
        for (void *block; (block = cairn_layer_malloc(layer, 3000)) != nullptr;) {
            Fill(block, 3000, blocks.size());
            blocks.push_back(block);
        }
        EXPECT_EQ(cairn_layer_malloc(layer, 3000), nullptr);
        EXPECT_EQ(cairn_layer_malloc(layer, 300000), nullptr);
        count = blocks.size();
        for (size_t i = 0; i < blocks.size(); i++) {
            ASSERT_TRUE(Holds(blocks[i], 3000, 3000, i));
            cairn_layer_free(layer, blocks[i]);
        }
    }
    EXPECT_GE(counts[0], kBytes / 3000 / 2);
    /* The regions of a later round can have other sizes, with more or fewer records. */
    EXPECT_GE(counts[1], counts[0] * 3 / 4);
    EXPECT_GE(counts[2], counts[0] * 3 / 4);
    cairn_layer_trim(layer);
    void *other = cairn_layer_malloc(layer, 300000);
    EXPECT_NE(other, nullptr);
    cairn_large_destroy(instance);
    EXPECT_EQ(cairn_arena_fixed_used(source), 0u);
    cairn_arena_free(cairn_arena_mmap, buffer, kBytes);
}

TEST(LargeInstance, GivesBackWhatIsLive)
{
    for (cairn_arena_source below : {cairn_arena_mmap, cairn_arena_malloc, dirty_source}) {
        Provider provider(below);
        cairn_large *instance = cairn_large_create(provider.source(), nullptr);
        cairn_layer layer = cairn_large_layer(instance);
        for (size_t size = 1; size < 80 << 20; size *= 2) {
            EXPECT_NE(cairn_layer_malloc(layer, size), nullptr);
        }
        EXPECT_NE(cairn_layer_aligned_alloc(layer, 16 << 20, 5), nullptr);
        std::thread([&] { EXPECT_NE(cairn_layer_malloc(layer, 700), nullptr); }).join();
        cairn_large_destroy(instance);
        EXPECT_EQ(provider.live(), 0u);
    }
}

TEST(LargeInstance, RegionsBeginAtTheSizeAskedFor)
{
    for (size_t bytes : {1 << 20, 4 << 20, 64 << 20}) {
        Provider provider(cairn_arena_mmap);
        cairn_large_options options = {bytes};
        cairn_large *instance = cairn_large_create(provider.source(), &options);
        EXPECT_NE(cairn_layer_malloc(cairn_large_layer(instance), 100000), nullptr);
        EXPECT_EQ(provider.arenas_of(bytes).size(), 1u);
        cairn_large_destroy(instance);
    }
}

} // namespace

} // namespace cairn_test
