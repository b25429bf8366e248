/* SPDX-License-Identifier: Apache-2.0
 *
 * The fatal path and warnings.
 */
#include "cairn/base/check.h"

#include <gtest/gtest.h>

#include "cairn/tests/support/fatal.h"

namespace cairn_test {

namespace {

void fail(int number)
{
    CAIRN_CHECK(number == 0, "number is %d", number);
}

TEST(Check, PrintsOneLineAndAborts)
{
    EXPECT_EXIT(fail(7), testing::KilledBySignal(SIGABRT), "^cairn: number is 7\n$");
    fail(0);
}

TEST(Check, TheHandlerGetsTheLineInstead)
{
    EXPECT_EQ(FatalLineOf([] { fail(3); }), "cairn: number is 3");
    EXPECT_EQ(FatalLineOf([] { fail(0); }), "");
    EXPECT_EQ(FatalLineOf([] { fail(4); }), "cairn: number is 4"); /* it works again */
}

TEST(Check, AHandlerThatReturnsDoesNotSaveTheProcess)
{
    EXPECT_EXIT(
        {
            cairn_set_fatal_handler([](const char *line) { fprintf(stderr, "<%s>", line); });
            fail(5);
        },
        testing::KilledBySignal(SIGABRT), "^<cairn: number is 5>$");
}

TEST(Check, AFailureInsideOfAFailureAborts)
{
    EXPECT_EXIT(
        {
            cairn_set_fatal_handler([](const char *) {
                cairn_set_fatal_handler(nullptr);
                fail(6);
            });
            fail(5);
        },
        testing::KilledBySignal(SIGABRT), "");
}

TEST(Check, SettingAHandlerReturnsTheOneBefore)
{
    auto first = [](const char *) {};
    EXPECT_EQ(cairn_set_fatal_handler(first), nullptr);
    EXPECT_EQ(cairn_set_fatal_handler(nullptr), +first);
    EXPECT_EQ(cairn_set_fatal_handler(nullptr), nullptr);
}

TEST(Check, WarningsPrintALineAndGoOn)
{
    EXPECT_EQ(StderrOf([] { cairn_warn("%s is %d", "it", 3); }), "cairn: it is 3\n");
}

TEST(Check, LongLinesAreCut)
{
    std::string text(2000, 'x');
    std::string line = StderrOf([&] { cairn_warn("%s", text.c_str()); });
    EXPECT_GT(line.size(), 400u);
    EXPECT_LT(line.size(), 600u);
    EXPECT_EQ(line.back(), '\n');
}

} // namespace

} // namespace cairn_test
