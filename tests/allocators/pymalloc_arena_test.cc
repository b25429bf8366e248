/* SPDX-License-Identifier: Apache-2.0
 *
 * Arenas of pymalloc: clause B4. Both faces keep it; the threaded one after a trim.
 */
#include <map>

#include "cairn/allocators/arena/mmap.h"
#include "cairn/tests/allocators/pools.h"
#include "cairn/tests/support/blocks.h"

namespace cairn_test {

namespace {

class PymallocArenas : public testing::TestWithParam<Face> {
  protected:
    PymallocArenas() : pools_(GetParam())
    {
    }

    /* What the threaded face keeps back goes home, so that both show the same numbers. */
    void Settle()
    {
        if (GetParam() == Face::kThreaded) {
            cairn_layer_trim(pools_.layer);
        }
    }

    Pools pools_;
};

TEST_P(PymallocArenas, B4_1_AnArenaIsAskedForOnlyWhenNoneHasRoom)
{
    std::vector<void *> blocks;
    while (pools_.provider.allocs < 2) {
        blocks.push_back(pools_.Malloc(512));
        if (pools_.provider.allocs == 1) {
            EXPECT_EQ(ArenaOf(pools_.provider.arenas(), blocks.back()), 0u);
        }
    }
    EXPECT_GE(blocks.size(), 64u * 30);
    pools_.FreeAll(blocks);
}

TEST_P(PymallocArenas, B4_2_PoolsComeFromTheFullestArena)
{
    std::vector<void *> blocks = pools_.FillArenas(512, 3);
    std::vector<char *> arenas = pools_.provider.arenas_of(CAIRN_ARENA_BYTES);
    ASSERT_EQ(arenas.size(), 3u);
    ASSERT_EQ(pools_.Statistics().unused_pools, 0u);

    /* 10, 2 and 5 pools of the arenas become empty. */
    std::map<char *, size_t> chosen;
    size_t quota[3] = {10, 2, 5};
    std::vector<void *> kept;
    for (void *block : blocks) {
        size_t arena = ArenaOf(arenas, block);
        char *pool = PoolOf(block);
        if (chosen.count(pool) == 0 && quota[arena] > 0 && pool != PoolOf(arenas[arena])) {
            quota[arena]--;
            chosen[pool] = arena;
        }
        if (chosen.count(pool) != 0) {
            pools_.Free(block);
        } else {
            kept.push_back(block);
        }
    }
    Settle();
    ASSERT_EQ(pools_.Statistics().unused_pools, 17u);

    std::vector<size_t> order;
    std::map<char *, int> seen;
    while (order.size() < 17) {
        void *block = pools_.Malloc(512);
        kept.push_back(block);
        if (seen[PoolOf(block)]++ == 0) {
            order.push_back(ArenaOf(arenas, block));
        }
    }
    EXPECT_EQ(order, std::vector<size_t>({1, 1, 2, 2, 2, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
    EXPECT_EQ(pools_.provider.allocs, 3u + 1u); /* FillArenas tried a fourth */
    pools_.FreeAll(kept);
}

TEST_P(PymallocArenas, B4_5_OneEmptyArenaIsKept)
{
    std::vector<void *> blocks;
    while (pools_.provider.allocs < 20) {
        blocks.push_back(pools_.Malloc(512));
    }
    EXPECT_EQ(pools_.provider.frees, 0u);
    pools_.FreeAll(blocks);
    if (GetParam() == Face::kSingle) {
        EXPECT_EQ(pools_.provider.frees, 19u);
    } else {
        EXPECT_GE(pools_.provider.frees, 15u); /* magazines can hold on to a few more */
    }
    /* It serves what comes next. */
    pools_.Free(pools_.Malloc(512));
    EXPECT_EQ(pools_.provider.allocs, 20u);
    cairn_layer_trim(pools_.layer);
    EXPECT_EQ(pools_.provider.frees, 20u);
    EXPECT_EQ(pools_.Statistics().arena_bytes, 0u);
}

TEST_P(PymallocArenas, B4_5_AnyOrderOfFreesLeavesOneArena)
{
    for (uint64_t seed = 1; seed <= 3; seed++) {
        size_t before = pools_.provider.allocs - pools_.provider.frees;
        std::vector<void *> blocks;
        while (pools_.provider.allocs - pools_.provider.frees < before + 8) {
            blocks.push_back(pools_.Malloc(512));
        }
        Random random(seed);
        for (size_t i = blocks.size(); i > 1; i--) {
            std::swap(blocks[i - 1], blocks[random.Below(i)]);
        }
        pools_.FreeAll(blocks);
        Settle();
        EXPECT_EQ(pools_.provider.allocs - pools_.provider.frees,
                  GetParam() == Face::kSingle ? 1u : 0u);
        EXPECT_TRUE(cairn_layer_check(pools_.layer));
    }
}

TEST_P(PymallocArenas, B4_7_OneLiveBlockKeepsItsArenaOnly)
{
    std::vector<void *> blocks = pools_.FillArenas(512, 4);
    std::vector<char *> arenas = pools_.provider.arenas_of(CAIRN_ARENA_BYTES);
    void *keeper = nullptr;
    for (void *block : blocks) {
        if (keeper == nullptr && ArenaOf(arenas, block) == 2) {
            keeper = block;
        } else {
            pools_.Free(block);
        }
    }
    cairn_layer_trim(pools_.layer);
    EXPECT_EQ(pools_.provider.arenas_of(CAIRN_ARENA_BYTES), std::vector<char *>({arenas[2]}));
    EXPECT_EQ(PoolOf(keeper) >= arenas[2], true);
    pools_.Free(keeper);
}

TEST_P(PymallocArenas, B4_8_CountersTellTotalLiveAndPeak)
{
    std::vector<void *> blocks;
    while (pools_.provider.allocs < 5) {
        blocks.push_back(pools_.Malloc(500));
    }
    pools_.FreeAll(blocks);
    cairn_layer_trim(pools_.layer);
    cairn_pymalloc_statistics statistics = pools_.Statistics();
    EXPECT_EQ(statistics.arenas_allocated, 5u);
    EXPECT_EQ(statistics.arenas_live, 0u);
    EXPECT_EQ(statistics.arenas_peak, 5u);
    EXPECT_EQ(statistics.arena_peak_bytes, 5u << 20);
    EXPECT_EQ(pools_.provider.frees, 5u);
}

INSTANTIATE_TEST_SUITE_P(Faces, PymallocArenas, testing::Values(Face::kSingle, Face::kThreaded),
                         [](const testing::TestParamInfo<Face> &info) {
                             return info.param == Face::kSingle ? "single" : "threaded";
                         });

TEST(PymallocSingle, B4_3_UnalignedArenasLoseOnePool)
{
    for (size_t misalignment : {16, 4096, 8192 + 16, 16384 - 16}) {
        Pools pools;
        pools.provider.Misalign(misalignment);
        cairn_pymalloc_set_before_arena(pools.instance, nullptr, nullptr);
        ASSERT_TRUE(cairn_arena_slot_set(&pools.instance->arenas.source, pools.provider.source()));
        char *block = pools.Block(16);
        char *base = pools.provider.arenas()[0];
        EXPECT_EQ(PoolOf(block), base + CAIRN_POOL_BYTES - misalignment);
        cairn_pymalloc_statistics statistics = pools.Statistics();
        EXPECT_EQ(statistics.classes[1].pools + statistics.unused_pools, 63u);
        EXPECT_EQ(statistics.alignment_bytes, (size_t)CAIRN_POOL_BYTES);
        EXPECT_TRUE(Balances(statistics));
        std::vector<void *> blocks = pools.FillPools(512, 62);
        EXPECT_EQ(pools.provider.allocs, 1u);
        for (void *each : blocks) {
            EXPECT_LE(static_cast<char *>(each) + 512, base + CAIRN_ARENA_BYTES);
        }
        blocks.push_back(pools.Malloc(512));
        EXPECT_EQ(pools.provider.allocs, 2u);
        blocks.push_back(block);
        pools.FreeAll(blocks);
    }
}

/* A provider that asks the allocator about an arena while it takes it back. */
struct Asking {
    cairn_layer layer;
    bool was_owned;
};

void *asking_alloc(void *, size_t size)
{
    return cairn_arena_alloc(cairn_arena_mmap, size);
}

void asking_free(void *ctx, void *ptr, size_t size)
{
    auto *asking = static_cast<Asking *>(ctx);
    for (size_t offset = 0; offset < size; offset += 4096) {
        char *address = static_cast<char *>(ptr) + offset;
        asking->was_owned = asking->was_owned || cairn_layer_owns(asking->layer, address);
    }
    cairn_arena_free(cairn_arena_mmap, ptr, size);
}

TEST(PymallocSingle, B4_6_AnArenaIsUnmarkedBeforeItIsGivenBack)
{
    Asking asking = {};
    cairn_arena_source source = {{&asking, asking_alloc, asking_free}, &cairn_arena_nothing_more};
    cairn_pymalloc *pools = cairn_pymalloc_single_create(source, cairn_system, nullptr);
    asking.layer = cairn_pymalloc_layer(pools);
    void *block = cairn_layer_malloc(asking.layer, 100);
    EXPECT_TRUE(cairn_layer_owns(asking.layer, block));
    cairn_layer_free(asking.layer, block);
    EXPECT_EQ(cairn_layer_trim(asking.layer) >= CAIRN_ARENA_BYTES, true);
    EXPECT_FALSE(asking.was_owned);
    cairn_pymalloc_single_destroy(pools);
}

} // namespace

} // namespace cairn_test
