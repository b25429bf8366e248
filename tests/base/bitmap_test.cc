/* SPDX-License-Identifier: Apache-2.0
 *
 * Bit sets, compared with a vector of bools.
 */
#include "cairn/base/bitmap.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "cairn/tests/support/blocks.h"

namespace cairn_test {

namespace {

constexpr size_t kBits = 300;

class Bits {
  public:
    Bits() : words(cairn_bitmap_words(kBits)), model(kBits)
    {
    }

    void Change(size_t start, size_t count, bool set)
    {
        cairn_bitmap_change(words.data(), start, count, set);
        for (size_t i = start; i < start + count; i++) {
            model[i] = set;
        }
    }

    size_t Next(size_t start, size_t end, bool set) const
    {
        while (start < end && model[start] != set) {
            start++;
        }
        return start;
    }

    size_t FindClear(size_t start, size_t end, size_t count) const
    {
        for (size_t at = start; at + count <= end; at++) {
            if (Next(at, at + count, true) == at + count) {
                return at;
            }
        }
        return end;
    }

    std::vector<uint64_t> words;
    std::vector<bool> model;
};

TEST(Bitmap, WordsHoldAllBits)
{
    EXPECT_EQ(cairn_bitmap_words(0), 0u);
    EXPECT_EQ(cairn_bitmap_words(1), 1u);
    EXPECT_EQ(cairn_bitmap_words(64), 1u);
    EXPECT_EQ(cairn_bitmap_words(65), 2u);
}

TEST(Bitmap, DoesWhatTheModelDoes)
{
    Bits bits;
    Random random(3);
    for (size_t round = 0; round < Often(3000); round++) {
        size_t start = random.Below(kBits);
        size_t end = start + random.Below(kBits - start + 1);
        bits.Change(start, random.Below(std::min<size_t>(end - start + 1, 90)),
                    random.Below(2) != 0);
        for (size_t i = 0; i < kBits; i++) {
            ASSERT_EQ(cairn_bitmap_test(bits.words.data(), i), bits.model[i]);
        }
        start = random.Below(kBits);
        end = start + random.Below(kBits - start + 1);
        for (bool set : {false, true}) {
            ASSERT_EQ(cairn_bitmap_next(bits.words.data(), start, end, set),
                      bits.Next(start, end, set));
        }
        size_t count = 1 + random.Below(80);
        ASSERT_EQ(cairn_bitmap_find_clear(bits.words.data(), start, end, count),
                  bits.FindClear(start, end, count));
        size_t set = 0;
        for (size_t i = start; i < end; i++) {
            set += bits.model[i] ? 1 : 0;
        }
        ASSERT_EQ(cairn_bitmap_count(bits.words.data(), start, end - start), set);
    }
}

TEST(Bitmap, TakesPutsAndCopiesAsTheModelDoes)
{
    Bits bits;
    Random random(4);
    for (size_t round = 0; round < Often(3000); round++) {
        size_t start = random.Below(kBits);
        size_t count = random.Below(kBits - start + 1);
        size_t set = 0;
        std::vector<uint64_t> copy(cairn_bitmap_words(kBits));
        cairn_bitmap_copy(copy.data(), bits.words.data(), start, count);
        for (size_t i = 0; i < count; i++) {
            ASSERT_EQ(cairn_bitmap_test(copy.data(), i), bits.model[start + i]);
            set += bits.model[start + i] ? 1 : 0;
        }
        if (round % 4 == 0) {
            ASSERT_EQ(cairn_bitmap_take(bits.words.data(), start, count), set);
            std::fill_n(bits.model.begin() + (ptrdiff_t)start, count, false);
        } else {
            bits.Change(start, count / 2, round % 2 != 0);
        }
        size_t one = random.Below(kBits);
        bits.model[one] = round % 3 == 0;
        cairn_bitmap_put(bits.words.data(), one, bits.model[one]);
        for (size_t i = 0; i < kBits; i++) {
            ASSERT_EQ(cairn_bitmap_test(bits.words.data(), i), bits.model[i]);
        }
    }
}

} // namespace

} // namespace cairn_test
