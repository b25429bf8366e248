/* SPDX-License-Identifier: Apache-2.0
 *
 * A thousand threads that use the heap now and then and sleep in between, as in a server whose clients are
 * mostly silent: what they hold is bounded, and does not grow from one awakening to the next.
 */
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include "cairn/cairn.h"
#include "cairn/tests/support/resident.h"

using cairn_test::ResidentBytes;

namespace {

constexpr size_t kThreads = 1000;
constexpr size_t kKiB = 1024;

/* What a sleeping thread may keep that has freed all its blocks, cairn_trim() called: the record of its heap,
 * the magazines of the classes that it used, and the free blocks in them. */
constexpr size_t kBytesPerThread = 192 * kKiB;

/* Threads that all work once each time that they are told to, and sleep otherwise. */
class Sleepers {
  public:
    Sleepers()
    {
        for (size_t i = 0; i < kThreads; i++) {
            threads_.emplace_back([this, i] { Live(i); });
        }
        AllWork();
    }

    ~Sleepers()
    {
        {
            std::lock_guard lock(mutex_);
            stop_ = true;
        }
        wake_.notify_all();
        for (std::thread &thread : threads_) {
            thread.join();
        }
    }

    /* The first time they do not touch the heap. */
    void AllWork()
    {
        std::unique_lock lock(mutex_);
        round_++;
        done_ = 0;
        wake_.notify_all();
        all_done_.wait(lock, [this] { return done_ == kThreads; });
    }

  private:
    void Live(size_t number)
    {
        for (size_t round = 1; Awaits(round); round++) {
            if (round > 1) {
                Work(number + round);
            }
            std::lock_guard lock(mutex_);
            if (++done_ == kThreads) {
                all_done_.notify_one();
            }
        }
    }

    /* False when there is no such round any more. */
    bool Awaits(size_t round)
    {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [&] { return stop_ || round_ >= round; });
        return !stop_;
    }

    /* Three hundred blocks of 1 to 512 bytes, up to fifty at a time; in the end all are freed. */
    static void Work(size_t seed)
    {
        void *blocks[50] = {};
        for (size_t i = 0; i < 300; i++) {
            void *&block = blocks[i % 50];
            cairn_free(block);
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            block = cairn_malloc(1 + (seed >> 33) % 512);
            ASSERT_NE(block, nullptr);
            *static_cast<char *>(block) = 1;
        }
        for (void *block : blocks) {
            cairn_free(block);
        }
    }

    std::mutex mutex_;
    std::condition_variable wake_, all_done_;
    size_t round_ = 0;
    size_t done_ = 0;
    bool stop_ = false;
    std::vector<std::thread> threads_;
};

/* More than before, as far as it is more. */
size_t ResidentSince(size_t before)
{
    size_t now = ResidentBytes();
    return now > before ? now - before : 0;
}

/* Magazines grow with use, up to what the threads need; from then on nothing may. */
TEST(Sleepers, HoldLittleAndNoMoreEachTime)
{
    Sleepers sleepers;
    const size_t before = ResidentBytes();
    size_t held[3];
    for (size_t &here : held) {
        for (int i = 0; i < 15; i++) {
            sleepers.AllWork();
        }
        cairn_trim();
        here = ResidentSince(before);
        printf("%zu bytes per thread\n", here / kThreads);
        EXPECT_LE(here, kThreads * kBytesPerThread);
    }
    EXPECT_LE(held[2], held[1] + held[1] / 10);
    EXPECT_TRUE(cairn_check_all());
}

/* Their heaps are kept for threads to come; their blocks are not. */
TEST(Sleepers, LeaveLittleWhenTheyEnd)
{
    const size_t before = ResidentBytes();
    cairn_totals totals;
    {
        Sleepers sleepers;
        sleepers.AllWork();
    }
    cairn_trim();
    cairn_stats_totals(&totals);
    EXPECT_EQ(totals.live_blocks, 0u);
    printf("%zu bytes per thread that has ended\n", ResidentSince(before) / kThreads);
    EXPECT_LE(ResidentSince(before), kThreads * kBytesPerThread);
}

} // namespace
