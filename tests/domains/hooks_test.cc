/* SPDX-License-Identifier: Apache-2.0
 *
 * Hooks that are put and removed while the program runs (A10): in every order, twice, above and below tables
 * that are not ours, under threads that allocate, and with blocks that change owners meanwhile.
 */
#include "cairn/domains/hooks.h"

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "cairn/base/permanent.h"
#include "cairn/cairn.h"
#include "cairn/hooks/fail/fail.h"
#include "cairn/hooks/stats/stats.h"
#include "cairn/tests/domains/layout_hook.h"
#include "cairn/tests/support/blocks.h"
#include "cairn/tests/support/layer.h"

namespace cairn_test {

namespace {

/* A domain as the program starts with it, which it is again at the end. */
class Hooks : public testing::Test {
  protected:
    Hooks() : domain(&cairn_domains[CAIRN_DOMAIN_OBJ]), before(*cairn_domain_get(domain))
    {
    }

    ~Hooks() override
    {
        EXPECT_EQ(cairn_domain_set(domain, before), CAIRN_OK);
        EXPECT_TRUE(cairn_fail_set("", &error));
        EXPECT_TRUE(cairn_check_all());
    }

    cairn_status Put(const cairn_hook &hook, const char *options = "")
    {
        return cairn_domain_put_hook(domain, &hook, options, &error);
    }

    cairn_status Remove(const cairn_hook &hook)
    {
        return cairn_domain_remove_hook(domain, &hook, &error);
    }

    bool Has(const cairn_hook &hook)
    {
        return cairn_domain_has_hook(domain, &hook);
    }

    bool IsAsBefore()
    {
        return cairn_domain_get(domain) == domain->built_in;
    }

    size_t Counted()
    {
        cairn_stats_state *stats = cairn_stats_of(*cairn_domain_get(domain));
        return stats != nullptr ? cairn_stats_counters_of(stats)->mallocs : 0;
    }

    static void Work()
    {
        cairn_obj_free(cairn_obj_malloc(100));
    }

    cairn_domain *domain;
    cairn_layer before;
    const char *error = nullptr;
};

TEST_F(Hooks, A10_1_ASecondPutAndASecondRemovalAreHarmless)
{
    EXPECT_EQ(Remove(cairn_stats_hook), CAIRN_OK);
    EXPECT_TRUE(IsAsBefore());
    for (int round = 0; round < 3; round++) {
        EXPECT_FALSE(Has(cairn_stats_hook));
        EXPECT_EQ(Put(cairn_stats_hook), CAIRN_OK);
        const cairn_layer *layer = cairn_domain_get(domain);
        EXPECT_EQ(Put(cairn_stats_hook), CAIRN_OK);
        EXPECT_EQ(cairn_domain_get(domain), layer);
        EXPECT_TRUE(Has(cairn_stats_hook));
        size_t counted = Counted();
        Work();
        EXPECT_EQ(Counted(), counted + 1);
        EXPECT_EQ(Remove(cairn_stats_hook), CAIRN_OK);
        EXPECT_TRUE(IsAsBefore());
        EXPECT_EQ(Remove(cairn_stats_hook), CAIRN_OK);
        EXPECT_TRUE(IsAsBefore());
    }
}

TEST_F(Hooks, A10_1_TogglingCostsNoMemory)
{
    for (const cairn_hook *hook : {&cairn_stats_hook, &padded_hook}) {
        EXPECT_EQ(Put(*hook), CAIRN_OK);
        EXPECT_EQ(Remove(*hook), CAIRN_OK);
    }
    /* Permanent memory is handed out in a row. */
    auto *probe = static_cast<char *>(cairn_permanent_alloc(64));
    for (int round = 0; round < 100; round++) {
        EXPECT_EQ(Put(cairn_stats_hook), CAIRN_OK);
        EXPECT_EQ(Put(padded_hook), CAIRN_OK);
        Work();
        EXPECT_EQ(Remove(cairn_stats_hook), CAIRN_OK);
        EXPECT_EQ(Remove(padded_hook), CAIRN_OK);
        if (round == 0) {
            probe = static_cast<char *>(cairn_permanent_alloc(64));
        }
    }
    EXPECT_EQ(cairn_permanent_alloc(64), probe + 64);
}

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

TEST_F(Hooks, A10_1_OneInTheMiddleIsTurnedOffWhereItStandsAndDroppedWithWhatIsAbove)
{
    ASSERT_EQ(Put(cairn_stats_hook), CAIRN_OK);
    Work();
    size_t counted = Counted();
    ASSERT_EQ(Put(cairn_fail_hook), CAIRN_OK);
    const cairn_layer *outermost = cairn_domain_get(domain);
    ASSERT_EQ(Remove(cairn_stats_hook), CAIRN_OK);
    EXPECT_EQ(cairn_domain_get(domain), outermost);
    EXPECT_FALSE(Has(cairn_stats_hook));
    Work();
    EXPECT_EQ(Counted(), counted);
    ASSERT_EQ(Put(cairn_stats_hook), CAIRN_OK);
    EXPECT_EQ(cairn_domain_get(domain), outermost);
    Work();
    EXPECT_EQ(Counted(), counted + 1);
    ASSERT_EQ(Remove(cairn_stats_hook), CAIRN_OK);
    ASSERT_EQ(Remove(cairn_fail_hook), CAIRN_OK);
    EXPECT_TRUE(IsAsBefore());
}

/* Its report and its check are not asked for, either. */
TEST_F(Hooks, A10_1_OneThatIsOffReportsNothing)
{
    ASSERT_EQ(Put(cairn_stats_hook), CAIRN_OK);
    ASSERT_EQ(Put(cairn_fail_hook), CAIRN_OK);
    cairn_report report = {};
    cairn_layer_stats(*cairn_domain_get(domain), &report);
    unsigned parts = report.parts;
    ASSERT_EQ(Remove(cairn_stats_hook), CAIRN_OK);
    report = {};
    cairn_layer_stats(*cairn_domain_get(domain), &report);
    EXPECT_EQ(report.parts, parts - 1);
    EXPECT_TRUE(cairn_layer_check(*cairn_domain_get(domain)));
}

TEST_F(Hooks, A10_1_ATableThatIsNotOursIsNamed)
{
    ASSERT_EQ(Put(cairn_stats_hook), CAIRN_OK);
    Layer foreign(*cairn_domain_get(domain));
    ASSERT_EQ(cairn_domain_set(domain, foreign.layer()), CAIRN_OK);
    EXPECT_EQ(Remove(cairn_stats_hook), CAIRN_REFUSED);
    EXPECT_EQ(std::string(error),
              "hook stats of domain obj stands below a table that was set by cairn_domain_set or "
              "PyMem_SetAllocator, which would go on calling it; set what was there before that");
    /* Above it the outermost comes and goes. */
    ASSERT_EQ(Put(cairn_fail_hook), CAIRN_OK);
    Work();
    EXPECT_EQ(foreign.names(), "malloc free");
    ASSERT_EQ(Remove(cairn_fail_hook), CAIRN_OK);
    EXPECT_EQ(cairn_domain_get(domain)->allocator.ctx, &foreign);
    EXPECT_EQ(Remove(cairn_stats_hook), CAIRN_REFUSED);
    /* A program that sets back all of it has removed the hook. */
    ASSERT_EQ(cairn_domain_set(domain, before), CAIRN_OK);
    EXPECT_EQ(Remove(cairn_stats_hook), CAIRN_OK);
    EXPECT_TRUE(IsAsBefore());
}

TEST_F(Hooks, A10_1_WrongOptionsChangeNothing)
{
    EXPECT_EQ(Put(cairn_stats_hook, "colour=red"), CAIRN_INVALID);
    EXPECT_STREQ(error, "this hook takes no options");
    EXPECT_EQ(Put(cairn_fail_hook, "nth=0"), CAIRN_INVALID);
    EXPECT_TRUE(IsAsBefore());
    ASSERT_EQ(Put(cairn_stats_hook), CAIRN_OK);
    EXPECT_EQ(Put(cairn_stats_hook, "colour=red"), CAIRN_REFUSED);
    EXPECT_EQ(
        std::string(error),
        "hook stats stands on domain obj with the options '', which cannot be changed; remove "
        "what is above it, and then the hook itself");
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

TEST_F(Hooks, A10_1_OneThatCanTakesOtherOptions)
{
    ASSERT_EQ(Put(cairn_fail_hook, "nth=1"), CAIRN_OK);
    EXPECT_EQ(cairn_obj_malloc(1), nullptr);
    ASSERT_EQ(Put(cairn_stats_hook), CAIRN_OK);
    for (const char *options : {"nth=2", "nth=2", "nth=1", "nth=1"}) {
        ASSERT_EQ(Put(cairn_fail_hook, options), CAIRN_OK);
        bool is_first = options[4] == '1';
        void *first = cairn_obj_malloc(1);
        void *second = cairn_obj_malloc(1);
        EXPECT_EQ(first == nullptr, is_first);
        EXPECT_EQ(second == nullptr, !is_first);
        cairn_obj_free(first != nullptr ? first : second);
        ASSERT_EQ(Remove(cairn_fail_hook), CAIRN_OK);
    }
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

/* F9: all three domains, more than once, and taken away more than once. */
TEST(FailHook, F9_InstallingAndRemovingTwiceIsHarmless)
{
    const char *error = nullptr;
    auto on_all = [&error](bool is_put) {
        for (unsigned i = 0; i < CAIRN_DOMAINS_BUILT_IN; i++) {
            cairn_domain *domain = &cairn_domains[i];
            EXPECT_EQ(
                is_put ? cairn_domain_put_hook(domain, &cairn_fail_hook, "start=2:stop=4", &error)
                       : cairn_domain_remove_hook(domain, &cairn_fail_hook, &error),
                CAIRN_OK)
                << error;
        }
    };
    on_all(false);
    for (int round = 0; round < 3; round++) {
        on_all(true);
        on_all(true);
        std::string outcome;
        for (int i = 0; i < 2; i++) {
            void *blocks[] = {cairn_raw_malloc(1), cairn_mem_malloc(1), cairn_obj_malloc(1)};
            for (void *block : blocks) {
                outcome += block != nullptr ? "+" : "-";
            }
            cairn_raw_free(blocks[0]);
            cairn_mem_free(blocks[1]);
            cairn_obj_free(blocks[2]);
        }
        EXPECT_EQ(outcome, "++--++");
        on_all(false);
        on_all(false);
        for (unsigned i = 0; i < CAIRN_DOMAINS_BUILT_IN; i++) {
            EXPECT_EQ(cairn_domain_get(&cairn_domains[i]), cairn_domains[i].built_in);
        }
    }
    EXPECT_TRUE(cairn_fail_set("", &error));
}

} // namespace

} // namespace cairn_test
