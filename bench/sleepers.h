/* SPDX-License-Identifier: Apache-2.0
 *
 * A thousand threads that have used the heap and mostly sleep, as in a server whose clients are silent.
 */
#ifndef CAIRN_BENCH_SLEEPERS_H_
#define CAIRN_BENCH_SLEEPERS_H_

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <pthread.h>

#include "bench/data.h"

namespace bench {

class Sleepers {
  public:
    static constexpr size_t kThreads = 1000;

    /* Starts the threads, which touch no heap yet. */
    explicit Sleepers(const Sizes &sizes);
    ~Sleepers();
    Sleepers(const Sleepers &) = delete;
    Sleepers &operator=(const Sleepers &) = delete;

    /* Each thread allocates some hundred blocks and frees them; returns when all sleep. From then on
     * each wakes now and then for a few more. */
    void Work();

  private:
    static void *Start(void *sleepers);
    void Live(size_t number);
    void Replace(size_t number, size_t pairs) const;

    Table<uint32_t> sizes_;
    Table<pthread_t> threads_;
    std::atomic<size_t> next_number_{0};
    std::mutex mutex_;
    std::condition_variable wake_, all_asleep_;
    size_t asleep_ = 0;
    bool at_work_ = false;
    bool stop_ = false;
};

} /* namespace bench */

#endif /* CAIRN_BENCH_SLEEPERS_H_ */
