/* SPDX-License-Identifier: Apache-2.0
 *
 * Stacks that are built when the program runs, fresh for each test. Instances stand over counting
 * providers, so that each test also proves that everything comes back.
 */
#include "cairn/tests/contract/subject.h"

#include <gtest/gtest.h>

#include "cairn/allocators/arena/fixed.h"
#include "cairn/allocators/arena/malloc.h"
#include "cairn/allocators/arena/mmap.h"
#include "cairn/allocators/large/large.h"
#include "cairn/allocators/pymalloc/pymalloc.h"
#include "cairn/allocators/pymalloc/single.h"
#include "cairn/allocators/system/system.h"
#include "cairn/hooks/stats/stats.h"
#include "cairn/tests/support/provider.h"

namespace cairn_test {

namespace {

constexpr size_t kFixedBytes = 192 << 20;

Provider *add_provider(Subject *stack, cairn_arena_source below)
{
    auto *provider = new Provider(below);
    stack->teardown.push_back([provider] { delete provider; });
    return provider;
}

cairn_arena_source mmap_source(Subject *)
{
    return cairn_arena_mmap;
}

cairn_arena_source malloc_source(Subject *)
{
    return cairn_arena_malloc;
}

/* In an odd place of its buffer, since any place will do. */
cairn_arena_source fixed_source(Subject *stack)
{
    auto *memory = static_cast<char *>(cairn_arena_alloc(cairn_arena_mmap, kFixedBytes));
    cairn_arena_source source = cairn_arena_malloc;
    EXPECT_TRUE(cairn_arena_fixed_init(memory + 77, kFixedBytes - 77, &source));
    stack->teardown.push_back(
        [memory] { cairn_arena_free(cairn_arena_mmap, memory, kFixedBytes); });
    stack->room = kFixedBytes / 2;
    return source;
}

void put_large(Subject *stack, cairn_arena_source source)
{
    stack->offers = CAIRN_OFFERS_ALL_OWNED | CAIRN_OFFERS_COUNTS_BLOCKS | CAIRN_OFFERS_WALK;
    cairn_large *large = cairn_large_create(add_provider(stack, source)->source(), nullptr);
    ASSERT_NE(large, nullptr);
    stack->teardown.push_back([large] { cairn_large_destroy(large); });
    stack->layer = cairn_large_layer(large);
}

void put_system(Subject *stack)
{
    stack->layer = cairn_system;
}

void put_pymalloc(Subject *stack, cairn_arena_source source)
{
    Provider *provider = add_provider(stack, source);
    cairn_pymalloc *pools = cairn_pymalloc_create(provider->source(), stack->layer, nullptr);
    ASSERT_NE(pools, nullptr);
    stack->teardown.push_back([pools] { cairn_pymalloc_destroy(pools); });
    stack->layer = cairn_pymalloc_layer(pools);
}

void put_single(Subject *stack, cairn_arena_source source)
{
    Provider *provider = add_provider(stack, source);
    cairn_pymalloc *pools = cairn_pymalloc_single_create(provider->source(), stack->layer, nullptr);
    ASSERT_NE(pools, nullptr);
    stack->teardown.push_back([pools] { cairn_pymalloc_single_destroy(pools); });
    stack->layer = cairn_pymalloc_layer(pools);
}

void put_stats(Subject *stack)
{
    const char *error = "";
    cairn_layer over;
    ASSERT_TRUE(cairn_stats_hook.put_over(stack->layer, "test", "", &over, &error)) << error;
    stack->layer = over;
}

using SourceOf = cairn_arena_source (*)(Subject *);
using PutPools = void (*)(Subject *, cairn_arena_source);

std::function<void(Subject *)> large_over(SourceOf source)
{
    return [source](Subject *stack) { put_large(stack, source(stack)); };
}

std::function<void(Subject *)> pools_over_large(PutPools put, SourceOf source)
{
    return [put, source](Subject *stack) {
        put_large(stack, source(stack));
        put(stack, source(stack));
    };
}

std::function<void(Subject *)> pools_over_system(PutPools put)
{
    return [put](Subject *stack) {
        stack->offers = CAIRN_OFFERS_COUNTS_BLOCKS;
        put_system(stack);
        put(stack, cairn_arena_mmap);
        stack->largest_owned = CAIRN_SMALL_MAX;
    };
}

/* Both instances in one buffer. */
void build_shared_buffer(Subject *stack)
{
    cairn_arena_source source = fixed_source(stack);
    put_large(stack, source);
    put_pymalloc(stack, source);
}

std::vector<SubjectFactory> make_all()
{
    std::vector<SubjectFactory> bottoms = {
        {"system", put_system},
        {"large_mmap", large_over(mmap_source)},
        {"large_malloc", large_over(malloc_source)},
        {"large_fixed", large_over(fixed_source)},
        {"pymalloc_large_mmap", pools_over_large(put_pymalloc, mmap_source)},
        {"pymalloc_large_malloc", pools_over_large(put_pymalloc, malloc_source)},
        {"pymalloc_large_fixed", pools_over_large(put_pymalloc, fixed_source)},
        {"pymalloc_large_one_buffer", build_shared_buffer},
        {"single_large_mmap", pools_over_large(put_single, mmap_source)},
        {"single_large_malloc", pools_over_large(put_single, malloc_source)},
        {"single_large_fixed", pools_over_large(put_single, fixed_source)},
        {"pymalloc_system", pools_over_system(put_pymalloc)},
        {"single_system", pools_over_system(put_single)},
    };
    std::vector<SubjectFactory> all;
    for (const SubjectFactory &bottom : bottoms) {
        auto build = [bottom](Subject *stack) {
            bottom.build(stack);
            stack->offers |= OffersOf(stack->layer);
        };
        all.push_back({bottom.name, build});
        all.push_back({"stats_" + bottom.name, [build](Subject *stack) {
                           build(stack);
                           put_stats(stack);
                       }});
    }
    return all;
}

} // namespace

const std::vector<SubjectFactory> &AllSubjects()
{
    static const std::vector<SubjectFactory> all = make_all();
    return all;
}

} // namespace cairn_test
