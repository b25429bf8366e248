/* SPDX-License-Identifier: Apache-2.0
 *
 * The clock goes forward, at about the pace of time.
 */
#include "cairn/base/clock.h"

#include <cerrno>
#include <chrono>
#include <thread>

#include <gtest/gtest.h>

namespace cairn_test {

namespace {

TEST(Clock, GoesForwardWithTime)
{
    uint64_t before = cairn_clock_milliseconds();
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
    EXPECT_GE(cairn_clock_milliseconds(), before + 40);
    EXPECT_GE(cairn_clock_milliseconds(), before);
}

TEST(Clock, KeepsErrno)
{
    errno = 7;
    cairn_clock_milliseconds();
    EXPECT_EQ(errno, 7);
}

} // namespace

} // namespace cairn_test
