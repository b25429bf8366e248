/* SPDX-License-Identifier: Apache-2.0
 *
 * realloc between all ranges of sizes (clauses A2.6, A2.8, A2.9).
 */
#include "cairn/tests/contract/contract.h"

namespace cairn_test {

namespace {

class Resizer {
  public:
    explicit Resizer(cairn_layer layer) : layer_(layer)
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
        if (cairn_layer_usable_size(layer_, moved) < to) {
            return testing::AssertionFailure() << "too small from " << from << " to " << to;
        }
        return testing::AssertionSuccess();
    }

    cairn_layer layer_;
};

TEST_P(Contract, ReallocOfNullIsMalloc)
{
    for (size_t size : {0, 1, 100, 1000, 100000, 20 << 20}) {
        void *block = Realloc(nullptr, size);
        ASSERT_NE(block, nullptr);
        EXPECT_GE(UsableSize(block), size);
        Free(block);
    }
}

TEST_P(Contract, ReallocToZeroKeepsABlock)
{
    for (size_t size : {0, 1, 16, 100, 512, 1000, 100000, 2 << 20, 20 << 20}) {
        void *block = Realloc(Malloc(size), 0);
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
    Resizer resizer(stack_.layer);
    size_t step = CAIRN_SANITIZED ? 61 : 13;
    for (size_t from = 0; from <= 1100; from += step) {
        for (size_t to = from % 5; to <= 1100; to += step) {
            ASSERT_TRUE(resizer.Try(from, to));
        }
    }
}

TEST_P(Contract, ReallocKeepsContentsAcrossClassBorders)
{
    Resizer resizer(stack_.layer);
    std::vector<size_t> sizes = BorderSizes(40000);
    size_t step = CAIRN_SANITIZED ? 41 : 11;
    for (size_t i = 0; i < sizes.size(); i++) {
        for (size_t j = i % step; j < sizes.size(); j += step) {
            ASSERT_TRUE(resizer.Try(sizes[i], sizes[j]));
        }
    }
}

TEST_P(Contract, ReallocKeepsContentsBetweenAllRangesOfSizes)
{
    Resizer resizer(stack_.layer);
    const size_t sizes[] = {0,     1,      500,    513,     4096,    16384,    32769,
                            65537, 131072, 200000, 1 << 20, 5 << 20, 17 << 20, 20 << 20};
    for (size_t from : sizes) {
        for (size_t to : sizes) {
            bool is_slow = from + to >= (1 << 20);
            if (!is_slow || (from + to) % (CAIRN_SANITIZED ? 5 : 3) == 0) {
                ASSERT_TRUE(resizer.Try(from, to));
            }
        }
    }
    ASSERT_TRUE(resizer.Try(17 << 20, 20 << 20));
    ASSERT_TRUE(resizer.Try(1 << 20, 5 << 20));
    ASSERT_TRUE(resizer.Try(20 << 20, 0));
}

TEST_P(Contract, ReallocGrowsManyBlocksInTurn)
{
    constexpr size_t kBlocks = 8;
    void *blocks[kBlocks] = {};
    size_t sizes[kBlocks] = {};
    for (size_t round = 1; round < 45; round++) {
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

CAIRN_CONTRACT_SUITE();

} // namespace

} // namespace cairn_test
