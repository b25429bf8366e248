/* SPDX-License-Identifier: Apache-2.0
 *
 * The fail hook: which requests each plan hits, what a failure leaves alone, and its report.
 */
#include "cairn/hooks/fail/fail.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "cairn/allocators/system/system.h"
#include "cairn/tests/support/blocks.h"
#include "cairn/tests/support/json.h"
#include "cairn/tests/support/layer.h"
#include "cairn/tests/support/report.h"

namespace cairn_test {

namespace {

class Fail : public testing::Test {
  protected:
    Fail() : below_(cairn_system)
    {
        Set("");
        mem_ = Over("mem");
        obj_ = Over("obj");
    }

    ~Fail() override
    {
        Set("");
        EXPECT_EQ(below_.live(), 0u);
    }

    cairn_layer Over(const char *domain)
    {
        cairn_layer over = below_.layer();
        const char *error = "";
        EXPECT_TRUE(cairn_fail_hook.put_over(below_.layer(), domain, "", &over, &error)) << error;
        return over;
    }

    static void Set(const char *plan)
    {
        const char *error = "";
        EXPECT_TRUE(cairn_fail_set(plan, &error)) << error;
    }

    /* Whether each of so many requests is served: "++-+". */
    static std::string Outcome(cairn_layer layer, size_t requests, size_t size = 10)
    {
        std::string outcome;
        for (size_t i = 0; i < requests; i++) {
            void *block = cairn_layer_malloc(layer, size);
            outcome += block != nullptr ? '+' : '-';
            cairn_layer_free(layer, block);
        }
        return outcome;
    }

    std::string Outcome(const char *plan, size_t requests)
    {
        Set(plan);
        return Outcome(mem_, requests);
    }

    Layer below_;
    cairn_layer mem_, obj_;
};

TEST_F(Fail, WithoutAPlanEverythingIsForwarded)
{
    EXPECT_EQ(Outcome(mem_, 5), "+++++");
    EXPECT_EQ(cairn_fail_counted().requests, 0u);
}

TEST_F(Fail, HitsOneRequestOrSeveral)
{
    EXPECT_EQ(Outcome("nth=1", 4), "-+++");
    EXPECT_EQ(Outcome("nth=3", 5), "++-++");
    EXPECT_EQ(Outcome("from=2", 5), "+----");
    EXPECT_EQ(Outcome("from=2:to=3", 5), "+--++");
    EXPECT_EQ(Outcome("to=2:from=2", 4), "+-++");
    EXPECT_EQ(Outcome("to=2", 4), "--++");
    EXPECT_EQ(Outcome("domain=mem", 3), "---");
    EXPECT_EQ(Outcome("", 3), "+++");
}

/* CPython's set_nomemory(start, stop): the first to fail is the one after start, the last is stop. */
TEST_F(Fail, F9_StartAndStop)
{
    EXPECT_EQ(Outcome("start=0", 3), "---");
    EXPECT_EQ(Outcome("start=2", 5), "++---");
    EXPECT_EQ(Outcome("start=2:stop=0", 5), "++---");
    EXPECT_EQ(Outcome("start=1:stop=3", 5), "+--++");
    EXPECT_EQ(Outcome("stop=2", 4), "--++");
}

TEST_F(Fail, APlanThatIsSetAgainStartsAgain)
{
    EXPECT_EQ(Outcome("nth=2", 3), "+-+");
    EXPECT_EQ(Outcome("nth=2", 3), "+-+");
    EXPECT_EQ(cairn_fail_counted().requests, 3u);
    EXPECT_EQ(cairn_fail_counted().failures, 1u);
}

TEST_F(Fail, SeesEveryKindOfRequestAndNoFree)
{
    void *block = cairn_layer_malloc(mem_, 10);
    Fill(block, 10, 1);
    Set("from=1");
    EXPECT_EQ(cairn_layer_malloc(mem_, 1), nullptr);
    EXPECT_EQ(cairn_layer_calloc(mem_, 1, 1), nullptr);
    EXPECT_EQ(cairn_layer_realloc(mem_, nullptr, 1), nullptr);
    EXPECT_EQ(cairn_layer_realloc(mem_, block, 5), nullptr);
    EXPECT_EQ(cairn_layer_aligned_alloc(mem_, 64, 1), nullptr);
    EXPECT_EQ(cairn_fail_counted().failures, 5u);
    EXPECT_EQ(below_.names(), "malloc") << "nothing of it came to the layer below";
    EXPECT_TRUE(Holds(block, 10, 10, 1));
    cairn_layer_free(mem_, nullptr);
    cairn_layer_free(mem_, block);
    EXPECT_EQ(cairn_fail_counted().requests, 5u);
}

TEST_F(Fail, CountsTheDomainsOfAPlanTogether)
{
    for (const char *plan : {"nth=3", "nth=3:domain=mem+obj"}) {
        Set(plan);
        EXPECT_EQ(Outcome(mem_, 1), "+");
        EXPECT_EQ(Outcome(obj_, 1), "+");
        EXPECT_EQ(Outcome(mem_, 1), "-");
        EXPECT_EQ(Outcome(obj_, 1), "+");
    }
    Set("nth=2:domain=obj");
    EXPECT_EQ(Outcome(mem_, 5), "+++++");
    EXPECT_EQ(Outcome(obj_, 3), "+-+");
    Set("from=1:domain=me+memory+em+raw");
    EXPECT_EQ(Outcome(mem_, 3), "+++");
    EXPECT_EQ(cairn_fail_counted().requests, 0u);
}

TEST_F(Fail, CountsTheSizesOfAPlan)
{
    Set("from=2:min_size=100:max_size=1K");
    EXPECT_EQ(Outcome(mem_, 2, 99), "++");
    EXPECT_EQ(Outcome(mem_, 2, 100), "+-");
    EXPECT_EQ(Outcome(mem_, 2, 1024), "--");
    EXPECT_EQ(Outcome(mem_, 2, 1025), "++");
    void *zeroed = cairn_layer_calloc(mem_, 10, 9);
    EXPECT_NE(zeroed, nullptr);
    EXPECT_EQ(cairn_layer_calloc(mem_, 10, 10), nullptr);
    EXPECT_EQ(cairn_layer_aligned_alloc(mem_, 4096, 200), nullptr);
    cairn_layer_free(mem_, zeroed);
    Set("max_size=9");
    EXPECT_EQ(Outcome(mem_, 1, 9), "-");
    EXPECT_EQ(Outcome(mem_, 1, 10), "+");
}

TEST_F(Fail, ProbabilityIsKeptAndTheSameForTheSameSeed)
{
    constexpr size_t kRequests = 20000;
    std::string seven = Outcome("probability=0.25:seed=7", kRequests);
    EXPECT_EQ(cairn_fail_counted().requests, kRequests);
    EXPECT_NEAR(static_cast<double>(cairn_fail_counted().failures), kRequests * 0.25, 300);
    EXPECT_EQ(Outcome("seed=7:probability=.25", kRequests), seven);
    std::string eight = Outcome("probability=0.25:seed=8", kRequests);
    EXPECT_NE(eight, seven);
    size_t both = 0;
    for (size_t i = 0; i < kRequests; i++) {
        both += seven[i] == '-' && eight[i] == '-' ? 1 : 0;
    }
    EXPECT_NEAR(static_cast<double>(both), kRequests / 16, 200) << "seeds are independent";
    EXPECT_EQ(Outcome("probability=0", 100), std::string(100, '+'));
    EXPECT_EQ(Outcome("probability=1", 100), std::string(100, '-'));
    EXPECT_EQ(Outcome("probability=1.0:from=3:to=4", 5), "++--+");
    EXPECT_NE(Outcome("probability=0.5", 64), std::string(64, '+'));
}

/* Pinned, so that a seed in somebody's notes keeps its meaning. */
TEST_F(Fail, ASeedMeansTheSameForEver)
{
    EXPECT_EQ(Outcome("probability=0.5:seed=7", 32), "-+----+-++-++++--++---++-++++--+");
}

TEST_F(Fail, ThreadsShareOneCount)
{
    Set("from=1001:to=3000");
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; i++) {
        threads.emplace_back([this] {
            for (int round = 0; round < 1000; round++) {
                cairn_layer_free(mem_, cairn_layer_malloc(mem_, 10));
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    EXPECT_EQ(cairn_fail_counted().requests, 4000u);
    EXPECT_EQ(cairn_fail_counted().failures, 2000u);
}

TEST_F(Fail, PlansAreSetUnderRunningThreads)
{
    std::vector<std::thread> threads;
    std::atomic<bool> stop{false};
    for (int i = 0; i < 4; i++) {
        threads.emplace_back([this, &stop] {
            while (!stop) {
                cairn_layer_free(mem_, cairn_layer_malloc(mem_, 10));
            }
        });
    }
    for (size_t round = 0; round < Often(2000); round++) {
        Set(round % 3 == 0 ? "" : round % 3 == 1 ? "nth=5" : "probability=0.5:seed=1");
    }
    stop = true;
    for (std::thread &thread : threads) {
        thread.join();
    }
}

TEST_F(Fail, OthersMayAskThePlan)
{
    EXPECT_FALSE(cairn_fail_now("arena", 100));
    Set("nth=2:domain=arena");
    EXPECT_EQ(Outcome(mem_, 3), "+++");
    EXPECT_FALSE(cairn_fail_now("arena", 100));
    EXPECT_FALSE(cairn_fail_now("mem", 100));
    EXPECT_TRUE(cairn_fail_now("arena", 100));
    EXPECT_FALSE(cairn_fail_now("arena", 100));
}

TEST_F(Fail, OptionsAreAPlanAndNoneLeavesItAsItIs)
{
    const char *error = "";
    cairn_layer layer;
    ASSERT_TRUE(cairn_fail_hook.put_over(cairn_system, "raw", "nth=2", &layer, &error)) << error;
    EXPECT_EQ(Outcome(layer, 1), "+");
    ASSERT_TRUE(cairn_fail_hook.put_over(cairn_system, "raw", "", &layer, &error)) << error;
    EXPECT_EQ(Outcome(layer, 2), "-+");
    Set("nth=2");
    EXPECT_EQ(Outcome(layer, 1), "+");
    ASSERT_TRUE(cairn_fail_hook.put_over(cairn_system, "obj", "nth=2", &layer, &error)) << error;
    EXPECT_EQ(Outcome(layer, 1), "-") << "for one more domain the count goes on";
}

TEST_F(Fail, ReportsWhatItDid)
{
    Set("from=2:to=3:domain=mem");
    Outcome(mem_, 5);
    Outcome(obj_, 5);
    EXPECT_EQ(ReportOf(mem_, CAIRN_REPORT_TEXT),
              "domain mem: plan from=2:to=3:domain=mem\n\n"
              "# requests that the plan is about  =                    5\n"
              "# requests made to fail            =                    2\n");
    Json json = ParseJson("[" + ReportOf(mem_, CAIRN_REPORT_JSON) + "," +
                          ReportOf(obj_, CAIRN_REPORT_JSON) + "]");
    ASSERT_TRUE(json.is_valid);
    EXPECT_EQ(json.strings["[0].fail.plan"], "from=2:to=3:domain=mem");
    EXPECT_EQ(json.strings["[0].domain"], "mem");
    EXPECT_EQ(json.at("[0].fail.requests"), 5);
    EXPECT_EQ(json.at("[0].fail.failures"), 2);
    EXPECT_EQ(json.at("[1].fail.failures"), 0);
    Set("");
    EXPECT_EQ(ReportOf(obj_, CAIRN_REPORT_TEXT),
              "domain obj: no plan to fail\n\n"
              "# requests that the plan is about  =                    0\n"
              "# requests made to fail            =                    0\n");
}

} // namespace

} // namespace cairn_test
