/* SPDX-License-Identifier: Apache-2.0
 *
 * Hands blocks from one thread to another, 64 at a time, so that the queue costs little and the
 * same for every allocator: two shared words per 64 blocks.
 */
#ifndef CAIRN_BENCH_RING_H_
#define CAIRN_BENCH_RING_H_

#include <atomic>
#include <sched.h>
#include <stddef.h>

#include "bench/data.h"

namespace bench {

constexpr size_t kBatch = 64;

struct Batch {
    char *blocks[kBatch];
};

/* Calls ready() until it is true. Spins for a while, then lets others run: there may be more
 * threads than processors. */
template <typename Ready> void WaitUntil(Ready ready)
{
    for (unsigned tries = 0; !ready(); tries++) {
        if (tries % 256 == 255) {
            sched_yield();
        } else {
            __builtin_ia32_pause();
        }
    }
}

/* One writer and one reader. filled - emptied batches are under way, at most kSlots. */
class Ring {
  public:
    Ring() : slots_(kSlots)
    {
    }

    /* NULL when the ring is full (empty); else the batch to fill (read) before Pushed (Popped). */
    Batch *ToPush()
    {
        size_t filled = filled_.load(std::memory_order_relaxed);
        bool full = filled - emptied_.load(std::memory_order_acquire) == kSlots;
        return full ? nullptr : &slots_[filled % kSlots];
    }
    void Pushed()
    {
        Advance(filled_);
    }

    Batch *ToPop()
    {
        size_t emptied = emptied_.load(std::memory_order_relaxed);
        bool empty = emptied == filled_.load(std::memory_order_acquire);
        return empty ? nullptr : &slots_[emptied % kSlots];
    }
    void Popped()
    {
        Advance(emptied_);
    }

  private:
    static constexpr size_t kSlots = 64;

    /* Release: the other side sees the batch as we left it. */
    static void Advance(std::atomic<size_t> &end)
    {
        end.store(end.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    }

    Table<Batch> slots_;
    alignas(64) std::atomic<size_t> filled_{0};
    alignas(64) std::atomic<size_t> emptied_{0};
};

} /* namespace bench */

#endif /* CAIRN_BENCH_RING_H_ */
