/* SPDX-License-Identifier: Apache-2.0
 *
 * The thousand threads, and the case that runs beside them.
 */
#include "bench/sleepers.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "bench/cases.h"
#include "bench/heap.h"

namespace bench {

namespace {

constexpr size_t kSizes = 4096;
constexpr size_t kLive = 50;
constexpr size_t kFirstPairs = 300;
constexpr size_t kLaterPairs = 20;

} /* namespace */

/* Threads of pthreads, not of C++, which would allocate in one thread and free in the other. */
Sleepers::Sleepers(const Sizes &sizes) : sizes_(kSizes), threads_(kThreads)
{
    SizeStream stream(sizes);
    for (size_t i = 0; i < kSizes; i++) {
        sizes_[i] = static_cast<uint32_t>(stream.Next());
    }
    for (size_t i = 0; i < kThreads; i++) {
        if (pthread_create(&threads_[i], nullptr, Start, this) != 0) {
            fprintf(stderr, "cairn: bench: thread %zu of %zu cannot be started\n", i, kThreads);
            _Exit(1);
        }
    }
    std::unique_lock lock(mutex_);
    all_asleep_.wait(lock, [this] { return asleep_ == kThreads; });
}

Sleepers::~Sleepers()
{
    {
        std::lock_guard lock(mutex_);
        stop_ = true;
    }
    wake_.notify_all();
    for (size_t i = 0; i < kThreads; i++) {
        pthread_join(threads_[i], nullptr);
    }
}

void Sleepers::Work()
{
    std::unique_lock lock(mutex_);
    at_work_ = true;
    asleep_ = 0;
    wake_.notify_all();
    all_asleep_.wait(lock, [this] { return asleep_ == kThreads; });
}

void *Sleepers::Start(void *sleepers)
{
    auto *self = static_cast<Sleepers *>(sleepers);
    self->Live(self->next_number_.fetch_add(1));
    return nullptr;
}

void Sleepers::Live(size_t number)
{
    const auto nap = std::chrono::milliseconds(1000 + number);
    std::unique_lock lock(mutex_);
    auto fall_asleep = [this] {
        if (++asleep_ == kThreads) {
            all_asleep_.notify_one();
        }
    };
    fall_asleep();
    wake_.wait(lock, [this] { return at_work_ || stop_; });
    lock.unlock();
    Replace(number, kFirstPairs);
    lock.lock();
    fall_asleep();
    while (!wake_.wait_for(lock, nap, [this] { return stop_; })) {
        lock.unlock();
        Replace(number, kLaterPairs);
        lock.lock();
    }
}

void Sleepers::Replace(size_t number, size_t pairs) const
{
    char *blocks[kLive] = {};
    for (size_t i = 0; i < pairs; i++) {
        char *&block = blocks[i % kLive];
        HeapFree(block);
        block = HeapMalloc(sizes_[(number * 7 + i) % kSizes]);
        block[0] = 1;
    }
    for (char *block : blocks) {
        HeapFree(block);
    }
}

void RunBesideSleepers(benchmark::State &state, const Case &row)
{
    Sleepers sleepers(row.sizes);
    sleepers.Work();
    RunReplaceInThreads(state, row);
}

} /* namespace bench */
