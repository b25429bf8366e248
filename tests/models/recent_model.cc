/* SPDX-License-Identifier: Apache-2.0
 *
 * allocators/large/recent.h, with cairn_regions_take, _give and _drain: a run is never handed to two takers and
 * never lost, and its next holder sees what the last one did to its descriptor, its block and its note.
 */
#include "cairn/tests/models/model.h"

namespace cairn_test {

namespace {

/* As in the code. */
struct Rules {
    static constexpr rl::memory_order kTake = rl::mo_acquire;  /* cairn_recent_take's exchange */
    static constexpr rl::memory_order kKeep = rl::mo_acq_rel;  /* cairn_recent_keep's */
    static constexpr rl::memory_order kDrain = rl::mo_acquire; /* cairn_regions_drain's */
    static constexpr bool kComparesToTake = true;
};

/* The lengths share a place, as do any two that are CAIRN_LARGE_RECENT apart. */
constexpr unsigned kLengths[] = {1, 9};
constexpr unsigned kLookKeeps = 4;

struct Run {
    rl::var<unsigned> granules{0}; /* of the descriptor */
    rl::var<unsigned> contents{0}; /* of the block */
    rl::var<bool> is_held{false};
    rl::var<bool> is_free{true}; /* in a stretch; guarded by the lock */
    rl::atomic<unsigned> note;   /* in the address map */
};

template <typename Rules> struct RecentModel : rl::test_suite<RecentModel<Rules>, 3> {
    static constexpr unsigned kRuns = 3;
    Run runs[kRuns + 1]; /* counted from 1 */
    rl::mutex lock;
    rl::atomic<unsigned> kept, wanted, keeps;

    void before()
    {
        for (rl::atomic<unsigned> *each : {&kept, &wanted, &keeps}) {
            each->store(0, rl::mo_relaxed, $);
        }
        for (Run &run : runs) {
            run.note.store(0, rl::mo_relaxed, $);
        }
    }

    static unsigned Pack(unsigned run, unsigned granules)
    {
        return run | granules << 8;
    }

    static unsigned Unpack(unsigned packed)
    {
        return packed & 255;
    }

    unsigned TakeKept(unsigned granules)
    {
        unsigned packed = kept.load(rl::mo_relaxed, $);
        if (packed >> 8 == granules) {
            if (!Rules::kComparesToTake) {
                kept.store(0, rl::mo_relaxed, $);
                return Unpack(packed);
            }
            if (kept.compare_exchange_strong(packed, 0, Rules::kTake, $, rl::mo_relaxed, $)) {
                return Unpack(packed);
            }
        }
        wanted.store(granules, rl::mo_relaxed, $);
        return 0;
    }

    /* Returns the run that has to go. */
    unsigned Keep(unsigned run)
    {
        unsigned granules = runs[run].granules($);
        unsigned count = keeps.load(rl::mo_relaxed, $) + 1;
        keeps.store(count, rl::mo_relaxed, $);
        if (count % kLookKeeps == 0) {
            return run;
        }
        return Unpack(kept.exchange(Pack(run, granules), Rules::kKeep, $));
    }

    /* These two with the lock held. */
    void Retire(unsigned run)
    {
        RL_ASSERT(runs[run].granules($) != 0 && !runs[run].is_held($));
        RL_ASSERT(!runs[run].is_free($));
        runs[run].is_free($) = true;
    }

    void Drain()
    {
        if (kept.load(rl::mo_relaxed, $) != 0) {
            unsigned packed = kept.exchange(0, Rules::kDrain, $);
            if (packed != 0) {
                Retire(Unpack(packed));
            }
        }
    }

    unsigned FindFree()
    {
        unsigned run = kRuns;
        while (run > 0 && !runs[run].is_free($)) {
            run--;
        }
        return run;
    }

    unsigned TakeFree(unsigned granules)
    {
        lock.lock($);
        unsigned run = FindFree();
        if (run == 0) {
            Drain();
            run = FindFree();
        }
        if (run != 0) {
            runs[run].is_free($) = false;
            runs[run].granules($) = granules;
        }
        lock.unlock($);
        return run;
    }

    void Give(unsigned run)
    {
        runs[run].note.store(0, rl::mo_relaxed, $);
        if (wanted.load(rl::mo_relaxed, $) == runs[run].granules($)) {
            run = Keep(run);
        }
        if (run != 0) {
            lock.lock($);
            Retire(run);
            lock.unlock($);
        }
    }

    void Hold(Run &run, unsigned thread, unsigned granules)
    {
        RL_ASSERT(run.granules($) == granules);
        RL_ASSERT(!run.is_held($));
        run.is_held($) = true;
        run.note.store(thread + 1, rl::mo_relaxed, $);
        run.contents($) = run.contents($) + 1;
        RL_ASSERT(run.note.load(rl::mo_relaxed, $) == thread + 1);
        run.is_held($) = false;
    }

    void thread(unsigned index)
    {
        for (unsigned i = 0; i < 2; i++) {
            unsigned granules = kLengths[index == 2 && i == 0];
            unsigned run = TakeKept(granules);
            run = run != 0 ? run : TakeFree(granules);
            /* There are no more regions here: a thread may go without, while a run is on its way back. */
            if (run != 0) {
                Hold(runs[run], index, granules);
                Give(run);
            }
        }
        if (index == 2) {
            lock.lock($);
            Drain();
            lock.unlock($);
        }
    }

    void after()
    {
        Drain();
        for (unsigned run = 1; run <= kRuns; run++) {
            RL_ASSERT(runs[run].is_free($));
        }
    }
};

struct TakesWithoutAcquire : Rules {
    static constexpr rl::memory_order kTake = rl::mo_relaxed;
};

struct KeepsWithoutRelease : Rules {
    static constexpr rl::memory_order kKeep = rl::mo_acquire;
};

struct KeepsWithoutAcquire : Rules {
    static constexpr rl::memory_order kKeep = rl::mo_release;
};

struct DrainsWithoutAcquire : Rules {
    static constexpr rl::memory_order kDrain = rl::mo_relaxed;
};

struct TakesWithoutComparing : Rules {
    static constexpr bool kComparesToTake = false;
};

TEST(RecentModel, HandsEachRunToOneTakerAndLosesNone)
{
    EXPECT_TRUE(IsSound<RecentModel<Rules>>());
}

TEST(RecentModel, NeedsEachOfItsOrders)
{
    EXPECT_TRUE(IsFoundFaulty<RecentModel<TakesWithoutAcquire>>(rl::test_result_data_race));
    EXPECT_TRUE(IsFoundFaulty<RecentModel<KeepsWithoutRelease>>(rl::test_result_data_race));
    EXPECT_TRUE(IsFoundFaulty<RecentModel<KeepsWithoutAcquire>>(rl::test_result_data_race));
    EXPECT_TRUE(IsFoundFaulty<RecentModel<DrainsWithoutAcquire>>(rl::test_result_data_race));
}

TEST(RecentModel, NeedsTheExchange)
{
    EXPECT_TRUE(IsFoundFaulty<RecentModel<TakesWithoutComparing>>(rl::test_result_data_race));
}

} // namespace

} // namespace cairn_test
