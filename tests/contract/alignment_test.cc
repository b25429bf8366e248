/* SPDX-License-Identifier: Apache-2.0
 *
 * aligned_alloc for every power of two up to 1 GiB.
 */
#include "cairn/tests/contract/contract.h"

namespace cairn_test {

namespace {

/* A sanitizer's own malloc, and a bounded provider, have limits below ours. */
size_t LargestAlignment(bool is_bounded)
{
    return CAIRN_SANITIZED || is_bounded ? (size_t)16 << 20 : (size_t)1 << 30;
}

TEST_P(Contract, AlignedAllocServesEveryPowerOfTwo)
{
    CAIRN_NEEDS(CAIRN_OFFERS_ALIGNED_ALLOC);
    size_t largest = Limited(LargestAlignment(IsBounded()));
    for (size_t alignment = 1; alignment <= largest; alignment *= 2) {
        for (size_t size : {0, 1, 15, 17, 100, 512, 1000, 5000, 70000, 3000000}) {
            void *block = AlignedAlloc(alignment, size);
            ASSERT_NE(block, nullptr) << alignment << " " << size;
            EXPECT_TRUE(IsAligned(block, alignment)) << alignment << " " << size;
            EXPECT_TRUE(IsAligned(block, CAIRN_ALIGNMENT)) << alignment << " " << size;
            ASSERT_GE(UsableSize(block, size), size) << alignment;
            size_t usable = std::min<size_t>(UsableSize(block, size), 1 << 20);
            Fill(block, usable, size);
            EXPECT_TRUE(Holds(block, usable, SIZE_MAX, size)) << alignment << " " << size;
            Free(block);
        }
    }
}

TEST_P(Contract, AlignedBlocksOfAllKindsLiveSideBySide)
{
    struct Block {
        void *ptr;
        size_t size;
    };
    CAIRN_NEEDS(CAIRN_OFFERS_ALIGNED_ALLOC);
    std::vector<Block> blocks;
    size_t largest = IsBounded() ? Limited(8 << 20) / 32 : 8 << 20;
    for (int round = 0; round < 3; round++) {
        for (size_t alignment = 1; alignment <= largest; alignment *= 2) {
            for (size_t size : {0, 100, 3000, 50000}) {
                blocks.push_back({AlignedAlloc(alignment, size), size});
                ASSERT_NE(blocks.back().ptr, nullptr) << alignment << " " << size;
                ASSERT_TRUE(IsAligned(blocks.back().ptr, alignment));
                Fill(blocks.back().ptr, size, blocks.size());
            }
        }
    }
    for (size_t i = 0; i < blocks.size(); i++) {
        ASSERT_TRUE(Holds(blocks[i].ptr, blocks[i].size, SIZE_MAX, i + 1)) << i;
        Free(blocks[i].ptr);
    }
}

TEST_P(Contract, AlignedBlocksCanBeResized)
{
    CAIRN_NEEDS(CAIRN_OFFERS_ALIGNED_ALLOC);
    for (size_t alignment = 1; alignment <= Limited(8 << 20); alignment *= 4) {
        for (size_t size : {0, 10, 600, 9000, 100000, 18 << 20}) {
            size_t to = Limited(size);
            void *block = AlignedAlloc(alignment, 700);
            ASSERT_NE(block, nullptr);
            Fill(block, 700, to);
            block = Realloc(block, to);
            ASSERT_NE(block, nullptr);
            EXPECT_TRUE(Holds(block, 700, to, to)) << alignment << " " << to;
            EXPECT_GE(UsableSize(block, to), to);
            Free(block);
        }
    }
}

TEST_P(Contract, AlignedZeroSizesAreDistinct)
{
    CAIRN_NEEDS(CAIRN_OFFERS_ALIGNED_ALLOC);
    for (size_t alignment = 1; alignment <= Limited(8 << 20); alignment *= 2) {
        void *first = AlignedAlloc(alignment, 0);
        void *second = AlignedAlloc(alignment, 0);
        ASSERT_NE(first, nullptr) << alignment;
        ASSERT_NE(second, nullptr) << alignment;
        EXPECT_NE(first, second) << alignment;
        Free(first);
        Free(second);
    }
}

TEST_P(Contract, AlignedAllocRefusesOtherAlignments)
{
    CAIRN_NEEDS(CAIRN_OFFERS_ALIGNED_ALLOC);
    for (size_t alignment : {(size_t)0, (size_t)3, (size_t)6, (size_t)17, (size_t)24, (size_t)48,
                             (size_t)100, (size_t)4097, (size_t)3 << 20, SIZE_MAX}) {
        for (size_t size : {1, 500, 5000, 500000}) {
            EXPECT_EQ(AlignedAlloc(alignment, size), nullptr) << alignment << " " << size;
        }
    }
    if (!CAIRN_SANITIZED) { /* ASan's own posix_memalign fails a check of its own on these */
        EXPECT_EQ(AlignedAlloc((size_t)1 << 63, 1), nullptr);
        EXPECT_EQ(AlignedAlloc((size_t)1 << 62, (size_t)1 << 62), nullptr);
    }
}

} // namespace

} // namespace cairn_test
