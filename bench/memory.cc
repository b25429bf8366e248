/* SPDX-License-Identifier: Apache-2.0
 *
 * Measures live bytes (as requested, all of them written) and resident bytes: with the heap full
 * and its blocks in random use, after 90 % of the blocks were freed at random, and a moment later,
 * when a few more calls have given the allocator occasion to return what it can.
 */
#include "bench/memory.h"

#include <cstdio>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <unistd.h>

#include "bench/data.h"
#include "bench/heap.h"

namespace bench {

namespace {

struct MemoryCase {
    const char *name;
    Sizes sizes;
    size_t count;
    bool slow; /* left out by --quick */
};

constexpr MemoryCase kMemoryCases[] = {
    {"small1M", LogUniform(8, 64), 1000000, true},
    {"mixed1M", Mixed(), 1000000, false},
    {"medium10k", Uniform(kKiB, 32 * kKiB), 10000, false},
    {"large100", LogUniform(64 * kKiB, 8 * kMiB), 100, false},
};

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

    /* Pairs that leave everything as it is. */
    void Stir()
    {
        for (size_t i = 0; i < 1000; i++) {
            HeapFree(HeapMalloc(sizes_.Next()));
        }
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

void Measure(const MemoryCase &row)
{
    Heap heap(row);
    printf("{\"case\": \"%s\", \"live_full\": %zu, \"resident_full\": %zu", row.name,
           heap.live_bytes(), heap.resident_bytes());
    heap.Thin();
    printf(", \"live_thinned\": %zu, \"resident_thinned\": %zu", heap.live_bytes(),
           heap.resident_bytes());
    const timespec moment = {0, 500 * 1000 * 1000};
    nanosleep(&moment, nullptr);
    heap.Stir();
    printf(", \"resident_settled\": %zu}\n", heap.resident_bytes());
}

} /* namespace */

void ListMemoryCases()
{
    const char *separator = "";
    for (const MemoryCase &row : kMemoryCases) {
        printf("%s\n{\"name\": \"%s\", \"slow\": %s}", separator, row.name,
               row.slow ? "true" : "false");
        separator = ",";
    }
}

bool MeasureMemory(const char *name)
{
    for (const MemoryCase &row : kMemoryCases) {
        if (strcmp(row.name, name) == 0) {
            Measure(row);
            return true;
        }
    }
    return false;
}

} /* namespace bench */
