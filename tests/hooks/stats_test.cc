/* SPDX-License-Identifier: Apache-2.0
 *
 * The stats hook: exact counters for scripted calls, and after threads.
 */
#include "cairn/hooks/stats/stats.h"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "cairn/allocators/arena/mmap.h"
#include "cairn/allocators/pymalloc/single.h"
#include "cairn/allocators/system/system.h"
#include "cairn/tests/support/blocks.h"
#include "cairn/tests/support/json.h"
#include "cairn/tests/support/layer.h"
#include "cairn/tests/support/report.h"

namespace cairn_test {

namespace {

/* Over pools, whose usable sizes are known, with a layer between that fails when told to. */
class Stats : public testing::Test {
  protected:
    Stats()
        : pools_(cairn_pymalloc_single_create(cairn_arena_mmap, cairn_system, nullptr)),
          below_(cairn_pymalloc_layer(pools_))
    {
        layer_ = Over(below_.layer());
        counters_ = cairn_stats_counters_of(cairn_stats_of(layer_));
    }

    ~Stats() override
    {
        cairn_pymalloc_single_destroy(pools_);
    }

    static cairn_layer Over(cairn_layer below)
    {
        cairn_layer over = below;
        const char *error = "";
        EXPECT_TRUE(cairn_stats_hook.put_over(below, "test", "", &over, &error)) << error;
        return over;
    }

    cairn_pymalloc *pools_;
    Layer below_;
    cairn_layer layer_;
    const cairn_stats_counters *counters_;
};

TEST_F(Stats, CountsEachCall)
{
    void *a = cairn_layer_malloc(layer_, 20);
    EXPECT_EQ(counters_->mallocs, 1u);
    EXPECT_EQ(counters_->live_blocks, 1u);
    EXPECT_EQ(counters_->live_bytes, 32u);
    EXPECT_EQ(counters_->requested_bytes, 20u);
    EXPECT_EQ(counters_->rounding_bytes, 12u);
    void *b = cairn_layer_calloc(layer_, 3, 50);
    EXPECT_EQ(counters_->callocs, 1u);
    EXPECT_EQ(counters_->live_bytes, 32u + 160);
    EXPECT_EQ(counters_->requested_bytes, 170u);
    void *c = cairn_layer_aligned_alloc(layer_, 64, 65);
    EXPECT_EQ(counters_->aligned_allocs, 1u);
    EXPECT_EQ(counters_->live_bytes, 32u + 160 + 128);
    EXPECT_EQ(counters_->peak_blocks, 3u);
    cairn_layer_free(layer_, nullptr);
    EXPECT_EQ(counters_->frees, 0u);
    for (void *block : {a, b, c}) {
        cairn_layer_free(layer_, block);
    }
    EXPECT_EQ(counters_->frees, 3u);
    EXPECT_EQ(counters_->live_blocks, 0u);
    EXPECT_EQ(counters_->live_bytes, 0u);
    EXPECT_EQ(counters_->peak_blocks, 3u);
    EXPECT_EQ(counters_->peak_bytes, 320u);
    EXPECT_EQ(counters_->failures, 0u);
}

TEST_F(Stats, ReallocMovesBytesAndCountsANewBlockFromNull)
{
    void *block = cairn_layer_realloc(layer_, nullptr, 10);
    EXPECT_EQ(counters_->reallocs, 1u);
    EXPECT_EQ(counters_->live_blocks, 1u);
    EXPECT_EQ(counters_->live_bytes, 16u);
    EXPECT_EQ(counters_->buckets[0], 1u);
    block = cairn_layer_realloc(layer_, block, 500);
    EXPECT_EQ(counters_->reallocs, 2u);
    EXPECT_EQ(counters_->live_blocks, 1u);
    EXPECT_EQ(counters_->live_bytes, 512u);
    EXPECT_EQ(counters_->peak_bytes, 512u);
    EXPECT_EQ(counters_->requested_bytes, 510u);
    EXPECT_EQ(counters_->rounding_bytes, 6u + 12);
    EXPECT_EQ(counters_->buckets[31], 0u); /* new blocks only */
    block = cairn_layer_realloc(layer_, block, 40);
    EXPECT_EQ(counters_->live_bytes, 48u);
    EXPECT_EQ(counters_->peak_bytes, 512u);
    EXPECT_EQ(counters_->frees, 0u);
    cairn_layer_free(layer_, block);
    EXPECT_EQ(counters_->live_bytes, 0u);
}

TEST_F(Stats, FailuresChangeNothingElse)
{
    void *block = cairn_layer_malloc(layer_, 100);
    below_.plan.FailFrom(1);
    EXPECT_EQ(cairn_layer_malloc(layer_, 100), nullptr);
    EXPECT_EQ(cairn_layer_calloc(layer_, 10, 10), nullptr);
    EXPECT_EQ(cairn_layer_realloc(layer_, nullptr, 100), nullptr);
    EXPECT_EQ(cairn_layer_realloc(layer_, block, 300), nullptr);
    EXPECT_EQ(cairn_layer_aligned_alloc(layer_, 64, 100), nullptr);
    EXPECT_EQ(counters_->failures, 5u);
    EXPECT_EQ(counters_->mallocs, 2u);
    EXPECT_EQ(counters_->reallocs, 2u);
    EXPECT_EQ(counters_->live_blocks, 1u);
    EXPECT_EQ(counters_->live_bytes, 112u);
    EXPECT_EQ(counters_->requested_bytes, 100u);
    below_.plan.Never();
    cairn_layer_free(layer_, block);
}

TEST_F(Stats, ForwardsWithTheSameArguments)
{
    void *a = cairn_layer_malloc(layer_, 42);
    a = cairn_layer_realloc(layer_, a, 200);
    cairn_layer_free(layer_, a);
    void *b = cairn_layer_calloc(layer_, 2, 5);
    cairn_layer_free(layer_, b);
    ASSERT_EQ(below_.names(), "malloc realloc free calloc free");
    EXPECT_EQ(below_.calls[0].first, 42u);
    EXPECT_EQ(below_.calls[1].first, 200u);
    EXPECT_EQ(below_.calls[2].ptr, a);
    EXPECT_EQ(below_.calls[3].first, 2u);
    EXPECT_EQ(below_.calls[3].second, 5u);
    EXPECT_EQ(below_.calls[4].ptr, b);
}

TEST_F(Stats, BucketsMeetWithoutGapAndEndAtTheirBorders)
{
    EXPECT_EQ(cairn_stats_bucket_min(0), 1u);
    for (unsigned bucket = 0; bucket < CAIRN_STATS_BUCKETS; bucket++) {
        EXPECT_EQ(cairn_stats_bucket(cairn_stats_bucket_min(bucket)), bucket);
        EXPECT_EQ(cairn_stats_bucket(cairn_stats_bucket_max(bucket)), bucket);
        if (bucket > 0) {
            EXPECT_EQ(cairn_stats_bucket_min(bucket), cairn_stats_bucket_max(bucket - 1) + 1);
        }
    }
    EXPECT_EQ(cairn_stats_bucket_max(31), 512u);
    EXPECT_EQ(cairn_stats_bucket_max(32), 1024u);
    EXPECT_EQ(cairn_stats_bucket(0), 0u);
    EXPECT_EQ(cairn_stats_bucket(SIZE_MAX), CAIRN_STATS_BUCKETS - 1u);
}

TEST_F(Stats, TwoOverEachOtherCountTheSame)
{
    cairn_layer twice = Over(layer_);
    const cairn_stats_counters *upper = cairn_stats_counters_of(cairn_stats_of(twice));
    ASSERT_NE(upper, counters_);
    std::vector<void *> blocks;
    for (size_t size = 0; size < 600; size += 3) {
        blocks.push_back(cairn_layer_malloc(twice, size));
    }
    for (size_t i = 0; i < blocks.size(); i += 2) {
        cairn_layer_free(twice, blocks[i]);
    }
    EXPECT_EQ(upper->mallocs, 200u);
    EXPECT_EQ(upper->live_blocks, 100u);
    EXPECT_EQ(memcmp(upper, counters_, sizeof *upper), 0);
    for (size_t i = 1; i < blocks.size(); i += 2) {
        cairn_layer_free(twice, blocks[i]);
    }
    EXPECT_EQ(upper->live_bytes, 0u);
}

TEST_F(Stats, SumsAreExactAfterThreads)
{
    constexpr size_t kRounds = Often(20000);
    std::vector<std::thread> threads;
    for (uint64_t number = 1; number <= 8; number++) {
        threads.emplace_back([this, number] {
            Random random(number);
            void *blocks[50] = {};
            for (size_t i = 0; i < kRounds; i++) {
                void **block = &blocks[random.Below(50)];
                cairn_layer_free(layer_, *block);
                *block = cairn_layer_malloc(layer_, 64);
            }
            for (void *block : blocks) {
                cairn_layer_free(layer_, block);
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    EXPECT_EQ(counters_->mallocs, 8 * kRounds);
    EXPECT_EQ(counters_->frees, 8 * kRounds);
    EXPECT_EQ(counters_->requested_bytes, 8 * kRounds * 64);
    EXPECT_EQ(counters_->buckets[3], 8 * kRounds);
    EXPECT_EQ(counters_->live_blocks, 0u);
    EXPECT_EQ(counters_->live_bytes, 0u);
    EXPECT_LE(counters_->peak_blocks, 400u);
    /* The two peaks are kept apart: each of the eight threads may stand between its two additions. */
    EXPECT_LE(counters_->peak_bytes, (counters_->peak_blocks + 8) * 64);
    EXPECT_GE(counters_->peak_bytes + 8 * 64, counters_->peak_blocks * 64);
}

TEST_F(Stats, CountersMoveWithTheirValues)
{
    static cairn_stats_counters to;
    void *block = cairn_layer_malloc(layer_, 100);
    cairn_layer_free(layer_, cairn_layer_malloc(layer_, 100));
    cairn_stats_move(cairn_stats_of(layer_), &to, false);
    EXPECT_EQ(to.mallocs, 2u);
    cairn_layer_free(layer_, cairn_layer_malloc(layer_, 100));
    EXPECT_EQ(to.mallocs, 3u);
    EXPECT_EQ(counters_->mallocs, 2u);
    static cairn_stats_counters of_child;
    cairn_stats_move(cairn_stats_of(layer_), &of_child, true);
    EXPECT_EQ(of_child.mallocs, 0u);
    EXPECT_EQ(of_child.live_blocks, 1u);
    EXPECT_EQ(of_child.live_bytes, 112u);
    EXPECT_EQ(of_child.peak_bytes, 112u);
    cairn_layer_free(layer_, block);
    EXPECT_EQ(of_child.live_blocks, 0u);
}

TEST_F(Stats, OlderBlocksCanBeCountedIn)
{
    cairn_layer pools = cairn_pymalloc_layer(pools_);
    void *older = cairn_layer_malloc(pools, 100);
    cairn_layer over = Over(pools);
    cairn_stats_count_older_blocks(cairn_stats_of(over), nullptr);
    EXPECT_EQ(cairn_stats_counters_of(cairn_stats_of(over))->live_blocks, 1u);
    EXPECT_EQ(cairn_stats_counters_of(cairn_stats_of(over))->live_bytes, 112u);
    cairn_layer_free(over, older);
    EXPECT_EQ(cairn_stats_counters_of(cairn_stats_of(over))->live_blocks, 0u);
    EXPECT_EQ(cairn_stats_counters_of(cairn_stats_of(over))->live_bytes, 0u);
}

TEST_F(Stats, RefusesOptionsAndLayersWithoutUsableSize)
{
    cairn_layer out = layer_;
    const char *error = nullptr;
    EXPECT_FALSE(cairn_stats_hook.put_over(cairn_system, "test", "x=1", &out, &error));
    EXPECT_STREQ(error, "this hook takes no options");
    error = nullptr;
    EXPECT_FALSE(cairn_stats_hook.put_over(below_.bare(), "test", "", &out, &error));
    EXPECT_NE(std::string(error).find("usable_size"), std::string::npos);
    EXPECT_EQ(cairn_stats_of(cairn_system), nullptr);
    EXPECT_FALSE(cairn_stats_hook.changes_layout);
    EXPECT_STREQ(cairn_stats_hook.name, "stats");
}

TEST_F(Stats, PrintsTextAndJson)
{
    void *block = cairn_layer_malloc(layer_, 100);
    std::string text = ReportOf(layer_, CAIRN_REPORT_TEXT);
    EXPECT_EQ(text.compare(0, 11, "domain test"), 0) << text;
    EXPECT_NE(text.find("# malloc calls                     =                    1\n"),
              std::string::npos);
    EXPECT_NE(text.find("# bytes live                       =                  112\n"),
              std::string::npos);
    Json json = ParseJson("[" + ReportOf(layer_, CAIRN_REPORT_JSON) + "]");
    ASSERT_TRUE(json.is_valid);
    EXPECT_EQ(json.strings["[0].domain"], "test");
    EXPECT_EQ(json.at("[0].calls.malloc"), 1);
    EXPECT_EQ(json.at("[0].bytes.live"), 112);
    EXPECT_EQ(json.at("[0].bytes.requested"), 100);
    EXPECT_EQ(json.at("[0].histogram[0].from"), 97);
    EXPECT_EQ(json.at("[0].histogram[0].to"), 112);
    EXPECT_EQ(json.at("[0].histogram[0].blocks"), 1);
    EXPECT_EQ(json.strings["[1].part"], "pymalloc"); /* the layer below has its section too */
    cairn_layer_free(layer_, block);
}

} // namespace

} // namespace cairn_test
