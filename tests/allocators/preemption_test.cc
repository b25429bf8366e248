/* SPDX-License-Identifier: Apache-2.0
 *
 * Threads that are stopped anywhere: more of them than processors do all that threads may do, while signals make
 * them give their processor away between any two instructions, also while they hold a lock or are in the middle
 * of what takes none.
 */
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "cairn/cairn.h"
#include "cairn/tests/support/blocks.h"

namespace cairn_test {

namespace {

constexpr unsigned kThreads = 16;
constexpr size_t kShared = 64;
constexpr auto kTime = std::chrono::seconds(2);

std::atomic<unsigned> interruptions;

/* Most give way to the next thread; some stay away for so long that all the others come past. */
void Interrupt(int)
{
    int error = errno;
    if (interruptions.fetch_add(1, std::memory_order_relaxed) % 16 == 0) {
        poll(nullptr, 0, 1);
    } else {
        sched_yield();
    }
    errno = error;
}

/* A block, and what is in it; itself a block of another domain. */
struct Block {
    char *ptr;
    size_t size;
    uint64_t seed;
};

std::atomic<Block *> shared[kShared];
std::atomic<bool> stop;

/* Of a magazine, of a pool of large's, a run of one of few lengths, so that threads hand these to each other. */
size_t SomeSize(Random &random)
{
    size_t kind = random.Below(16);
    return kind < 10   ? 1 + random.Below(512)
           : kind < 13 ? 513 + random.Below(8192)
                       : 70000 + random.Below(3) * 65536;
}

Block *Make(Random &random)
{
    Block made = {nullptr, SomeSize(random), random.Next()};
    bool is_zeroed = random.Below(4) == 0;
    made.ptr = static_cast<char *>(is_zeroed ? cairn_mem_calloc(1, made.size)
                                             : cairn_mem_malloc(made.size));
    auto *block = static_cast<Block *>(cairn_obj_malloc(sizeof(Block)));
    if (made.ptr == nullptr || block == nullptr) {
        ADD_FAILURE() << "no memory";
        std::abort();
    }
    EXPECT_TRUE(!is_zeroed || IsZero(made.ptr, made.size));
    Fill(made.ptr, made.size, made.seed);
    *block = made;
    return block;
}

void Resize(Block *block, Random &random)
{
    size_t size = SomeSize(random);
    auto *ptr = static_cast<char *>(cairn_mem_realloc(block->ptr, size));
    ASSERT_NE(ptr, nullptr);
    EXPECT_TRUE(Holds(ptr, block->size, std::min(block->size, size), block->seed));
    *block = {ptr, size, random.Next()};
    Fill(ptr, size, block->seed);
}

void Drop(Block *block)
{
    if (block != nullptr) {
        EXPECT_TRUE(Holds(block->ptr, block->size, block->size, block->seed));
        cairn_mem_free(block->ptr);
        cairn_obj_free(block);
    }
}

/* One thing that a thread may do. */
void Step(std::vector<Block *> &own, Random &random)
{
    Block *&block = own[random.Below(own.size())];
    size_t what = random.Below(64);
    if (what == 0) {
        cairn_trim();
    } else if (what == 1) {
        /* A sanitizer may let signals wait. */
        sched_yield();
    } else if (what < 16) {
        block = shared[random.Below(kShared)].exchange(block);
    } else if (what < 32 && block != nullptr) {
        Resize(block, random);
    } else {
        Drop(block);
        block = Make(random);
    }
}

/* Who is to be interrupted: the threads that are at work, each while it is. */
std::mutex targets_lock;
pthread_t targets[kThreads];
bool is_target[kThreads];

void SetTarget(unsigned number, bool is_there)
{
    std::lock_guard<std::mutex> guard(targets_lock);
    targets[number] = pthread_self();
    is_target[number] = is_there;
}

void InterruptThread(size_t number)
{
    std::lock_guard<std::mutex> guard(targets_lock);
    if (is_target[number]) {
        pthread_kill(targets[number], SIGUSR1);
    }
}

void Live(unsigned number, uint64_t seed, size_t steps)
{
    Random random(seed);
    std::vector<Block *> own(16);
    SetTarget(number, true);
    for (size_t i = 0; i < steps && !stop; i++) {
        Step(own, random);
    }
    for (Block *block : own) {
        Drop(block);
    }
    SetTarget(number, false);
}

/* Half of the threads do it all themselves; the others start threads that come and go. */
void LiveOn(unsigned number)
{
    for (uint64_t life = 0; !stop; life++) {
        uint64_t seed = life * kThreads + number;
        if (number % 2 == 0) {
            Live(number, seed, 10000);
        } else {
            std::thread(Live, number, seed, 500).join();
        }
    }
}

/* Passes everything on. That it is there closes the fronts of mem's instance. */
cairn_layer below;

void *PassMalloc(void *, size_t size)
{
    return cairn_layer_malloc(below, size);
}

void *PassCalloc(void *, size_t count, size_t size)
{
    return cairn_layer_calloc(below, count, size);
}

void *PassRealloc(void *, void *ptr, size_t size)
{
    return cairn_layer_realloc(below, ptr, size);
}

void PassFree(void *, void *ptr)
{
    cairn_layer_free(below, ptr);
}

/* Until the time is over, opens and closes fronts and interrupts the threads. */
void Disturb()
{
    cairn_layer passing = {{nullptr, PassMalloc, PassCalloc, PassRealloc, PassFree}, nullptr};
    Random random(1);
    auto end = std::chrono::steady_clock::now() + kTime;
    for (unsigned round = 0; std::chrono::steady_clock::now() < end; round++) {
        InterruptThread(random.Below(kThreads));
        if (round % 16 == 0) {
            const cairn_layer &layer = round % 32 == 0 ? passing : below;
            EXPECT_EQ(cairn_domain_set(&cairn_domains[CAIRN_DOMAIN_MEM], layer), CAIRN_OK);
        }
        std::this_thread::sleep_for(std::chrono::microseconds(random.Below(50)));
    }
    EXPECT_EQ(cairn_domain_set(&cairn_domains[CAIRN_DOMAIN_MEM], below), CAIRN_OK);
}

TEST(Preemption, AnywhereLeavesAllSound)
{
    below = *cairn_domain_get(&cairn_domains[CAIRN_DOMAIN_MEM]);
    struct sigaction action = {};
    action.sa_handler = Interrupt;
    ASSERT_EQ(sigaction(SIGUSR1, &action, nullptr), 0);
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < kThreads; i++) {
        threads.emplace_back(LiveOn, i);
    }
    Disturb();
    stop = true;
    for (std::thread &thread : threads) {
        thread.join();
    }
    for (std::atomic<Block *> &each : shared) {
        Drop(each.exchange(nullptr));
    }
    EXPECT_GT(interruptions, kThreads);
    RecordProperty("interruptions", static_cast<int>(interruptions));
    EXPECT_TRUE(cairn_check_all());
}

} // namespace

} // namespace cairn_test
