/* SPDX-License-Identifier: Apache-2.0
 *
 * What Cairn promises of CPython's names beyond what programs for CPython can see (programs/): clauses A3, A4
 * and A5 where Cairn differs, and how these names go together with Cairn's own.
 */
#include "cairn/domains/pymem.h"

#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "cairn/cairn.h"
#include "cairn/tests/support/fatal.h"
#include "cairn/tests/support/provider.h"

namespace cairn_test {

namespace {

const PyMemAllocatorDomain kDomains[] = {PYMEM_DOMAIN_RAW, PYMEM_DOMAIN_MEM, PYMEM_DOMAIN_OBJ};

/* A hook over what serves a domain; it counts. */
struct Hook {
    explicit Hook(PyMemAllocatorDomain of) : domain(of)
    {
        PyMem_GetAllocator(domain, &next);
        PyMemAllocatorEx table = {this, Malloc, Calloc, Realloc, Free};
        PyMem_SetAllocator(domain, &table);
    }

    ~Hook()
    {
        PyMem_SetAllocator(domain, &next);
    }

    static void *Malloc(void *ctx, size_t size)
    {
        Hook *self = static_cast<Hook *>(ctx);
        self->calls++;
        return self->next.malloc(self->next.ctx, size);
    }

    static void *Calloc(void *ctx, size_t count, size_t size)
    {
        Hook *self = static_cast<Hook *>(ctx);
        self->calls++;
        return self->next.calloc(self->next.ctx, count, size);
    }

    static void *Realloc(void *ctx, void *ptr, size_t size)
    {
        Hook *self = static_cast<Hook *>(ctx);
        self->calls++;
        return self->next.realloc(self->next.ctx, ptr, size);
    }

    static void Free(void *ctx, void *ptr)
    {
        Hook *self = static_cast<Hook *>(ctx);
        self->calls++;
        self->next.free(self->next.ctx, ptr);
    }

    PyMemAllocatorDomain domain;
    PyMemAllocatorEx next;
    size_t calls = 0;
};

TEST(Pymem, A3_3_WhatWasThereIsServedAsBeforeWhenItIsSetBack)
{
    for (PyMemAllocatorDomain number : kDomains) {
        cairn_domain *domain = &cairn_domains[number];
        const cairn_layer *built_in = cairn_domain_get(domain);
        {
            Hook hook(number);
            EXPECT_NE(cairn_domain_get(domain), built_in);
            EXPECT_EQ(cairn_domain_get(domain)->more, &cairn_nothing_more);
        }
        EXPECT_EQ(cairn_domain_get(domain), built_in);
        EXPECT_NE(built_in->more, &cairn_nothing_more);
    }
}

TEST(Pymem, A3_3_AHookOfCairnKeepsItsOptionalOperationsThroughGetAndSet)
{
    cairn_domain *domain = &cairn_domains[CAIRN_DOMAIN_MEM];
    cairn_layer before = *cairn_domain_get(domain);
    static const cairn_allocator_more more = {}; /* of this hook alone */
    cairn_layer own = before;
    own.more = &more;
    own.allocator.ctx = &own;
    ASSERT_EQ(cairn_domain_set(domain, own), CAIRN_OK);
    PyMemAllocatorEx got;
    PyMem_GetAllocator(PYMEM_DOMAIN_MEM, &got);
    ASSERT_EQ(cairn_domain_set(domain, before), CAIRN_OK);
    PyMem_SetAllocator(PYMEM_DOMAIN_MEM, &got);
    EXPECT_EQ(cairn_domain_get(domain)->more, &more);
    ASSERT_EQ(cairn_domain_set(domain, before), CAIRN_OK);
}

TEST(Pymem, A3_3_AFunctionThatIsNotThereEndsTheProgramWhenItIsCalled)
{
    Hook hook(PYMEM_DOMAIN_OBJ);
    PyMemAllocatorEx partial = {&hook, Hook::Malloc, nullptr, nullptr, Hook::Free};
    PyMem_SetAllocator(PYMEM_DOMAIN_OBJ, &partial);
    void *block = PyObject_Malloc(10);
    EXPECT_EQ(FatalLineOf([] { (void)PyObject_Calloc(1, 1); }),
              "cairn: calloc is called through a table that has NULL for it; give "
              "PyMem_SetAllocator all four functions");
    EXPECT_EQ(FatalLineOf([] { (void)PyObject_Realloc(nullptr, 1); }),
              "cairn: realloc is called through a table that has NULL for it; give "
              "PyMem_SetAllocator all four functions");
    PyObject_Free(block);
    EXPECT_EQ(hook.calls, 2u);
}

/* As all domains of a static configuration are. */
TEST(Pymem, A3_3_ADomainThatCannotBeSetIsNotSetInSilence)
{
    cairn_domain *domain = &cairn_domains[CAIRN_DOMAIN_RAW];
    PyMemAllocatorEx own, other;
    PyMem_GetAllocator(PYMEM_DOMAIN_RAW, &own);
    other = own;
    other.ctx = &other;
    domain->is_fixed = true;
    EXPECT_EQ(FatalLineOf([&] { PyMem_SetAllocator(PYMEM_DOMAIN_RAW, &other); }),
              "cairn: PyMem_SetAllocator: the configuration is static, and domain raw cannot be "
              "changed; build it with dispatch = \"dynamic\"");
    PyMem_SetAllocator(PYMEM_DOMAIN_RAW, &own); /* is there already */
    domain->is_fixed = false;
}

TEST(Pymem, A3_3_TheSameTablesAgainTakeNoMemory)
{
    Hook hook(PYMEM_DOMAIN_MEM);
    PyMemAllocatorEx table;
    PyMem_GetAllocator(PYMEM_DOMAIN_MEM, &table);
    const cairn_layer *published = cairn_domain_get(&cairn_domains[CAIRN_DOMAIN_MEM]);
    for (int i = 0; i < 1000; i++) {
        PyMem_SetAllocator(PYMEM_DOMAIN_MEM, &hook.next);
        PyMem_SetAllocator(PYMEM_DOMAIN_MEM, &table);
        ASSERT_EQ(cairn_domain_get(&cairn_domains[CAIRN_DOMAIN_MEM]), published);
    }
}

TEST(Pymem, ATableOfFourFunctionsCannotAlignAndSaysSoOnce)
{
    Hook hook(PYMEM_DOMAIN_MEM);
    void *block = cairn_mem_aligned_alloc(16, 40);
    EXPECT_NE(block, nullptr);
    EXPECT_EQ(StderrOf([] { EXPECT_EQ(cairn_mem_aligned_alloc(64, 40), nullptr); }),
              "cairn: a request at a multiple of 64 failed: what was set to serve its domain has "
              "four functions and none that aligns; set a cairn_layer with aligned_alloc\n");
    EXPECT_EQ(StderrOf([] { EXPECT_EQ(cairn_mem_aligned_alloc(64, 40), nullptr); }), "");
    EXPECT_EQ(cairn_mem_usable_size(block), 0u);
    PyMem_Free(block);
}

TEST(Pymem, A3_11_OnlyWhatCairnHasPutTogetherHasAName)
{
    EXPECT_STREQ(cairn_pymem_allocator_name(), cairn_preset_name());
    for (PyMemAllocatorDomain domain : kDomains) {
        Hook hook(domain);
        EXPECT_EQ(cairn_pymem_allocator_name(), nullptr);
    }
    EXPECT_STREQ(cairn_pymem_allocator_name(), cairn_preset_name());
}

/* --- Arenas -------------------------------------------------------------------------------------------- */

PyObjectArenaAllocator TableOf(Provider *provider)
{
    cairn_arena_provider own = provider->source().provider;
    return {own.ctx, own.alloc, own.free};
}

/* Until the provider has given an arena, or there are so many. */
std::vector<void *> FillObjects(const Provider &provider, size_t most)
{
    std::vector<void *> blocks;
    size_t allocs = provider.allocs;
    for (size_t i = 0; i < most && provider.allocs == allocs; i++) {
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

TEST(Pymem, A4_5_ArenasGoBackToTheAllocatorThatGaveThemWhateverWasSetSince)
{
    if (!HasArenas()) {
        GTEST_SKIP() << "the preset has no arenas";
    }
    PyObjectArenaAllocator before;
    PyObject_GetArenaAllocator(&before);
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

TEST(Pymem, A4_4_BlocksOfAnySizeAreAlignedInArenasThatAreNot)
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

TEST(Pymem, A4_1_AFunctionThatIsNotThereEndsTheProgramWhenItIsCalled)
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

TEST(Pymem, A4_1_WithoutArenasTheAllocatorIsRememberedAndNotCalled)
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

/* --- Macros and helpers -------------------------------------------------------------------------------- */

TEST(Pymem, A5_3_TheNumberIsEvaluatedOnce)
{
    int n = 3;
    int *numbers = PyMem_New(int, n++);
    EXPECT_EQ(n, 4);
    PyMem_Resize(numbers, int, n++);
    EXPECT_EQ(n, 5);
    PyMem_Free(numbers);
}

TEST(Pymem, A5_6_StringsAreCopiedInTheirDomain)
{
    Hook raw(PYMEM_DOMAIN_RAW);
    Hook mem(PYMEM_DOMAIN_MEM);
    char *text = cairn_pymem_strdup("some text");
    EXPECT_STREQ(text, "some text");
    EXPECT_EQ(mem.calls, 1u);
    PyMem_Free(text);
    size_t calls = raw.calls;
    text = cairn_pymem_raw_strdup("");
    EXPECT_STREQ(text, "");
    PyMem_RawFree(text);
    wchar_t *wide = cairn_pymem_raw_wcsdup(L"wide text");
    EXPECT_STREQ(wide, L"wide text");
    PyMem_RawFree(wide);
    EXPECT_EQ(raw.calls, calls + 4);
    EXPECT_EQ(mem.calls, 2u);
}

const void *MadeOf(int byte)
{
    const void *pointer;
    memset(&pointer, byte, sizeof pointer);
    return pointer;
}

TEST(Pymem, C2_1_PointersMadeOfADebugByteAreFreed)
{
    EXPECT_TRUE(cairn_pymem_is_freed(nullptr));
    EXPECT_TRUE(cairn_pymem_is_freed(MadeOf(PYMEM_CLEANBYTE)));
    EXPECT_TRUE(cairn_pymem_is_freed(MadeOf(PYMEM_DEADBYTE)));
    EXPECT_TRUE(cairn_pymem_is_freed(MadeOf(PYMEM_FORBIDDENBYTE)));
    EXPECT_FALSE(cairn_pymem_is_freed(MadeOf(0xCB))); /* as it was before 3.8 */
    EXPECT_FALSE(cairn_pymem_is_freed(MadeOf(0x01)));
    EXPECT_FALSE(cairn_pymem_is_freed(&cairn_domains));
    const char *almost = static_cast<const char *>(MadeOf(PYMEM_CLEANBYTE)) + 1;
    EXPECT_FALSE(cairn_pymem_is_freed(almost));
}

} // namespace

} // namespace cairn_test
