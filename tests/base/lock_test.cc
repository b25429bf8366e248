/* SPDX-License-Identifier: Apache-2.0
 *
 * The lock and permanent memory, from several threads.
 */
#include "cairn/base/lock.h"

#include <cerrno>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "cairn/base/permanent.h"
#include "cairn/tests/support/blocks.h"

namespace cairn_test {

namespace {

TEST(Lock, LetsOneInAtATime)
{
    cairn_lock lock = {};
    size_t counter = 0;
    const size_t rounds = Often(100000);
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; i++) {
        threads.emplace_back([&] {
            for (size_t round = 0; round < rounds; round++) {
                cairn_lock_acquire(&lock);
                counter++;
                cairn_lock_release(&lock);
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    EXPECT_EQ(counter, 8 * rounds);
    EXPECT_EQ(lock.state, 0u);
}

TEST(Lock, TryTakesItOnlyWhenItIsFree)
{
    cairn_lock lock = {};
    EXPECT_TRUE(cairn_lock_try(&lock));
    EXPECT_FALSE(cairn_lock_try(&lock));
    cairn_lock_release(&lock);
    EXPECT_TRUE(cairn_lock_try(&lock));
    cairn_lock_release(&lock);
}

TEST(Lock, WaitersSleepAndAreWokenAndErrnoIsKept)
{
    cairn_lock lock = {};
    int kept = 0;
    cairn_lock_acquire(&lock);
    std::thread waiter([&] {
        errno = 12345;
        cairn_lock_acquire(&lock);
        kept = errno;
        cairn_lock_release(&lock);
    });
    while (__atomic_load_n(&lock.state, __ATOMIC_RELAXED) != 2) { /* until it sleeps */
        std::this_thread::yield();
    }
    errno = 54321;
    cairn_lock_release(&lock);
    EXPECT_EQ(errno, 54321);
    waiter.join();
    EXPECT_EQ(kept, 12345);
}

TEST(Permanent, GivesZeroedAlignedDistinctMemory)
{
    std::set<void *> pieces;
    for (size_t bytes : {1, 64, 65, 8192, 65536, 200000, 1, 1}) {
        void *piece = cairn_permanent_alloc(bytes);
        ASSERT_NE(piece, nullptr);
        EXPECT_TRUE(IsAligned(piece, 64));
        EXPECT_TRUE(IsZero(piece, bytes));
        memset(piece, 0xFF, bytes);
        EXPECT_TRUE(pieces.insert(piece).second);
    }
}

TEST(Permanent, ManyThreadsGetDifferentPieces)
{
    std::vector<std::vector<void *>> pieces(4);
    std::vector<std::thread> threads;
    for (auto &own : pieces) {
        threads.emplace_back([&own] {
            for (int i = 0; i < 500; i++) {
                own.push_back(cairn_permanent_alloc(100));
            }
        });
    }
    std::set<void *> all;
    for (size_t i = 0; i < 4; i++) {
        threads[i].join();
        all.insert(pieces[i].begin(), pieces[i].end());
    }
    EXPECT_EQ(all.size(), 2000u);
}

} // namespace

} // namespace cairn_test
