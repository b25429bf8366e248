/* SPDX-License-Identifier: Apache-2.0
 *
 * Builds the stacks. Instances stand over counting providers, so that each test also proves that
 * everything comes back.
 */
#include "cairn/tests/contract/stacks.h"

#include <gtest/gtest.h>

#include "cairn/allocators/arena/fixed.h"
#include "cairn/allocators/arena/malloc.h"
#include "cairn/allocators/arena/mmap.h"
#include "cairn/allocators/large/large.h"
#include "cairn/allocators/pymalloc/pymalloc.h"
#include "cairn/allocators/pymalloc/single.h"
#include "cairn/allocators/system/system.h"
#include "cairn/cairn.h"
#include "cairn/hooks/stats/stats.h"
#include "cairn/tests/support/provider.h"

namespace cairn_test {

namespace {

constexpr size_t kFixedBytes = 192 << 20;

Provider *add_provider(Stack *stack, cairn_arena_source below)
{
    auto *provider = new Provider(below);
    stack->teardown.push_back([provider] { delete provider; });
    return provider;
}

cairn_arena_source mmap_source(Stack *)
{
    return cairn_arena_mmap;
}

cairn_arena_source malloc_source(Stack *)
{
    return cairn_arena_malloc;
}

/* In an odd place of its buffer, since any place will do. */
cairn_arena_source fixed_source(Stack *stack)
{
    auto *memory = static_cast<char *>(cairn_arena_alloc(cairn_arena_mmap, kFixedBytes));
    cairn_arena_source source = cairn_arena_malloc;
    EXPECT_TRUE(cairn_arena_fixed_init(memory + 77, kFixedBytes - 77, &source));
    stack->teardown.push_back(
        [memory] { cairn_arena_free(cairn_arena_mmap, memory, kFixedBytes); });
    stack->is_bounded = true;
    return source;
}

void put_large(Stack *stack, cairn_arena_source source)
{
    cairn_large *large = cairn_large_create(add_provider(stack, source)->source(), nullptr);
    ASSERT_NE(large, nullptr);
    stack->teardown.push_back([large] { cairn_large_destroy(large); });
    stack->layer = cairn_large_layer(large);
}

void put_system(Stack *stack)
{
    stack->layer = cairn_system;
    stack->largest_known = 0;
}

void put_pymalloc(Stack *stack, cairn_arena_source source)
{
    Provider *provider = add_provider(stack, source);
    cairn_pymalloc *pools = cairn_pymalloc_create(provider->source(), stack->layer, nullptr);
    ASSERT_NE(pools, nullptr);
    stack->teardown.push_back([pools] { cairn_pymalloc_destroy(pools); });
    stack->layer = cairn_pymalloc_layer(pools);
}

void put_single(Stack *stack, cairn_arena_source source)
{
    Provider *provider = add_provider(stack, source);
    cairn_pymalloc *pools = cairn_pymalloc_single_create(provider->source(), stack->layer, nullptr);
    ASSERT_NE(pools, nullptr);
    stack->teardown.push_back([pools] { cairn_pymalloc_single_destroy(pools); });
    stack->layer = cairn_pymalloc_layer(pools);
}

void *mem_malloc(void *, size_t size)
{
    return cairn_mem_malloc(size);
}

void *mem_calloc(void *, size_t count, size_t size)
{
    return cairn_mem_calloc(count, size);
}

void *mem_realloc(void *, void *ptr, size_t size)
{
    return cairn_mem_realloc(ptr, size);
}

void mem_free(void *, void *ptr)
{
    cairn_mem_free(ptr);
}

size_t mem_usable_size(void *, const void *ptr)
{
    return cairn_mem_usable_size(ptr);
}

void *mem_aligned_alloc(void *, size_t alignment, size_t size)
{
    return cairn_mem_aligned_alloc(alignment, size);
}

cairn_layer mem_layer()
{
    return *cairn_domain_get(&cairn_domains[CAIRN_DOMAIN_MEM]);
}

void *mem_block_start(void *, const void *address)
{
    return cairn_layer_block_start(mem_layer(), address);
}

bool mem_owns(void *, const void *ptr)
{
    return cairn_layer_owns(mem_layer(), ptr);
}

size_t mem_trim(void *)
{
    return cairn_trim();
}

bool mem_check(void *)
{
    return cairn_check_all();
}

void mem_stats(void *, cairn_report *report)
{
    cairn_layer_stats(mem_layer(), report);
}

/* The whole default stack by its public names. */
void put_default(Stack *stack)
{
    static const cairn_allocator_more more = {mem_usable_size, mem_aligned_alloc, mem_block_start,
                                              mem_owns,        mem_trim,          mem_check,
                                              mem_stats};
    stack->layer = {{nullptr, mem_malloc, mem_calloc, mem_realloc, mem_free}, &more};
}

void put_stats(Stack *stack)
{
    const char *error = "";
    cairn_layer over;
    ASSERT_TRUE(cairn_stats_hook.put_over(stack->layer, "test", "", &over, &error)) << error;
    stack->layer = over;
}

using SourceOf = cairn_arena_source (*)(Stack *);
using PutPools = void (*)(Stack *, cairn_arena_source);

std::function<void(Stack *)> large_over(SourceOf source)
{
    return [source](Stack *stack) { put_large(stack, source(stack)); };
}

std::function<void(Stack *)> pools_over_large(PutPools put, SourceOf source)
{
    return [put, source](Stack *stack) {
        put_large(stack, source(stack));
        put(stack, source(stack));
    };
}

std::function<void(Stack *)> pools_over_system(PutPools put)
{
    return [put](Stack *stack) {
        put_system(stack);
        put(stack, cairn_arena_mmap);
        stack->largest_known = CAIRN_SMALL_MAX;
    };
}

/* Both instances in one buffer. */
void build_shared_buffer(Stack *stack)
{
    cairn_arena_source source = fixed_source(stack);
    put_large(stack, source);
    put_pymalloc(stack, source);
}

std::vector<StackFactory> make_all()
{
    std::vector<StackFactory> bottoms = {
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
        {"default", put_default},
    };
    std::vector<StackFactory> all = bottoms;
    for (const StackFactory &bottom : bottoms) {
        auto build = bottom.build;
        all.push_back({"stats_" + bottom.name, [build](Stack *stack) {
                           build(stack);
                           put_stats(stack);
                       }});
    }
    return all;
}

} // namespace

const std::vector<StackFactory> &AllStacks()
{
    static const std::vector<StackFactory> all = make_all();
    return all;
}

} // namespace cairn_test
