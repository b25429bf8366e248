/* SPDX-License-Identifier: Apache-2.0
 *
 * A pool and its class's list by themselves.
 */
#include "cairn/allocators/pool.h"

#include <vector>

#include <gtest/gtest.h>

#include "cairn/tests/support/fatal.h"

namespace cairn_test {

namespace {

class PoolTest : public testing::Test {
  protected:
    PoolTest()
    {
        for (size_t i = 0; i < 3; i++) {
            cairn_pool_format(&pools[i], 4, memory[i], 64, sizeof memory[i] - 1);
        }
    }

    alignas(64) char memory[3][704];
    cairn_pool pools[3] = {};
    cairn_pool_class list = {};
};

TEST_F(PoolTest, HoldsWhatFits)
{
    EXPECT_EQ(pools[0].capacity, 10u);
    EXPECT_TRUE(cairn_pool_check(&pools[0]));
    for (int i = 0; i < 10; i++) {
        EXPECT_FALSE(cairn_pool_is_full(&pools[0]));
        EXPECT_EQ(cairn_pool_pop(&pools[0]), memory[0] + 64 * i);
    }
    EXPECT_TRUE(cairn_pool_is_full(&pools[0]));
    EXPECT_TRUE(cairn_pool_check(&pools[0]));
}

TEST_F(PoolTest, FreedBlocksComeFirst)
{
    std::vector<void *> blocks;
    for (int i = 0; i < 3; i++) {
        blocks.push_back(cairn_pool_pop(&pools[0]));
    }
    cairn_pool_push(&pools[0], blocks[0]);
    cairn_pool_push(&pools[0], blocks[2]);
    EXPECT_TRUE(cairn_pool_check(&pools[0]));
    EXPECT_EQ(cairn_pool_pop(&pools[0]), blocks[2]);
    EXPECT_EQ(cairn_pool_pop(&pools[0]), blocks[0]);
    EXPECT_EQ(cairn_pool_pop(&pools[0]), memory[0] + 192);
}

TEST_F(PoolTest, FullPoolsLeaveTheListAndComeBackToItsFront)
{
    cairn_pool_class_insert(&list, &pools[1]);
    cairn_pool_class_insert(&list, &pools[0]);
    void *first = nullptr;
    for (int i = 0; i < 10; i++) {
        void *block = cairn_pool_class_take(&list);
        first = i == 0 ? block : first;
    }
    EXPECT_EQ(list.first, &pools[1]);
    EXPECT_FALSE(cairn_pool_class_give(&list, &pools[0], first, false));
    EXPECT_EQ(list.first, &pools[0]);
    EXPECT_EQ(cairn_pool_class_take(&list), first);
    for (int i = 0; i < 10; i++) {
        EXPECT_NE(cairn_pool_class_take(&list), nullptr);
    }
    EXPECT_EQ(cairn_pool_class_take(&list), nullptr);
}

TEST_F(PoolTest, EmptyPoolsLeaveTheListUnlessTheLastIsKept)
{
    cairn_pool_class_insert(&list, &pools[0]);
    void *block = cairn_pool_class_take(&list);
    EXPECT_FALSE(cairn_pool_class_give(&list, &pools[0], block, true));
    EXPECT_EQ(list.first, &pools[0]);
    cairn_pool_class_insert(&list, &pools[1]);
    block = cairn_pool_class_take(&list);
    EXPECT_TRUE(cairn_pool_class_give(&list, &pools[1], block, true)); /* another one is there */
    block = cairn_pool_class_take(&list);
    EXPECT_TRUE(cairn_pool_class_give(&list, &pools[0], block, false));
    EXPECT_EQ(list.first, nullptr);
}

TEST_F(PoolTest, RemovingAnyOfTheListKeepsTheOthers)
{
    for (cairn_pool &pool : pools) {
        cairn_pool_class_insert(&list, &pool);
    }
    cairn_pool_class_remove(&list, &pools[1]);
    EXPECT_EQ(list.first, &pools[2]);
    EXPECT_EQ(pools[2].next, &pools[0]);
    EXPECT_EQ(pools[0].previous, &pools[2]);
    cairn_pool_class_remove(&list, &pools[2]);
    EXPECT_EQ(list.first, &pools[0]);
    EXPECT_EQ(pools[0].previous, nullptr);
}

TEST_F(PoolTest, BlockStartKnowsCarvedBlocksOnly)
{
    void *first = cairn_pool_pop(&pools[0]);
    cairn_pool_pop(&pools[0]);
    EXPECT_EQ(cairn_pool_block_start(&pools[0], memory[0]), first);
    EXPECT_EQ(cairn_pool_block_start(&pools[0], memory[0] + 63), first);
    EXPECT_EQ(cairn_pool_block_start(&pools[0], memory[0] + 64), memory[0] + 64);
    EXPECT_EQ(cairn_pool_block_start(&pools[0], memory[0] + 128), nullptr);
    EXPECT_EQ(cairn_pool_block_start(&pools[0], memory[0] + 650), nullptr);
    EXPECT_EQ(cairn_pool_block_start(&pools[1], memory[0]), nullptr);
}

TEST_F(PoolTest, CheckFindsEachKindOfDamage)
{
    void *first = cairn_pool_pop(&pools[0]);
    void *second = cairn_pool_pop(&pools[0]);
    cairn_pool_push(&pools[0], first);
    cairn_pool_push(&pools[0], second);
    struct {
        const char *line;
        void (*damage)(cairn_pool *pool);
    } kinds[] = {
        {"does not balance", [](cairn_pool *pool) { pool->live++; }},
        {"does not balance", [](cairn_pool *pool) { pool->free = nullptr; }},
        {"is damaged", [](cairn_pool *pool) { pool->carved = pool->capacity + 1; }},
        {"is damaged", [](cairn_pool *pool) { pool->live = pool->carved + 1; }},
        {"is damaged at", [](cairn_pool *pool) { pool->free = (char *)pool->free + 8; }},
        {"is damaged at", [](cairn_pool *pool) { *(void **)pool->free = pool->free; }},
    };
    for (auto &kind : kinds) {
        cairn_pool before = pools[0];
        void *link = *static_cast<void **>(pools[0].free);
        bool good = true;
        kind.damage(&pools[0]);
        std::string text = StderrOf([&] { good = cairn_pool_check(&pools[0]); });
        EXPECT_FALSE(good);
        EXPECT_NE(text.find(kind.line), std::string::npos) << text;
        pools[0] = before;
        *static_cast<void **>(pools[0].free) = link;
        EXPECT_TRUE(cairn_pool_check(&pools[0]));
    }
}

} // namespace

} // namespace cairn_test
