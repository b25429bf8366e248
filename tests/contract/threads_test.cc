/* SPDX-License-Identifier: Apache-2.0
 *
 * All operations from several threads at once, with blocks that change hands.
 */
#include <atomic>
#include <mutex>
#include <thread>

#include "cairn/tests/contract/contract.h"

namespace cairn_test {

namespace {

struct Block {
    void *ptr = nullptr;
    size_t size = 0;
    uint64_t seed = 0;
};

/* One thread's part of the random workload. */
class Worker {
  public:
    Worker(cairn_layer layer, bool can_align, uint64_t number, std::mutex *mutex,
           std::vector<Block> *shared)
        : layer_(layer), can_align_(can_align), random_(number), mutex_(mutex), shared_(shared)
    {
    }

    void Run(size_t operations)
    {
        for (size_t i = 0; i < operations && good; i++) {
            Block *block = &blocks_[random_.Below(kBlocks)];
            switch (random_.Below(8)) {
            case 0:
            case 1:
                Exchange(block);
                break;
            case 2:
                Resize(block);
                break;
            default:
                Replace(block);
            }
        }
        for (Block &block : blocks_) {
            Drop(&block);
        }
    }

    bool good = true;

  private:
    static constexpr size_t kBlocks = 200;

    size_t RandomSize()
    {
        size_t kind = random_.Below(100);
        return kind < 80   ? random_.Below(600)
               : kind < 98 ? random_.Below(40000)
                           : random_.Below(400000);
    }

    void Drop(Block *block)
    {
        if (block->ptr != nullptr) {
            good = good && Holds(block->ptr, block->size, SIZE_MAX, block->seed);
            cairn_layer_free(layer_, block->ptr);
            block->ptr = nullptr;
        }
    }

    void Replace(Block *block)
    {
        Drop(block);
        block->size = RandomSize();
        block->seed = random_.Next();
        size_t kind = random_.Below(4);
        if (kind == 0) {
            block->ptr = cairn_layer_calloc(layer_, 1, block->size);
            good = good && block->ptr != nullptr && IsZero(block->ptr, block->size);
        } else if (kind == 1) {
            size_t alignment = (size_t)1 << random_.Below(can_align_ ? 14 : 5);
            block->ptr = cairn_layer_aligned_alloc(layer_, alignment, block->size);
            good = good && block->ptr != nullptr && IsAligned(block->ptr, alignment);
        } else {
            block->ptr = cairn_layer_malloc(layer_, block->size);
            good = good && block->ptr != nullptr;
        }
        if (good) {
            Fill(block->ptr, block->size, block->seed);
        }
    }

    void Resize(Block *block)
    {
        size_t size = RandomSize();
        size_t old = block->ptr != nullptr ? block->size : 0;
        void *moved = cairn_layer_realloc(layer_, block->ptr, size);
        good = good && moved != nullptr && Holds(moved, old, size, block->seed);
        if (good) {
            block->ptr = moved;
            block->size = size;
            block->seed = random_.Next();
            Fill(moved, size, block->seed);
        }
    }

    void Exchange(Block *block)
    {
        std::lock_guard<std::mutex> guard(*mutex_);
        std::swap(*block, (*shared_)[random_.Below(shared_->size())]);
    }

    cairn_layer layer_;
    bool can_align_;
    Random random_;
    std::mutex *mutex_;
    std::vector<Block> *shared_;
    Block blocks_[kBlocks];
};

TEST_P(Contract, EightThreadsThatSwapBlocks)
{
    std::mutex mutex;
    std::vector<Block> shared(500);
    std::vector<std::thread> threads;
    std::atomic<int> bad{0};
    for (uint64_t number = 1; number <= 8; number++) {
        threads.emplace_back([&, number] {
            auto worker = std::make_unique<Worker>(layer_, Offers(CAIRN_OFFERS_ALIGNED_ALLOC),
                                                   number, &mutex, &shared);
            worker->Run(Often(3200));
            bad += worker->good ? 0 : 1;
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    EXPECT_EQ(bad, 0);
    for (Block &block : shared) {
        EXPECT_TRUE(block.ptr == nullptr || Holds(block.ptr, block.size, SIZE_MAX, block.seed));
        Free(block.ptr);
    }
}

TEST_P(Contract, BlocksOfOneThreadAreFreedByAnother)
{
    for (int round = 0; round < 3; round++) {
        std::vector<Block> blocks(Often(3000) + 1000);
        for (size_t i = 0; i < blocks.size(); i++) {
            blocks[i].size = i % 1200 + (i % 100 == 0 ? 20000 : 0);
            blocks[i].ptr = Malloc(blocks[i].size);
            ASSERT_NE(blocks[i].ptr, nullptr);
            Fill(blocks[i].ptr, blocks[i].size, i);
        }
        std::atomic<size_t> bad{0};
        std::vector<std::thread> threads;
        for (size_t part = 0; part < 4; part++) {
            threads.emplace_back([&, part] {
                for (size_t i = part; i < blocks.size(); i += 4) {
                    bad += Holds(blocks[i].ptr, blocks[i].size, SIZE_MAX, i) ? 0 : 1;
                    Free(blocks[i].ptr);
                }
            });
        }
        for (std::thread &thread : threads) {
            thread.join();
        }
        EXPECT_EQ(bad, 0u);
    }
}

} // namespace

} // namespace cairn_test
