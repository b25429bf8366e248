/* SPDX-License-Identifier: Apache-2.0
 *
 * allocators/address_map.h and address_map.c: a lookup finds the note of a block that its thread was handed, and
 * never reads a leaf that is not cleared yet, whichever address it looks up.
 */
#include "cairn/tests/models/model.h"

namespace cairn_test {

namespace {

/* As in the code. */
struct Rules {
    static constexpr rl::memory_order kReserve = rl::mo_release; /* the leaf into the root */
    static constexpr rl::memory_order kLookUp = rl::mo_acquire;  /* and out of it */
    static constexpr bool kNotesBeforeHandingOver = true;
};

constexpr unsigned kEntries = 2;

struct Leaf {
    rl::var<bool> is_cleared;
    rl::atomic<unsigned> notes[kEntries];
};

/* Threads 0 and 1 each note a granule of one leaf and hand its block to thread 2. */
template <typename Rules> struct AddressMapModel : rl::test_suite<AddressMapModel<Rules>, 3> {
    rl::mutex lock;
    Leaf leaves[1 + kEntries]; /* that of nothing, and what the threads have from calloc */
    rl::atomic<unsigned> root; /* how far it is from the leaf of nothing */
    rl::atomic<bool> handed_over[kEntries];

    void before()
    {
        Clear(leaves[0]);
        root.store(0, rl::mo_relaxed, $);
        for (rl::atomic<bool> &each : handed_over) {
            each.store(false, rl::mo_relaxed, $);
        }
    }

    static void Clear(Leaf &leaf)
    {
        for (rl::atomic<unsigned> &note : leaf.notes) {
            note.store(0, rl::mo_relaxed, $);
        }
        leaf.is_cleared($) = true;
    }

    void Reserve(unsigned index)
    {
        lock.lock($);
        if (root.load(rl::mo_relaxed, $) == 0) {
            Clear(leaves[1 + index]);
            root.store(1 + index, Rules::kReserve, $);
        }
        lock.unlock($);
    }

    Leaf &FindLeaf()
    {
        return leaves[root.load(Rules::kLookUp, $)];
    }

    unsigned LookUp(unsigned granule)
    {
        Leaf &leaf = FindLeaf();
        RL_ASSERT(leaf.is_cleared($));
        return leaf.notes[granule].load(rl::mo_relaxed, $);
    }

    /* By who holds the granule, without the lock. */
    void Note(unsigned granule, unsigned note)
    {
        Leaf &leaf = FindLeaf();
        RL_ASSERT(&leaf != &leaves[0]);
        leaf.notes[granule].store(note, rl::mo_relaxed, $);
    }

    void thread(unsigned index)
    {
        if (index < kEntries) {
            Reserve(index);
            /* What a freed block leaves, then that of the block that is there now. */
            Note(index, 100);
            Note(index, 0);
            if (Rules::kNotesBeforeHandingOver) {
                Note(index, 1 + index);
            }
            handed_over[index].store(true, rl::mo_release, $);
            if (!Rules::kNotesBeforeHandingOver) {
                Note(index, 1 + index);
            }
            RL_ASSERT(LookUp(index) == 1 + index);
            return;
        }
        for (unsigned granule = 0; granule < kEntries; granule++) {
            bool is_ours = handed_over[granule].load(rl::mo_acquire, $);
            unsigned note = LookUp(granule);
            RL_ASSERT(note == 1 + granule || (!is_ours && (note == 0 || note == 100)));
        }
    }
};

struct ReservesWithoutRelease : Rules {
    static constexpr rl::memory_order kReserve = rl::mo_relaxed;
};

struct LooksUpWithoutAcquire : Rules {
    static constexpr rl::memory_order kLookUp = rl::mo_relaxed;
};

struct NotesAfterHandingOver : Rules {
    static constexpr bool kNotesBeforeHandingOver = false;
};

TEST(AddressMapModel, FindsTheNotesOfBlocksThatWereHandedOver)
{
    EXPECT_TRUE(IsSound<AddressMapModel<Rules>>());
}

TEST(AddressMapModel, NeedsBothOfItsOrders)
{
    EXPECT_TRUE(IsFoundFaulty<AddressMapModel<ReservesWithoutRelease>>(rl::test_result_data_race));
    EXPECT_TRUE(IsFoundFaulty<AddressMapModel<LooksUpWithoutAcquire>>(rl::test_result_data_race));
}

TEST(AddressMapModel, NeedsTheNoteBeforeTheBlockIsHandedOver)
{
    EXPECT_TRUE(
        IsFoundFaulty<AddressMapModel<NotesAfterHandingOver>>(rl::test_result_user_assert_failed));
}

} // namespace

} // namespace cairn_test
