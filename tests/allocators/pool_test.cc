/* SPDX-License-Identifier: Apache-2.0
 *
 * A pool by itself, with order and without.
 */
#include "cairn/allocators/pool.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "cairn/tests/support/fatal.h"

namespace cairn_test {

namespace {

constexpr size_t kBlock = 64;
constexpr size_t kBlocks = 150; /* more than two words of bits */

class PoolTest : public testing::TestWithParam<bool> {
  protected:
    PoolTest() : memory_(kBlock * kBlocks + kBlock - 1)
    {
        cairn_pool_format(&pool(), 4, start(), kBlock, memory_.size(), GetParam());
    }

    cairn_pool &pool()
    {
        return record_.pool;
    }

    char *start()
    {
        return memory_.data();
    }

    char *At(size_t index)
    {
        return start() + index * kBlock;
    }

    /* In the order in which they are handed out. */
    std::vector<void *> Take(size_t count)
    {
        std::vector<void *> blocks(count);
        size_t got = cairn_pool_take(&pool(), blocks.data() + count, count);
        blocks.erase(blocks.begin(), blocks.begin() + (long)(count - got));
        std::reverse(blocks.begin(), blocks.end());
        return blocks;
    }

    void Put(const std::vector<void *> &blocks)
    {
        for (size_t i = 0; i < blocks.size();) {
            size_t put = cairn_pool_put(&pool(), &blocks[i], blocks.size() - i);
            ASSERT_GE(put, 1u);
            i += put;
        }
    }

    union Record {
        cairn_pool pool;
        char bytes[CAIRN_POOL_RECORD_BYTES(kBlocks)];
    };
    Record record_ = {};

  private:
    std::vector<char> memory_;
};

TEST_P(PoolTest, HoldsWhatFits)
{
    EXPECT_EQ(pool().capacity, kBlocks);
    std::vector<void *> blocks = Take(kBlocks + 10);
    ASSERT_EQ(blocks.size(), kBlocks);
    for (size_t i = 0; i < kBlocks; i++) {
        EXPECT_EQ(blocks[i], At(i));
    }
    EXPECT_TRUE(cairn_pool_is_full(&pool()));
    EXPECT_TRUE(cairn_pool_check(&pool()));
    Put(blocks);
    EXPECT_EQ(pool().live, 0u);
    EXPECT_TRUE(cairn_pool_check(&pool()));
}

TEST_P(PoolTest, TakesBackInAnyOrder)
{
    std::vector<void *> forward = Take(kBlocks);
    std::vector<void *> backward(forward.rbegin(), forward.rend());
    std::vector<void *> mixed;
    for (size_t i = 0; i < kBlocks; i++) {
        mixed.push_back(At(i * 77 % kBlocks)); /* 77 and 150 have no common divisor */
    }
    for (const auto &order : {forward, backward, mixed}) {
        Put(order);
        EXPECT_EQ(pool().live, 0u);
        EXPECT_TRUE(cairn_pool_check(&pool()));
        ASSERT_EQ(Take(kBlocks).size(), kBlocks);
        EXPECT_TRUE(cairn_pool_check(&pool()));
    }
}

TEST_P(PoolTest, HandsOutEachBlockOnce)
{
    std::vector<void *> live;
    for (size_t round = 0; round < 200; round++) {
        std::vector<void *> more = Take(1 + round * 7 % 40);
        live.insert(live.end(), more.begin(), more.end());
        std::vector<void *> back;
        for (size_t i = 0; i < live.size(); i += 2 + round % 3) {
            back.push_back(live[i]);
            live[i] = live.back();
            live.pop_back();
        }
        Put(back);
        std::vector<void *> sorted = live;
        std::sort(sorted.begin(), sorted.end());
        ASSERT_EQ(std::unique(sorted.begin(), sorted.end()), sorted.end());
        ASSERT_EQ(pool().live, live.size());
        ASSERT_TRUE(cairn_pool_check(&pool()));
    }
}

TEST_P(PoolTest, BlockStartKnowsBlocksInUseOnly)
{
    std::vector<void *> blocks = Take(2);
    EXPECT_EQ(cairn_pool_block_start(&pool(), start()), blocks[0]);
    EXPECT_EQ(cairn_pool_block_start(&pool(), start() + 63), blocks[0]);
    EXPECT_EQ(cairn_pool_block_start(&pool(), start() + 64), blocks[1]);
    EXPECT_EQ(cairn_pool_block_start(&pool(), start() + 128), nullptr);
    EXPECT_EQ(cairn_pool_block_start(&pool(), At(kBlocks)), nullptr);
    EXPECT_EQ(cairn_pool_block_start(&pool(), start() - 1), nullptr);
}

TEST_P(PoolTest, CheckFindsAWrongCount)
{
    Put({Take(3)[1]});
    pool().live++;
    bool good = true;
    std::string text = StderrOf([&] { good = cairn_pool_check(&pool()); });
    EXPECT_FALSE(good);
    EXPECT_NE(text.find("does not balance"), std::string::npos) << text;
}

INSTANTIATE_TEST_SUITE_P(Either, PoolTest, testing::Bool(),
                         [](const auto &info) { return info.param ? "InOrder" : "ByAddress"; });

using OrderedPool = PoolTest;

TEST_P(OrderedPool, B3_3_FreedBlocksComeFirstTheLastOneFirst)
{
    std::vector<void *> blocks = Take(3);
    Put({blocks[0], blocks[2]});
    EXPECT_EQ(Take(3), (std::vector<void *>{At(2), At(0), At(3)}));
}

TEST_P(OrderedPool, CheckFindsEachKindOfDamage)
{
    std::vector<void *> blocks = Take(2);
    Put(blocks);
    struct {
        const char *line;
        void (*damage)(cairn_pool *pool);
    } kinds[] = {
        {"does not balance", [](cairn_pool *pool) { pool->free = nullptr; }},
        {"is damaged", [](cairn_pool *pool) { pool->carved = pool->capacity + 1; }},
        {"is damaged", [](cairn_pool *pool) { pool->live = pool->carved + 1; }},
        {"is damaged at", [](cairn_pool *pool) { pool->free = (char *)pool->free + 8; }},
        {"is damaged at", [](cairn_pool *pool) { *(void **)pool->free = pool->free; }},
    };
    for (auto &kind : kinds) {
        cairn_pool before = pool();
        void *link = *static_cast<void **>(pool().free);
        bool good = true;
        kind.damage(&pool());
        std::string text = StderrOf([&] { good = cairn_pool_check(&pool()); });
        EXPECT_FALSE(good);
        EXPECT_NE(text.find(kind.line), std::string::npos) << text;
        pool() = before;
        *static_cast<void **>(pool().free) = link;
        EXPECT_TRUE(cairn_pool_check(&pool()));
    }
}

INSTANTIATE_TEST_SUITE_P(Only, OrderedPool, testing::Values(true));

using UnorderedPool = PoolTest;

TEST_P(UnorderedPool, NeverTouchesItsBlocks)
{
    std::fill(start(), At(kBlocks), (char)0x5A);
    Put(Take(kBlocks));
    for (char *at = start(); at < At(kBlocks); at++) {
        ASSERT_EQ(*at, (char)0x5A);
    }
}

TEST_P(UnorderedPool, NoticesWhatIsNoBlockInUse)
{
    std::vector<void *> blocks = Take(100);
    Put({blocks[10], blocks[50], blocks[51]});
    auto line = [&](std::vector<void *> back) { return FatalLineOf([&] { Put(back); }); };
    const char *twice = "which is no block in use: it was freed twice, or never allocated";
    EXPECT_NE(line({blocks[10]}).find(twice), std::string::npos);
    EXPECT_NE(line({blocks[49], blocks[50]}).find(twice), std::string::npos); /* a row, upwards */
    EXPECT_NE(line({blocks[52], blocks[51]}).find(twice), std::string::npos);
    EXPECT_NE(line({At(120)}).find(twice), std::string::npos);
    EXPECT_NE(line({start() - kBlock}).find(twice), std::string::npos);
    EXPECT_NE(line({At(20) + 8}).find("lies inside the block"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Only, UnorderedPool, testing::Values(false));

} // namespace

} // namespace cairn_test
