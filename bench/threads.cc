/* SPDX-License-Identifier: Apache-2.0
 *
 * The patterns of several threads. Helpers are started before the measurement, except where their
 * coming and going is what is measured.
 */
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "bench/cases.h"
#include "bench/heap.h"
#include "bench/ring.h"

namespace bench {

namespace {

constexpr size_t kBatches = 256; /* per iteration */
constexpr size_t kRounds = 10000;
constexpr size_t kLanes = 4;

void CountPairs(benchmark::State &state, size_t pairs_per_iteration)
{
    state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(pairs_per_iteration));
}

/* Calls step() in a thread of its own, over and over, until this object goes. */
template <typename Step> class Helper {
  public:
    explicit Helper(Step step)
        : thread_([this, step]() mutable {
              while (!stop_.load(std::memory_order_acquire)) {
                  if (!step()) {
                      sched_yield();
                  }
              }
          })
    {
    }
    ~Helper()
    {
        stop_.store(true, std::memory_order_release);
        thread_.join();
    }

  private:
    std::atomic<bool> stop_{false};
    std::thread thread_;
};

bool MallocBatch(Ring &ring, SizeStream &sizes)
{
    Batch *batch = ring.ToPush();
    if (batch == nullptr) {
        return false;
    }
    for (char *&block : batch->blocks) {
        block = HeapMalloc(sizes.Next());
        block[0] = 1;
    }
    ring.Pushed();
    return true;
}

bool FreeBatch(Ring &ring)
{
    Batch *batch = ring.ToPop();
    if (batch == nullptr) {
        return false;
    }
    for (char *block : batch->blocks) {
        HeapFree(block);
    }
    ring.Popped();
    return true;
}

void FreeRest(Ring &ring)
{
    while (FreeBatch(ring)) {
    }
}

/* One of several rings, with the sizes of whoever fills it. */
struct Lane {
    Ring ring;
    SizeStream sizes;
    explicit Lane(const Sizes &drawn_from) : sizes(drawn_from)
    {
    }
};

using Lanes = std::vector<std::unique_ptr<Lane>>;

Lanes MakeLanes(const Sizes &sizes)
{
    Lanes lanes;
    for (size_t i = 0; i < kLanes; i++) {
        lanes.push_back(std::make_unique<Lane>(sizes));
    }
    return lanes;
}

/* One helper per lane does theirs(lane), this thread mine(lane) on one lane after the other. */
template <typename Mine, typename Theirs>
void RunLanes(benchmark::State &state, const Case &row, Mine mine, Theirs theirs)
{
    Lanes lanes = MakeLanes(row.sizes);
    {
        auto step_of = [theirs](Lane &lane) { return [&lane, theirs] { return theirs(lane); }; };
        using Step = decltype(step_of(*lanes[0]));
        std::vector<std::unique_ptr<Helper<Step>>> helpers;
        for (auto &lane : lanes) {
            helpers.push_back(std::make_unique<Helper<Step>>(step_of(*lane)));
        }
        size_t next = 0;
        for (auto _ : state) {
            for (size_t i = 0; i < kBatches; i++) {
                WaitUntil([&] { return mine(*lanes[next++ % kLanes]); });
            }
        }
    }
    for (auto &lane : lanes) {
        FreeRest(lane->ring);
    }
    CountPairs(state, kBatches * kBatch);
}

bool MallocInLane(Lane &lane)
{
    return MallocBatch(lane.ring, lane.sizes);
}

bool FreeInLane(Lane &lane)
{
    return FreeBatch(lane.ring);
}

} /* namespace */

void RunHandOver(benchmark::State &state, const Case &row)
{
    Ring ring;
    SizeStream sizes(row.sizes);
    {
        Helper consumer([&ring] { return FreeBatch(ring); });
        for (auto _ : state) {
            for (size_t i = 0; i < kBatches; i++) {
                WaitUntil([&] { return MallocBatch(ring, sizes); });
            }
            WaitUntil([&ring] { return ring.ToPop() == nullptr; });
        }
    }
    CountPairs(state, kBatches * kBatch);
}

void RunTakeOver(benchmark::State &state, const Case &row)
{
    Ring ring;
    SizeStream sizes(row.sizes);
    {
        Helper producer([&] { return MallocBatch(ring, sizes); });
        for (auto _ : state) {
            for (size_t i = 0; i < kBatches; i++) {
                WaitUntil([&ring] { return FreeBatch(ring); });
            }
        }
    }
    FreeRest(ring);
    CountPairs(state, kBatches * kBatch);
}

void RunExchange(benchmark::State &state, const Case &row)
{
    Ring there, back;
    SizeStream sizes(row.sizes), helper_sizes(row.sizes, 2);
    {
        Helper helper([&] {
            bool pushed = MallocBatch(back, helper_sizes);
            return FreeBatch(there) || pushed;
        });
        for (auto _ : state) {
            for (size_t i = 0; i < kBatches; i++) {
                WaitUntil([&] { return MallocBatch(there, sizes); });
                WaitUntil([&] { return FreeBatch(back); });
            }
        }
    }
    FreeRest(there);
    FreeRest(back);
    CountPairs(state, kBatches * kBatch);
}

void RunManyToOne(benchmark::State &state, const Case &row)
{
    RunLanes(state, row, FreeInLane, MallocInLane);
}

void RunOneToMany(benchmark::State &state, const Case &row)
{
    RunLanes(state, row, MallocInLane, FreeInLane);
}

/* The helper does what this thread does, one round each time that this thread asks for it. */
void RunReplaceInThreads(benchmark::State &state, const Case &row)
{
    std::atomic<size_t> asked{0}, done{0};
    LiveBlocks mine(row, 1), theirs(row, 2);
    {
        Helper helper([&] {
            size_t round = asked.load(std::memory_order_acquire);
            if (round == done.load(std::memory_order_relaxed)) {
                return false;
            }
            round == 1 ? theirs.Fill() : theirs.ReplaceSome(kRounds);
            done.store(round, std::memory_order_release);
            return true;
        });
        size_t round = 1;
        auto is_done = [&] { return done.load(std::memory_order_acquire) == round; };
        asked.store(round, std::memory_order_release);
        mine.Fill();
        WaitUntil(is_done);
        for (auto _ : state) {
            asked.store(++round, std::memory_order_release);
            mine.ReplaceSome(kRounds);
            WaitUntil(is_done);
        }
    }
    CountPairs(state, kRounds);
}

/* Two threads at a time replace blocks and end; those that they leave alive are freed here. */
void RunComeAndGo(benchmark::State &state, const Case &row)
{
    constexpr size_t kReplaced = 700;
    constexpr size_t kPairs = 1000; /* per thread; Fill does the first 300 */
    LiveBlocks first(row, 1), second(row, 2);
    auto live_and_end = [](LiveBlocks &blocks) {
        return std::thread([&blocks] {
            blocks.Fill();
            blocks.ReplaceSome(kReplaced);
        });
    };
    for (auto _ : state) {
        std::thread threads[] = {live_and_end(first), live_and_end(second)};
        threads[0].join();
        first.FreeAll();
        threads[1].join();
        second.FreeAll();
    }
    CountPairs(state, 2 * kPairs);
}

} /* namespace bench */
