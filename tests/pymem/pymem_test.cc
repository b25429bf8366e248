/* SPDX-License-Identifier: Apache-2.0
 *
 * What Cairn promises of CPython's names beyond what programs for CPython can see (programs/): clauses A3
 * and A5 where Cairn differs, and how these names go together with Cairn's own.
 */
#include "cairn/domains/pymem.h"

#include <cstring>
#include <string>

#include <gtest/gtest.h>

#include "cairn/cairn.h"
#include "cairn/tests/pymem/hook.h"
#include "cairn/tests/support/fatal.h"

namespace cairn_test {

namespace {

const PyMemAllocatorDomain kDomains[] = {PYMEM_DOMAIN_RAW, PYMEM_DOMAIN_MEM, PYMEM_DOMAIN_OBJ};

/* For as long as it is there. */
struct ScopedHook : Hook {
    using Hook::Hook;

    ~ScopedHook()
    {
        Remove();
    }
};

TEST(Pymem, A3_3_WhatWasThereIsServedAsBeforeWhenItIsSetBack)
{
    for (PyMemAllocatorDomain number : kDomains) {
        cairn_domain *domain = &cairn_domains[number];
        const cairn_layer *built_in = cairn_domain_get(domain);
        {
            ScopedHook hook(number);
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
    ScopedHook hook(PYMEM_DOMAIN_OBJ);
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
    ScopedHook hook(PYMEM_DOMAIN_MEM);
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
    ScopedHook hook(PYMEM_DOMAIN_MEM);
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
        ScopedHook hook(domain);
        EXPECT_EQ(cairn_pymem_allocator_name(), nullptr);
    }
    EXPECT_STREQ(cairn_pymem_allocator_name(), cairn_preset_name());
}

/* --- Macros and helpers -------------------------------------------------------------------------------- */

TEST(Pymem, A5_1_A5_2_AProductThatWrapsAroundIsTooMany)
{
    struct Item {
        char bytes[8];
    };
    const Py_ssize_t wraps = PY_SSIZE_T_MAX / 4 + 2; /* by eight: eight, if nobody looks */
    EXPECT_EQ(PyMem_New(Item, wraps), nullptr);
    Item *items = PyMem_New(Item, 3);
    Item *kept = items;
    PyMem_Resize(items, Item, wraps);
    ASSERT_EQ(items, nullptr);
    PyMem_Free(kept);
}

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
    ScopedHook raw(PYMEM_DOMAIN_RAW);
    ScopedHook mem(PYMEM_DOMAIN_MEM);
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
