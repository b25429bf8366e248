/* SPDX-License-Identifier: Apache-2.0
 *
 * Allocator mimalloc: what the fallback serves before and after the library is loaded, what mimalloc
 * serves, and that the block contract holds between the two. Loading is for good, so what comes
 * before it is done once, when the suite is set up. Skipped where the library is not installed.
 */
#include "cairn/allocators/mimalloc/mimalloc.h"

#include <cerrno>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "cairn/allocators/system/system.h"
#include "cairn/tests/support/blocks.h"
#include "cairn/tests/support/layer.h"
#include "cairn/tests/support/report.h"

namespace cairn_test {
namespace {

constexpr size_t kGiB = static_cast<size_t>(1) << 30;

/* As a stack file has it. */
const cairn_layer test_below = cairn_system;
CAIRN_MIMALLOC_LAYER(test_stack, test_below)
CAIRN_MIMALLOC_INSTANCE(test_stack, test_below)

class Mimalloc : public testing::Test {
  protected:
    /* Once, however often the tests are repeated; what is made here stays. */
    static void SetUpTestSuite()
    {
        if (fallback != nullptr) {
            return;
        }
        fallback = new Layer(cairn_system);
        layer = cairn_mimalloc_layer(new cairn_mimalloc{fallback->layer()});
        old_blocks[0] = cairn_layer_malloc(layer, 100);
        old_blocks[1] = cairn_layer_realloc(layer, cairn_layer_calloc(layer, 10, 10), 200);
        old_blocks[2] = cairn_layer_aligned_alloc(layer, 256, 100);
        cairn_layer_free(layer, cairn_layer_malloc(layer, 0));
        text_before = ReportOf(layer, CAIRN_REPORT_TEXT);
        names_before = fallback->names();
        is_available = cairn_mimalloc_is_available(&error);
        is_loaded_early = cairn_mimalloc_is_loaded();
        can_load = cairn_mimalloc_load(&error);
    }

    void SetUp() override
    {
        if (!can_load) {
            GTEST_SKIP() << error;
        }
        fallback->calls.clear();
    }

    static inline Layer *fallback;
    static inline cairn_layer layer;
    static inline void *old_blocks[3];
    static inline std::string text_before;
    static inline std::string names_before;
    static inline const char *error;
    static inline bool is_available;
    static inline bool is_loaded_early;
    static inline bool can_load;
};

TEST_F(Mimalloc, LeavesAllToTheFallbackBeforeItIsLoaded)
{
    EXPECT_EQ(names_before, "malloc calloc realloc aligned_alloc malloc free");
    EXPECT_TRUE(is_available);
    EXPECT_FALSE(is_loaded_early) << "asking whether it is there must not load it";
    EXPECT_NE(text_before.find("not loaded"), std::string::npos) << text_before;
    EXPECT_TRUE(cairn_mimalloc_load(&error));
    EXPECT_EQ(error, nullptr);
}

TEST_F(Mimalloc, ServesWithoutTheFallbackOnceItIsLoaded)
{
    for (void *block :
         {cairn_layer_malloc(layer, 100), cairn_layer_calloc(layer, 10, 10),
          cairn_layer_aligned_alloc(layer, 4096, 100), cairn_layer_realloc(layer, nullptr, 100)}) {
        EXPECT_TRUE(cairn_mimalloc_functions.is_in_heap_region(block));
        EXPECT_TRUE(cairn_layer_owns(layer, block));
        EXPECT_GE(cairn_layer_usable_size(layer, block), 100u);
        block = cairn_layer_realloc(layer, block, 100000);
        EXPECT_TRUE(cairn_layer_owns_block(layer, block));
        cairn_layer_free(layer, block);
    }
    EXPECT_EQ(fallback->names(), "");
}

TEST_F(Mimalloc, LeavesOldBlocksToTheFallback)
{
    for (void *&block : old_blocks) {
        fallback->calls.clear();
        Fill(block, 100, 7);
        EXPECT_FALSE(cairn_layer_owns_block(layer, block));
        EXPECT_GE(cairn_layer_usable_size(layer, block), 100u);
        block = cairn_layer_realloc(layer, block, 50000);
        EXPECT_TRUE(Holds(block, 100, 100, 7));
        block = cairn_layer_realloc(layer, block, 0);
        EXPECT_NE(block, nullptr);
        cairn_layer_free(layer, block);
        EXPECT_EQ(fallback->names(), "realloc realloc free");
        block = cairn_layer_malloc(fallback->layer(), 100);
    }
}

TEST_F(Mimalloc, PassesForeignPointersToTheFallback)
{
    void *foreign = cairn_layer_malloc(fallback->layer(), 3000);
    EXPECT_FALSE(cairn_layer_owns(layer, foreign));
    EXPECT_FALSE(cairn_layer_owns(layer, &foreign));
    EXPECT_FALSE(cairn_layer_owns(layer, nullptr));
    EXPECT_GE(cairn_layer_usable_size(layer, foreign), 3000u);
    foreign = cairn_layer_realloc(layer, foreign, 6000);
    cairn_layer_free(layer, foreign);
    cairn_layer_free(layer, nullptr);
    EXPECT_EQ(fallback->names(), "malloc realloc free");
}

TEST_F(Mimalloc, GivesDistinctBlocksForNoBytes)
{
    std::set<void *> blocks;
    for (int i = 0; i < 100; i++) {
        blocks.insert(cairn_layer_malloc(layer, 0));
        blocks.insert(cairn_layer_calloc(layer, 0, 5));
        blocks.insert(cairn_layer_aligned_alloc(layer, 64, 0));
        blocks.insert(cairn_layer_realloc(layer, nullptr, 0));
        blocks.insert(cairn_layer_realloc(layer, cairn_layer_malloc(layer, 5000), 0));
    }
    EXPECT_EQ(blocks.size(), 500u);
    EXPECT_EQ(blocks.count(nullptr), 0u);
    for (void *block : blocks) {
        cairn_layer_free(layer, block);
    }
    EXPECT_EQ(fallback->names(), "");
}

TEST_F(Mimalloc, AlignsEveryBlockAndZeroesThoseOfCalloc)
{
    for (size_t size = 0; size <= 3 << 20; size += size < 5000 ? 1 : size / 3) {
        void *dirty = cairn_layer_malloc(layer, size);
        ASSERT_TRUE(IsAligned(dirty, CAIRN_ALIGNMENT)) << size;
        ASSERT_GE(cairn_layer_usable_size(layer, dirty), size);
        memset(dirty, 0xEE, cairn_layer_usable_size(layer, dirty));
        cairn_layer_free(layer, dirty);
        void *clean = cairn_layer_calloc(layer, 1, size);
        ASSERT_TRUE(IsAligned(clean, CAIRN_ALIGNMENT)) << size;
        ASSERT_TRUE(IsZero(clean, size)) << size;
        cairn_layer_free(layer, clean);
    }
}

TEST_F(Mimalloc, ServesAlignmentsUpToAMebibyteAndTheFallbackTheRest)
{
    for (size_t alignment = 1; alignment <= 64 << 20; alignment *= 2) {
        for (size_t size : {size_t{1}, size_t{100000}, size_t{40} << 20}) {
            fallback->calls.clear();
            void *block = cairn_layer_aligned_alloc(layer, alignment, size);
            ASSERT_NE(block, nullptr) << alignment << " " << size;
            EXPECT_TRUE(IsAligned(block, alignment));
            EXPECT_GE(cairn_layer_usable_size(layer, block), size);
            Fill(block, size, alignment);
            block = cairn_layer_realloc(layer, block, 2 * size);
            EXPECT_TRUE(Holds(block, size, size, alignment));
            cairn_layer_free(layer, block);
            EXPECT_EQ(fallback->names(), alignment <= 1 << 20 ? "" : "aligned_alloc realloc free");
        }
    }
    EXPECT_EQ(cairn_layer_aligned_alloc(layer, 0, 8), nullptr);
    EXPECT_EQ(cairn_layer_aligned_alloc(layer, 24, 8), nullptr);
}

/* mimalloc would not know them again. */
TEST_F(Mimalloc, LeavesBlocksOfAGibibyteToTheFallback)
{
    void *block = cairn_layer_malloc(layer, 1000);
    Fill(block, 1000, 3);
    block = cairn_layer_realloc(layer, block, kGiB);
    ASSERT_NE(block, nullptr);
    EXPECT_TRUE(Holds(block, 1000, 1000, 3));
    EXPECT_FALSE(cairn_layer_owns_block(layer, block));
    block = cairn_layer_realloc(layer, block, 1000);
    EXPECT_TRUE(Holds(block, 1000, 1000, 3));
    cairn_layer_free(layer, block);
    cairn_layer_free(layer, cairn_layer_calloc(layer, 2, kGiB));
    EXPECT_EQ(fallback->names(), "malloc realloc free calloc free");
}

TEST_F(Mimalloc, KeepsContentsAtEveryResize)
{
    Random random(11);
    void *block = cairn_layer_malloc(layer, 1);
    for (size_t i = 0, size = 1, next; i < 2000; i++, size = next) {
        next = random.Below(size_t{1} << random.Below(23));
        Fill(block, size, i);
        block = cairn_layer_realloc(layer, block, next);
        ASSERT_TRUE(Holds(block, size, next, i));
        ASSERT_GE(cairn_layer_usable_size(layer, block), next);
    }
    cairn_layer_free(layer, block);
}

TEST_F(Mimalloc, FailsWithNullAndNothingElse)
{
    void *block = cairn_layer_malloc(layer, 64);
    Fill(block, 64, 5);
    for (size_t size :
         {static_cast<size_t>(PTRDIFF_MAX), static_cast<size_t>(PTRDIFF_MAX) + 1, SIZE_MAX}) {
        EXPECT_EQ(cairn_layer_malloc(layer, size), nullptr);
        EXPECT_EQ(cairn_layer_calloc(layer, 1, size), nullptr);
        EXPECT_EQ(cairn_layer_aligned_alloc(layer, 64, size), nullptr);
        EXPECT_EQ(cairn_layer_realloc(layer, block, size), nullptr);
    }
    EXPECT_EQ(cairn_layer_calloc(layer, SIZE_MAX / 2, 4), nullptr);
    EXPECT_TRUE(Holds(block, 64, 64, 5));
    cairn_layer_free(layer, block);
}

TEST_F(Mimalloc, KeepsErrno)
{
    for (size_t size = 1; size < kGiB; size *= 3) {
        errno = 4711;
        void *block = cairn_layer_malloc(layer, size);
        block = cairn_layer_realloc(layer, block, size + size / 2);
        cairn_layer_free(layer, block);
        cairn_layer_free(layer, cairn_layer_calloc(layer, 1, size));
        cairn_layer_free(layer, cairn_layer_aligned_alloc(layer, 4096, size));
        EXPECT_EQ(errno, 4711) << size;
    }
    cairn_layer_trim(layer);
    EXPECT_EQ(errno, 4711);
}

/* Each thread frees the blocks of one that has ended. */
TEST_F(Mimalloc, ServesThreadsAndOutlivesThem)
{
    std::vector<std::vector<void *>> lanes(4, std::vector<void *>(20000));
    auto replace = [](void *&block, size_t size) {
        cairn_layer_free(layer, block);
        block = size > 0 ? memset(cairn_layer_malloc(layer, size), 1, size) : nullptr;
    };
    for (size_t round = 0; round < 5; round++) {
        std::vector<std::thread> threads;
        for (std::vector<void *> &lane : lanes) {
            threads.emplace_back([&] {
                for (size_t i = 0; i < lane.size(); i++) {
                    replace(lane[i], round < 4 ? i * 97 % 2000 + 1 : 0);
                }
            });
        }
        for (std::thread &thread : threads) {
            thread.join();
        }
    }
    EXPECT_EQ(fallback->names(), "");
}

TEST_F(Mimalloc, GivesIdleMemoryBack)
{
    std::vector<void *> blocks(20000);
    for (void *&block : blocks) {
        block = memset(cairn_layer_malloc(layer, 1000), 1, 1000);
    }
    for (void *block : blocks) {
        cairn_layer_free(layer, block);
    }
    size_t given_back = cairn_layer_trim(layer);
    EXPECT_TRUE(given_back > 1000000 && given_back < kGiB) << given_back;
}

TEST_F(Mimalloc, SaysThatItIsThere)
{
    std::string text = ReportOf(layer, CAIRN_REPORT_TEXT);
    std::string json = ReportOf(layer, CAIRN_REPORT_JSON);
    EXPECT_EQ(text.find("mimalloc, version "), 0u) << text;
    EXPECT_EQ(json.find("{\"part\": \"mimalloc\", \"loaded\": true, \"version\": "), 0u) << json;
    EXPECT_FALSE(TotalsOf(layer).counts_blocks);
}

TEST_F(Mimalloc, IsALayerOfAStackFile)
{
    EXPECT_EQ(test_stack_malloc_fast(8), nullptr);
    EXPECT_FALSE(test_stack_has_fast || test_stack_free_fast(nullptr));
    void *block = test_stack_malloc(nullptr, 100);
    EXPECT_TRUE(cairn_layer_owns(test_stack, block));
    EXPECT_GE(cairn_layer_usable_size(test_stack, block), 100u);
    test_stack_free(nullptr, test_stack_realloc(nullptr, block, 300));
    EXPECT_TRUE(cairn_layer_check(test_stack));
}

} // namespace
} // namespace cairn_test
