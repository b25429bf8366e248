/* SPDX-License-Identifier: Apache-2.0
 *
 * The patterns of one thread. An iteration is a batch of pairs, long enough that Google Benchmark's
 * own loop costs nothing beside it, and for large heaps so long that few trial runs are needed.
 */
#include <algorithm>
#include <cstring>

#include "bench/cases.h"
#include "bench/heap.h"

namespace bench {

namespace {

constexpr size_t kPairs = 1000;
constexpr size_t kPage = 4096;
constexpr size_t kSettle = 200;

void CountPairs(benchmark::State &state, size_t pairs_per_iteration)
{
    state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(pairs_per_iteration));
}

} /* namespace */

void TouchBlock(char *block, size_t from, size_t size, Touch touch)
{
    block[from] = 1;
    if (touch == Touch::kEveryPage) {
        for (size_t i = from + kPage; i < size; i += kPage) {
            block[i] = 1;
        }
    }
}

void RunPair(benchmark::State &state, const Case &row)
{
    for (auto _ : state) {
        for (size_t i = 0; i < kPairs; i++) {
            char *block = HeapMalloc(row.sizes.low);
            block[0] = 1;
            HeapFree(block);
        }
    }
    CountPairs(state, kPairs);
}

void RunCalloc(benchmark::State &state, const Case &row)
{
    constexpr size_t kCallocs = 10;
    for (auto _ : state) {
        for (size_t i = 0; i < kCallocs; i++) {
            char *block = HeapCalloc(row.sizes.low);
            TouchBlock(block, 0, row.sizes.low, row.touch);
            HeapFree(block);
        }
    }
    CountPairs(state, kCallocs);
}

void RunBatch(benchmark::State &state, const Case &row)
{
    const size_t count = row.count;
    Table<char *> blocks(count);
    Table<uint32_t> order(count);
    Random random(1);
    Shuffle(order, random);
    for (size_t i = 0; i < count && row.order != Order::kRandom; i++) {
        order[i] = static_cast<uint32_t>(row.order == Order::kFifo ? i : count - 1 - i);
    }
    for (auto _ : state) {
        for (size_t i = 0; i < count; i++) {
            blocks[i] = HeapMalloc(row.sizes.low);
            blocks[i][0] = 1;
        }
        for (size_t i = 0; i < count; i++) {
            HeapFree(blocks[order[i]]);
        }
    }
    CountPairs(state, count);
}

LiveBlocks::LiveBlocks(const Case &row, uint64_t seed)
    : sizes_(row.sizes, seed), random_(seed), touch_(row.touch), blocks_(row.count)
{
}

void LiveBlocks::Fill()
{
    for (size_t i = 0; i < blocks_.count(); i++) {
        size_t size = sizes_.Next();
        blocks_[i] = HeapMalloc(size);
        TouchBlock(blocks_[i], 0, size, touch_);
    }
    /* Fresh from the allocator neighbours are neighbours still; a heap in use has no such order. */
    ReplaceSome(std::max(blocks_.count(), kSettle));
}

void LiveBlocks::ReplaceSome(size_t pairs)
{
    for (size_t i = 0; i < pairs; i++) {
        char *&block = blocks_[random_.Below(blocks_.count())];
        size_t size = sizes_.Next();
        HeapFree(block);
        block = HeapMalloc(size);
        TouchBlock(block, 0, size, touch_);
    }
}

void LiveBlocks::FreeAll()
{
    for (size_t i = 0; i < blocks_.count(); i++) {
        HeapFree(blocks_[i]);
        blocks_[i] = nullptr;
    }
}

LiveBlocks::~LiveBlocks()
{
    FreeAll();
}

void RunReplace(benchmark::State &state, const Case &row)
{
    const size_t pairs = row.sizes.high > 64 * kKiB ? 100 : std::max(kPairs, row.count / 10);
    LiveBlocks live(row, 1);
    live.Fill();
    for (auto _ : state) {
        live.ReplaceSome(pairs);
    }
    CountPairs(state, pairs);
}

void RunVector(benchmark::State &state, const Case &row)
{
    size_t reallocs = 0;
    for (auto _ : state) {
        char *block = HeapMalloc(row.sizes.low);
        reallocs = 0;
        for (size_t size = row.sizes.low; size < row.sizes.high; size *= 2) {
            block = HeapRealloc(block, size * 2);
            TouchBlock(block, size, size * 2, row.touch);
            reallocs++;
        }
        HeapFree(block);
    }
    CountPairs(state, reallocs);
}

void RunMovingVector(benchmark::State &state, const Case &row)
{
    size_t moves = 0;
    for (auto _ : state) {
        char *block = HeapMalloc(row.sizes.low);
        moves = 0;
        for (size_t size = row.sizes.low; size < row.sizes.high; size *= 2) {
            char *larger = HeapMalloc(size * 2);
            memcpy(larger, block, size);
            HeapFree(block);
            block = larger;
            TouchBlock(block, size, size * 2, row.touch);
            moves++;
        }
        HeapFree(block);
    }
    CountPairs(state, moves);
}

void RunString(benchmark::State &state, const Case &row)
{
    const size_t step = row.sizes.low;
    size_t reallocs = 0;
    Table<char *> strings(row.count);
    for (auto _ : state) {
        reallocs = 0;
        for (size_t size = 0; size < row.sizes.high; size += step) {
            for (size_t i = 0; i < row.count; i++) {
                strings[i] = HeapRealloc(strings[i], size + step);
                TouchBlock(strings[i], size, size + step, row.touch);
                reallocs++;
            }
        }
        for (size_t i = 0; i < row.count; i++) {
            HeapFree(strings[i]);
            strings[i] = nullptr;
        }
    }
    CountPairs(state, reallocs);
}

} /* namespace bench */
