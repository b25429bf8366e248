/* SPDX-License-Identifier: Apache-2.0
 *
 * Domains: the size rules of clause A2, getting and setting (A3), and hooks on top of each other (A10).
 */
#include "cairn/domains/domain.h"

#include <string>

#include <gtest/gtest.h>

#include "cairn/allocators/arena/mmap.h"
#include "cairn/allocators/pymalloc/single.h"
#include "cairn/allocators/system/system.h"
#include "cairn/base/permanent.h"
#include "cairn/cairn.h"
#include "cairn/tests/support/blocks.h"
#include "cairn/tests/support/layer.h"

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

} // namespace

} // namespace cairn_test
