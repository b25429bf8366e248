/* SPDX-License-Identifier: Apache-2.0
 *
 * Domains of the program's own (A1.1): limits and errors, their stacks, counters and ids, and use by handle.
 */
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "cairn/allocators/system/system.h"
#include "cairn/cairn.h"
#include "cairn/domains/hooks.h"
#include "cairn/hooks/stats/stats.h"
#include "cairn/tests/support/layer.h"
#include "cairn/tests/support/report.h"
#include "tests/domains/static_domains.h"

namespace cairn_test {

namespace {

volatile size_t kAboveMax = (size_t)PTRDIFF_MAX + 1;

TEST(UserDomains, ProgramsMakeTheirOwn)
{
    cairn_domain *textures = nullptr;
    size_t count = cairn_domain_count();
    char name[] = "textures";
    ASSERT_EQ(cairn_domain_create(name, 't', &textures), CAIRN_OK);
    name[0] = '#'; /* it was copied */
    EXPECT_EQ(cairn_domain_count(), count + 1);
    EXPECT_EQ(cairn_domain_find("textures"), textures);
    EXPECT_STREQ(textures->name, "textures");
    EXPECT_EQ(textures->id, 't');
    EXPECT_EQ(cairn_domain_get(textures), cairn_domain_get(&cairn_domains[CAIRN_DOMAIN_MEM]));

    Layer hook(*cairn_domain_get(textures));
    ASSERT_EQ(cairn_domain_set(textures, hook.layer()), CAIRN_OK);
    void *block = cairn_domain_malloc(textures, 100);
    block = cairn_domain_realloc(textures, block, 200);
    EXPECT_GE(cairn_domain_usable_size(textures, block), 200u);
    EXPECT_EQ(cairn_domain_usable_size(textures, nullptr), 0u);
    cairn_domain_free(textures, block);
    cairn_domain_free(textures, cairn_domain_calloc(textures, 3, 4));
    cairn_domain_free(textures, cairn_domain_aligned_alloc(textures, 64, 4));
    EXPECT_EQ(cairn_domain_malloc(textures, kAboveMax), nullptr);
    EXPECT_EQ(hook.names(), "malloc realloc free calloc free aligned_alloc free");
    cairn_mem_free(cairn_mem_malloc(100));
    EXPECT_EQ(hook.calls.size(), 7u);
    EXPECT_EQ(cairn_domain_set(textures, *cairn_domain_get(&cairn_domains[CAIRN_DOMAIN_MEM])),
              CAIRN_OK);
}

/* Alone of all domains it is counted, and its report has its name. */
TEST(UserDomains, OnesOfTheProgramHaveHooksAndCountersOfTheirOwn)
{
    cairn_domain *sounds = nullptr;
    const char *error = nullptr;
    ASSERT_EQ(cairn_domain_create("sounds", 's', &sounds), CAIRN_OK);
    ASSERT_EQ(cairn_domain_put_hook(sounds, &cairn_stats_hook, "", &error), CAIRN_OK) << error;
    void *block = cairn_domain_malloc(sounds, 100);
    cairn_mem_free(cairn_mem_malloc(100));
    const cairn_stats_counters *counters =
        cairn_stats_counters_of(cairn_stats_of(*cairn_domain_get(sounds)));
    EXPECT_EQ(counters->mallocs, 1u);
    EXPECT_EQ(counters->live_blocks, 1u);
    EXPECT_NE(ReportOf(*cairn_domain_get(sounds), CAIRN_REPORT_TEXT).find("domain sounds\n"),
              std::string::npos);
    EXPECT_FALSE(cairn_domain_has_hook(&cairn_domains[CAIRN_DOMAIN_MEM], &cairn_stats_hook));
    cairn_domain_free(sounds, block);
    EXPECT_EQ(counters->live_blocks, 0u);
    EXPECT_EQ(cairn_domain_remove_hook(sounds, &cairn_stats_hook, &error), CAIRN_OK) << error;
    EXPECT_EQ(cairn_domain_get(sounds), cairn_domain_get(&cairn_domains[CAIRN_DOMAIN_MEM]));
}

/* Hooks that mem has then are there for the new domain, too, and know whose they are. */
TEST(UserDomains, OneThatIsMadeWhileMemIsCountedHasCountersOfItsOwn)
{
    cairn_domain *mem = &cairn_domains[CAIRN_DOMAIN_MEM];
    cairn_domain *counted = nullptr;
    const char *error = nullptr;
    ASSERT_EQ(cairn_domain_put_hook(mem, &cairn_stats_hook, "", &error), CAIRN_OK) << error;
    ASSERT_EQ(cairn_domain_create("counted", 'c', &counted), CAIRN_OK);
    cairn_stats_state *mems = cairn_stats_of(*cairn_domain_get(mem));
    cairn_stats_state *own = cairn_stats_of(*cairn_domain_get(counted));
    ASSERT_NE(own, nullptr);
    ASSERT_NE(own, mems);
    EXPECT_STREQ(own->node.domain, "counted");
    EXPECT_EQ(own->node.id, 'c');
    EXPECT_EQ(mems->node.id, 'm');
    uint64_t before = cairn_stats_counters_of(mems)->mallocs;
    cairn_domain_free(counted, cairn_domain_malloc(counted, 100));
    EXPECT_EQ(cairn_stats_counters_of(mems)->mallocs, before);
    EXPECT_EQ(cairn_stats_counters_of(own)->mallocs, 1u);
    EXPECT_EQ(cairn_domain_remove_hook(mem, &cairn_stats_hook, &error), CAIRN_OK) << error;
    EXPECT_TRUE(cairn_domain_has_hook(counted, &cairn_stats_hook));
    EXPECT_EQ(cairn_domain_remove_hook(counted, &cairn_stats_hook, &error), CAIRN_OK) << error;
    EXPECT_EQ(cairn_domain_get(counted), cairn_domain_get(mem)) << "as it was built, in line";
    cairn_domain_free(counted, cairn_domain_malloc(counted, 100));
    EXPECT_EQ(cairn_stats_counters_of(own)->mallocs, 1u);
}

/* By handle they are called as by name, hooked or not, and in the same code. */
TEST(UserDomains, EveryCallByHandleSeesAHookThatIsPut)
{
    cairn_domain *models = nullptr;
    ASSERT_EQ(cairn_domain_create("models", 'M', &models), CAIRN_OK);
    EXPECT_EQ(models->take, cairn_domains[CAIRN_DOMAIN_MEM].take);
    for (cairn_domain *domain : {models, &cairn_domains[CAIRN_DOMAIN_OBJ]}) {
        for (int round = 0; round < 3; round++) {
            cairn_domain_free(domain, cairn_domain_malloc(domain, 100));
            cairn_layer before = *cairn_domain_get(domain);
            Layer hook(before);
            ASSERT_EQ(cairn_domain_set(domain, hook.layer()), CAIRN_OK);
            std::thread other(
                [domain] { cairn_domain_free(domain, cairn_domain_malloc(domain, 100)); });
            other.join();
            cairn_domain_free(domain, cairn_domain_malloc(domain, 100));
            cairn_domain_free(domain, cairn_domain_malloc(domain, 70000));
            cairn_mem_free(cairn_mem_malloc(100));
            EXPECT_EQ(hook.names(), "malloc free malloc free malloc free");
            ASSERT_EQ(cairn_domain_set(domain, before), CAIRN_OK);
            EXPECT_EQ(cairn_domain_get(domain), domain->built_in);
        }
    }
}

/* It starts with what mem has at the moment. */
TEST(UserDomains, OneThatIsMadeWhileMemIsHookedKeepsTheHook)
{
    cairn_domain *mem = &cairn_domains[CAIRN_DOMAIN_MEM];
    cairn_domain *hooked = nullptr;
    cairn_layer before = *cairn_domain_get(mem);
    Layer hook(before);
    ASSERT_EQ(cairn_domain_set(mem, hook.layer()), CAIRN_OK);
    ASSERT_EQ(cairn_domain_create("hooked", 'h', &hooked), CAIRN_OK);
    ASSERT_EQ(cairn_domain_set(mem, before), CAIRN_OK);
    cairn_domain_free(hooked, cairn_domain_malloc(hooked, 100));
    cairn_mem_free(cairn_mem_malloc(100));
    EXPECT_EQ(hook.names(), "malloc free");
    ASSERT_EQ(cairn_domain_set(hooked, before), CAIRN_OK);
    cairn_domain_free(hooked, cairn_domain_malloc(hooked, 100));
    EXPECT_EQ(hook.names(), "malloc free");
}

TEST(UserDomains, ThoseOfAStaticConfigurationStayAsTheyAre)
{
    cairn_domain *own = nullptr;
    const char *error = nullptr;
    EXPECT_EQ(static_domains_table.count, 6u);
    EXPECT_EQ(static_domains_domains[STATIC_DOMAINS_DOMAIN_PALETTE].id, 'p');
    EXPECT_EQ(static_domains_domains[STATIC_DOMAINS_DOMAIN_MESHES].id, 'e') << "m is that of mem";
    EXPECT_EQ(static_domains_domains[STATIC_DOMAINS_DOMAIN_PARSER].id, 'a') << "p is taken";
    EXPECT_EQ(cairn_domain_create_in(&static_domains_table, "parser", 'x', &own), CAIRN_INVALID)
        << "it is the configuration's";
    ASSERT_EQ(cairn_domain_create_in(&static_domains_table, "own", 'x', &own), CAIRN_OK);
    EXPECT_EQ(cairn_domain_find_in(&static_domains_table, "own"), own);
    void *block = cairn_domain_malloc(own, 100);
    EXPECT_NE(block, nullptr);
    cairn_domain_free(own, block);
    EXPECT_EQ(cairn_domain_set(own, cairn_system), CAIRN_REFUSED);
    EXPECT_EQ(cairn_domain_set(&static_domains_domains[0], cairn_system), CAIRN_REFUSED);
    EXPECT_EQ(cairn_domain_put_hook(own, &cairn_stats_hook, "", &error), CAIRN_REFUSED);
    EXPECT_STREQ(error,
                 "domain own of a static configuration has the hooks that it was built with; "
                 "build it with dispatch = \"dynamic\"");
    EXPECT_EQ(cairn_domain_remove_hook(own, &cairn_stats_hook, &error), CAIRN_OK) << error;
    while (static_domains_table.count < CAIRN_DOMAINS_MAX) {
        std::string name = std::to_string(static_domains_table.count);
        ASSERT_EQ(cairn_domain_create_in(&static_domains_table, name.c_str(), 'x', &own), CAIRN_OK);
    }
    EXPECT_EQ(cairn_domain_create_in(&static_domains_table, "last", 'x', &own), CAIRN_TOO_MANY);
    EXPECT_EQ(own, &static_domains_domains[CAIRN_DOMAINS_MAX - 1]);
}

TEST(UserDomains, NamesAreCheckedAndTheirNumberIsBounded)
{
    cairn_domain *domain = nullptr;
    std::string longest(CAIRN_DOMAIN_NAME_MAX, 'n');
    EXPECT_EQ(cairn_domain_create("", 'x', &domain), CAIRN_INVALID);
    EXPECT_EQ(cairn_domain_create("mem", 'x', &domain), CAIRN_INVALID);
    EXPECT_EQ(cairn_domain_create((longest + "n").c_str(), 'x', &domain), CAIRN_INVALID);
    for (const char *name : {"a\nb", "\"", "back\\slash", "\x7f", "\xc3\xa4"}) {
        EXPECT_EQ(cairn_domain_create(name, 'x', &domain), CAIRN_INVALID) << name;
    }
    for (char id : {'\0', ' ', '\n', '\x7f', '\xfb'}) {
        EXPECT_EQ(cairn_domain_create("sound", id, &domain), CAIRN_INVALID);
    }
    EXPECT_EQ(domain, nullptr);
    EXPECT_EQ(cairn_domain_create(longest.c_str(), 'x', &domain), CAIRN_OK);
    EXPECT_EQ(cairn_domain_create(longest.c_str(), 'x', &domain), CAIRN_INVALID);
    while (cairn_domain_count() < CAIRN_DOMAINS_MAX) {
        std::string name = "domain " + std::to_string(cairn_domain_count());
        ASSERT_EQ(cairn_domain_create(name.c_str(), 'x', &domain), CAIRN_OK);
        EXPECT_EQ(domain, &cairn_domains[cairn_domain_count() - 1]);
    }
    EXPECT_EQ(cairn_domain_create("one too many", 'x', &domain), CAIRN_TOO_MANY);
    EXPECT_EQ(cairn_domain_find("one too many"), nullptr);
    EXPECT_EQ(cairn_domain_count(), (size_t)CAIRN_DOMAINS_MAX);
}

} // namespace

} // namespace cairn_test
