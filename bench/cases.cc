/* SPDX-License-Identifier: Apache-2.0
 *
 * All cases as data. A new case is a row here; what the columns mean stands in cases.h.
 */
#include "bench/cases.h"

namespace bench {

namespace {

constexpr char kSmall[] = "up to 512 bytes";
constexpr char kLive[] = "live blocks";
constexpr char kThreads[] = "threads";
constexpr char kLarge[] = "1 KiB and up";
constexpr char kGrowth[] = "growth, calloc";

constexpr Order kLifo = Order::kLifo;
constexpr Order kFifo = Order::kFifo;
constexpr Order kRandom = Order::kRandom;
constexpr Touch kFirstByte = Touch::kFirstByte;
constexpr Touch kEveryPage = Touch::kEveryPage;
constexpr Clock kThread = Clock::kThread;
constexpr Clock kProcess = Clock::kProcess;
constexpr Clock kWall = Clock::kWall;

} /* namespace */

const Case kCases[] = {
    {"pair/16", kSmall, RunPair, Fixed(16)},
    {"pair/64", kSmall, RunPair, Fixed(64)},
    {"pair/512", kSmall, RunPair, Fixed(512)},
    {"batch/100/16/lifo", kSmall, RunBatch, Fixed(16), 100, kLifo},
    {"batch/100/16/fifo", kSmall, RunBatch, Fixed(16), 100, kFifo},
    {"batch/100/16/random", kSmall, RunBatch, Fixed(16), 100, kRandom},
    {"batch/100/64/lifo", kSmall, RunBatch, Fixed(64), 100, kLifo},
    {"batch/100/64/fifo", kSmall, RunBatch, Fixed(64), 100, kFifo},
    {"batch/100/64/random", kSmall, RunBatch, Fixed(64), 100, kRandom},
    {"batch/100/512/lifo", kSmall, RunBatch, Fixed(512), 100, kLifo},
    {"batch/100/512/fifo", kSmall, RunBatch, Fixed(512), 100, kFifo},
    {"batch/100/512/random", kSmall, RunBatch, Fixed(512), 100, kRandom},
    {"batch/10k/16/lifo", kSmall, RunBatch, Fixed(16), 10000, kLifo},
    {"batch/10k/16/fifo", kSmall, RunBatch, Fixed(16), 10000, kFifo},
    {"batch/10k/16/random", kSmall, RunBatch, Fixed(16), 10000, kRandom},
    {"batch/10k/64/lifo", kSmall, RunBatch, Fixed(64), 10000, kLifo},
    {"batch/10k/64/fifo", kSmall, RunBatch, Fixed(64), 10000, kFifo},
    {"batch/10k/64/random", kSmall, RunBatch, Fixed(64), 10000, kRandom},
    {"batch/10k/512/lifo", kSmall, RunBatch, Fixed(512), 10000, kLifo},
    {"batch/10k/512/fifo", kSmall, RunBatch, Fixed(512), 10000, kFifo},
    {"batch/10k/512/random", kSmall, RunBatch, Fixed(512), 10000, kRandom},

    /* How the time of the same calls grows with the heap. */
    {"mixed/10k", kLive, RunReplace, Mixed(), 10000},
    {"mixed/100k", kLive, RunReplace, Mixed(), 100000},
    {"mixed/1M", kLive, RunReplace, Mixed(), 1000000, kRandom, kFirstByte, kThread, true},
    {"mixed/10M", kLive, RunReplace, Mixed(), 10000000, kRandom, kFirstByte, kThread, true},

    {"threads/mixed/10k", kThreads, RunReplaceInThreads, Mixed(), 10000, kRandom, kFirstByte,
     kWall},
    {"threads/hand-over/64", kThreads, RunHandOver, Fixed(64), 1, kFifo, kFirstByte, kWall},
    {"threads/hand-over/mixed", kThreads, RunHandOver, Mixed(), 1, kFifo, kFirstByte, kWall},
    {"threads/take-over/mixed", kThreads, RunTakeOver, Mixed(), 1, kFifo, kFirstByte, kWall},
    {"threads/exchange/mixed", kThreads, RunExchange, Mixed(), 1, kFifo, kFirstByte, kWall},
    {"threads/many-to-one/mixed", kThreads, RunManyToOne, Mixed(), 1, kFifo, kFirstByte, kWall},
    {"threads/one-to-many/mixed", kThreads, RunOneToMany, Mixed(), 1, kFifo, kFirstByte, kWall},
    {"threads/hand-over/1K-32K", kThreads, RunHandOver, Uniform(kKiB, 32 * kKiB), 1, kFifo,
     kFirstByte, kWall},
    {"threads/take-over/1K-32K", kThreads, RunTakeOver, Uniform(kKiB, 32 * kKiB), 1, kFifo,
     kFirstByte, kWall},
    {"threads/exchange/1K-32K", kThreads, RunExchange, Uniform(kKiB, 32 * kKiB), 1, kFifo,
     kFirstByte, kWall},
    {"threads/1000 asleep/mixed", kThreads, RunBesideSleepers, Mixed(), 10000, kRandom, kFirstByte,
     kWall},
    {"threads/come-and-go", kThreads, RunComeAndGo, Mixed(), 100, kRandom, kFirstByte, kProcess},

    {"pair/1K", kLarge, RunPair, Fixed(kKiB)},
    {"pair/2K", kLarge, RunPair, Fixed(2 * kKiB)},
    {"pair/8K", kLarge, RunPair, Fixed(8 * kKiB)},
    {"pair/32K", kLarge, RunPair, Fixed(32 * kKiB)},
    {"pair/64K", kLarge, RunPair, Fixed(64 * kKiB)},
    {"pair/256K", kLarge, RunPair, Fixed(256 * kKiB)},
    {"pair/1M", kLarge, RunPair, Fixed(kMiB)},
    {"pair/8M", kLarge, RunPair, Fixed(8 * kMiB)},
    {"replace/1K", kLarge, RunReplace, Fixed(kKiB), 200},
    {"replace/2K", kLarge, RunReplace, Fixed(2 * kKiB), 200},
    {"replace/8K", kLarge, RunReplace, Fixed(8 * kKiB), 200},
    {"replace/32K", kLarge, RunReplace, Fixed(32 * kKiB), 200},
    {"replace/64K", kLarge, RunReplace, Fixed(64 * kKiB), 200},
    {"replace/1M", kLarge, RunReplace, Fixed(kMiB), 20},
    {"replace/1K-32K", kLarge, RunReplace, Uniform(kKiB, 32 * kKiB), 200},
    {"replace/1K-64K/many", kLarge, RunReplace, LogUniform(kKiB, 64 * kKiB), 5000},
    {"replace/64K-8M", kLarge, RunReplace, LogUniform(64 * kKiB, 8 * kMiB), 20},
    {"replace/64K-8M/used", kLarge, RunReplace, LogUniform(64 * kKiB, 8 * kMiB), 20, kRandom,
     kEveryPage},
    {"replace/everything", kLarge, RunReplace, Everything(), 2000},

    {"realloc/vector", kGrowth, RunVector, Uniform(16, kMiB), 1, kLifo, kEveryPage},
    {"realloc/string", kGrowth, RunString, Uniform(100, 100 * kKiB), 1, kLifo, kEveryPage},
    {"realloc/4 strings", kGrowth, RunString, Uniform(100, 100 * kKiB), 4, kLifo, kEveryPage},
    {"realloc/vector/4K", kGrowth, RunVector, Uniform(16, 4 * kKiB), 1, kLifo, kEveryPage},
    {"realloc/1000 strings", kGrowth, RunString, Uniform(32, kKiB), 1000, kLifo, kEveryPage},
    {"std vector/4K", kGrowth, RunMovingVector, Uniform(16, 4 * kKiB), 1, kLifo, kEveryPage},
    {"std vector/1M", kGrowth, RunMovingVector, Uniform(16, kMiB), 1, kLifo, kEveryPage},
    {"calloc/100", kGrowth, RunCalloc, Fixed(100)},
    {"calloc/4K", kGrowth, RunCalloc, Fixed(4 * kKiB)},
    {"calloc/1M", kGrowth, RunCalloc, Fixed(kMiB)},
    {"calloc/1M/used", kGrowth, RunCalloc, Fixed(kMiB), 1, kLifo, kEveryPage},
};

const size_t kCaseCount = sizeof(kCases) / sizeof(kCases[0]);

} /* namespace bench */
