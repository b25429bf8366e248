/* SPDX-License-Identifier: Apache-2.0
 *
 * What Cairn promises of arenas under CPython's names beyond what programs for CPython can see (programs/):
 * clause A4, each preset in its own way.
 */
#include <cstdlib>
#include <cstring>
#include <vector>

#include <gtest/gtest.h>

#include "cairn/cairn.h"
#include "cairn/domains/pymem.h"
#include "cairn/tests/support/fatal.h"
#include "cairn/tests/support/provider.h"

namespace cairn_test {

namespace {

PyObjectArenaAllocator TableOf(Provider *provider)
{
    cairn_arena_provider own = provider->source().provider;
    return {own.ctx, own.alloc, own.free};
}

/* Until the provider has given two arenas, or there are so many. */
std::vector<void *> FillObjects(const Provider &provider, size_t most)
{
    std::vector<void *> blocks;
    size_t allocs = provider.allocs;
    for (size_t i = 0; i < most && provider.allocs < allocs + 2; i++) {
        blocks.push_back(PyObject_Malloc(400)); /* small with a header, too */
        memset(blocks.back(), static_cast<int>(i & 127), 400);
    }
    return blocks;
}

void FreeObjects(const std::vector<void *> &blocks)
{
    for (void *block : blocks) {
        PyObject_Free(block);
    }
    cairn_trim();
}

bool HasArenas()
{
    cairn_arena_source source;
    return cairn_arena_source_get(&source);
}

TEST(PymemArena, A4_5_ArenasGoBackToTheAllocatorThatGaveThemWhateverWasSetSince)
{
    if (!HasArenas()) {
        GTEST_SKIP() << "the preset has no arenas";
    }
    PyObjectArenaAllocator before;
    PyObject_GetArenaAllocator(&before);
    PyObject_Free(PyObject_Malloc(400)); /* what the allocators keep for themselves, they have */
    cairn_arena_source source_before;
    ASSERT_TRUE(cairn_arena_source_get(&source_before));
    /* Their arenas may live as long as the program. */
    static Provider &first = *new Provider, &second = *new Provider;
    PyObjectArenaAllocator tables[] = {TableOf(&first), TableOf(&second)};
    PyObject_SetArenaAllocator(&tables[0]);
    std::vector<void *> of_first = FillObjects(first, 1000000);
    EXPECT_GT(first.allocs, 0u);
    PyObject_SetArenaAllocator(&tables[1]);
    std::vector<void *> of_second = FillObjects(second, 1000000);
    EXPECT_GT(second.allocs, 0u);
    size_t first_allocs = first.allocs;
    PyObject_SetArenaAllocator(&before);
    FreeObjects(of_first);
    FreeObjects(of_second);
    EXPECT_GT(first.frees, 0u);
    EXPECT_GT(second.frees, 0u);
    EXPECT_EQ(first.allocs, first_allocs);
    EXPECT_TRUE(cairn_check_all());
    cairn_arena_source source_after;
    ASSERT_TRUE(cairn_arena_source_get(&source_after));
    EXPECT_EQ(source_after.more, source_before.more);
}

/* Ten bytes of its own in front of each arena; what it gives is full of rubbish. */
void *AllocUnaligned(void *ctx, size_t size)
{
    char *memory = static_cast<char *>(malloc(size + 10));
    if (memory == nullptr) {
        return nullptr;
    }
    memset(memory, 0xA5, size + 10 < 4096 ? size + 10 : 4096);
    ++*static_cast<size_t *>(ctx);
    return memory + 10;
}

void FreeUnaligned(void *ctx, void *ptr, size_t)
{
    --*static_cast<size_t *>(ctx);
    free(static_cast<char *>(ptr) - 10);
}

TEST(PymemArena, A4_4_BlocksOfAnySizeAreAlignedInArenasThatAreNot)
{
    static size_t arenas; /* some may stay */
    PyObjectArenaAllocator before, unaligned = {&arenas, AllocUnaligned, FreeUnaligned};
    PyObject_GetArenaAllocator(&before);
    PyObject_SetArenaAllocator(&unaligned);
    for (size_t size : {16, 512, 5000, 300000, 5 << 20, 40 << 20}) {
        char *block = static_cast<char *>(PyObject_Calloc(1, size));
        EXPECT_EQ(reinterpret_cast<uintptr_t>(block) % 16, 0u);
        EXPECT_EQ(block[0], 0);
        EXPECT_EQ(block[size - 1], 0);
        memset(block, 7, size);
        block = static_cast<char *>(PyObject_Realloc(block, 2 * size));
        EXPECT_EQ(reinterpret_cast<uintptr_t>(block) % 16, 0u);
        EXPECT_EQ(block[size - 1], 7);
        memset(block, 8, 2 * size);
        PyObject_Free(block);
    }
    EXPECT_TRUE(cairn_check_all());
    PyObject_SetArenaAllocator(&before);
    cairn_trim();
}

TEST(PymemArena, A4_1_AFunctionThatIsNotThereEndsTheProgramWhenItIsCalled)
{
    PyObjectArenaAllocator before, now;
    PyObject_GetArenaAllocator(&before);
    PyObjectArenaAllocator partial = {&before, nullptr, before.free};
    PyObject_SetArenaAllocator(&partial);
    PyObject_GetArenaAllocator(&now);
    EXPECT_EQ(memcmp(&now, &partial, sizeof now), 0);
    cairn_arena_source source;
    if (cairn_arena_source_get(&source)) {
        EXPECT_EQ(FatalLineOf([&] { (void)cairn_arena_alloc(source, 1 << 20); }),
                  "cairn: alloc of an arena is called through a table that has NULL for it; give "
                  "PyObject_SetArenaAllocator both functions");
    }
    PyObject_SetArenaAllocator(&before);
}

TEST(PymemArena, A4_1_WithoutArenasTheAllocatorIsRememberedAndNotCalled)
{
    if (HasArenas()) {
        GTEST_SKIP() << "the preset has arenas";
    }
    PyObjectArenaAllocator before, now;
    PyObject_GetArenaAllocator(&before);
    void *memory = before.alloc(before.ctx, 1 << 20);
    ASSERT_NE(memory, nullptr);
    before.free(before.ctx, memory, 1 << 20);
    Provider provider;
    PyObjectArenaAllocator table = TableOf(&provider);
    PyObject_SetArenaAllocator(&table);
    PyObject_GetArenaAllocator(&now);
    EXPECT_EQ(memcmp(&now, &table, sizeof now), 0);
    FreeObjects(FillObjects(provider, 10000));
    EXPECT_EQ(provider.allocs, 0u);
    PyObject_SetArenaAllocator(&before);
    PyObject_GetArenaAllocator(&now);
    EXPECT_EQ(memcmp(&now, &before, sizeof now), 0);
}

} // namespace

} // namespace cairn_test
