/* SPDX-License-Identifier: Apache-2.0
 *
 * Hooks that change layout, put and removed while the program runs (A10): every order with others, their
 * options, their blocks and those of before, and threads that pass blocks on meanwhile.
 */
#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "cairn/tests/domains/hooks_fixture.h"
#include "cairn/tests/domains/layout_hook.h"
#include "cairn/tests/support/blocks.h"

namespace cairn_test {

namespace {

/* The outermost of three, the one in the middle, the innermost; in each order of putting and of removal. */
TEST_F(Hooks, A10_1_ThreeInEveryOrder)
{
    const cairn_hook *hooks[] = {&cairn_fail_hook, &cairn_stats_hook, &padded_hook};
    int put[] = {0, 1, 2};
    do {
        int removed[] = {0, 1, 2};
        do {
            std::vector<void *> blocks;
            auto take = [&blocks] {
                size_t size = 50 + blocks.size();
                blocks.push_back(cairn_obj_malloc(size));
                Fill(blocks.back(), size, blocks.size());
            };
            take();
            for (int i : put) {
                ASSERT_EQ(Put(*hooks[i]), CAIRN_OK) << error;
                EXPECT_TRUE(Has(*hooks[i]));
                take();
            }
            for (int i : removed) {
                ASSERT_EQ(Remove(*hooks[i]), CAIRN_OK) << error;
                EXPECT_FALSE(Has(*hooks[i]));
                take();
            }
            EXPECT_EQ(PaddedBlocks() > 0, true);
            for (size_t i = 0; i < blocks.size(); i++) {
                EXPECT_GE(cairn_obj_usable_size(blocks[i]), 50 + i);
                EXPECT_TRUE(Holds(blocks[i], 50 + i, SIZE_MAX, i + 1));
                blocks[i] = cairn_obj_realloc(blocks[i], 1000);
                EXPECT_TRUE(Holds(blocks[i], 50 + i, SIZE_MAX, i + 1));
                cairn_obj_free(blocks[i]);
            }
            EXPECT_EQ(PaddedBlocks(), 0u);
            EXPECT_EQ(cairn_domain_set(domain, before), CAIRN_OK);
        } while (std::next_permutation(removed, removed + 3));
    } while (std::next_permutation(put, put + 3));
}

TEST_F(Hooks, A10_1_OptionsAreThoseThatWereGiven)
{
    ASSERT_EQ(Put(padded_hook, "pad=16"), CAIRN_OK) << error;
    EXPECT_EQ(Put(padded_hook, "pad=16"), CAIRN_OK) << error;
    EXPECT_EQ(Put(padded_hook), CAIRN_OK) << error;
    EXPECT_EQ(Put(padded_hook, "pad=32"), CAIRN_REFUSED);
    ASSERT_EQ(Remove(padded_hook), CAIRN_OK);
    EXPECT_EQ(Put(padded_hook, "pad=32"), CAIRN_REFUSED) << "it is still there, for its blocks";
    EXPECT_FALSE(Has(padded_hook));
    EXPECT_EQ(Put(padded_hook, "pad=16"), CAIRN_OK) << error;
}

TEST_F(Hooks, A10_1_LayoutChangesNeedTheHooksOwnIndex)
{
    EXPECT_EQ(Put(unindexed_hook), CAIRN_REFUSED);
    EXPECT_EQ(
        std::string(error),
        "hook unindexed changes how blocks look, and cannot be put on domain obj, whose blocks "
        "are out; name it in the configuration");
    EXPECT_TRUE(IsAsBefore());
}

TEST_F(Hooks, A10_1_ALayoutHookThatIsNoGenerationStays)
{
    cairn_layer layer;
    ASSERT_TRUE(padded_hook.put_over(before, "obj", "", &layer, &error)) << error;
    ASSERT_EQ(cairn_domain_set(domain, layer), CAIRN_OK);
    EXPECT_TRUE(Has(padded_hook));
    EXPECT_EQ(Put(padded_hook), CAIRN_OK);
    EXPECT_EQ(Remove(padded_hook), CAIRN_REFUSED);
    EXPECT_EQ(
        std::string(error),
        "hook padded is built into the stack of domain obj, whose blocks need it as long as the "
        "program runs; build or choose a stack without it");
    EXPECT_TRUE(Has(padded_hook));
}

TEST_F(Hooks, A10_1_ALayoutHookStaysForItsBlocksAndGivesOutNoMore)
{
    void *plain = cairn_obj_malloc(100);
    ASSERT_EQ(Put(padded_hook), CAIRN_OK);
    void *padded = cairn_obj_malloc(100);
    EXPECT_EQ(PaddedBlocks(), 1u);
    ASSERT_EQ(Remove(padded_hook), CAIRN_OK);
    void *later = cairn_obj_realloc(nullptr, 100);
    EXPECT_EQ(PaddedBlocks(), 1u);
    ASSERT_EQ(Put(padded_hook), CAIRN_OK);
    void *last = cairn_obj_calloc(1, 100);
    EXPECT_EQ(PaddedBlocks(), 2u);
    padded = cairn_obj_realloc(padded, 5000);
    plain = cairn_obj_realloc(plain, 5000);
    EXPECT_EQ(PaddedBlocks(), 2u);
    for (void *block : {plain, padded, later, last}) {
        EXPECT_GE(cairn_obj_usable_size(block), 100u);
        cairn_obj_free(block);
    }
    EXPECT_EQ(PaddedBlocks(), 0u);
}

/* Each thread passes blocks to the next one, so that most are freed by another layer's rules. */
void Allocate(std::atomic<void *> *slots, size_t number, const std::atomic<bool> *stop)
{
    Random random(number + 1);
    while (!*stop) {
        size_t size = 16 + random.Below(600);
        void *block = cairn_obj_malloc(size);
        ASSERT_NE(block, nullptr);
        memset(block, 1, size);
        block = cairn_obj_realloc(block, size + 100);
        ASSERT_NE(block, nullptr);
        cairn_obj_free(slots[random.Below(64)].exchange(block));
    }
}

TEST_F(Hooks, A10_1_PutAndRemovedUnderRunningThreads)
{
    static std::atomic<void *> slots[64];
    std::atomic<bool> stop{false};
    std::vector<std::thread> threads;
    for (size_t number = 0; number < 4; number++) {
        threads.emplace_back(Allocate, slots, number, &stop);
    }
    const cairn_hook *hooks[] = {&cairn_stats_hook, &padded_hook, &cairn_fail_hook};
    Random random(7);
    for (size_t round = 0; round < Often(3000); round++) {
        const cairn_hook &hook = *hooks[random.Below(3)];
        ASSERT_EQ(random.Below(2) == 0 ? Put(hook) : Remove(hook), CAIRN_OK) << error;
        if (round % 8 == 0) {
            std::this_thread::yield();
        }
    }
    stop = true;
    for (std::thread &thread : threads) {
        thread.join();
    }
    for (std::atomic<void *> &slot : slots) {
        cairn_obj_free(slot.exchange(nullptr));
    }
    EXPECT_EQ(PaddedBlocks(), 0u);
}

} // namespace

} // namespace cairn_test
