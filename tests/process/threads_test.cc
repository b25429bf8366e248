// SPDX-License-Identifier: Apache-2.0
//
// Cairn by its own names under ThreadSanitizer: everything that threads may do at the same time.
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <functional>
#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "cairn/allocators/arena/mmap.h"
#include "cairn/allocators/large/large.h"
#include "cairn/allocators/pymalloc/pymalloc.h"
#include "cairn/cairn.h"
#include "cairn/hooks/stats/stats.h"

namespace {

constexpr int kThreads = 4;

void RunThreads(int count, const std::function<void(int)> &run)
{
    std::vector<std::thread> threads;
    for (int i = 0; i < count; i++) {
        threads.emplace_back(run, i);
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
}

size_t RandomSize(std::minstd_rand &random)
{
    unsigned kind = random() % 64;
    return 1 + random() % (kind < 48 ? 512 : kind < 63 ? 65536 : 2000000);
}

// Writes where a block's owner would: at both ends.
void Touch(void *block, size_t size)
{
    ASSERT_NE(block, nullptr);
    static_cast<char *>(block)[0] = 1;
    static_cast<char *>(block)[size - 1] = 2;
}

void AllocateSome(cairn_layer layer, unsigned seed, int rounds)
{
    std::minstd_rand random(seed + 1);
    std::vector<void *> blocks(64);
    for (int i = 0; i < rounds; i++) {
        void *&block = blocks[random() % blocks.size()];
        size_t size = RandomSize(random);
        switch (random() % 4) {
        case 0:
            cairn_layer_free(layer, block);
            block = cairn_layer_calloc(layer, 1, size);
            break;
        case 1:
            block = cairn_layer_realloc(layer, block, size);
            break;
        case 2:
            cairn_layer_free(layer, block);
            block = cairn_layer_aligned_alloc(layer, size_t{16} << random() % 8, size);
            break;
        default:
            cairn_layer_free(layer, block);
            block = cairn_layer_malloc(layer, size);
        }
        Touch(block, size);
    }
    for (void *block : blocks) {
        cairn_layer_free(layer, block);
    }
}

cairn_layer Mem()
{
    return *cairn_domain_get(&cairn_domains[CAIRN_DOMAIN_MEM]);
}

// Runs something again and again while threads allocate.
void WhileAllocating(const std::function<void()> &act)
{
    std::atomic<int> running{kThreads};
    std::thread actor([&] {
        while (running > 0) {
            act();
        }
    });
    RunThreads(kThreads, [&](int i) {
        AllocateSome(Mem(), unsigned(i), 3000);
        running--;
    });
    actor.join();
    EXPECT_TRUE(cairn_check_all());
}

TEST(ThreadsTest, AllocateAndFree)
{
    RunThreads(kThreads, [](int i) { AllocateSome(Mem(), unsigned(i), 10000); });
    EXPECT_TRUE(cairn_check_all());
}

TEST(ThreadsTest, FreeInOtherThreads)
{
    constexpr int kSlots = 256;
    static std::atomic<void *> slots[kSlots];
    RunThreads(kThreads, [](int i) {
        std::minstd_rand random(unsigned(i) + 1);
        for (int round = 0; round < 10000; round++) {
            size_t size = RandomSize(random);
            void *block = cairn_malloc(size);
            Touch(block, size);
            cairn_free(slots[random() % kSlots].exchange(block));
        }
    });
    for (std::atomic<void *> &slot : slots) {
        cairn_free(slot.exchange(nullptr));
    }
    EXPECT_TRUE(cairn_check_all());
}

TEST(ThreadsTest, ThreadsComeAndGo)
{
    static std::atomic<void *> left[kThreads];
    RunThreads(kThreads, [](int i) {
        for (int round = 0; round < 50; round++) {
            std::thread([=] {
                AllocateSome(Mem(), unsigned(round), 50);
                cairn_free(left[i].exchange(cairn_malloc(100)));
            }).join();
        }
    });
    for (std::atomic<void *> &block : left) {
        cairn_free(block);
    }
    EXPECT_TRUE(cairn_check_all());
}

TEST(ThreadsTest, TrimWhileAllocating)
{
    WhileAllocating([] { cairn_trim(); });
}

TEST(ThreadsTest, StatisticsWhileAllocating)
{
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    WhileAllocating([=] {
        cairn_totals totals;
        cairn_stats_totals(&totals);
        cairn_stats_write(nowhere, CAIRN_REPORT_TEXT);
        cairn_stats_write(nowhere, CAIRN_REPORT_JSON);
    });
    close(nowhere);
}

TEST(ThreadsTest, UsableSizeOfOthersBlocks)
{
    void *blocks[] = {cairn_malloc(10), cairn_malloc(1000), cairn_malloc(100000),
                      cairn_malloc(20000000)};
    WhileAllocating([&] {
        for (void *block : blocks) {
            EXPECT_GE(cairn_usable_size(block), 10u);
        }
    });
    for (void *block : blocks) {
        cairn_free(block);
    }
}

TEST(ThreadsTest, SetDomainWhileAllocating)
{
    cairn_domain *domain = nullptr;
    ASSERT_EQ(cairn_domain_create("threads_test", 't', &domain), CAIRN_OK);
    cairn_layer below = *cairn_domain_get(domain);
    cairn_layer hooked;
    const char *error = nullptr;
    ASSERT_TRUE(cairn_stats_hook.put_over(below, domain->name, "", &hooked, &error)) << error;
    std::atomic<int> running{kThreads};
    std::thread setter([&] {
        for (bool on = true; running > 0; on = !on) {
            EXPECT_EQ(cairn_domain_set(domain, on ? hooked : below), CAIRN_OK);
        }
    });
    RunThreads(kThreads, [&](int i) {
        std::minstd_rand random(unsigned(i) + 1);
        for (int round = 0; round < 5000; round++) {
            size_t size = RandomSize(random);
            void *block = cairn_domain_malloc(domain, size);
            Touch(block, size);
            block = cairn_domain_realloc(domain, block, size + 100);
            Touch(block, size + 100);
            cairn_domain_free(domain, block);
        }
        running--;
    });
    setter.join();
}

TEST(ThreadsTest, CreateDomainsInParallel)
{
    std::atomic<int> made{0};
    RunThreads(kThreads, [&](int i) {
        for (int n = 0; n < 5; n++) {
            cairn_domain *domain = nullptr;
            std::string name = "domain_" + std::to_string(i) + "_" + std::to_string(n);
            ASSERT_EQ(cairn_domain_create(name.c_str(), 'd', &domain), CAIRN_OK);
            EXPECT_EQ(cairn_domain_find(name.c_str()), domain);
            made++;
        }
    });
    EXPECT_EQ(made, kThreads * 5);
}

// Blocks of an instance, used by its creator and by another thread, which outlives it or ends while it is
// destroyed.
template <typename Instance, typename Create, typename Destroy>
void UseInstances(Create create, Destroy destroy, cairn_layer (*layer_of)(Instance *))
{
    RunThreads(kThreads, [&](int i) {
        for (int round = 0; round < 20; round++) {
            Instance *instance = create();
            ASSERT_NE(instance, nullptr);
            cairn_layer layer = layer_of(instance);
            std::atomic<bool> used{false};
            std::atomic<bool> gone{false};
            std::thread other([&] {
                AllocateSome(layer, unsigned(round), 100);
                used = true;
                while (round % 2 == 0 && !gone) {
                    std::this_thread::yield();
                }
            });
            AllocateSome(layer, unsigned(i), 100);
            while (!used) {
                std::this_thread::yield();
            }
            EXPECT_TRUE(round % 2 != 0 || cairn_layer_check(layer));
            destroy(instance);
            gone = true;
            other.join();
        }
    });
}

TEST(ThreadsTest, InstancesOfPymallocInParallel)
{
    UseInstances<cairn_pymalloc>(
        [] { return cairn_pymalloc_create(cairn_arena_mmap, Mem(), nullptr); },
        cairn_pymalloc_destroy, cairn_pymalloc_layer);
}

TEST(ThreadsTest, InstancesOfLargeInParallel)
{
    UseInstances<cairn_large>([] { return cairn_large_create(cairn_arena_mmap, nullptr); },
                              cairn_large_destroy, cairn_large_layer);
}

// A key of ours, so that memory is used while the thread is ending, before and after Cairn's own end.
TEST(ThreadsTest, AllocateWhileThreadsEnd)
{
    pthread_key_t key;
    ASSERT_EQ(pthread_key_create(&key,
                                 [](void *block) {
                                     cairn_free(block);
                                     AllocateSome(Mem(), 7, 50);
                                 }),
              0);
    for (int round = 0; round < 20; round++) {
        RunThreads(kThreads, [&](int) { pthread_setspecific(key, cairn_malloc(100)); });
    }
    pthread_key_delete(key);
    EXPECT_TRUE(cairn_check_all());
}

} // namespace
