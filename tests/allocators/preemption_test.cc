/* SPDX-License-Identifier: Apache-2.0
 *
 * Threads that are stopped anywhere: more of them than processors do all that threads may do, while signals make
 * them give their processor away between any two instructions, also while they hold a lock or are in the middle
 * of what takes none.
 */
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdlib>
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

/* Has the thread that it lives in interrupted, again and again: each time after a while of running, so that it is
 * wherever it came in that time. */
class Interrupter {
  public:
    explicit Interrupter(uint64_t seed) : random_(seed)
    {
        sigevent event = {};
        event.sigev_notify = SIGEV_THREAD_ID;
        event.sigev_signo = SIGUSR1;
        /* The name that glibc gives to sigev_notify_thread_id. */
        event._sigev_un._tid = gettid();
        EXPECT_EQ(timer_create(CLOCK_MONOTONIC, &event, &timer_), 0);
        here_ = this;
        Arm();
    }

    ~Interrupter()
    {
        here_ = nullptr;
        timer_delete(timer_);
    }

    Interrupter(const Interrupter &) = delete;
    Interrupter &operator=(const Interrupter &) = delete;

    /* Arming comes last, so that a thread that was away for long runs a while before the next one. */
    static void OnSignal(int)
    {
        int error = errno;
        if (here_ != nullptr) {
            here_->GiveWay();
            here_->Arm();
        }
        errno = error;
    }

  private:
    /* Some stay away for so long that all the others come past. */
    void GiveWay()
    {
        interruptions.fetch_add(1, std::memory_order_relaxed);
        if (random_.Below(16) == 0) {
            poll(nullptr, 0, 1);
        } else {
            sched_yield();
        }
    }

    void Arm()
    {
        itimerspec when = {};
        when.it_value.tv_nsec = static_cast<long>(5000 + random_.Below(50000));
        timer_settime(timer_, 0, &when, nullptr);
    }

    static thread_local Interrupter *volatile here_;
    timer_t timer_ = {};
    Random random_;
};

thread_local Interrupter *volatile Interrupter::here_;

/* So much of a block is written and compared, and its last byte: time is for what moves blocks. */
constexpr size_t kMarked = 64;

/* A block, and what is in it; itself a block of another domain. */
struct Block {
    char *ptr;
    size_t size;
    uint64_t seed;
};

void Mark(const Block &block)
{
    Fill(block.ptr, std::min(block.size, kMarked), block.seed);
    block.ptr[block.size - 1] = static_cast<char>(block.seed);
}

/* After a realloc only what both sizes have. */
bool IsMarked(const Block &block, size_t kept)
{
    return Holds(block.ptr, std::min(block.size, kMarked), std::min(kept, block.size - 1),
                 block.seed) &&
           (kept < block.size || block.ptr[block.size - 1] == static_cast<char>(block.seed));
}

std::atomic<Block *> shared[kShared];
std::atomic<bool> stop;

/* Of a magazine, of a pool of large's, a run of one of few lengths, so that threads hand these to each other. */
size_t SomeSize(Random &random)
{
    size_t kind = random.Below(16);
    return kind < 8    ? 1 + random.Below(512)
           : kind < 11 ? 513 + random.Below(8192)
                       : 70000 + random.Below(3) * 65536;
}

Block *Make(Random &random)
{
    Block made = {nullptr, SomeSize(random), random.Next()};
    bool is_zeroed = random.Below(16) == 0;
    made.ptr = static_cast<char *>(is_zeroed ? cairn_mem_calloc(1, made.size)
                                             : cairn_mem_malloc(made.size));
    auto *block = static_cast<Block *>(cairn_obj_malloc(sizeof(Block)));
    if (made.ptr == nullptr || block == nullptr) {
        ADD_FAILURE() << "no memory";
        std::abort();
    }
    EXPECT_TRUE(!is_zeroed || IsZero(made.ptr, made.size));
    Mark(made);
    *block = made;
    return block;
}

void Resize(Block *block, Random &random)
{
    size_t size = SomeSize(random);
    block->ptr = static_cast<char *>(cairn_mem_realloc(block->ptr, size));
    ASSERT_NE(block->ptr, nullptr);
    EXPECT_TRUE(IsMarked(*block, size));
    *block = {block->ptr, size, random.Next()};
    Mark(*block);
}

void Drop(Block *block)
{
    if (block != nullptr) {
        EXPECT_TRUE(IsMarked(*block, block->size));
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

void Live(uint64_t seed, size_t steps)
{
    Interrupter interrupter(seed);
    Random random(seed);
    std::vector<Block *> own(16);
    for (size_t i = 0; i < steps && !stop; i++) {
        Step(own, random);
    }
    for (Block *block : own) {
        Drop(block);
    }
}

/* Half of the threads do it all themselves; the others start threads that come and go. */
void LiveOn(unsigned number)
{
    for (uint64_t life = 0; !stop; life++) {
        uint64_t seed = life * kThreads + number;
        if (number % 2 == 0) {
            Live(seed, 10000);
        } else {
            std::thread(Live, seed, 500).join();
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

/* Until the time is over, closes and opens fronts. */
void OpenAndClose()
{
    cairn_layer passing = {{nullptr, PassMalloc, PassCalloc, PassRealloc, PassFree}, nullptr};
    auto end = std::chrono::steady_clock::now() + kTime;
    for (bool is_passing = true; std::chrono::steady_clock::now() < end; is_passing = !is_passing) {
        const cairn_layer &layer = is_passing ? passing : below;
        EXPECT_EQ(cairn_domain_set(&cairn_domains[CAIRN_DOMAIN_MEM], layer), CAIRN_OK);
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    EXPECT_EQ(cairn_domain_set(&cairn_domains[CAIRN_DOMAIN_MEM], below), CAIRN_OK);
}

TEST(Preemption, AnywhereLeavesAllSound)
{
    below = *cairn_domain_get(&cairn_domains[CAIRN_DOMAIN_MEM]);
    struct sigaction action = {};
    action.sa_handler = Interrupter::OnSignal;
    ASSERT_EQ(sigaction(SIGUSR1, &action, nullptr), 0);
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < kThreads; i++) {
        threads.emplace_back(LiveOn, i);
    }
    OpenAndClose();
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
