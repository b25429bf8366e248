/* SPDX-License-Identifier: Apache-2.0
 *
 * How pymalloc allocates and frees, and whose a pointer is: clauses B5 and B6.
 */
#include <sys/mman.h>

#include <cstring>

#include "cairn/base/math.h"
#include "cairn/tests/allocators/pools.h"
#include "cairn/tests/support/blocks.h"

namespace cairn_test {

namespace {

TEST(PymallocSingle, B5_1_SmallRequestsDoNotReachTheFallback)
{
    Pools pools;
    pools.Free(pools.Malloc(16)); /* brings the nodes of the address map */
    pools.fallback.calls.clear();
    std::vector<void *> blocks;
    for (size_t size = 1; size <= 512; size++) {
        blocks.push_back(pools.Malloc(size));
        blocks.push_back(cairn_layer_calloc(pools.layer, 1, size));
    }
    pools.FreeAll(blocks);
    EXPECT_EQ(pools.fallback.names(), "");
}

TEST(PymallocSingle, B5_2_TheFallbackGetsTheTwoFactors)
{
    Pools pools;
    void *large = cairn_layer_calloc(pools.layer, 3, 200);
    void *none = cairn_layer_calloc(pools.layer, 0, 8);
    EXPECT_EQ(cairn_layer_calloc(pools.layer, SIZE_MAX / 2, 4), nullptr);
    ASSERT_EQ(pools.fallback.names(), "calloc calloc calloc");
    EXPECT_EQ(pools.fallback.calls[0].first, 3u);
    EXPECT_EQ(pools.fallback.calls[0].second, 200u);
    EXPECT_EQ(pools.fallback.calls[1].first, 0u);
    EXPECT_EQ(pools.fallback.calls[1].second, 8u);
    EXPECT_EQ(pools.fallback.calls[2].first, SIZE_MAX / 2);
    pools.FreeAll({large, none});
}

TEST(PymallocSingle, B5_2_SmallCallocIsZero)
{
    Pools pools;
    for (size_t size = 1; size <= 512; size++) {
        void *dirty = pools.Malloc(size);
        memset(dirty, 0xFF, cairn_layer_usable_size(pools.layer, dirty));
        pools.Free(dirty);
        void *block = cairn_layer_calloc(pools.layer, size, 1);
        EXPECT_EQ(block, dirty);
        EXPECT_TRUE(IsZero(block, size)) << size;
        pools.Free(block);
    }
}

TEST(PymallocSingle, B6_1_FreeOfNullCallsNothing)
{
    Pools pools;
    pools.Free(nullptr);
    EXPECT_EQ(pools.fallback.names(), "");
    EXPECT_EQ(pools.Statistics().fallback_blocks, 0);
}

TEST(PymallocSingle, B6_2_ForeignPointersGoToTheFallback)
{
    Pools pools;
    void *foreign = cairn_layer_malloc(pools.fallback.bare(), 50);
    pools.fallback.calls.clear();
    pools.Free(foreign);
    ASSERT_EQ(pools.fallback.names(), "free");
    EXPECT_EQ(pools.fallback.calls[0].ptr, foreign);
    EXPECT_EQ(pools.Statistics().fallback_blocks, -1); /* it was never counted */
}

/* An arena between pages that nobody may read. */
struct Fenced {
    static constexpr size_t kFence = 1 << 20;
    char *memory;
    char *arena;
    size_t misalignment;

    explicit Fenced(size_t misaligned) : misalignment(misaligned)
    {
        size_t bytes = CAIRN_ARENA_BYTES + 3 * kFence;
        memory = static_cast<char *>(
            mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
        arena =
            reinterpret_cast<char *>(cairn_align_up((uintptr_t)memory + kFence, CAIRN_POOL_BYTES)) +
            misalignment;
        mprotect(arena, CAIRN_ARENA_BYTES, PROT_READ | PROT_WRITE);
    }

    ~Fenced()
    {
        munmap(memory, CAIRN_ARENA_BYTES + 3 * kFence);
    }
};

void *fenced_alloc(void *ctx, size_t size)
{
    return size == CAIRN_ARENA_BYTES ? static_cast<Fenced *>(ctx)->arena : nullptr;
}

void fenced_free(void *, void *, size_t)
{
}

TEST(PymallocSingle, B6_3_WhatLiesBesideAnArenaIsNotOursAndNotRead)
{
    for (size_t misalignment : {0, 4096}) {
        Fenced fenced(misalignment);
        cairn_arena_source source = {{&fenced, fenced_alloc, fenced_free},
                                     &cairn_arena_nothing_more};
        Layer memory(cairn_system);
        cairn_pymalloc *pools = cairn_pymalloc_single_create(source, memory.bare(), nullptr);
        cairn_layer layer = cairn_pymalloc_layer(pools);
        void *block = cairn_layer_malloc(layer, 100);
        char *first = PoolOf(block);
        size_t pool_bytes = (size_t)(misalignment == 0 ? 64 : 63) * CAIRN_POOL_BYTES;
        ASSERT_GE(first, fenced.arena);
        for (size_t offset = 0; offset < pool_bytes; offset += 1021) {
            EXPECT_TRUE(cairn_layer_owns(layer, first + offset));
        }
        EXPECT_TRUE(cairn_layer_owns(layer, first));
        EXPECT_TRUE(cairn_layer_owns(layer, first + pool_bytes - 1));
        EXPECT_FALSE(cairn_layer_owns(layer, first - 1));
        EXPECT_FALSE(cairn_layer_owns(layer, first + pool_bytes));
        for (char *address = fenced.arena - Fenced::kFence / 2;
             address < fenced.arena + CAIRN_ARENA_BYTES + Fenced::kFence / 2; address += 4096) {
            cairn_layer_block_start(layer, address);
            if (address < fenced.arena || address >= fenced.arena + CAIRN_ARENA_BYTES) {
                EXPECT_FALSE(cairn_layer_owns(layer, address));
                EXPECT_EQ(cairn_layer_block_start(layer, address), nullptr);
                EXPECT_EQ(cairn_layer_usable_size(layer, address), 0u);
            }
        }
        cairn_layer_free(layer, block);
        cairn_pymalloc_single_destroy(pools);
    }
}

TEST(PymallocSingle, B6_3_BlockStartKnowsBlocksThatWereHandedOut)
{
    Pools pools;
    char *block = pools.Block(100);
    EXPECT_EQ(cairn_layer_block_start(pools.layer, block + 111), block);
    EXPECT_EQ(cairn_layer_block_start(pools.layer, block + 112), nullptr); /* not yet carved */
    EXPECT_EQ(cairn_layer_block_start(pools.layer, block - 1), nullptr);   /* the header */
    EXPECT_EQ(cairn_layer_block_start(pools.layer, PoolOf(block) + 5 * CAIRN_POOL_BYTES), nullptr);
    pools.Free(block);
}

TEST(PymallocSingle, B6_4_LookupsMakeNoNodes)
{
    Pools pools;
    for (uintptr_t address = 0; address < (uintptr_t)1 << 47; address += (uintptr_t)1 << 31) {
        EXPECT_FALSE(cairn_layer_owns(pools.layer, reinterpret_cast<void *>(address)));
    }
    EXPECT_EQ(pools.fallback.names(), "");
    EXPECT_EQ(pools.Statistics().map_leaves, 0u);
}

} // namespace

} // namespace cairn_test
