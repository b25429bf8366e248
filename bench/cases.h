/* SPDX-License-Identifier: Apache-2.0
 *
 * A case: one pattern of calls, as a row of the table in cases.cc. The patterns themselves are the
 * Run functions; each reports pairs of malloc and free (or single reallocs) as Google Benchmark's
 * items.
 */
#ifndef CAIRN_BENCH_CASES_H_
#define CAIRN_BENCH_CASES_H_

#include <benchmark/benchmark.h>

#include "bench/data.h"

namespace bench {

enum class Order { kLifo, kFifo, kRandom };

/* How much of a new block is written: real programs use what they ask for, but with large blocks
 * the page faults soon outweigh all else. */
enum class Touch { kFirstByte, kEveryPage };

/* Which time counts. Time of the thread is blind to other programs on the machine; where threads
 * wait for each other only the wall clock tells; where threads are made and ended it is the
 * scheduler's delays that nobody wants to see. Cases of several threads have another than kThread. */
enum class Clock { kThread, kProcess, kWall };

struct Case {
    const char *name;
    const char *group; /* means are formed per group */
    void (*run)(benchmark::State &, const Case &);
    Sizes sizes;
    size_t count = 1; /* blocks alive at a time */
    Order order = Order::kLifo;
    Touch touch = Touch::kFirstByte;
    Clock clock = Clock::kThread;
    bool slow = false; /* left out by --quick */
};

inline bool IsForOneThread(const Case &row)
{
    return row.clock == Clock::kThread;
}

extern const Case kCases[];
extern const size_t kCaseCount;

/* patterns.cc */

/* Malloc and free of one block, again and again. */
void RunPair(benchmark::State &state, const Case &row);
/* Count mallocs, then count frees. */
void RunBatch(benchmark::State &state, const Case &row);
/* Of count live blocks a random one is freed and another allocated. */
void RunReplace(benchmark::State &state, const Case &row);
void RunCalloc(benchmark::State &state, const Case &row);
/* A vector doubles from sizes.low to sizes.high bytes. */
void RunVector(benchmark::State &state, const Case &row);
/* The same where nothing is resized: a block of twice the size, a copy, and the old one is freed, as
 * std::vector and std::string do. */
void RunMovingVector(benchmark::State &state, const Case &row);
/* Count strings grow in turn, sizes.low bytes at a time, to sizes.high. */
void RunString(benchmark::State &state, const Case &row);

/* threads.cc, 'this' being the thread that is measured */

/* Two threads do RunReplace on count blocks each. */
void RunReplaceInThreads(benchmark::State &state, const Case &row);
/* This thread mallocs, another frees. */
void RunHandOver(benchmark::State &state, const Case &row);
/* Another mallocs, this thread frees. */
void RunTakeOver(benchmark::State &state, const Case &row);
/* Each of two threads mallocs, and frees what the other did. */
void RunExchange(benchmark::State &state, const Case &row);
/* Four threads malloc, this one frees; and the other way about. */
void RunManyToOne(benchmark::State &state, const Case &row);
void RunOneToMany(benchmark::State &state, const Case &row);
/* Short threads, two at a time, each of which leaves count blocks for this one to free. */
void RunComeAndGo(benchmark::State &state, const Case &row);

/* sleepers.cc: RunReplaceInThreads beside 1000 threads that have used the heap and mostly sleep. */
void RunBesideSleepers(benchmark::State &state, const Case &row);

/* Shared by the patterns. */
void TouchBlock(char *block, size_t from, size_t size, Touch touch);

/* row.count blocks in random use. Each step may be done by another thread. */
class LiveBlocks {
  public:
    LiveBlocks(const Case &row, uint64_t seed);
    ~LiveBlocks();
    void Fill();
    void ReplaceSome(size_t pairs);
    void FreeAll();

  private:
    SizeStream sizes_;
    Random random_;
    Touch touch_;
    Table<char *> blocks_;
};

} /* namespace bench */

#endif /* CAIRN_BENCH_CASES_H_ */
