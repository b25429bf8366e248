/* SPDX-License-Identifier: Apache-2.0
 *
 * realloc between all ranges of sizes (clauses A2.6, A2.8, A2.9).
 */
#include "cairn/tests/contract/contract.h"

namespace cairn_test {

namespace {

class Resizer {
  public:
    Resizer(cairn_layer layer, bool has_usable_size)
        : layer_(layer), has_usable_size_(has_usable_size)
    {
    }

    /* One block from one size to the other and back; false with the reason printed. */
    testing::AssertionResult Try(size_t from, size_t to)
    {
        void *block = cairn_layer_malloc(layer_, from);
        if (block == nullptr) {
            return testing::AssertionFailure() << "no block of " << from;
        }
        Fill(block, from, from);
        testing::AssertionResult result = Step(&block, from, to, from);
        if (result) {
            Fill(block, to, to + 1);
            result = Step(&block, to, from, to + 1);
        }
        cairn_layer_free(layer_, block);
        return result;
    }

  private:
    testing::AssertionResult Step(void **block, size_t from, size_t to, uint64_t seed)
    {
        void *moved = cairn_layer_realloc(layer_, *block, to);
        if (moved == nullptr) {
            return testing::AssertionFailure() << "NULL from " << from << " to " << to;
        }
        *block = moved;
        if (!Holds(moved, from, to, seed)) {
            return testing::AssertionFailure() << "contents lost from " << from << " to " << to;
        }
        if (!IsAligned(moved, CAIRN_ALIGNMENT)) {
            return testing::AssertionFailure() << "not aligned from " << from << " to " << to;
        }
        if (has_usable_size_ && cairn_layer_usable_size(layer_, moved) < to) {
            return testing::AssertionFailure() << "too small from " << from << " to " << to;
        }
        return testing::AssertionSuccess();
    }

    cairn_layer layer_;
    bool has_usable_size_;
};

TEST_P(Contract, ReallocOfNullIsMalloc)
{
    for (size_t wanted : {0, 1, 100, 1000, 100000, 20 << 20}) {
        size_t size = IsBounded() ? Limited(wanted) : wanted;
        void *block = Realloc(nullptr, size);
        ASSERT_NE(block, nullptr);
        EXPECT_GE(UsableSize(block, size), size);
        Free(block);
    }
}

TEST_P(Contract, ReallocToZeroKeepsABlock)
{
    for (size_t size : {0, 1, 16, 100, 512, 1000, 100000, 2 << 20, 20 << 20}) {
        void *block = Realloc(Malloc(Limited(size)), 0);
        ASSERT_NE(block, nullptr) << size;
        void *other = Malloc(0);
        EXPECT_NE(block, other) << size;
        block = Realloc(block, 100);
        ASSERT_NE(block, nullptr) << size;
        Free(block);
        Free(other);
    }
}

TEST_P(Contract, ReallocKeepsContentsOfSmallBlocks)
{
    Resizer resizer(layer_, Offers(CAIRN_OFFERS_USABLE_SIZE));
    size_t step = Stride(13, 61);
    for (size_t from = 0; from <= 1100; from += step) {
        for (size_t to = from % 5; to <= 1100; to += step) {
            ASSERT_TRUE(resizer.Try(from, to));
        }
    }
}

TEST_P(Contract, ReallocKeepsContentsAcrossClassBorders)
{
    Resizer resizer(layer_, Offers(CAIRN_OFFERS_USABLE_SIZE));
    std::vector<size_t> sizes = BorderSizes(40000);
    size_t step = Stride(11, 41);
    for (size_t i = 0; i < sizes.size(); i++) {
        for (size_t j = i % step; j < sizes.size(); j += step) {
            ASSERT_TRUE(resizer.Try(sizes[i], sizes[j]));
        }
    }
}

TEST_P(Contract, ReallocKeepsContentsBetweenAllRangesOfSizes)
{
    Resizer resizer(layer_, Offers(CAIRN_OFFERS_USABLE_SIZE));
    const size_t sizes[] = {0,     1,      500,    513,     4096,    16384,    32769,
                            65537, 131072, 200000, 1 << 20, 5 << 20, 17 << 20, 20 << 20};
    for (size_t from : sizes) {
        for (size_t to : sizes) {
            bool is_slow = from + to >= (1 << 20);
            if (!is_slow || (from + to) % Stride(3, 5) == 0) {
                ASSERT_TRUE(resizer.Try(Limited(from), Limited(to)));
            }
        }
    }
    ASSERT_TRUE(resizer.Try(Limited(17 << 20), Limited(20 << 20)));
    ASSERT_TRUE(resizer.Try(Limited(1 << 20), Limited(5 << 20)));
    ASSERT_TRUE(resizer.Try(Limited(20 << 20), 0));
}

TEST_P(Contract, ReallocGrowsManyBlocksInTurn)
{
    constexpr size_t kBlocks = 8;
    void *blocks[kBlocks] = {};
    size_t sizes[kBlocks] = {};
    for (size_t round = 1; round < Stride(45, 36); round++) {
        for (size_t i = 0; i < kBlocks; i++) {
            size_t size = sizes[i] + sizes[i] / 5 + 16 * (i + 1);
            blocks[i] = Realloc(blocks[i], size);
            ASSERT_NE(blocks[i], nullptr);
            ASSERT_TRUE(Holds(blocks[i], sizes[i], SIZE_MAX, i + round - 1)) << round;
            sizes[i] = size;
            Fill(blocks[i], size, i + round);
        }
    }
    for (void *block : blocks) {
        Free(block);
    }
}

} // namespace

} // namespace cairn_test
