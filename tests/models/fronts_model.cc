/* SPDX-License-Identifier: Apache-2.0
 *
 * Fronts in allocators/heap.h and heap_threads.c: once they were closed, no thread that was told so uses one; they
 * open again only while they may; and closing them touches no thread that is gone.
 */
#include "cairn/tests/models/model.h"

namespace cairn_test {

namespace {

/* As in the code: all is relaxed, and it is the registry's lock that the rest hangs on. */
struct Rules {
    static constexpr bool kOpensUnderLock = true; /* and looks there whether it may */
    static constexpr bool kLeavesUnderLock = true;
    static constexpr rl::memory_order kTell = rl::mo_release; /* the caller's part */
};

constexpr unsigned kWorkers = 2;
enum Front { kVacant, kOpen };

template <typename Rules> struct FrontsModel : rl::test_suite<FrontsModel<Rules>, kWorkers + 1> {
    rl::mutex registry;
    rl::atomic<bool> front_is_open;
    rl::atomic<unsigned> fronts[kWorkers];
    rl::var<bool> is_listed[kWorkers]; /* guarded by the lock */
    rl::var<bool> is_alive[kWorkers];  /* the thread's storage is there */
    rl::atomic<bool> is_told;

    void before()
    {
        front_is_open.store(true, rl::mo_relaxed, $);
        is_told.store(false, rl::mo_relaxed, $);
        for (unsigned i = 0; i < kWorkers; i++) {
            fronts[i].store(kVacant, rl::mo_relaxed, $);
            is_listed[i]($) = false;
            is_alive[i]($) = true;
        }
    }

    /* cairn_heap_owner_set_front. */
    void SetFront(bool is_open)
    {
        registry.lock($);
        front_is_open.store(is_open, rl::mo_relaxed, $);
        for (unsigned i = 0; !is_open && i < kWorkers; i++) {
            if (is_listed[i]($)) {
                RL_ASSERT(is_alive[i]($));
                fronts[i].store(kVacant, rl::mo_relaxed, $);
            }
        }
        registry.unlock($);
    }

    /* cairn_heap_thread_open_front: the look without the lock only saves taking it. */
    void OpenFront(unsigned index)
    {
        if (fronts[index].load(rl::mo_relaxed, $) != kOpen &&
            front_is_open.load(rl::mo_relaxed, $)) {
            if (!Rules::kOpensUnderLock) {
                fronts[index].store(kOpen, rl::mo_relaxed, $);
                return;
            }
            registry.lock($);
            if (front_is_open.load(rl::mo_relaxed, $) && is_listed[index]($)) {
                fronts[index].store(kOpen, rl::mo_relaxed, $);
            }
            registry.unlock($);
        }
    }

    /* An operation of a domain. */
    void Call(unsigned index)
    {
        bool is_closed = is_told.load(rl::mo_acquire, $);
        if (fronts[index].load(rl::mo_relaxed, $) == kOpen) {
            RL_ASSERT(!is_closed);
        } else {
            OpenFront(index);
        }
    }

    void Work(unsigned index)
    {
        registry.lock($);
        is_listed[index]($) = true;
        registry.unlock($);
        for (unsigned i = 0; i < 3; i++) {
            Call(index);
        }
        if (Rules::kLeavesUnderLock) {
            registry.lock($);
            fronts[index].store(kVacant, rl::mo_relaxed, $);
            is_listed[index]($) = false;
            registry.unlock($);
        }
        is_alive[index]($) = false;
    }

    void thread(unsigned index)
    {
        if (index < kWorkers) {
            Work(index);
            return;
        }
        SetFront(false);
        SetFront(true);
        SetFront(false);
        is_told.store(true, Rules::kTell, $);
    }
};

struct OpensWithoutLock : Rules {
    static constexpr bool kOpensUnderLock = false;
};

struct LeavesWithoutLock : Rules {
    static constexpr bool kLeavesUnderLock = false;
};

struct TellsWithoutRelease : Rules {
    static constexpr rl::memory_order kTell = rl::mo_relaxed;
};

TEST(FrontsModel, StayClosedForThreadsThatWereTold)
{
    EXPECT_TRUE(IsSound<FrontsModel<Rules>>());
}

TEST(FrontsModel, NeedsTheLockToOpenAndToLeave)
{
    EXPECT_TRUE(IsFoundFaulty<FrontsModel<OpensWithoutLock>>(rl::test_result_user_assert_failed));
    EXPECT_TRUE(IsFoundFaulty<FrontsModel<LeavesWithoutLock>>(rl::test_result_data_race));
}

TEST(FrontsModel, PromisesNothingToThreadsThatDidNotSynchronise)
{
    EXPECT_TRUE(
        IsFoundFaulty<FrontsModel<TellsWithoutRelease>>(rl::test_result_user_assert_failed));
}

} // namespace

} // namespace cairn_test
