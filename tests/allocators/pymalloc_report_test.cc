/* SPDX-License-Identifier: Apache-2.0
 *
 * What pymalloc counts and prints: clauses B9 and B10.
 */
#include <sstream>

#include "cairn/allocators/arena/fixed.h"
#include "cairn/allocators/arena/mmap.h"
#include "cairn/allocators/large/large.h"
#include "cairn/hooks/stats/stats.h"
#include "cairn/tests/allocators/pools.h"
#include "cairn/tests/support/blocks.h"
#include "cairn/tests/support/json.h"
#include "cairn/tests/support/report.h"

namespace cairn_test {

namespace {

std::string FaceName(const testing::TestParamInfo<Face> &info)
{
    return info.param == Face::kSingle ? "single" : "threaded";
}

class PymallocReport : public testing::TestWithParam<Face> {
  protected:
    PymallocReport() : pools_(GetParam())
    {
    }

    Pools pools_;
};

TEST_P(PymallocReport, B9_1_AllocatedBlocksAreThoseInPoolsAndOfTheFallback)
{
    EXPECT_EQ(cairn_pymalloc_allocated_blocks(pools_.instance), 0u);
    std::vector<void *> blocks;
    for (size_t size = 0; size < 1000; size++) {
        blocks.push_back(pools_.Malloc(size));
        ASSERT_EQ(cairn_pymalloc_allocated_blocks(pools_.instance), size + 1);
    }
    cairn_pymalloc_statistics statistics = pools_.Statistics();
    EXPECT_EQ(statistics.live_blocks, 512u);
    EXPECT_EQ(statistics.fallback_blocks, 488);
    for (size_t i = 0; i < blocks.size(); i++) {
        pools_.Free(blocks[i]);
        ASSERT_EQ(cairn_pymalloc_allocated_blocks(pools_.instance), 999 - i);
    }
}

TEST_P(PymallocReport, B9_3_ReallocAndFailureDoNotCount)
{
    void *block = pools_.Malloc(1000);
    block = pools_.Realloc(block, 2000);
    EXPECT_EQ(pools_.Statistics().fallback_blocks, 1);
    pools_.fallback.plan.FailFrom(1);
    EXPECT_EQ(pools_.Malloc(1000), nullptr);
    EXPECT_EQ(pools_.Realloc(block, 3000), nullptr);
    EXPECT_EQ(pools_.Statistics().fallback_blocks, 1);
    pools_.fallback.plan.Never();
    pools_.Free(block);
    EXPECT_EQ(pools_.Statistics().fallback_blocks, 0);
}

TEST_P(PymallocReport, B10_4_TheIdentityHoldsAfterAnyWorkload)
{
    cairn_layer layer = pools_.layer;
    const char *error;
    ASSERT_TRUE(cairn_stats_hook.put_over(pools_.layer, "test", "", &layer, &error));
    Random random(7);
    std::vector<void *> blocks(6000);
    for (size_t i = 0; i < Often(60000); i++) {
        void **block = &blocks[random.Below(blocks.size())];
        if (random.Below(4) == 0) {
            *block = cairn_layer_realloc(layer, *block, random.Below(700));
        } else {
            cairn_layer_free(layer, *block);
            *block = cairn_layer_malloc(layer, random.Below(600));
        }
        if (i % 5000 == 0) {
            ASSERT_TRUE(Balances(pools_.Statistics()));
            ASSERT_TRUE(cairn_layer_check(layer));
        }
    }
    cairn_pymalloc_statistics statistics = pools_.Statistics();
    EXPECT_TRUE(Balances(statistics));
    EXPECT_EQ(statistics.arena_bytes, pools_.provider.live_bytes());
    size_t live = 0;
    for (void *block : blocks) {
        live += block != nullptr ? 1 : 0;
        cairn_layer_free(layer, block);
    }
    EXPECT_EQ(statistics.live_blocks + (size_t)statistics.fallback_blocks, live);
    statistics = pools_.Statistics();
    EXPECT_TRUE(Balances(statistics));
    EXPECT_EQ(statistics.live_blocks, 0u);
    EXPECT_EQ(statistics.fallback_blocks, 0);
}

INSTANTIATE_TEST_SUITE_P(Faces, PymallocReport, testing::Values(Face::kSingle, Face::kThreaded),
                         FaceName);

std::vector<std::string> Lines(const std::string &text)
{
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        lines.push_back(line);
    }
    return lines;
}

TEST(PymallocText, B10_3_LabelsAndNumbersStandInTheirColumns)
{
    Pools pools;
    void *block = pools.Malloc(20);
    std::vector<std::string> lines = Lines(ReportOf(pools.layer, CAIRN_REPORT_TEXT));
    ASSERT_GT(lines.size(), 20u);
    EXPECT_EQ(lines[0], "Small block threshold = 512, in 32 size classes.");
    EXPECT_EQ(lines[1], "");
    EXPECT_EQ(lines[2], "class   size   num pools   blocks in use  avail blocks");
    EXPECT_EQ(lines[3], "-----   ----   ---------   -------------  ------------");
    std::string available = std::to_string(pools.Statistics().classes[2].free_blocks);
    EXPECT_EQ(lines[4], "    1     32           1               1" +
                            std::string(14 - available.size(), ' ') + available);
    EXPECT_EQ(lines[5], "");
    EXPECT_EQ(lines[6], "# arenas allocated total           =                    1");
    EXPECT_EQ(lines[10], "1 arenas * 1048576 bytes/arena     =            1,048,576");
    size_t rows = 0;
    for (size_t i = 6; i < lines.size(); i++) {
        size_t equals = lines[i].find('=');
        if (equals != std::string::npos) {
            EXPECT_EQ(equals, 35u) << lines[i];
            EXPECT_EQ(lines[i].size(), 35u + 1 + 21) << lines[i];
            rows++;
        }
    }
    EXPECT_GE(rows, 16u);
    pools.Free(block);
}

/* More arenas come and go than were ever there at once. */
TEST(PymallocText, B4_8_ArenasGivenBackAreCountedFromAll)
{
    Pools pools;
    for (int round = 0; round < 3; round++) {
        pools.FreeAll(pools.FillArenas(512, 2));
        cairn_layer_trim(pools.layer);
    }
    cairn_pymalloc_statistics statistics = pools.Statistics();
    ASSERT_GT(statistics.arenas_allocated, statistics.arenas_peak);
    std::string reclaimed = std::to_string(pools.provider.allocs - pools.provider.live());
    std::string text = ReportOf(pools.layer, CAIRN_REPORT_TEXT);
    EXPECT_NE(text.find("# arenas reclaimed                 =" +
                        std::string(21 - reclaimed.size(), ' ') + reclaimed + "\n"),
              std::string::npos)
        << text;
    Json json = ParseJson(ReportOf(pools.layer, CAIRN_REPORT_JSON));
    EXPECT_EQ(json.at("arenas.reclaimed"), std::stod(reclaimed));
}

TEST(PymallocText, B10_4_TheTotalIsTheSumOfItsLines)
{
    Pools pools;
    std::vector<void *> blocks = pools.FillPools(48, 3);
    std::string text = ReportOf(pools.layer, CAIRN_REPORT_TEXT);
    EXPECT_NE(text.find("# bytes in allocated blocks"), std::string::npos);
    EXPECT_NE(text.find("\nTotal                              =            1,048,576\n"),
              std::string::npos);
    EXPECT_NE(text.find("61 unused pools * 16384 bytes      =              999,424"),
              std::string::npos);
    pools.FreeAll(blocks);
}

TEST(PymallocJson, ParsesAndSaysWhatTheStatisticsSay)
{
    Pools pools;
    std::vector<void *> blocks = {pools.Malloc(20), pools.Malloc(20), pools.Malloc(400),
                                  pools.Malloc(4000)};
    Json json = ParseJson(ReportOf(pools.layer, CAIRN_REPORT_JSON));
    ASSERT_TRUE(json.is_valid);
    EXPECT_EQ(json.strings["part"], "pymalloc");
    EXPECT_EQ(json.at("arenas.live"), 1);
    EXPECT_EQ(json.at("bytes.allocated"), 32 + 32 + 400);
    EXPECT_EQ(json.at("fallback_blocks"), 1);
    EXPECT_EQ(json.at("classes[0].size"), 32);
    EXPECT_EQ(json.at("classes[0].in_use"), 2);
    EXPECT_EQ(json.at("classes[1].size"), 400);
    EXPECT_EQ(json.at("bytes.allocated") + json.at("bytes.available") +
                  json.at("bytes.unused_pools") + json.at("bytes.headers") +
                  json.at("bytes.quantization") + json.at("bytes.arena_alignment"),
              json.at("arenas.bytes"));
    pools.FreeAll(blocks);
}

TEST(PymallocReport, B10_1_ToldBeforeEachAttemptToGetAnArena)
{
    Pools pools;
    struct Told {
        Pools *pools;
        std::vector<size_t> arenas;
    } told = {&pools, {}};
    auto note = [](void *ctx) {
        auto *told = static_cast<Told *>(ctx);
        told->arenas.push_back(told->pools->Statistics().arenas_live);
    };
    cairn_pymalloc_set_before_arena(pools.instance, note, &told);
    std::vector<void *> blocks;
    while (pools.provider.allocs < 3) {
        blocks.push_back(pools.Malloc(512));
    }
    EXPECT_EQ(told.arenas, std::vector<size_t>({0, 1, 2}));
    cairn_pymalloc_set_before_arena(pools.instance, nullptr, nullptr);
    pools.FreeAll(blocks);
}

/* A fallback that counts itself, and one that only looks as if it did. */
TEST(PymallocReport, B9_1_AHookBetweenPoolsAndFallbackDoesNotHideBlocks)
{
    cairn_layer hooked;
    const char *error;
    ASSERT_TRUE(cairn_stats_hook.put_over(cairn_system, "below", "", &hooked, &error));
    cairn_pymalloc *pools = cairn_pymalloc_single_create(cairn_arena_mmap, hooked, nullptr);
    cairn_layer layer = cairn_pymalloc_layer(pools);
    EXPECT_EQ(cairn_pymalloc_allocated_blocks(pools), 0u);
    void *small = cairn_layer_malloc(layer, 100);
    void *large = cairn_layer_malloc(layer, 1000);
    EXPECT_EQ(cairn_pymalloc_allocated_blocks(pools), 2u);
    cairn_layer_free(layer, small);
    cairn_layer_free(layer, large);
    EXPECT_EQ(cairn_pymalloc_allocated_blocks(pools), 0u);
    cairn_pymalloc_single_destroy(pools);
}

/* Its record, the map's leaf and heaps are blocks of large, but not the program's. */
TEST(PymallocReport, B9_1_OwnNeedsAreNotCountedOverABoundedProvider)
{
    constexpr size_t kBytes = 16 << 20;
    void *buffer = cairn_arena_alloc(cairn_arena_mmap, kBytes);
    cairn_arena_source source;
    ASSERT_TRUE(cairn_arena_fixed_init(buffer, kBytes, &source));
    cairn_large *large = cairn_large_create(source, nullptr);
    cairn_pymalloc *pools = cairn_pymalloc_create(source, cairn_large_layer(large), nullptr);
    cairn_layer layer = cairn_pymalloc_layer(pools);
    EXPECT_EQ(cairn_pymalloc_allocated_blocks(pools), 0u);
    void *small = cairn_layer_malloc(layer, 100);
    void *longer = cairn_layer_malloc(layer, 1000);
    EXPECT_EQ(cairn_pymalloc_allocated_blocks(pools), 2u);
    EXPECT_EQ(TotalsOf(layer).live_blocks, 2u);
    cairn_layer_free(layer, small);
    cairn_layer_free(layer, longer);
    EXPECT_EQ(cairn_pymalloc_allocated_blocks(pools), 0u);
    cairn_pymalloc_destroy(pools);
    cairn_large_destroy(large);
    cairn_arena_free(cairn_arena_mmap, buffer, kBytes);
}

} // namespace

} // namespace cairn_test
