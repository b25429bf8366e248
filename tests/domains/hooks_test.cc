/* SPDX-License-Identifier: Apache-2.0
 *
 * Hooks that are put and removed while the program runs (A10): twice, in the middle, above and below tables
 * that are not ours, with other options.
 */
#include <string>

#include "cairn/base/permanent.h"
#include "cairn/tests/domains/hooks_fixture.h"
#include "cairn/tests/domains/layout_hook.h"
#include "cairn/tests/support/layer.h"
#include "tests/domains/hooked_domains.h"

namespace cairn_test {

namespace {

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

TEST_F(Hooks, A10_1_AboveATableThatIsNotOursAHookMayStandTwice)
{
    ASSERT_EQ(Put(cairn_stats_hook), CAIRN_OK);
    Layer foreign(*cairn_domain_get(domain));
    ASSERT_EQ(cairn_domain_set(domain, foreign.layer()), CAIRN_OK);
    ASSERT_EQ(Put(cairn_stats_hook), CAIRN_OK);
    EXPECT_EQ(Remove(cairn_stats_hook), CAIRN_OK);
    EXPECT_EQ(cairn_domain_get(domain)->allocator.ctx, &foreign);
    EXPECT_EQ(Remove(cairn_stats_hook), CAIRN_REFUSED);
    ASSERT_EQ(cairn_domain_set(domain, before), CAIRN_OK);
    EXPECT_EQ(Remove(cairn_stats_hook), CAIRN_OK);
}

/* The outermost can be removed; below it the stack's own code calls on. */
TEST(BuiltInHooks, A10_1_AreRemovedFromOutside)
{
    const char *error = nullptr;
    cairn_domain *domain = &hooked_domains_domains[HOOKED_DOMAINS_DOMAIN_OBJ];
    EXPECT_EQ(cairn_domain_remove_hook(domain, &cairn_stats_hook, &error), CAIRN_REFUSED);
    EXPECT_STREQ(error, "hook stats is built into the stack of domain obj below hook fail; remove "
                        "that first");
    void *block = hooked_domains_obj_malloc(100);
    cairn_stats_state *stats = cairn_stats_of(*cairn_domain_get(domain));
    EXPECT_EQ(stats->node.id, 'o');
    EXPECT_EQ(cairn_stats_counters_of(stats)->mallocs, 1u);
    EXPECT_EQ(cairn_domain_remove_hook(domain, &cairn_fail_hook, &error), CAIRN_OK) << error;
    EXPECT_EQ(cairn_domain_remove_hook(domain, &cairn_stats_hook, &error), CAIRN_OK) << error;
    EXPECT_FALSE(cairn_domain_has_hook(domain, &cairn_stats_hook));
    block = hooked_domains_obj_realloc(block, 1000);
    hooked_domains_obj_free(block);
    hooked_domains_obj_free(hooked_domains_obj_malloc(100));
    EXPECT_EQ(cairn_stats_counters_of(stats)->mallocs, 1u);
    EXPECT_EQ(cairn_domain_set(domain, *domain->built_in), CAIRN_OK);
    hooked_domains_obj_free(hooked_domains_obj_malloc(100));
    EXPECT_EQ(cairn_stats_counters_of(stats)->mallocs, 2u);
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
