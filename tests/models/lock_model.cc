/* SPDX-License-Identifier: Apache-2.0
 *
 * base/lock.h and base/lock_linux.c: one thread at a time, who sees what the last one wrote, and no thread
 * sleeps for ever.
 */
#include "cairn/tests/models/model.h"

namespace cairn_test {

namespace {

/* As in the code. */
struct Rules {
    static constexpr rl::memory_order kAcquire = rl::mo_acquire; /* taking it at once */
    static constexpr rl::memory_order kWait = rl::mo_acquire;    /* taking it after a wait */
    static constexpr rl::memory_order kRelease = rl::mo_release; /* giving it back */
    static constexpr unsigned kWaiting = 2; /* what a thread that is about to sleep leaves */
};

/* FUTEX_WAIT looks at the word and FUTEX_WAKE looks for sleepers under a lock of the kernel's, with the word
 * otherwise unordered. Sleepers may wake for no reason. */
class Futex {
  public:
    void Wait(rl::atomic<unsigned> &word, unsigned expected)
    {
        kernel_.lock($);
        if (word.load(rl::mo_relaxed, $) == expected) {
            sleepers_.wait(kernel_, $);
        }
        kernel_.unlock($);
    }

    void Wake()
    {
        kernel_.lock($);
        sleepers_.notify_one($);
        kernel_.unlock($);
    }

  private:
    rl::mutex kernel_;
    rl::condition_variable sleepers_;
};

template <typename Rules> class Lock {
  public:
    Lock()
    {
        state_.store(0, rl::mo_relaxed, $);
    }

    bool Try()
    {
        unsigned expected = 0;
        return state_.compare_exchange_strong(expected, 1, Rules::kAcquire, $, rl::mo_relaxed, $);
    }

    void Acquire()
    {
        if (!Try()) {
            Wait();
        }
    }

    void Release()
    {
        if (state_.exchange(0, Rules::kRelease, $) == 2) {
            futex_.Wake();
        }
    }

  private:
    void Wait()
    {
        if (state_.load(rl::mo_relaxed, $) == 0 && Try()) {
            return;
        }
        while (state_.exchange(Rules::kWaiting, Rules::kWait, $) != 0) {
            futex_.Wait(state_, Rules::kWaiting);
        }
    }

    rl::atomic<unsigned> state_;
    Futex futex_;
};

/* Relacy reports two threads inside as a data race on inside, and a sleeper whom nobody wakes as a deadlock. */
template <typename Rules> struct LockModel : rl::test_suite<LockModel<Rules>, 3> {
    static constexpr unsigned kRounds = 2;
    Lock<Rules> lock;
    rl::var<unsigned> inside{0};

    void thread(unsigned index)
    {
        for (unsigned i = 0; i < kRounds; i++) {
            if (index == 0 && i == 0) {
                if (!lock.Try()) {
                    lock.Acquire();
                }
            } else {
                lock.Acquire();
            }
            inside($) = inside($) + 1;
            lock.Release();
        }
    }

    void after()
    {
        RL_ASSERT(inside($) == 3 * kRounds);
    }
};

struct TakesWithoutAcquire : Rules {
    static constexpr rl::memory_order kAcquire = rl::mo_relaxed;
};

struct WaitsWithoutAcquire : Rules {
    static constexpr rl::memory_order kWait = rl::mo_relaxed;
};

struct GivesWithoutRelease : Rules {
    static constexpr rl::memory_order kRelease = rl::mo_relaxed;
};

struct SleepsUnannounced : Rules {
    static constexpr unsigned kWaiting = 1;
};

TEST(LockModel, ExcludesAndWakes)
{
    EXPECT_TRUE(IsSound<LockModel<Rules>>());
}

TEST(LockModel, NeedsEachOfItsOrders)
{
    EXPECT_TRUE(IsFoundFaulty<LockModel<TakesWithoutAcquire>>(rl::test_result_data_race));
    EXPECT_TRUE(IsFoundFaulty<LockModel<WaitsWithoutAcquire>>(rl::test_result_data_race));
    EXPECT_TRUE(IsFoundFaulty<LockModel<GivesWithoutRelease>>(rl::test_result_data_race));
}

TEST(LockModel, NeedsTheStateThatSaysThatSomebodyWaits)
{
    EXPECT_TRUE(IsFoundFaulty<LockModel<SleepsUnannounced>>(rl::test_result_deadlock));
}

} // namespace

} // namespace cairn_test
