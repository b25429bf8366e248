/* SPDX-License-Identifier: Apache-2.0
 *
 * Single calls of the four operations: zero sizes, alignment, contents, limits, errno.
 */
#include <cerrno>
#include <cstring>
#include <set>

#include "cairn/tests/contract/contract.h"

namespace cairn_test {

namespace {

/* Through a volatile, so that compilers do not warn of what is meant. */
volatile size_t kMax = SIZE_MAX;

TEST_P(Contract, ZeroSizesAreDistinctBlocks)
{
    std::set<void *> blocks;
    for (int i = 0; i < 100; i++) {
        blocks.insert(Malloc(0));
        blocks.insert(Calloc(0, 8));
        blocks.insert(Calloc(8, 0));
        blocks.insert(Realloc(nullptr, 0));
    }
    EXPECT_EQ(blocks.size(), 400u);
    EXPECT_EQ(blocks.count(nullptr), 0u);
    for (void *block : blocks) {
        Free(block);
    }
}

TEST_P(Contract, FreeOfNullDoesNothing)
{
    for (int i = 0; i < 100; i++) {
        Free(nullptr);
    }
}

TEST_P(Contract, BlocksOfAnySizeAreAlignedAndUsable)
{
    for (size_t size : BorderSizes(Limited(CAIRN_SANITIZED ? 1 << 20 : 20 << 20))) {
        void *block = Malloc(size);
        ASSERT_NE(block, nullptr) << size;
        EXPECT_TRUE(IsAligned(block, CAIRN_ALIGNMENT)) << size;
        size_t usable = UsableSize(block, size);
        ASSERT_GE(usable, size);
        Fill(block, usable, size);
        EXPECT_TRUE(Holds(block, usable, usable, size)) << size;
        Free(block);
    }
}

TEST_P(Contract, BlocksDoNotOverlap)
{
    struct Block {
        void *ptr;
        size_t usable;
    };
    std::vector<Block> blocks;
    std::vector<size_t> sizes = BorderSizes(70000);
    for (size_t i = 0; i < Often(10000); i++) {
        size_t size = i % 8 == 0 ? sizes[i / 8 % sizes.size()] : i % 700;
        void *ptr = Malloc(size);
        ASSERT_NE(ptr, nullptr);
        blocks.push_back({ptr, std::min<size_t>(UsableSize(ptr, size), 2000)});
        Fill(ptr, blocks[i].usable, i);
        if (i % 3 == 2) {
            size_t old = i - 1;
            ASSERT_TRUE(Holds(blocks[old].ptr, blocks[old].usable, SIZE_MAX, old));
            Free(blocks[old].ptr);
            blocks[old].ptr = nullptr;
        }
    }
    EXPECT_TRUE(cairn_layer_check(layer_));
    for (size_t i = 0; i < blocks.size(); i++) {
        if (blocks[i].ptr != nullptr) {
            ASSERT_TRUE(Holds(blocks[i].ptr, blocks[i].usable, SIZE_MAX, i)) << i;
        }
        Free(blocks[i].ptr);
    }
}

TEST_P(Contract, CallocIsZeroAlsoWhereMemoryWasUsedBefore)
{
    std::vector<size_t> sizes = BorderSizes(Stride(2 << 20, 200000));
    sizes.push_back(Limited(17 << 20));
    for (size_t size : sizes) {
        for (int round = 0; round < 2; round++) {
            void *dirty = Malloc(size);
            ASSERT_NE(dirty, nullptr);
            memset(dirty, 0xFF, UsableSize(dirty, size));
            Free(dirty);
            void *block = Calloc(round == 0 ? 1 : size, round == 0 ? size : 1);
            ASSERT_NE(block, nullptr);
            EXPECT_TRUE(IsZero(block, size)) << size;
            EXPECT_TRUE(IsAligned(block, CAIRN_ALIGNMENT)) << size;
            Free(block);
        }
    }
}

TEST_P(Contract, CallocRefusesProductsThatOverflow)
{
    const size_t half = SIZE_MAX / 2 + 1;
    const size_t root = (size_t)1 << 32;
    EXPECT_EQ(Calloc(kMax, kMax), nullptr);
    EXPECT_EQ(Calloc(kMax, 2), nullptr);
    EXPECT_EQ(Calloc(2, kMax), nullptr);
    EXPECT_EQ(Calloc(half, 2), nullptr);    /* the product is 0 */
    EXPECT_EQ(Calloc(2, half), nullptr);    /* the product is 0 */
    EXPECT_EQ(Calloc(root, root), nullptr); /* the product is 0 */
    EXPECT_EQ(Calloc(root + 1, root), nullptr);
    EXPECT_EQ(Calloc(kMax / 16 + 2, 16), nullptr); /* the product is 16 */
    EXPECT_EQ(Calloc(kMax, 1), nullptr);
}

TEST_P(Contract, RequestsThatCannotBeServedLeaveTheOldBlock)
{
    for (size_t old : {1, 300, 5000, 40000, 300000}) {
        void *block = Malloc(old);
        Fill(block, old, 1);
        for (size_t size : {(size_t)PTRDIFF_MAX, (size_t)PTRDIFF_MAX + 1, kMax - 4096, kMax - 15,
                            kMax - 1, (size_t)kMax}) {
            EXPECT_EQ(Malloc(size), nullptr) << size;
            EXPECT_EQ(Calloc(1, size), nullptr) << size;
            EXPECT_EQ(Realloc(nullptr, size), nullptr) << size;
            EXPECT_EQ(Realloc(block, size), nullptr) << size;
            EXPECT_EQ(AlignedAlloc(64, size), nullptr) << size;
        }
        EXPECT_TRUE(Holds(block, old, old, 1));
        Free(block);
    }
}

TEST_P(Contract, ErrnoIsUnchangedOnSuccess)
{
    errno = 12345;
    for (size_t wanted : {0, 1, 500, 5000, 100000, 2 << 20, 20 << 20}) {
        size_t size = Limited(wanted);
        void *block = Malloc(size);
        ASSERT_NE(block, nullptr);
        EXPECT_EQ(errno, 12345) << "malloc of " << size;
        block = Realloc(block, size + size / 4 + 100);
        ASSERT_NE(block, nullptr);
        EXPECT_EQ(errno, 12345) << "realloc of " << size;
        UsableSize(block, size);
        EXPECT_EQ(errno, 12345) << "usable_size of " << size;
        Free(block);
        EXPECT_EQ(errno, 12345) << "free of " << size;
        block = Calloc(1, size);
        ASSERT_NE(block, nullptr);
        EXPECT_EQ(errno, 12345) << "calloc of " << size;
        Free(block);
        block = AlignedAlloc(Offers(CAIRN_OFFERS_ALIGNED_ALLOC) ? 4096 : 1, size);
        ASSERT_NE(block, nullptr);
        EXPECT_EQ(errno, 12345) << "aligned_alloc of " << size;
        Free(block);
    }
    cairn_layer_trim(layer_);
    EXPECT_EQ(errno, 12345) << "trim";
}

TEST_P(Contract, TrimKeepsWhatIsLive)
{
    std::vector<void *> blocks;
    for (size_t i = 0; i < Often(3000); i++) {
        blocks.push_back(Malloc(i * 7 % 3000));
        ASSERT_NE(blocks[i], nullptr);
        Fill(blocks[i], i * 7 % 3000, i);
    }
    for (size_t i = 0; i < blocks.size(); i += 2) {
        Free(blocks[i]);
    }
    cairn_layer_trim(layer_);
    for (size_t i = 1; i < blocks.size(); i += 2) {
        ASSERT_TRUE(Holds(blocks[i], i * 7 % 3000, SIZE_MAX, i));
        Free(blocks[i]);
    }
    cairn_layer_trim(layer_);
}

} // namespace

} // namespace cairn_test
