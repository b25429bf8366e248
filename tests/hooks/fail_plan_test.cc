/* SPDX-License-Identifier: Apache-2.0
 *
 * Texts that are no plans of the fail hook, and what is said of each.
 */
#include <string>

#include <gtest/gtest.h>

#include "cairn/hooks/fail/fail.h"

namespace cairn_test {

namespace {

struct Wrong {
    const char *plan;
    const char *sentence;
};

const Wrong kWrong[] = {
    {"nth",
     "unknown option; choose from: nth=N, from=N:to=N, start=N:stop=N, probability=P:seed=N, "
     "domain=D+D, min_size=BYTES, max_size=BYTES"},
    {"colour=red", nullptr},
    {"nth=1:", ""},
    {":nth=1", nullptr},
    {"nth=1::to=2", nullptr},
    {"=1", nullptr},
    {"a_name_longer_than_any=1", nullptr},
    {"nth=0", "nth takes a request, counted from 1, as in nth=1000"},
    {"nth=", "nth takes a request, counted from 1, as in nth=1000"},
    {"nth=lots", "nth takes a request, counted from 1, as in nth=1000"},
    {"nth=-1", "nth takes a request, counted from 1, as in nth=1000"},
    {"nth=1.5", "nth takes a request, counted from 1, as in nth=1000"},
    {"nth=18446744073709551616", "nth takes a request, counted from 1, as in nth=1000"},
    {"from=x", "from takes a request, counted from 1, as in from=10:to=20"},
    {"to=0", "to takes a request, counted from 1, as in from=10:to=20"},
    {"start=x", "start takes a number of requests that succeed, as in start=10:stop=20"},
    {"stop=x", "stop takes the last request that fails, 0 for none, as in start=10:stop=20"},
    {"probability=2", "probability takes a number from 0 to 1, as in probability=0.01:seed=7"},
    {"probability=1.01", "probability takes a number from 0 to 1, as in probability=0.01:seed=7"},
    {"probability=.", "probability takes a number from 0 to 1, as in probability=0.01:seed=7"},
    {"probability=1e-3", "probability takes a number from 0 to 1, as in probability=0.01:seed=7"},
    {"probability=10", "probability takes a number from 0 to 1, as in probability=0.01:seed=7"},
    {"probability=0.5:seed=x", "seed takes a number, as in probability=0.01:seed=7"},
    {"nth=1:domain=", "domain takes names of domains, as in domain=mem+obj"},
    {"nth=1:domain=mem+", "domain takes names of domains, as in domain=mem+obj"},
    {"nth=1:domain=+mem", "domain takes names of domains, as in domain=mem+obj"},
    {"nth=1:domain=\"", "domain takes names of domains, as in domain=mem+obj"},
    {"min_size=1T", "min_size takes bytes, as in min_size=512 or 4K"},
    {"max_size=x", "max_size takes bytes, as in max_size=512 or 4K"},
    {"nth=1:nth=2", "an option is there twice; give it once"},
    {"nth=1:to=2", "nth is one request; for several take from and to, or probability, without it"},
    {"nth=1:probability=1",
     "nth is one request; for several take from and to, or probability, without it"},
    {"from=1:stop=2", "from=N:to=M and start=N:stop=M say the same; take one of them"},
    {"seed=1", "seed is for probability, as in probability=0.01:seed=7"},
    {"from=5:to=4", "the last request that fails is before the first; swap the two"},
    {"start=5:stop=5", "the last request that fails is before the first; swap the two"},
    {"min_size=2:max_size=1", "max_size is below min_size; swap the two"},
};

TEST(FailPlan, WrongPlansAreRefusedAndLeaveTheOneInForce)
{
    const char *none = nullptr;
    ASSERT_TRUE(cairn_fail_set("nth=2", &none));
    for (const Wrong &wrong : kWrong) {
        const char *error = nullptr;
        bool is_right = wrong.sentence != nullptr && wrong.sentence[0] == '\0';
        EXPECT_EQ(cairn_fail_set(wrong.plan, &error), is_right) << wrong.plan;
        if (is_right) {
            ASSERT_TRUE(cairn_fail_set("nth=2", &none));
            continue;
        }
        EXPECT_STREQ(error, wrong.sentence != nullptr ? wrong.sentence : kWrong[0].sentence)
            << wrong.plan;
    }
    std::string longest = "nth=1:domain=" + std::string(242, 'd');
    const char *error = nullptr;
    EXPECT_FALSE(cairn_fail_set((longest + "d").c_str(), &error));
    EXPECT_STREQ(error, "a plan has at most 255 characters");
    EXPECT_FALSE(cairn_fail_now("mem", 1));
    EXPECT_TRUE(cairn_fail_now("mem", 1)) << "nth=2 is still in force";
    EXPECT_TRUE(cairn_fail_set(longest.c_str(), &error));
}

} // namespace

} // namespace cairn_test
