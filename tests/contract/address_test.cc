/* SPDX-License-Identifier: Apache-2.0
 *
 * block_start and owns: right for what is ours, and harmless for any other address.
 */
#include "cairn/allocators/arena/mmap.h"
#include "cairn/allocators/pymalloc/single.h"
#include "cairn/allocators/system/system.h"
#include "cairn/tests/contract/contract.h"

namespace cairn_test {

namespace {

int global_variable;

TEST_P(Contract, BlockStartFindsTheBlockOfAnyAddressInside)
{
    CAIRN_NEEDS(CAIRN_OFFERS_BLOCK_START);
    for (size_t size : BorderSizes(Limited(20 << 20))) {
        size_t last = size == 0 ? 0 : size - 1;
        auto *block = static_cast<char *>(Malloc(size));
        ASSERT_NE(block, nullptr);
        for (size_t offset : {(size_t)0, (size_t)1, size / 3, size / 2, last}) {
            offset = std::min(offset, last);
            void *start = cairn_layer_block_start(layer_, block + offset);
            if (start != nullptr || MustOwn(size)) {
                EXPECT_EQ(start, block) << size << " + " << offset;
            }
        }
        Free(block);
    }
}

TEST_P(Contract, OwnsAnyAddressInside)
{
    CAIRN_NEEDS(CAIRN_OFFERS_OWNS);
    for (size_t size : BorderSizes(Limited(20 << 20))) {
        auto *block = static_cast<char *>(Malloc(size));
        ASSERT_NE(block, nullptr);
        bool is_known = cairn_layer_owns(layer_, block);
        EXPECT_TRUE(is_known || !MustOwn(size)) << size;
        EXPECT_TRUE(cairn_layer_owns_block(layer_, block) || !MustOwn(size)) << size;
        for (size_t offset : {size / 3, size / 2, size == 0 ? 0 : size - 1}) {
            EXPECT_EQ(cairn_layer_owns(layer_, block + offset), is_known)
                << size << " + " << offset;
        }
        Free(block);
    }
}

TEST_P(Contract, BlockStartKnowsAlignedBlocks)
{
    CAIRN_NEEDS(CAIRN_OFFERS_BLOCK_START | CAIRN_OFFERS_ALL_OWNED | CAIRN_OFFERS_ALIGNED_ALLOC);
    for (size_t alignment = 1; alignment <= Limited(8 << 20); alignment *= 2) {
        auto *block = static_cast<char *>(AlignedAlloc(alignment, 300));
        ASSERT_NE(block, nullptr);
        EXPECT_EQ(cairn_layer_block_start(layer_, block), block) << alignment;
        EXPECT_EQ(cairn_layer_block_start(layer_, block + 299), block) << alignment;
        Free(block);
    }
}

TEST_P(Contract, ForeignAddressesAreNobodys)
{
    int local = 0;
    void *from_libc = cairn_layer_malloc(cairn_system, 100);
    void *big_from_libc = cairn_layer_malloc(cairn_system, 1 << 20);
    cairn_pymalloc *other = cairn_pymalloc_single_create(cairn_arena_mmap, cairn_system, nullptr);
    void *from_other = cairn_layer_malloc(cairn_pymalloc_layer(other), 100);
    void *own = Malloc(100);
    const uintptr_t odd[] = {0,
                             1,
                             16,
                             4096,
                             0x10000,
                             (uintptr_t)1 << 32,
                             ((uintptr_t)1 << 47) - 1,
                             (uintptr_t)1 << 47,
                             (uintptr_t)1 << 48,
                             (uintptr_t)1 << 63,
                             UINTPTR_MAX - 16384,
                             UINTPTR_MAX};
    std::vector<const void *> foreign = {&local,        &global_variable, from_libc,
                                         big_from_libc, from_other,       "a literal"};
    for (uintptr_t address : odd) {
        foreign.push_back(reinterpret_cast<const void *>(address));
    }
    for (const void *address : foreign) {
        EXPECT_FALSE(Offers(CAIRN_OFFERS_OWNS) && cairn_layer_owns(layer_, address)) << address;
        if (Offers(CAIRN_OFFERS_BLOCK_START)) {
            EXPECT_EQ(cairn_layer_block_start(layer_, address), nullptr) << address;
        }
    }
    Free(own);
    cairn_layer_free(cairn_pymalloc_layer(other), from_other);
    cairn_pymalloc_single_destroy(other);
    cairn_layer_free(cairn_system, from_libc);
    cairn_layer_free(cairn_system, big_from_libc);
}

} // namespace

} // namespace cairn_test
