/* SPDX-License-Identifier: Apache-2.0
 *
 * Allocators that change while other threads call them (clause A8.3; G15). CPython copies the five members of
 * a table one by one, so that a call can pair the function of one allocator with the ctx of another; here a
 * call sees one table or the other. Each function checks that ctx is its own.
 */
#include <atomic>
#include <cstring>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "cairn/cairn.h"
#include "cairn/domains/pymem.h"

namespace cairn_test {

namespace {

constexpr int kThreads = 3;
constexpr int kToggles = 3000;

std::atomic<size_t> foreign_ctx;

/* Two kinds of hooks with functions of their own; what is below never changes. */
template <int kKind> struct Hook {
    static Hook *own;

    explicit Hook(const PyMemAllocatorEx &below) : next(below)
    {
        own = this;
    }

    static void Check(void *ctx)
    {
        foreign_ctx += ctx != own;
    }

    static void *Malloc(void *ctx, size_t size)
    {
        Check(ctx);
        return own->next.malloc(own->next.ctx, size);
    }

    static void *Calloc(void *ctx, size_t count, size_t size)
    {
        Check(ctx);
        return own->next.calloc(own->next.ctx, count, size);
    }

    static void *Realloc(void *ctx, void *ptr, size_t size)
    {
        Check(ctx);
        return own->next.realloc(own->next.ctx, ptr, size);
    }

    static void Free(void *ctx, void *ptr)
    {
        Check(ctx);
        own->next.free(own->next.ctx, ptr);
    }

    PyMemAllocatorEx Table()
    {
        return {this, Malloc, Calloc, Realloc, Free};
    }

    PyMemAllocatorEx next;
};

template <int kKind> Hook<kKind> *Hook<kKind>::own;

bool IsSame(const PyMemAllocatorEx &a, const PyMemAllocatorEx &b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

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

void CallUntil(const Domain &domain, const std::atomic<bool> &stop)
{
    for (size_t i = 0; !stop; i++) {
        char *block = static_cast<char *>(domain.malloc(1 + i % 700));
        block[0] = 1;
        block = static_cast<char *>(domain.realloc(block, 1 + i % 900));
        foreign_ctx += block[0] != 1;
        domain.free(block);
        domain.free(domain.calloc(3, i % 100));
    }
}

TEST(PymemRace, TheCheckNoticesAForeignCtx)
{
    PyMemAllocatorEx before;
    PyMem_GetAllocator(PYMEM_DOMAIN_MEM, &before);
    Hook<0> hook(before);
    PyMemAllocatorEx torn = hook.Table();
    torn.ctx = before.ctx; /* what half of a copy would leave */
    PyMem_SetAllocator(PYMEM_DOMAIN_MEM, &torn);
    PyMem_Free(PyMem_Malloc(1));
    PyMem_SetAllocator(PYMEM_DOMAIN_MEM, &before);
    EXPECT_EQ(foreign_ctx.exchange(0), 2u);
}

TEST(PymemRace, G15_AFunctionIsNeverCalledWithTheCtxOfAnother)
{
    for (const Domain &domain : kDomains) {
        PyMemAllocatorEx before;
        PyMem_GetAllocator(domain.number, &before);
        Hook<0> a(before);
        Hook<1> b(before);
        PyMemAllocatorEx tables[] = {a.Table(), b.Table(), before};
        std::atomic<bool> stop{false};
        std::atomic<size_t> torn{0};
        std::vector<std::thread> threads;
        for (int i = 0; i < kThreads; i++) {
            threads.emplace_back([&] { CallUntil(domain, stop); });
        }
        threads.emplace_back([&] {
            while (!stop) {
                PyMemAllocatorEx got;
                PyMem_GetAllocator(domain.number, &got);
                torn += !IsSame(got, tables[0]) && !IsSame(got, tables[1]) && !IsSame(got, before);
            }
        });
        for (int i = 0; i < kToggles; i++) {
            PyMem_SetAllocator(domain.number, &tables[i % 3]);
        }
        PyMem_SetAllocator(domain.number, &before);
        stop = true;
        for (std::thread &thread : threads) {
            thread.join();
        }
        EXPECT_EQ(foreign_ctx, 0u);
        EXPECT_EQ(torn, 0u);
    }
    EXPECT_TRUE(cairn_check_all());
}

/* --- Arenas -------------------------------------------------------------------------------------------- */

/* Tells its arenas by ctx, which is in front of each. */
template <int kKind> struct Arenas {
    static Arenas *own;
    PyObjectArenaAllocator next;
    std::atomic<size_t> live{0};

    explicit Arenas(const PyObjectArenaAllocator &below) : next(below)
    {
        own = this;
    }

    static void *Alloc(void *ctx, size_t size)
    {
        foreign_ctx += ctx != own;
        void *memory = own->next.alloc(own->next.ctx, size + 4096);
        if (memory == nullptr) {
            return nullptr;
        }
        *static_cast<void **>(memory) = own;
        own->live++;
        return static_cast<char *>(memory) + 4096;
    }

    static void Free(void *ctx, void *ptr, size_t size)
    {
        void *memory = static_cast<char *>(ptr) - 4096;
        foreign_ctx += ctx != own || *static_cast<void **>(memory) != own;
        own->live--;
        own->next.free(own->next.ctx, memory, size + 4096);
    }

    PyObjectArenaAllocator Table()
    {
        return {this, Alloc, Free};
    }
};

template <int kKind> Arenas<kKind> *Arenas<kKind>::own;

void FillAndEmpty(size_t rounds)
{
    std::vector<void *> blocks;
    for (size_t round = 0; round < rounds; round++) {
        for (size_t i = 0; i < 5000; i++) {
            blocks.push_back(PyObject_Malloc(400));
        }
        for (void *block : blocks) {
            PyObject_Free(block);
        }
        blocks.clear();
        cairn_trim();
    }
}

TEST(PymemRace, G15_AnArenaIsNeverAskedOfOneAndGivenBackToAnother)
{
    PyObjectArenaAllocator before;
    PyObject_GetArenaAllocator(&before);
    /* Arenas can outlive the test. */
    static Arenas<0> a(before);
    static Arenas<1> b(before);
    PyObjectArenaAllocator tables[] = {a.Table(), b.Table(), before};
    std::atomic<bool> stop{false};
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; i++) {
        threads.emplace_back([] { FillAndEmpty(20); });
    }
    std::thread setter([&] {
        for (int i = 0; !stop; i++) {
            PyObject_SetArenaAllocator(&tables[i % 3]);
            std::this_thread::yield();
        }
    });
    for (std::thread &thread : threads) {
        thread.join();
    }
    stop = true;
    setter.join();
    PyObject_SetArenaAllocator(&before);
    EXPECT_EQ(foreign_ctx, 0u);
    EXPECT_TRUE(cairn_check_all());
}

} // namespace

} // namespace cairn_test
