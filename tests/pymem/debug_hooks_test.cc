/* SPDX-License-Identifier: Apache-2.0
 *
 * PyMem_SetupDebugHooks in the stacks that a program can build: twice, below and above its own allocators,
 * over blocks that are out (clauses A3.8, A3.11, A10.3 to A10.5). Each test is a process of its own, since
 * the hook stays.
 */
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "cairn/cairn.h"
#include "cairn/domains/pymem.h"
#include "cairn/tests/pymem/hook.h"

namespace cairn_test {

namespace {

constexpr size_t kExtra = 24; /* C1.1 */

/* Failures in the child are printed there, and are one of the test. */
void InAProcess(void (*body)())
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        body();
        fflush(stdout);
        _exit(testing::Test::HasFailure() ? 1 : 0);
    }
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
}

#define IN_A_PROCESS(name)                                                                         \
    void name##_body();                                                                            \
    TEST(PymemDebug, name)                                                                         \
    {                                                                                              \
        InAProcess(name##_body);                                                                   \
    }                                                                                              \
    void name##_body()

struct Domain {
    PyMemAllocatorDomain number;
    void *(*malloc)(size_t);
    void *(*calloc)(size_t, size_t);
    void *(*realloc)(void *, size_t);
    void (*free)(void *);
};

const Domain kDomains[] = {
    {PYMEM_DOMAIN_RAW, PyMem_RawMalloc, PyMem_RawCalloc, PyMem_RawRealloc, PyMem_RawFree},
    {PYMEM_DOMAIN_MEM, PyMem_Malloc, PyMem_Calloc, PyMem_Realloc, PyMem_Free},
    {PYMEM_DOMAIN_OBJ, PyObject_Malloc, PyObject_Calloc, PyObject_Realloc, PyObject_Free},
};

/* Whether the preset has the hook from the start. */
bool IsBuiltIn()
{
    return strstr(cairn_preset_name(), "debug") != nullptr;
}

PyMemAllocatorEx OfLibc()
{
    return {nullptr, [](void *, size_t size) { return malloc(size); },
            [](void *, size_t count, size_t size) { return calloc(count, size); },
            [](void *, void *ptr, size_t size) { return realloc(ptr, size); },
            [](void *, void *ptr) { free(ptr); }};
}

/* A block of each kind goes through; what the hooks saw of the first is left in them. */
void Use(const Domain &domain)
{
    char *block = static_cast<char *>(domain.calloc(10, 10));
    EXPECT_EQ(block[99], 0);
    block = static_cast<char *>(domain.realloc(block, 1000));
    domain.free(domain.realloc(block, 10));
    block = static_cast<char *>(domain.malloc(100));
    memset(block, 1, 100);
    domain.free(block);
}

IN_A_PROCESS(A10_4_TwiceIsOnce)
{
    for (const Domain &domain : kDomains) {
        Hook *bottom = new Hook(domain.number, OfLibc());
        PyMem_SetupDebugHooks();
        PyMem_SetupDebugHooks();
        Use(domain);
        EXPECT_EQ(bottom->size, 100 + kExtra);
    }
}

IN_A_PROCESS(A10_5_WithAHookAboveItIsNotPutAgain)
{
    for (const Domain &domain : kDomains) {
        Hook *bottom = new Hook(domain.number, OfLibc());
        PyMem_SetupDebugHooks();
        Hook *top = new Hook(domain.number);
        Hook *higher = new Hook(domain.number);
        for (int i = 0; i < 3; i++) {
            PyMem_SetupDebugHooks();
            Use(domain);
            EXPECT_EQ(higher->size, 100u);
            EXPECT_EQ(top->size, 100u);
            EXPECT_EQ(bottom->size, 100 + kExtra);
        }
        top->calls = 0;
        domain.free(domain.malloc(10));
        EXPECT_EQ(top->calls, 2u);
    }
}

IN_A_PROCESS(A10_5_UnderAHookThatIsNotBelowTheDebugHookAnyMore)
{
    for (const Domain &domain : kDomains) {
        Hook *bottom = new Hook(domain.number, OfLibc());
        PyMem_SetupDebugHooks();
        Hook *top = new Hook(domain.number);
        PyMem_SetAllocator(domain.number, &top->next); /* without the hook above */
        PyMem_SetupDebugHooks();
        Use(domain);
        EXPECT_EQ(bottom->size, 100 + kExtra);
        EXPECT_EQ(top->size, 0u);
        top->Install();
        PyMem_SetupDebugHooks();
        Use(domain);
        EXPECT_EQ(bottom->size, 100 + kExtra);
        EXPECT_EQ(top->size, 100u);
    }
}

/* Nobody can tell what is below an allocator that gives nothing: at worst there are two headers. */
IN_A_PROCESS(A10_5_WhereNothingCanBeToldThereIsNoRecursion)
{
    for (const Domain &domain : kDomains) {
        Hook *bottom = new Hook(domain.number, OfLibc());
        PyMem_SetupDebugHooks();
        Hook *top = new Hook(domain.number);
        void *older = domain.malloc(50);
        top->fails = true;
        PyMem_SetupDebugHooks();
        PyMem_SetupDebugHooks();
        top->fails = false;
        Use(domain);
        EXPECT_LE(bottom->size, 100 + 2 * kExtra);
        domain.free(domain.realloc(older, 5000));
    }
}

IN_A_PROCESS(A3_8_AReplacementIsCheckedAfterTheNextSetUp)
{
    for (const Domain &domain : kDomains) {
        PyMem_SetupDebugHooks();
        Use(domain);
        Hook *replacement = new Hook(domain.number, OfLibc());
        Use(domain);
        EXPECT_EQ(replacement->size, 100u);
        void *older = domain.malloc(70);
        PyMem_SetupDebugHooks();
        Use(domain);
        EXPECT_EQ(replacement->size, 100 + kExtra);
        domain.free(older);
    }
}

/* CPython's hooks cannot be set up once blocks are out: these have no header (G13). */
IN_A_PROCESS(G13_BlocksThatAreOutStayWhatTheyAre)
{
    static const size_t sizes[] = {0, 1, 8, 24, 100, 488, 512, 513, 5000, 300000, 40 << 20};
    for (const Domain &domain : kDomains) {
        std::vector<char *> blocks;
        for (int round = 0; round < 2; round++) {
            for (size_t size : sizes) {
                char *block = static_cast<char *>(domain.malloc(size));
                memset(block, 0x5A, size);
                blocks.push_back(block);
            }
        }
        PyMem_SetupDebugHooks();
        Use(domain);
        for (size_t i = 0; i < blocks.size(); i++) {
            size_t size = sizes[i % (sizeof sizes / sizeof sizes[0])];
            if (i % 2 == 0) {
                blocks[i] = static_cast<char *>(domain.realloc(blocks[i], size + 100));
            }
            EXPECT_TRUE(size == 0 || (blocks[i][0] == 0x5A && blocks[i][size - 1] == 0x5A));
            domain.free(blocks[i]);
        }
    }
    EXPECT_TRUE(cairn_check_all());
}

TEST(PymemDebug, BlocksOfAfterTheSetUpAreChecked)
{
    for (const Domain &domain : kDomains) {
        EXPECT_DEATH(
            {
                domain.free(domain.malloc(30));
                PyMem_SetupDebugHooks();
                char *block = static_cast<char *>(domain.malloc(30));
                block[30] = 1;
                domain.free(block);
            },
            "cairn: write past the end of the block");
    }
}

IN_A_PROCESS(A3_11_TheNameSaysThatItWasSetUp)
{
    std::string name = cairn_preset_name();
    std::string expected = IsBuiltIn() ? name : name == "default" ? "debug" : name + "_debug";
    EXPECT_EQ(cairn_pymem_allocator_name(), name);
    PyMem_SetupDebugHooks();
    EXPECT_EQ(cairn_pymem_allocator_name(), expected);
    PyMem_SetupDebugHooks();
    EXPECT_EQ(cairn_pymem_allocator_name(), expected);
    Hook *top = new Hook(PYMEM_DOMAIN_MEM);
    EXPECT_EQ(cairn_pymem_allocator_name(), nullptr);
    PyMem_SetAllocator(PYMEM_DOMAIN_MEM, &top->next);
    EXPECT_EQ(cairn_pymem_allocator_name(), expected);
}

/* What pools do not serve goes through the raw domain, and its hook: two headers. */
IN_A_PROCESS(A10_3_LargeBlocksOfPoolsHaveTheHeaderOfRawToo)
{
    if (strcmp(cairn_preset_name(), "pymalloc") != 0) {
        return;
    }
    Hook *raw = new Hook(PYMEM_DOMAIN_RAW, OfLibc());
    PyMem_SetupDebugHooks();
    PyMem_Free(PyMem_Malloc(488)); /* what pools need for themselves, they have then */
    void *block = PyMem_Malloc(600);
    EXPECT_EQ(raw->size, 600 + 2 * kExtra);
    PyMem_Free(block);
    raw->size = 0;
    block = PyMem_Malloc(488);
    EXPECT_EQ(raw->size, 0u);
    PyMem_Free(block);
}

} // namespace

} // namespace cairn_test
