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
    for (size_t size : BorderSizes(std::min<size_t>(stack_.largest_known, 20 << 20))) {
        if (size == 0) {
            continue;
        }
        auto *block = static_cast<char *>(Malloc(size));
        ASSERT_NE(block, nullptr);
        for (size_t offset : {(size_t)0, (size_t)1, size / 3, size / 2, size - 1}) {
            offset = std::min(offset, size - 1);
            EXPECT_EQ(cairn_layer_block_start(stack_.layer, block + offset), block)
                << size << " + " << offset;
            EXPECT_TRUE(cairn_layer_owns(stack_.layer, block + offset)) << size << " + " << offset;
        }
        Free(block);
    }
}

TEST_P(Contract, BlockStartKnowsAlignedBlocks)
{
    if (stack_.largest_known != SIZE_MAX) {
        return;
    }
    for (size_t alignment = 1; alignment <= 8 << 20; alignment *= 2) {
        auto *block = static_cast<char *>(AlignedAlloc(alignment, 300));
        ASSERT_NE(block, nullptr);
        EXPECT_EQ(cairn_layer_block_start(stack_.layer, block), block) << alignment;
        EXPECT_EQ(cairn_layer_block_start(stack_.layer, block + 299), block) << alignment;
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
        EXPECT_FALSE(cairn_layer_owns(stack_.layer, address)) << address;
        EXPECT_EQ(cairn_layer_block_start(stack_.layer, address), nullptr) << address;
    }
    Free(own);
    cairn_layer_free(cairn_pymalloc_layer(other), from_other);
    cairn_pymalloc_single_destroy(other);
    cairn_layer_free(cairn_system, from_libc);
    cairn_layer_free(cairn_system, big_from_libc);
}

CAIRN_CONTRACT_SUITE();

} // namespace

} // namespace cairn_test
