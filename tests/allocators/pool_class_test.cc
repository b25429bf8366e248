/* SPDX-License-Identifier: Apache-2.0
 *
 * Size classes by themselves: their lists of pools and their depots.
 */
#include "cairn/allocators/pool_class.h"
#include "cairn/base/clock.h"

#include <algorithm>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "cairn/allocators/system/system.h"
#include "cairn/tests/support/fatal.h"

namespace cairn_test {

namespace {

constexpr unsigned kClasses = 3;
constexpr size_t kBytes[kClasses + 1] = {0, 16, 48, 512};
constexpr uint8_t kMagazines[kClasses + 1] = {0, 127, 127, 16};

size_t BytesOf(unsigned size_class)
{
    return kBytes[size_class];
}

/* Each pool is a granule of its own, and its record is, too. */
class Classes : public testing::TestWithParam<unsigned> {
  protected:
    Classes()
    {
        home.ctx = this;
        home.make = [](void *ctx, unsigned size_class) {
            return static_cast<Classes *>(ctx)->Make(size_class);
        };
        home.take = [](void *ctx, cairn_pool *pool) {
            auto *self = static_cast<Classes *>(ctx);
            EXPECT_EQ(pool->live, 0u);
            self->pools.erase(pool);
        };
        home.class_bytes = BytesOf;
        home.look = [](void *) {};
        home.magazines = kMagazines;
        home.classes = classes;
        home.map = &map_;
        home.keep_last = true;
        home.depot_limit = 1 << 18;
        map_ = cairn_address_map_over({});
        root_.resize(CAIRN_MAP_ROOT_ENTRIES);
        map_.root = root_.data();
    }

    ~Classes() override
    {
        for (void *memory : memory_) {
            free(memory);
        }
        cairn_address_map_fini(&map_, cairn_system);
    }

    cairn_pool *Make(unsigned size_class)
    {
        if (pools.size() == most_pools) {
            return nullptr;
        }
        char *memory = Granule();
        auto *pool = reinterpret_cast<cairn_pool *>(Granule());
        cairn_pool_format(pool, size_class, memory, kBytes[size_class], CAIRN_GRANULE_BYTES, false);
        EXPECT_TRUE(cairn_address_map_reserve(&map_, cairn_system, memory, 1));
        cairn_address_map_set(&map_, memory, 1, cairn_note_of(pool, size_class));
        pools.insert(pool);
        return pool;
    }

    std::vector<void *> Refill(size_t count, size_t most)
    {
        std::vector<void *> blocks(std::max(count, most));
        blocks.resize(cairn_pool_class_refill(&home, GetParam(), blocks.data(), count, most));
        return blocks;
    }

    void Flush(const std::vector<void *> &blocks, bool may_wait)
    {
        cairn_pool_class_flush(&home, GetParam(), blocks.data(), blocks.size(), may_wait);
    }

    size_t Batch()
    {
        return (kMagazines[GetParam()] + 1u) / 2;
    }

    bool Check()
    {
        size_t with_room = 0;
        for (cairn_pool *pool : pools) {
            with_room += cairn_pool_is_full(pool) ? 0 : 1;
            EXPECT_TRUE(cairn_pool_check(pool));
        }
        return cairn_pool_class_check(&home, GetParam(), with_room);
    }

    size_t Waiting()
    {
        return cairn_pool_class_waiting(&home, GetParam());
    }

    cairn_pool_class classes[kClasses + 1] = {};
    cairn_pool_home home = {};
    std::set<cairn_pool *> pools;
    size_t most_pools = 1000;

  private:
    char *Granule()
    {
        memory_.push_back(aligned_alloc(CAIRN_GRANULE_BYTES, CAIRN_GRANULE_BYTES));
        return static_cast<char *>(memory_.back());
    }

    cairn_address_map map_;
    std::vector<uintptr_t> root_;
    std::vector<void *> memory_;
};

TEST_P(Classes, BatchesComeBackAsTheyWentTheLastOneFirst)
{
    std::vector<std::vector<void *>> batches;
    for (int i = 0; i < 5; i++) {
        batches.push_back(Refill(Batch(), Batch()));
        ASSERT_EQ(batches.back().size(), Batch());
        std::reverse(batches.back().begin(), batches.back().begin() + (long)Batch() / 3);
    }
    for (const auto &batch : batches) {
        Flush(batch, true);
        EXPECT_TRUE(Check());
    }
    EXPECT_EQ(Waiting(), 5 * Batch());
    for (; !batches.empty(); batches.pop_back()) {
        EXPECT_EQ(Refill(1, Batch()), batches.back());
        EXPECT_TRUE(Check());
    }
    EXPECT_EQ(Waiting(), 0u);
}

TEST_P(Classes, WhatIsNoBatchOrMayNotWaitGoesToItsPools)
{
    std::vector<void *> blocks = Refill(Batch(), Batch());
    Flush(blocks, false);
    EXPECT_EQ(Waiting(), 0u);
    blocks = Refill(3, 3);
    Flush(blocks, true);
    EXPECT_EQ(Waiting(), 0u);
    EXPECT_TRUE(Check());
    EXPECT_EQ(pools.size(), 1u); /* the last one stays */
    EXPECT_TRUE(cairn_pool_home_trim(&home, kClasses));
    EXPECT_EQ(pools.size(), 0u);
    EXPECT_FALSE(cairn_pool_home_trim(&home, kClasses));
}

TEST_P(Classes, ADepotHasALimit)
{
    std::vector<std::vector<void *>> batches;
    size_t batch_bytes = Batch() * kBytes[GetParam()];
    for (size_t i = 0; i < 2 * home.depot_limit / batch_bytes; i++) {
        batches.push_back(Refill(Batch(), Batch()));
    }
    for (const auto &batch : batches) {
        Flush(batch, true);
    }
    EXPECT_GT(Waiting(), 0u);
    EXPECT_LE(Waiting() * kBytes[GetParam()], home.depot_limit / CAIRN_DEPOT_SHARES);
    EXPECT_LE(home.depot_bytes, home.depot_limit);
    EXPECT_TRUE(Check());
    EXPECT_TRUE(cairn_pool_home_trim(&home, kClasses));
    EXPECT_EQ(Waiting(), 0u);
    EXPECT_EQ(home.depot_bytes, 0u);
    EXPECT_EQ(pools.size(), 0u);
}

TEST_P(Classes, WithoutMemoryADepotIsEmptiedForSmallerNeeds)
{
    std::vector<void *> batch = Refill(Batch(), Batch());
    most_pools = pools.size();
    while (true) {
        std::vector<void *> more = Refill(Batch(), Batch());
        if (more.size() < Batch()) {
            break;
        }
    }
    EXPECT_EQ(Refill(1, 1).size(), 0u);
    Flush(batch, true);
    EXPECT_EQ(Waiting(), Batch());
    for (size_t i = 0; i < Batch(); i++) {
        EXPECT_EQ(Refill(1, 1).size(), 1u);
    }
    EXPECT_EQ(Waiting(), 0u);
    EXPECT_EQ(Refill(1, 1).size(), 0u);
}

/* As if the last search had been so long ago. */
cairn_idle SeekAfter(cairn_pool_home *home, uint64_t milliseconds)
{
    home->looked_at = cairn_clock_milliseconds() - milliseconds;
    return cairn_pool_home_seek_idle(home, kClasses);
}

TEST_P(Classes, IdleBatchesGoHomeAndOthersStay)
{
    std::vector<std::vector<void *>> batches;
    for (int i = 0; i < 5; i++) {
        batches.push_back(Refill(Batch(), Batch()));
    }
    for (const auto &batch : batches) {
        Flush(batch, true);
    }
    EXPECT_EQ(SeekAfter(&home, 300), CAIRN_IDLE_SOME);
    EXPECT_EQ(Waiting(), 5 * Batch()); /* they came since the last time */
    EXPECT_EQ(cairn_pool_home_seek_idle(&home, kClasses), CAIRN_IDLE_NOT_YET);
    Refill(Batch(), Batch());
    batches[0] = Refill(Batch(), Batch());
    Flush(batches[0], true);
    EXPECT_EQ(SeekAfter(&home, 300), CAIRN_IDLE_SOME);
    EXPECT_EQ(Waiting(), Batch()); /* three were there all the time */
    EXPECT_TRUE(Check());
    EXPECT_EQ(SeekAfter(&home, 300), CAIRN_IDLE_SOME);
    EXPECT_EQ(Waiting(), 0u);
    EXPECT_TRUE(Check());
}

TEST_P(Classes, AfterAPauseAllGoesHome)
{
    std::vector<std::vector<void *>> batches;
    for (int i = 0; i < 3; i++) {
        batches.push_back(Refill(Batch(), Batch()));
    }
    EXPECT_EQ(SeekAfter(&home, 300), CAIRN_IDLE_SOME);
    for (const auto &batch : batches) {
        Flush(batch, true);
    }
    EXPECT_EQ(SeekAfter(&home, 1000), CAIRN_IDLE_ASK);
    EXPECT_EQ(Waiting(), 3 * Batch()); /* magazines come first */
    EXPECT_EQ(cairn_pool_home_seek_idle(&home, kClasses), CAIRN_IDLE_ALL);
    EXPECT_EQ(Waiting(), 0u);
    EXPECT_EQ(cairn_pool_home_seek_idle(&home, kClasses), CAIRN_IDLE_NOT_YET);
    EXPECT_TRUE(Check());
}

TEST_P(Classes, CheckFindsDamageInADepot)
{
    std::vector<void *> batch = Refill(Batch(), Batch());
    Flush(batch, true);
    size_t nodes = 0;
    for (void *block : batch) {
        auto **words = static_cast<void **>(block);
        void *before = *words;
        int elsewhere = 0;
        *words = &elsewhere;
        bool good = true;
        std::string text = StderrOf([&] { good = Check(); });
        *words = before;
        if (!good) {
            EXPECT_NE(text.find("something wrote to a block after it was freed"),
                      std::string::npos);
            nodes++;
        }
    }
    /* The last link, which ends the list, is not followed; not every block is part of the list. */
    size_t others = std::min<size_t>(kBytes[GetParam()] / sizeof(void *), Batch());
    EXPECT_EQ(nodes, (Batch() - 1) / others);
    EXPECT_TRUE(Check());
}

TEST_P(Classes, ThreadsShareThem)
{
    auto work = [this] {
        for (int i = 0; i < 2000; i++) {
            std::vector<void *> few = Refill(2, 2);
            std::vector<void *> batch = Refill(Batch(), Batch());
            for (void *block : batch) {
                *static_cast<char *>(block) = 1;
            }
            Flush(batch, true);
            Flush(few, false);
        }
    };
    std::thread other(work);
    work();
    other.join();
    EXPECT_TRUE(Check());
    cairn_pool_home_trim(&home, kClasses);
    EXPECT_EQ(pools.size(), 0u);
}

INSTANTIATE_TEST_SUITE_P(Of, Classes, testing::Range(1u, kClasses + 1),
                         [](const auto &info) { return std::to_string(kBytes[info.param]); });

} // namespace

} // namespace cairn_test
