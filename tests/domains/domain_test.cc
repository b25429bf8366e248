/* SPDX-License-Identifier: Apache-2.0
 *
 * Domains: the size rules of clause A2, getting and setting (A3), hooks on top of each other (A10), and
 * domains of the program's own.
 */
#include "cairn/domains/domain.h"

#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "cairn/allocators/arena/mmap.h"
#include "cairn/allocators/pymalloc/single.h"
#include "cairn/allocators/system/system.h"
#include "cairn/base/permanent.h"
#include "cairn/cairn.h"
#include "cairn/domains/hooks.h"
#include "cairn/hooks/stats/stats.h"
#include "cairn/tests/support/blocks.h"
#include "cairn/tests/support/layer.h"
#include "cairn/tests/support/report.h"
#include "tests/domains/static_domains.h"

#include "cairn/config/raw_forward.h"

namespace cairn_test {

namespace {

volatile size_t kAboveMax = (size_t)PTRDIFF_MAX + 1;
volatile size_t kMax = PTRDIFF_MAX;

/* The named entry points of a domain. */
struct Entry {
    const char *name;
    unsigned number;
    void *(*malloc)(size_t);
    void *(*calloc)(size_t, size_t);
    void *(*realloc)(void *, size_t);
    void (*free)(void *);
    void *(*aligned_alloc)(size_t, size_t);
    size_t (*usable_size)(const void *);
};

const Entry kEntries[] = {
    {"raw", CAIRN_DOMAIN_RAW, cairn_raw_malloc, cairn_raw_calloc, cairn_raw_realloc, cairn_raw_free,
     cairn_raw_aligned_alloc, cairn_raw_usable_size},
    {"mem", CAIRN_DOMAIN_MEM, cairn_mem_malloc, cairn_mem_calloc, cairn_mem_realloc, cairn_mem_free,
     cairn_mem_aligned_alloc, cairn_mem_usable_size},
    {"obj", CAIRN_DOMAIN_OBJ, cairn_obj_malloc, cairn_obj_calloc, cairn_obj_realloc, cairn_obj_free,
     cairn_obj_aligned_alloc, cairn_obj_usable_size},
    {"unnamed", CAIRN_DOMAIN_MEM, cairn_malloc, cairn_calloc, cairn_realloc, cairn_free,
     cairn_aligned_alloc, cairn_usable_size},
};

/* A recording layer over the domain, taken away at the end. */
class Domain : public testing::TestWithParam<Entry> {
  protected:
    Domain()
        : e(GetParam()), domain(&cairn_domains[e.number]), before(*cairn_domain_get(domain)),
          hook(before)
    {
        EXPECT_EQ(cairn_domain_set(domain, hook.layer()), CAIRN_OK);
    }

    ~Domain() override
    {
        EXPECT_EQ(cairn_domain_set(domain, before), CAIRN_OK);
        EXPECT_EQ(hook.live(), 0u);
    }

    const Entry &e;
    cairn_domain *domain;
    cairn_layer before;
    Layer hook;
};

TEST_P(Domain, A2_1_MallocAboveTheLimitIsNotForwarded)
{
    EXPECT_EQ(e.malloc(kAboveMax), nullptr);
    EXPECT_EQ(e.malloc(SIZE_MAX), nullptr);
    EXPECT_EQ(hook.names(), "");
}

TEST_P(Domain, A2_2_ReallocAboveTheLimitLeavesTheBlock)
{
    void *block = e.malloc(100);
    Fill(block, 100, 1);
    EXPECT_EQ(e.realloc(block, kAboveMax), nullptr);
    EXPECT_EQ(e.realloc(nullptr, kAboveMax), nullptr);
    EXPECT_EQ(hook.names(), "malloc");
    EXPECT_TRUE(Holds(block, 100, 100, 1));
    e.free(block);
}

TEST_P(Domain, A2_3_CallocChecksItsFactors)
{
    EXPECT_EQ(e.calloc(2, kAboveMax / 2), nullptr);
    EXPECT_EQ(e.calloc(kMax, 2), nullptr);
    EXPECT_EQ(e.calloc(1, kAboveMax), nullptr);
    EXPECT_EQ(hook.names(), "");
    void *none = e.calloc(SIZE_MAX, 0); /* a size of 0 always passes */
    EXPECT_NE(none, nullptr);
    EXPECT_EQ(hook.names(), "calloc");
    EXPECT_EQ(hook.calls[0].first, SIZE_MAX);
    e.free(none);
}

TEST_P(Domain, A2_4_TheLimitItselfIsForwarded)
{
    EXPECT_EQ(e.malloc(kMax), nullptr);
    EXPECT_EQ(e.calloc(kMax, 1), nullptr);
    EXPECT_EQ(e.realloc(nullptr, kMax), nullptr);
    EXPECT_EQ(hook.names(), "malloc calloc realloc");
    EXPECT_EQ(hook.calls[0].first, (size_t)PTRDIFF_MAX);
}

TEST_P(Domain, A2_5_FreeOfNullIsForwarded)
{
    e.free(nullptr);
    ASSERT_EQ(hook.names(), "free");
    EXPECT_EQ(hook.calls[0].ptr, nullptr);
}

TEST_P(Domain, A2_6_ReallocOfNullStaysARealloc)
{
    void *block = e.realloc(nullptr, 50);
    ASSERT_EQ(hook.names(), "realloc");
    EXPECT_EQ(hook.calls[0].ptr, nullptr);
    EXPECT_EQ(hook.calls[0].first, 50u);
    e.free(block);
}

TEST_P(Domain, A2_7_ZeroSizesAreForwardedUnchangedAndGiveBlocks)
{
    void *a = e.malloc(0);
    void *b = e.calloc(0, 8);
    void *c = e.calloc(8, 0);
    ASSERT_EQ(hook.names(), "malloc calloc calloc");
    EXPECT_EQ(hook.calls[0].first, 0u);
    EXPECT_EQ(hook.calls[1].first, 0u);
    EXPECT_EQ(hook.calls[1].second, 8u);
    EXPECT_EQ(hook.calls[2].first, 8u);
    EXPECT_EQ(hook.calls[2].second, 0u);
    EXPECT_NE(a, nullptr);
    EXPECT_NE(b, nullptr);
    EXPECT_NE(c, nullptr);
    EXPECT_NE(a, b);
    EXPECT_NE(b, c);
    for (void *block : {a, b, c}) {
        e.free(block);
    }
}

TEST_P(Domain, A2_8_ReallocToZeroIsForwardedAndKeepsABlock)
{
    void *block = e.realloc(e.malloc(100), 0);
    EXPECT_NE(block, nullptr);
    EXPECT_EQ(hook.names(), "malloc realloc");
    EXPECT_EQ(hook.calls[1].first, 0u);
    e.free(block);
}

TEST_P(Domain, A2_9_FailureKeepsTheOldBlock)
{
    void *block = e.malloc(100);
    Fill(block, 100, 1);
    hook.plan.FailFrom(1);
    EXPECT_EQ(e.realloc(block, 5000), nullptr);
    EXPECT_EQ(e.malloc(10), nullptr);
    EXPECT_EQ(e.calloc(1, 10), nullptr);
    EXPECT_TRUE(Holds(block, 100, 100, 1));
    hook.plan.Never();
    e.free(block);
}

TEST_P(Domain, OptionalOperationsReachTheLayer)
{
    void *block = e.aligned_alloc(256, 100);
    ASSERT_EQ(hook.names(), "aligned_alloc");
    EXPECT_EQ(hook.calls[0].first, 256u);
    EXPECT_EQ(hook.calls[0].second, 100u);
    EXPECT_TRUE(IsAligned(block, 256));
    EXPECT_GE(e.usable_size(block), 100u);
    EXPECT_EQ(e.usable_size(nullptr), 0u);
    EXPECT_EQ(e.aligned_alloc(3, 100), nullptr);
    EXPECT_EQ(e.aligned_alloc(16, kAboveMax), nullptr);
    e.free(block);
}

/* What CPython's own test of the setters looks at (F11). */
TEST_P(Domain, A3_2_AHookSeesTheCallsAndTheOriginalIsRestored)
{
    EXPECT_EQ(cairn_domain_get(domain)->allocator.ctx, &hook);
    void *a = e.malloc(42);
    a = e.realloc(a, 200);
    e.free(a);
    void *b = e.calloc(2, 5);
    e.free(b);
    ASSERT_EQ(hook.names(), "malloc realloc free calloc free");
    EXPECT_EQ(hook.calls[0].first, 42u);
    EXPECT_EQ(hook.calls[1].ptr, hook.calls[0].result);
    EXPECT_EQ(hook.calls[1].first, 200u);
    EXPECT_EQ(hook.calls[2].ptr, a);
    EXPECT_EQ(hook.calls[3].first, 2u);
    EXPECT_EQ(hook.calls[3].second, 5u);
    EXPECT_EQ(cairn_domain_set(domain, before), CAIRN_OK);
    e.free(e.malloc(42));
    EXPECT_EQ(hook.calls.size(), 5u);
    EXPECT_EQ(cairn_domain_get(domain)->allocator.ctx, before.allocator.ctx);
}

TEST_P(Domain, A10_1_TheLastOneSetIsOutermost)
{
    Layer upper(*cairn_domain_get(domain));
    ASSERT_EQ(cairn_domain_set(domain, upper.layer()), CAIRN_OK);
    void *block = e.malloc(10);
    EXPECT_EQ(upper.names(), "malloc");
    EXPECT_EQ(hook.names(), "malloc");
    e.free(block);
    ASSERT_EQ(cairn_domain_set(domain, hook.layer()), CAIRN_OK);
    e.free(e.malloc(10));
    EXPECT_EQ(upper.names(), "malloc free");
}

TEST_P(Domain, A10_2_DomainsAreIndependent)
{
    for (const Entry &other : kEntries) {
        if (other.number != e.number) {
            other.free(other.malloc(100));
            other.free(other.malloc(100000));
        }
    }
    EXPECT_EQ(hook.names(), "");
}

INSTANTIATE_TEST_SUITE_P(All, Domain, testing::ValuesIn(kEntries),
                         [](const testing::TestParamInfo<Entry> &info) {
                             return std::string(info.param.name);
                         });

/* Pools over the raw domain, as the preset "pymalloc" has them. */
TEST(Domains, A10_2_PoolsOverTheRawDomainAskItsHooks)
{
    cairn_domain *raw = &cairn_domains[CAIRN_DOMAIN_RAW];
    cairn_layer before = *cairn_domain_get(raw);
    cairn_layer fallback = {{&raw, cairn_raw_forward_malloc, cairn_raw_forward_calloc,
                             cairn_raw_forward_realloc, cairn_raw_forward_free},
                            &cairn_raw_forward_more};
    cairn_pymalloc *pools = cairn_pymalloc_single_create(cairn_arena_mmap, fallback, nullptr);
    cairn_layer layer = cairn_pymalloc_layer(pools);
    Layer hook(before);
    ASSERT_EQ(cairn_domain_set(raw, hook.layer()), CAIRN_OK);
    void *small = cairn_layer_malloc(layer, 100);
    EXPECT_EQ(hook.names(), "calloc"); /* a leaf of the address map */
    void *large = cairn_layer_malloc(layer, 600);
    EXPECT_EQ(hook.names(), "calloc malloc");
    EXPECT_EQ(hook.calls[1].first, 600u);
    cairn_layer_free(layer, large);
    cairn_layer_free(layer, small);
    EXPECT_EQ(hook.names(), "calloc malloc free");
    cairn_pymalloc_single_destroy(pools);
    EXPECT_EQ(hook.live(), 0u);
    ASSERT_EQ(cairn_domain_set(raw, before), CAIRN_OK);
}

TEST(Domains, ASettingIsCheckedAndCopied)
{
    cairn_domain *domain = &cairn_domains[CAIRN_DOMAIN_OBJ];
    cairn_layer before = *cairn_domain_get(domain);
    for (int missing = 0; missing < 4; missing++) {
        cairn_layer layer = cairn_system;
        layer.allocator.malloc = missing == 0 ? nullptr : layer.allocator.malloc;
        layer.allocator.calloc = missing == 1 ? nullptr : layer.allocator.calloc;
        layer.allocator.realloc = missing == 2 ? nullptr : layer.allocator.realloc;
        layer.allocator.free = missing == 3 ? nullptr : layer.allocator.free;
        EXPECT_EQ(cairn_domain_set(domain, layer), CAIRN_INVALID);
        EXPECT_EQ(cairn_domain_get(domain)->allocator.malloc, before.allocator.malloc);
    }
    cairn_layer layer = cairn_system;
    layer.more = nullptr;
    EXPECT_EQ(cairn_domain_set(domain, layer), CAIRN_OK);
    layer.allocator.malloc = nullptr; /* ours to change */
    EXPECT_EQ(cairn_domain_get(domain)->more, &cairn_nothing_more);
    void *block = cairn_obj_malloc(10);
    EXPECT_NE(block, nullptr);
    cairn_obj_free(block);
    EXPECT_EQ(cairn_domain_set(domain, before), CAIRN_OK);
}

/* Else a domain that was hooked for a while would be slower from then on. */
TEST(Domains, TheBuiltInLayerIsPublishedAgainAsItself)
{
    cairn_domain *domain = &cairn_domains[CAIRN_DOMAIN_OBJ];
    const cairn_layer *built_in = cairn_domain_get(domain);
    Layer hook(*built_in);
    ASSERT_EQ(cairn_domain_set(domain, hook.layer()), CAIRN_OK);
    EXPECT_NE(cairn_domain_get(domain), built_in);
    ASSERT_EQ(cairn_domain_set(domain, *built_in), CAIRN_OK);
    EXPECT_EQ(cairn_domain_get(domain), built_in);
}

TEST(Domains, TheSameLayerIsInternedOnce)
{
    Layer one(cairn_system);
    Layer two(cairn_system);
    const cairn_layer *first = cairn_layer_intern(one.layer());
    const cairn_layer *second = cairn_layer_intern(two.layer());
    EXPECT_NE(first, second);
    EXPECT_EQ(cairn_layer_intern(one.layer()), first);
    EXPECT_NE(cairn_layer_intern(one.bare()), first);

    /* Permanent memory is handed out in a row, so a probe shows what toggling took. */
    auto *before = static_cast<char *>(cairn_permanent_alloc(64));
    for (int i = 0; i < 1000; i++) {
        EXPECT_EQ(cairn_layer_intern(i % 2 == 0 ? one.layer() : two.layer()),
                  i % 2 == 0 ? first : second);
    }
    EXPECT_EQ(cairn_permanent_alloc(64), before + 64);
}

TEST(Domains, BuiltInOnesAreThere)
{
    EXPECT_EQ(cairn_domain_find("raw"), &cairn_domains[CAIRN_DOMAIN_RAW]);
    EXPECT_EQ(cairn_domain_find("mem"), &cairn_domains[CAIRN_DOMAIN_MEM]);
    EXPECT_EQ(cairn_domain_find("obj"), &cairn_domains[CAIRN_DOMAIN_OBJ]);
    EXPECT_EQ(cairn_domain_find("no such"), nullptr);
    EXPECT_EQ(cairn_domains[CAIRN_DOMAIN_RAW].id, 'r');
    EXPECT_EQ(cairn_domains[CAIRN_DOMAIN_MEM].id, 'm');
    EXPECT_EQ(cairn_domains[CAIRN_DOMAIN_OBJ].id, 'o');
}

TEST(Domains, ProgramsMakeTheirOwn)
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
TEST(Domains, OnesOfTheProgramHaveHooksAndCountersOfTheirOwn)
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

/* By handle they are called as by name, hooked or not, and in the same code. */
TEST(Domains, EveryCallByHandleSeesAHookThatIsPut)
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
TEST(Domains, OneThatIsMadeWhileMemIsHookedKeepsTheHook)
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

TEST(Domains, ThoseOfAStaticConfigurationStayAsTheyAre)
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

TEST(Domains, NamesAreCheckedAndTheirNumberIsBounded)
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
