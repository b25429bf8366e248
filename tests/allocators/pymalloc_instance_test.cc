/* SPDX-License-Identifier: Apache-2.0
 *
 * Instances of pymalloc: options, many at once, bounded ones, and giving everything back. That
 * everything came back is what the fakes of Pools verify when it goes.
 */
#include <algorithm>
#include <cstring>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "cairn/allocators/arena/fixed.h"
#include "cairn/allocators/arena/mmap.h"
#include "cairn/tests/allocators/pools.h"
#include "cairn/tests/support/blocks.h"

namespace cairn_test {

namespace {

class PymallocInstance : public testing::TestWithParam<Face> {
  protected:
    cairn_pymalloc *Create(cairn_arena_source source, cairn_layer fallback,
                           const cairn_pymalloc_options *options = nullptr)
    {
        return GetParam() == Face::kSingle ? cairn_pymalloc_single_create(source, fallback, options)
                                           : cairn_pymalloc_create(source, fallback, options);
    }

    void Destroy(cairn_pymalloc *instance)
    {
        if (GetParam() == Face::kSingle) {
            cairn_pymalloc_single_destroy(instance);
        } else {
            cairn_pymalloc_destroy(instance);
        }
    }
};

TEST_P(PymallocInstance, GivesBackWhatIsLiveInPools)
{
    Provider provider;
    Layer fallback(cairn_system);
    cairn_pymalloc *instance = Create(provider.source(), fallback.bare());
    cairn_layer layer = cairn_pymalloc_layer(instance);
    for (int i = 0; i < 10000; i++) {
        ASSERT_NE(cairn_layer_malloc(layer, (size_t)i % 512 + 1), nullptr);
    }
    void *large = cairn_layer_malloc(layer, 1000);
    Fill(large, 1000, 1);
    Destroy(instance);
    EXPECT_EQ(provider.live(), 0u);
    EXPECT_EQ(fallback.live(), 1u);
    EXPECT_TRUE(Holds(large, 1000, 1000, 1)); /* blocks of the fallback stay valid */
    cairn_layer_free(fallback.bare(), large);
}

TEST_P(PymallocInstance, FortyAtOnce)
{
    std::vector<std::unique_ptr<Pools>> instances;
    for (int i = 0; i < 40; i++) {
        instances.push_back(std::make_unique<Pools>(GetParam()));
    }
    auto use = [&] {
        for (int round = 0; round < 3; round++) {
            for (auto &pools : instances) {
                std::vector<void *> blocks;
                for (size_t size = 1; size < 700; size += 7) {
                    blocks.push_back(pools->Malloc(size));
                    Fill(blocks.back(), size, size);
                }
                for (size_t i = 0; i < blocks.size(); i++) {
                    EXPECT_TRUE(Holds(blocks[i], 1 + 7 * i, SIZE_MAX, 1 + 7 * i));
                }
                pools->FreeAll(blocks);
            }
        }
    };
    std::thread other(use);
    use();
    other.join();
    for (auto &pools : instances) {
        EXPECT_TRUE(cairn_layer_check(pools->layer));
        EXPECT_EQ(pools->Statistics().live_blocks, 0u);
    }
}

TEST_P(PymallocInstance, ArenaBytesHaveBounds)
{
    for (size_t bytes : {1, 16384, 20000, (2 << 20) + 16384, 4 << 20}) {
        cairn_pymalloc_options options = {};
        options.arena_bytes = bytes;
        Provider provider;
        EXPECT_EQ(Create(provider.source(), cairn_system, &options), nullptr) << bytes;
    }
    for (size_t bytes : {0, 32768, 49152, 1 << 20, 2 << 20}) {
        cairn_pymalloc_options options = {};
        options.arena_bytes = bytes;
        Pools pools(GetParam(), &options);
        std::vector<void *> blocks;
        for (int i = 0; i < 3000; i++) {
            blocks.push_back(pools.Malloc(512));
            Fill(blocks.back(), 512, (uint64_t)i);
        }
        for (size_t size : pools.provider.sizes) {
            EXPECT_EQ(size, bytes != 0 ? bytes : (size_t)CAIRN_ARENA_BYTES);
        }
        EXPECT_TRUE(Balances(pools.Statistics()));
        for (int i = 0; i < 3000; i++) {
            ASSERT_TRUE(Holds(blocks[i], 512, 512, (uint64_t)i));
        }
        pools.FreeAll(blocks);
    }
}

TEST_P(PymallocInstance, WithoutMemoryThereIsNoInstance)
{
    Provider provider;
    provider.plan.FailFrom(1);
    EXPECT_EQ(Create(provider.source(), cairn_no_memory), nullptr);
    EXPECT_EQ(provider.allocs, 0u);
}

TEST_P(PymallocInstance, TheRecordComesFromTheProviderWhenTheFallbackHasNone)
{
    Provider provider;
    cairn_pymalloc *instance = Create(provider.source(), cairn_no_memory);
    ASSERT_NE(instance, nullptr);
    EXPECT_EQ(provider.live(), 1u);
    Destroy(instance);
    EXPECT_EQ(provider.live(), 0u);
}

TEST_P(PymallocInstance, LivesInSixtyFourKibibytes)
{
    alignas(16) static char buffer[CAIRN_ARENA_FIXED_MIN_BYTES];
    for (size_t shift : {0, 1, 100}) {
        cairn_arena_source source;
        if (!cairn_arena_fixed_init(buffer + shift, sizeof buffer - shift, &source)) {
            EXPECT_GT(shift, 0u);
            continue;
        }
        cairn_pymalloc *instance = Create(source, cairn_no_memory);
        ASSERT_NE(instance, nullptr);
        cairn_layer layer = cairn_pymalloc_layer(instance);
        size_t counts[3];
        for (size_t &count : counts) {
            std::vector<void *> blocks;
            for (void *block; (block = cairn_layer_malloc(layer, 100)) != nullptr;) {
                Fill(block, 100, blocks.size());
                blocks.push_back(block);
            }
            EXPECT_EQ(cairn_layer_malloc(layer, 100), nullptr);
            EXPECT_EQ(cairn_layer_calloc(layer, 1, 100), nullptr);
            EXPECT_EQ(cairn_layer_malloc(layer, 1000), nullptr);
            EXPECT_TRUE(cairn_layer_check(layer));
            count = blocks.size();
            for (size_t i = 0; i < blocks.size(); i++) {
                ASSERT_TRUE(Holds(blocks[i], 100, 100, i));
                cairn_layer_free(layer, blocks[i]);
            }
        }
        EXPECT_GE(counts[0], 100u);
        EXPECT_EQ(counts[1], counts[0]);
        EXPECT_EQ(counts[2], counts[0]);
        cairn_layer_trim(layer);
        void *other = cairn_layer_malloc(layer, 512); /* another class may have the memory */
        EXPECT_NE(other, nullptr);
        Destroy(instance);
        EXPECT_EQ(cairn_arena_fixed_used(source), 0u);
    }
}

TEST_P(PymallocInstance, A4_5_ArenasGoBackToTheProviderThatGaveThem)
{
    Provider second;
    {
        Pools pools(GetParam());
        std::vector<void *> blocks = pools.FillArenas(512, 2);
        size_t from_first = pools.provider.live();
        ASSERT_TRUE(cairn_arena_slot_set(&pools.instance->arenas.source, second.source()));
        std::vector<void *> more;
        while (second.allocs < 2) {
            more.push_back(pools.Malloc(512));
        }
        EXPECT_EQ(pools.provider.live(), from_first);
        pools.FreeAll(more);
        cairn_layer_trim(pools.layer);
        EXPECT_EQ(second.live(), 0u);
        EXPECT_EQ(pools.provider.live(), from_first);
        pools.FreeAll(blocks);
        cairn_layer_trim(pools.layer);
        EXPECT_EQ(pools.provider.live(), 0u);
    }
    EXPECT_EQ(second.live(), 0u);
}

INSTANTIATE_TEST_SUITE_P(Faces, PymallocInstance, testing::Values(Face::kSingle, Face::kThreaded),
                         [](const testing::TestParamInfo<Face> &info) {
                             return info.param == Face::kSingle ? "single" : "threaded";
                         });

/* Lets threads wait for each other in steps. */
class Steps {
  public:
    void Reach(int step)
    {
        std::lock_guard<std::mutex> guard(mutex_);
        step_ = step;
        changed_.notify_all();
    }

    void Await(int step)
    {
        std::unique_lock<std::mutex> lock(mutex_);
        changed_.wait(lock, [&] { return step_ >= step; });
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int step_ = 0;
};

TEST(PymallocThreaded, DestroyedWhileThreadsThatUsedItAreAlive)
{
    auto first = std::make_unique<Pools>(Face::kThreaded);
    std::unique_ptr<Pools> second;
    Steps main;
    Steps others[4];
    std::vector<std::thread> threads;
    for (Steps &own : others) {
        threads.emplace_back([&] {
            std::vector<void *> blocks;
            for (size_t size = 1; size <= 512; size++) {
                blocks.push_back(first->Malloc(size));
            }
            first->FreeAll(blocks);
            own.Reach(1);
            main.Await(1);
            blocks.clear();
            for (size_t size = 1; size <= 512; size++) {
                blocks.push_back(second->Malloc(size));
                Fill(blocks.back(), size, size);
            }
            for (size_t size = 1; size <= 512; size++) {
                EXPECT_TRUE(Holds(blocks[size - 1], size, size, size));
            }
            second->FreeAll(blocks);
        });
    }
    for (Steps &other : others) {
        other.Await(1);
    }
    first.reset(); /* its fakes verify that all came back, heaps of living threads too */
    second = std::make_unique<Pools>(Face::kThreaded);
    main.Reach(1);
    for (std::thread &thread : threads) {
        thread.join();
    }
    EXPECT_TRUE(cairn_layer_check(second->layer));
    EXPECT_EQ(second->Statistics().live_blocks, 0u);
}

/* Every setting, alone and at its ends: blocks of all classes come and go, figures balance, all goes back. */
TEST(PymallocOptions, EachSettingWorksAtBothEnds)
{
    const cairn_pymalloc_options settings[] = {
        {0, 2 * CAIRN_POOL_BYTES, 0, 0},
        {0, 4 * CAIRN_POOL_BYTES, 0, 0},
        {2 * 4 * CAIRN_POOL_BYTES, 4 * CAIRN_POOL_BYTES, 0, 0},
        {128 * 4 * CAIRN_POOL_BYTES, 4 * CAIRN_POOL_BYTES, 0, 0},
        {0, 0, 1, 0},
        {0, 0, 2, 0},
        {0, 0, 127, 0},
        {0, 0, 0, 1},
        {0, 0, 0, (size_t)64 << 20},
    };
    for (const cairn_pymalloc_options &options : settings) {
        Pools pools(Face::kThreaded, &options);
        for (int round = 0; round < 2; round++) {
            std::vector<void *> blocks;
            for (size_t i = 0; i < 20000; i++) {
                blocks.push_back(pools.Malloc(i * 37 % 512 + 1));
                ASSERT_NE(blocks.back(), nullptr);
                memset(blocks.back(), 0x5C, i * 37 % 512 + 1);
            }
            std::vector<void *> sorted = blocks;
            std::sort(sorted.begin(), sorted.end());
            ASSERT_EQ(std::unique(sorted.begin(), sorted.end()), sorted.end());
            EXPECT_TRUE(Balances(pools.Statistics()));
            EXPECT_TRUE(cairn_layer_check(pools.layer));
            for (size_t i = 0; i < blocks.size(); i++) {
                pools.Free(blocks[i * 7919 % blocks.size()]);
            }
            EXPECT_TRUE(Balances(pools.Statistics()));
            EXPECT_TRUE(cairn_layer_check(pools.layer));
        }
        cairn_layer_trim(pools.layer);
        EXPECT_EQ(pools.Statistics().arena_bytes, 0u);
    }
}

TEST(PymallocOptions, WhatIsOutOfRangeGivesNoInstance)
{
    const cairn_pymalloc_options wrong[] = {
        {0, CAIRN_POOL_BYTES / 2, 0, 0},
        {0, 3 * CAIRN_POOL_BYTES, 0, 0},
        {0, 8 * CAIRN_POOL_BYTES, 0, 0},
        {3 * CAIRN_POOL_BYTES, 2 * CAIRN_POOL_BYTES, 0, 0},
        {2 * CAIRN_POOL_BYTES, 2 * CAIRN_POOL_BYTES, 0, 0},
        {0, 0, 128, 0},
        {0, 0, SIZE_MAX, 0},
    };
    for (const cairn_pymalloc_options &options : wrong) {
        EXPECT_EQ(cairn_pymalloc_create(cairn_arena_mmap, cairn_system, &options), nullptr);
    }
}

} // namespace

} // namespace cairn_test
