/* SPDX-License-Identifier: Apache-2.0
 *
 * Fronts (allocators/heap.h): however inlined a domain's operations are, a layer that is set sees every
 * call of every thread that comes after, of its own domain and of no other, until it is taken away.
 */
#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "cairn/cairn.h"

namespace cairn_test {

namespace {

/* Counts calls and passes them on. */
struct Counter {
    cairn_layer below;
    std::atomic<size_t> mallocs{0}, frees{0};
};

void *CountMalloc(void *ctx, size_t size)
{
    auto *counter = static_cast<Counter *>(ctx);
    counter->mallocs++;
    return cairn_layer_malloc(counter->below, size);
}

void *CountCalloc(void *ctx, size_t count, size_t size)
{
    return cairn_layer_calloc(static_cast<Counter *>(ctx)->below, count, size);
}

void *CountRealloc(void *ctx, void *ptr, size_t size)
{
    return cairn_layer_realloc(static_cast<Counter *>(ctx)->below, ptr, size);
}

void CountFree(void *ctx, void *ptr)
{
    auto *counter = static_cast<Counter *>(ctx);
    counter->frees++;
    cairn_layer_free(counter->below, ptr);
}

/* One for each domain, made once: another thread may be inside of it at any time. */
Counter *Count(unsigned domain)
{
    static Counter counters[CAIRN_DOMAINS_BUILT_IN] = {
        {*cairn_domain_get(&cairn_domains[0])},
        {*cairn_domain_get(&cairn_domains[1])},
        {*cairn_domain_get(&cairn_domains[2])},
    };
    Counter *counter = &counters[domain];
    counter->mallocs = 0;
    counter->frees = 0;
    cairn_layer layer = {{counter, CountMalloc, CountCalloc, CountRealloc, CountFree}, nullptr};
    EXPECT_EQ(cairn_domain_set(&cairn_domains[domain], layer), CAIRN_OK);
    return counter;
}

void StopCounting(unsigned domain, Counter *counter)
{
    EXPECT_EQ(cairn_domain_set(&cairn_domains[domain], counter->below), CAIRN_OK);
}

/* Of every kind: from a magazine, of large's, a run. */
constexpr size_t kSizes[] = {1, 64, 512, 513, 5000, 65536, 200000};
constexpr size_t kRepeats = 300; /* more than a magazine holds */
constexpr size_t kCalls = kRepeats * (sizeof kSizes / sizeof kSizes[0]);

void CallMem()
{
    for (size_t i = 0; i < kRepeats; i++) {
        for (size_t size : kSizes) {
            void *block = cairn_mem_malloc(size);
            ASSERT_NE(block, nullptr);
            cairn_mem_free(block);
        }
    }
}

void CallObj()
{
    for (size_t i = 0; i < kRepeats; i++) {
        void *block = cairn_obj_malloc(64);
        ASSERT_NE(block, nullptr);
        cairn_obj_free(block);
    }
}

/* A thread that does things when told to, and lives all the while. */
class Worker {
  public:
    void Do(void (*what)())
    {
        what_.store(what, std::memory_order_release);
        while (what_.load(std::memory_order_acquire) != nullptr) {
            std::this_thread::yield();
        }
    }

    ~Worker()
    {
        stop_ = true;
        thread_.join();
    }

  private:
    void Run()
    {
        while (!stop_) {
            if (auto what = what_.load(std::memory_order_acquire)) {
                what();
                what_.store(nullptr, std::memory_order_release);
            }
            std::this_thread::yield();
        }
    }

    std::atomic<void (*)()> what_{nullptr};
    std::atomic<bool> stop_{false};
    std::thread thread_{[this] { Run(); }};
};

TEST(Fronts, ALayerThatIsSetSeesEveryCallOfEveryThread)
{
    CallMem();
    Worker worker;
    worker.Do(CallMem);
    for (int round = 0; round < 3; round++) {
        Counter *counter = Count(CAIRN_DOMAIN_MEM);
        CallMem();
        EXPECT_EQ(counter->mallocs, kCalls);
        EXPECT_EQ(counter->frees, kCalls);
        worker.Do(CallMem);
        EXPECT_EQ(counter->mallocs, 2 * kCalls);
        EXPECT_EQ(counter->frees, 2 * kCalls);
        worker.Do(CallObj);
        EXPECT_EQ(counter->mallocs, 2 * kCalls);
        StopCounting(CAIRN_DOMAIN_MEM, counter);
        CallMem();
        worker.Do(CallMem);
        EXPECT_EQ(counter->mallocs, 2 * kCalls);
    }
}

TEST(Fronts, StayClosedWhileOneDomainHasAnotherLayer)
{
    CallMem();
    Counter *mem = Count(CAIRN_DOMAIN_MEM);
    Counter *obj = Count(CAIRN_DOMAIN_OBJ);
    StopCounting(CAIRN_DOMAIN_MEM, mem);
    CallMem();
    CallObj();
    EXPECT_EQ(mem->mallocs, 0u);
    EXPECT_EQ(obj->mallocs, kRepeats);
    StopCounting(CAIRN_DOMAIN_OBJ, obj);
    CallObj();
    EXPECT_EQ(obj->mallocs, kRepeats);
}

TEST(Fronts, BlocksOfBeforeAreFreedThroughTheLayer)
{
    std::vector<void *> blocks;
    for (size_t size : kSizes) {
        blocks.push_back(cairn_mem_malloc(size));
    }
    Counter *counter = Count(CAIRN_DOMAIN_MEM);
    for (void *block : blocks) {
        cairn_mem_free(block);
    }
    EXPECT_EQ(counter->frees, blocks.size());
    StopCounting(CAIRN_DOMAIN_MEM, counter);
}

/* What a thread does meanwhile must stay sound, whichever way its calls go. */
TEST(Fronts, OpenAndCloseUnderRunningThreads)
{
    std::atomic<bool> stop{false};
    std::vector<std::thread> threads;
    for (int i = 0; i < 2; i++) {
        threads.emplace_back([&stop] {
            while (!stop) {
                CallMem();
            }
        });
    }
    for (int round = 0; round < 200; round++) {
        Counter *counter = Count(CAIRN_DOMAIN_MEM);
        CallObj();
        StopCounting(CAIRN_DOMAIN_MEM, counter);
    }
    stop = true;
    for (std::thread &thread : threads) {
        thread.join();
    }
    EXPECT_TRUE(cairn_check_all());
}

} // namespace

} // namespace cairn_test
