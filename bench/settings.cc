/* SPDX-License-Identifier: Apache-2.0
 *
 * What the settings of an instance of pymalloc cost: one table, a line for each value of each setting.
 * Times are the lowest of interleaved rounds, since other programs only add to them; bytes are those of the pools in use (not given back, not
 * unused) for each live byte, so that the cost of a setting shows that time does not tell.
 *
 *   tools/bazel run //bench:settings
 */
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <vector>

#include "bench/data.h"
#include "cairn/allocators/arena/mmap.h"
#include "cairn/allocators/pymalloc/pymalloc.h"
#include "cairn/allocators/pymalloc/statistics.h"
#include "cairn/allocators/system/system.h"

namespace {

using bench::Random;

constexpr size_t kKiB = 1024;
constexpr size_t kMiB = 1024 * kKiB;
constexpr int kRounds = 15;

struct Setting {
    const char *name;
    cairn_pymalloc_options options;
    bool is_default = false;
};

/* arena, pool, magazine, depot */
const Setting kSettings[] = {
    {"defaults", {0, 0, 0, 0}, true},
    {"arena_bytes=128K", {128 * kKiB, 0, 0, 0}},
    {"arena_bytes=256K", {256 * kKiB, 0, 0, 0}},
    {"arena_bytes=2M", {2 * kMiB, 0, 0, 0}},
    {"pool_bytes=32K", {0, 32 * kKiB, 0, 0}},
    {"pool_bytes=64K", {0, 64 * kKiB, 0, 0}},
    {"magazine_blocks=15", {0, 0, 15, 0}},
    {"magazine_blocks=31", {0, 0, 31, 0}},
    {"magazine_blocks=63", {0, 0, 63, 0}},
    {"depot_bytes=1 (none)", {0, 0, 0, 1}},
    {"depot_bytes=1M", {0, 0, 0, kMiB}},
    {"depot_bytes=16M", {0, 0, 0, 16 * kMiB}},
};

double Now()
{
    timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

class Heap {
  public:
    explicit Heap(const Setting &setting)
        : instance_(cairn_pymalloc_create(cairn_arena_mmap, cairn_system, &setting.options))
    {
        if (instance_ == nullptr) {
            fprintf(stderr, "cairn: bench: no instance with %s\n", setting.name);
            exit(1);
        }
    }
    ~Heap()
    {
        cairn_pymalloc_destroy(instance_);
    }
    void *Malloc(size_t size)
    {
        auto *block = static_cast<char *>(cairn_pymalloc_malloc(instance_, size));
        *block = 1;
        return block;
    }
    void Free(void *block)
    {
        cairn_pymalloc_free(instance_, block);
    }
    double BytesForEachLiveByte()
    {
        cairn_pymalloc_statistics s;
        cairn_pymalloc_get_statistics(instance_, &s);
        size_t unused = s.unused_pools * s.pool_unit_bytes;
        return static_cast<double>(s.arena_bytes - unused) / static_cast<double>(s.live_bytes);
    }

  private:
    cairn_pymalloc *instance_;
};

/* 10,000 blocks of 64 bytes, freed at random: ns for each pair. */
double Batches(Heap &heap)
{
    constexpr size_t kCount = 10000;
    constexpr int kTimes = 20;
    std::vector<void *> blocks(kCount);
    bench::Table<uint32_t> order(kCount);
    Random random(1);
    bench::Shuffle(order, random);
    double start = 0;
    for (int i = -2; i < kTimes; i++) {
        start = i == 0 ? Now() : start;
        for (void *&block : blocks) {
            block = heap.Malloc(64);
        }
        for (size_t k = 0; k < kCount; k++) {
            heap.Free(blocks[order[k]]);
        }
    }
    return (Now() - start) / (kCount * kTimes);
}

/* Of so many live blocks of all classes one is replaced at random: ns for each, and bytes. */
double Replaces(Heap &heap, size_t count, double *bytes)
{
    std::vector<void *> blocks(count);
    Random random(2);
    for (void *&block : blocks) {
        block = heap.Malloc(1 + random.Below(512));
    }
    const size_t times = std::max<size_t>(2 * count, 200000);
    double start = Now();
    for (size_t i = 0; i < times; i++) {
        void *&block = blocks[random.Below(count)];
        heap.Free(block);
        block = heap.Malloc(1 + random.Below(512));
    }
    double spent = Now() - start;
    *bytes = heap.BytesForEachLiveByte();
    for (void *block : blocks) {
        heap.Free(block);
    }
    return spent / static_cast<double>(times);
}

double Lowest(const std::vector<double> &samples)
{
    return *std::min_element(samples.begin(), samples.end());
}

struct Samples {
    std::vector<double> batch, few, many;
    double few_bytes = 0, many_bytes = 0;
};

} // namespace

int main()
{
    constexpr size_t kSettingCount = sizeof kSettings / sizeof kSettings[0];
    std::vector<Samples> samples(kSettingCount);
    for (int round = 0; round < kRounds; round++) {
        for (size_t i = 0; i < kSettingCount; i++) {
            Heap batch(kSettings[i]), few(kSettings[i]), many(kSettings[i]);
            samples[i].batch.push_back(Batches(batch));
            samples[i].few.push_back(Replaces(few, 1000, &samples[i].few_bytes));
            samples[i].many.push_back(Replaces(many, 200000, &samples[i].many_bytes));
        }
    }
    printf("%-22s %12s %14s %14s %16s %16s\n", "", "batch of 10k", "1000 live", "200k live",
           "1000 live,", "200k live,");
    printf("%-22s %12s %14s %14s %16s %16s\n", "", "ns/pair", "ns/pair", "ns/pair",
           "bytes/live byte", "bytes/live byte");
    for (size_t i = 0; i < kSettingCount; i++) {
        const Samples &row = samples[i];
        printf("%-22s %12.1f %14.1f %14.1f %16.2f %16.2f\n", kSettings[i].name, Lowest(row.batch),
               Lowest(row.few), Lowest(row.many), row.few_bytes, row.many_bytes);
    }
    return 0;
}
