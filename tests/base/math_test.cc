/* SPDX-License-Identifier: Apache-2.0
 *
 * Size arithmetic at its borders.
 */
#include "cairn/base/math.h"

#include <gtest/gtest.h>

namespace {

TEST(Math, AlignsUpAndDown)
{
    EXPECT_EQ(cairn_align_up(0, 16), 0u);
    EXPECT_EQ(cairn_align_up(1, 16), 16u);
    EXPECT_EQ(cairn_align_up(16, 16), 16u);
    EXPECT_EQ(cairn_align_up(17, 4096), 4096u);
    EXPECT_EQ(cairn_align_down(31, 16), 16u);
    EXPECT_EQ(cairn_align_down(15, 16), 0u);
}

TEST(Math, CheckedAlignmentNoticesOverflow)
{
    size_t out = 7;
    EXPECT_FALSE(cairn_align_up_checked(SIZE_MAX, 16, &out));
    EXPECT_FALSE(cairn_align_up_checked(SIZE_MAX - 14, 16, &out));
    EXPECT_EQ(out, 7u);
    EXPECT_TRUE(cairn_align_up_checked(SIZE_MAX - 15, 16, &out));
    EXPECT_EQ(out, SIZE_MAX - 15);
    EXPECT_TRUE(cairn_align_up_checked(5, 1, &out));
    EXPECT_EQ(out, 5u);
}

TEST(Math, KnowsPowersOfTwo)
{
    EXPECT_FALSE(cairn_is_power_of_two(0));
    for (unsigned shift = 0; shift < 64; shift++) {
        size_t power = (size_t)1 << shift;
        EXPECT_TRUE(cairn_is_power_of_two(power));
        EXPECT_EQ(cairn_log2_floor(power), shift);
        EXPECT_EQ(cairn_natural_alignment(power), power);
        if (shift > 1) {
            EXPECT_FALSE(cairn_is_power_of_two(power - 1));
            EXPECT_EQ(cairn_log2_floor(power - 1), shift - 1);
            EXPECT_EQ(cairn_natural_alignment(power + 4), shift == 2 ? 8u : 4u);
        }
    }
}

TEST(Math, MultiplicationNoticesOverflow)
{
    size_t out;
    EXPECT_TRUE(cairn_multiply(0, SIZE_MAX, &out));
    EXPECT_EQ(out, 0u);
    EXPECT_TRUE(cairn_multiply((size_t)1 << 32, ((size_t)1 << 32) - 1, &out));
    EXPECT_FALSE(cairn_multiply((size_t)1 << 32, (size_t)1 << 32, &out));
    EXPECT_FALSE(cairn_multiply(SIZE_MAX, 2, &out));
}

TEST(Math, MinAndMax)
{
    EXPECT_EQ(cairn_min(1, SIZE_MAX), 1u);
    EXPECT_EQ(cairn_max(1, SIZE_MAX), SIZE_MAX);
}

} // namespace
