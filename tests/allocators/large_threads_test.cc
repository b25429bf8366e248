/* SPDX-License-Identifier: Apache-2.0
 *
 * Allocator large: runs in several threads at once, while others count, verify and trim.
 */
#include "cairn/tests/allocators/large_fixture.h"

#include <atomic>
#include <thread>
#include <vector>

#include "cairn/allocators/arena/fixed.h"
#include "cairn/tests/support/blocks.h"
#include "cairn/tests/support/report.h"

namespace cairn_test {

namespace {

constexpr int kThreads = 4;
constexpr unsigned kRounds = 2000;
constexpr size_t kChecked = 1000;

class Worker {
  public:
    Worker(cairn_layer layer, unsigned number) : layer_(layer), number_(number)
    {
    }

    /* Few lengths, so that threads hand runs of the same one to each other. */
    void Run()
    {
        for (unsigned i = 0; i < kRounds; i++) {
            Replace(i % 4, 70000 + i % 5 * 20000, i);
        }
        for (char *each : blocks_) {
            cairn_layer_free(layer_, each);
        }
    }

  private:
    void Replace(unsigned at, size_t size, uint64_t seed)
    {
        char *&block = blocks_[at];
        if (block != nullptr) {
            block = static_cast<char *>(cairn_layer_realloc(layer_, block, size));
            ASSERT_NE(block, nullptr);
            EXPECT_TRUE(Holds(block, kChecked, kChecked, seeds_[at]));
            cairn_layer_free(layer_, block);
        }
        bool is_zeroed = seed % 3 == 0;
        block = static_cast<char *>(is_zeroed ? cairn_layer_calloc(layer_, 1, size)
                                              : cairn_layer_malloc(layer_, size));
        ASSERT_NE(block, nullptr);
        EXPECT_TRUE(!is_zeroed || IsZero(block, size));
        seeds_[at] = seed * kThreads + number_;
        Fill(block, kChecked, seeds_[at]);
        block[size - 1] = 1;
    }

    cairn_layer layer_;
    unsigned number_;
    char *blocks_[4] = {};
    uint64_t seeds_[4] = {};
};

TEST_F(Large, ThreadsShareRunsOfAllLengths)
{
    std::vector<std::thread> threads;
    std::atomic<int> running{kThreads};
    for (unsigned t = 0; t < kThreads; t++) {
        threads.emplace_back([this, &running, t] {
            Worker(layer, t).Run();
            running--;
        });
    }
    while (running > 0) {
        EXPECT_TRUE(cairn_layer_check(layer));
        TotalsOf(layer);
        cairn_layer_trim(layer);
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    EXPECT_EQ(TotalsOf(layer).live_blocks, 0u);
}

/* Fills its magazines with blocks of all classes, then works with a few small ones. */
void Hoard(cairn_layer layer, std::atomic<bool> *is_filled, const std::atomic<bool> *is_done)
{
    std::vector<void *> blocks;
    for (size_t size = 1024; size <= 65536; size += size / 8) {
        for (int i = 0; i < 4; i++) {
            blocks.push_back(cairn_layer_malloc(layer, size));
        }
    }
    for (void *block : blocks) {
        cairn_layer_free(layer, block);
    }
    *is_filled = true;
    while (!*is_done) {
        blocks.clear();
        for (int i = 0; i < 100; i++) {
            blocks.push_back(cairn_layer_malloc(layer, 700));
        }
        for (void *block : blocks) {
            cairn_layer_free(layer, block);
        }
    }
}

/* Where memory is short, what another thread keeps for itself is asked for and waited for. */
TEST(LargeBounded, OneThreadGetsWhatAnotherKeeps)
{
    constexpr size_t kBytes = 8 << 20;
    constexpr int kEnough = 1000000;
    std::vector<char> buffer(kBytes);
    cairn_arena_source source;
    ASSERT_TRUE(cairn_arena_fixed_init(buffer.data(), kBytes, &source));
    cairn_large *large = cairn_large_create(source, nullptr);
    ASSERT_NE(large, nullptr);
    cairn_layer layer = cairn_large_layer(large);
    std::atomic<bool> is_filled{false};
    std::atomic<bool> is_done{false};
    std::thread other(Hoard, layer, &is_filled, &is_done);
    while (!is_filled) {
        std::this_thread::yield();
    }
    void *block = nullptr;
    for (int i = 0; block == nullptr && i < kEnough; i++) {
        block = cairn_layer_malloc(layer, kBytes / 2);
    }
    EXPECT_NE(block, nullptr);
    cairn_layer_free(layer, block);
    is_done = true;
    other.join();
    cairn_large_destroy(large);
}

} // namespace

} // namespace cairn_test
