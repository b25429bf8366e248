/* SPDX-License-Identifier: Apache-2.0
 *
 * Measures live bytes (as requested, all of them written) and resident bytes: with the heap full
 * and its blocks in random use, after 90 % of the blocks were freed at random, and a moment later,
 * when a few more calls have given the allocator occasion to return what it can; last, the same with
 * nothing alive. And what a thousand threads hold that have freed everything and sleep.
 */
#include "bench/memory.h"

#include <cstdio>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <unistd.h>

#include "bench/data.h"
#include "bench/heap.h"
#include "bench/sleepers.h"

namespace bench {

namespace {

struct MemoryCase {
    const char *name;
    void (*measure)(const MemoryCase &);
    Sizes sizes;
    size_t count; /* of blocks */
    bool slow;    /* left out by --quick */
    bool for_threads;
};

void MeasureBlocks(const MemoryCase &row);
void MeasureSleepers(const MemoryCase &row);

constexpr MemoryCase kMemoryCases[] = {
    {"small1M", MeasureBlocks, LogUniform(8, 64), 1000000, true, false},
    {"mixed1M", MeasureBlocks, Mixed(), 1000000, false, false},
    {"medium10k", MeasureBlocks, Uniform(kKiB, 32 * kKiB), 10000, false, false},
    {"large100", MeasureBlocks, LogUniform(64 * kKiB, 8 * kMiB), 100, false, false},
    {"sleepers", MeasureSleepers, Mixed(), 0, false, true},
};

bool IsServed(const MemoryCase &row)
{
    return kForThreads || !row.for_threads;
}

/* Of the whole process, program and libraries included. */
size_t ResidentBytes()
{
    char text[128] = "";
    int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t length = read(file, text, sizeof(text) - 1);
    close(file);
    unsigned long pages = 0;
    if (length <= 0 || sscanf(text, "%*u %lu", &pages) != 1) {
        perror("cairn: bench: /proc/self/statm");
        _Exit(1);
    }
    return pages * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

struct Block {
    char *start;
    size_t size;
};

constexpr size_t kStirred = 1000;

void Stir(SizeStream &sizes)
{
    const timespec moment = {0, 500 * 1000 * 1000};
    nanosleep(&moment, nullptr);
    char *blocks[kStirred];
    for (char *&block : blocks) {
        block = HeapMalloc(sizes.Next());
    }
    for (char *block : blocks) {
        HeapFree(block);
    }
}

class Heap {
  public:
    explicit Heap(const MemoryCase &row)
        : own_bytes_(row.count * sizeof(Block)), sizes_(row.sizes), random_(1), blocks_(row.count)
    {
        for (size_t i = 0; i < row.count; i++) {
            Allocate(blocks_[i]);
        }
        for (size_t i = 0; i < row.count; i++) {
            Replace();
        }
    }

    /* Frees all but about a tenth. */
    void Thin()
    {
        for (size_t i = 0; i < blocks_.count(); i++) {
            if (random_.Below(10) != 0) {
                Free(blocks_[i]);
            }
        }
    }

    void Empty()
    {
        for (size_t i = 0; i < blocks_.count(); i++) {
            if (blocks_[i].start != nullptr) {
                Free(blocks_[i]);
            }
        }
    }

    /* A moment passes, then come pairs that leave everything as it is. */
    void Settle()
    {
        Stir(sizes_);
    }

    size_t live_bytes() const
    {
        return live_bytes_;
    }
    /* Without the table of blocks, which is the harness's. */
    size_t resident_bytes() const
    {
        return ResidentBytes() - own_bytes_;
    }

  private:
    void Allocate(Block &block)
    {
        block.size = sizes_.Next();
        block.start = HeapMalloc(block.size);
        memset(block.start, 1, block.size);
        live_bytes_ += block.size;
    }

    void Free(Block &block)
    {
        HeapFree(block.start);
        live_bytes_ -= block.size;
        block = {};
    }

    void Replace()
    {
        Block &block = blocks_[random_.Below(blocks_.count())];
        Free(block);
        Allocate(block);
    }

    size_t own_bytes_;
    size_t live_bytes_ = 0;
    SizeStream sizes_;
    Random random_;
    Table<Block> blocks_;
};

void MeasureBlocks(const MemoryCase &row)
{
    Heap heap(row);
    printf("{\"case\": \"%s\", \"live_full\": %zu, \"resident_full\": %zu", row.name,
           heap.live_bytes(), heap.resident_bytes());
    heap.Thin();
    printf(", \"live_thinned\": %zu, \"resident_thinned\": %zu", heap.live_bytes(),
           heap.resident_bytes());
    heap.Settle();
    printf(", \"resident_settled\": %zu", heap.resident_bytes());
    heap.Empty();
    heap.Settle();
    printf(", \"resident_empty\": %zu}\n", heap.resident_bytes());
}

/* Before and after the threads' work; their stacks and all else that they need is there before. */
void MeasureSleepers(const MemoryCase &row)
{
    SizeStream sizes(row.sizes);
    Sleepers sleepers(row.sizes);
    const size_t before = ResidentBytes();
    sleepers.Work();
    const size_t asleep = ResidentBytes();
    Stir(sizes);
    const size_t settled = ResidentBytes();
    printf("{\"case\": \"%s\", \"threads\": %zu, \"resident_before\": %zu, "
           "\"resident_asleep\": %zu, \"resident_settled\": %zu}\n",
           row.name, Sleepers::kThreads, before, asleep, settled);
}

} /* namespace */

void ListMemoryCases()
{
    const char *separator = "";
    for (const MemoryCase &row : kMemoryCases) {
        if (!IsServed(row)) {
            continue;
        }
        printf("%s\n{\"name\": \"%s\", \"slow\": %s}", separator, row.name,
               row.slow ? "true" : "false");
        separator = ",";
    }
}

bool MeasureMemory(const char *name)
{
    for (const MemoryCase &row : kMemoryCases) {
        if (strcmp(row.name, name) == 0 && IsServed(row)) {
            row.measure(row);
            return true;
        }
    }
    return false;
}

} /* namespace bench */
