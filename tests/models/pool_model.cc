/* SPDX-License-Identifier: Apache-2.0
 *
 * cairn_pool_block_start in allocators/pool.c, which takes no lock: a block that was handed to the thread is one,
 * whatever other threads do to its neighbours in the same word meanwhile.
 */
#include "cairn/tests/models/model.h"

namespace cairn_test {

namespace {

/* As in the code. */
struct Rules {
    static constexpr bool kPutsUnderLock = true;
    static constexpr rl::memory_order kHandOver = rl::mo_release; /* the program's part */
};

constexpr unsigned kBlocks = 2;

/* Both kinds of pools: bits is the word of the free ones, carved how many were ever handed out. */
template <typename Rules> struct PoolModel : rl::test_suite<PoolModel<Rules>, 3> {
    rl::mutex lock; /* of the class */
    rl::var<unsigned> capacity{0};
    rl::atomic<unsigned> bits;
    rl::atomic<unsigned> carved;
    rl::atomic<bool> handed_over;

    void before()
    {
        handed_over.store(false, rl::mo_relaxed, $);
    }

    void FormatIfNew()
    {
        if (capacity($) == 0) {
            capacity($) = kBlocks;
            bits.store((1u << kBlocks) - 1, rl::mo_relaxed, $);
            carved.store(0, rl::mo_relaxed, $);
        }
    }

    /* Loads and stores, for nobody else changes the word. */
    void Take(unsigned block)
    {
        lock.lock($);
        FormatIfNew();
        bits.store(bits.load(rl::mo_relaxed, $) & ~(1u << block), rl::mo_relaxed, $);
        /* Blocks that were never used go out by address. */
        if (carved.load(rl::mo_relaxed, $) <= block) {
            carved.store(block + 1, rl::mo_relaxed, $);
        }
        lock.unlock($);
    }

    void Put(unsigned block)
    {
        if (Rules::kPutsUnderLock) {
            lock.lock($);
        }
        bits.store(bits.load(rl::mo_relaxed, $) | 1u << block, rl::mo_relaxed, $);
        if (Rules::kPutsUnderLock) {
            lock.unlock($);
        }
    }

    bool IsBlock(unsigned block)
    {
        RL_ASSERT(block < capacity($));
        return (bits.load(rl::mo_relaxed, $) >> block & 1) == 0 &&
               block < carved.load(rl::mo_relaxed, $);
    }

    void thread(unsigned index)
    {
        if (index == 0) {
            Take(0);
            RL_ASSERT(IsBlock(0));
            handed_over.store(true, Rules::kHandOver, $);
        } else if (index == 1) {
            for (unsigned i = 0; i < 2; i++) {
                Take(1);
                RL_ASSERT(IsBlock(1));
                Put(1);
            }
        } else if (handed_over.load(rl::mo_acquire, $)) {
            RL_ASSERT(IsBlock(0));
            Put(0);
        }
    }
};

struct PutsWithoutLock : Rules {
    static constexpr bool kPutsUnderLock = false;
};

struct HandsOverWithoutRelease : Rules {
    static constexpr rl::memory_order kHandOver = rl::mo_relaxed;
};

TEST(PoolModel, KnowsABlockThatWasHandedOver)
{
    EXPECT_TRUE(IsSound<PoolModel<Rules>>());
}

TEST(PoolModel, NeedsTheLockForChanges)
{
    EXPECT_TRUE(IsFoundFaulty<PoolModel<PutsWithoutLock>>(rl::test_result_user_assert_failed));
}

TEST(PoolModel, PromisesNothingToThreadsThatDidNotSynchronise)
{
    EXPECT_TRUE(IsFoundFaulty<PoolModel<HandsOverWithoutRelease>>(rl::test_result_data_race));
}

} // namespace

} // namespace cairn_test
