/* SPDX-License-Identifier: Apache-2.0
 *
 * Checks of all live blocks under the debug hook, walks of them, and the index.
 */
#include "cairn/tests/hooks/debug_stack.h"

#include <cstring>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cairn/allocators/arena/mmap.h"
#include "cairn/allocators/pymalloc/pymalloc.h"
#include "cairn/allocators/system/system.h"
#include "cairn/hooks/debug/index.h"
#include "cairn/tests/support/blocks.h"
#include "cairn/tests/support/fatal.h"

namespace cairn_test {

namespace {

void Churn(cairn_layer layer, size_t count, size_t size)
{
    for (size_t i = 0; i < count; i++) {
        cairn_layer_free(layer, cairn_layer_malloc(layer, size));
    }
}

/* Over pools that can be walked; the recorder cannot. */
class DebugCheck : public DebugStack {
  protected:
    DebugCheck() : pools_(cairn_pymalloc_create(cairn_arena_mmap, cairn_system, nullptr))
    {
    }

    ~DebugCheck() override
    {
        for (cairn_layer layer : layers_) {
            cairn_debug_close(cairn_debug_of(layer));
        }
        cairn_pymalloc_destroy(pools_);
    }

    cairn_layer Make(const char *domain, const char *options)
    {
        cairn_layer layer = DebugOver(cairn_pymalloc_layer(pools_), domain, options);
        layers_.push_back(layer);
        return layer;
    }

    cairn_pymalloc *pools_;
    std::vector<cairn_layer> layers_;
};

std::string CheckReport(cairn_layer layer)
{
    bool is_sound = true;
    std::string report = StderrOf([&] { is_sound = cairn_layer_check(layer); });
    EXPECT_EQ(is_sound, report.empty());
    return report.substr(0, report.find('\n'));
}

TEST_F(DebugCheck, FindsTheDamagedBlockOfItsDomain)
{
    for (const char *options : {"", "index=1", "serial=1", "compat=1"}) {
        cairn_layer mem = Make("mem", options);
        cairn_layer raw = Make("raw", options);
        std::vector<char *> blocks;
        for (int i = 0; i < 300; i++) {
            blocks.push_back(Malloc(i % 2 == 0 ? mem : raw, static_cast<size_t>(i)));
        }
        EXPECT_EQ(CheckReport(mem), "");
        blocks[100][100] = 1;
        EXPECT_EQ(CheckReport(mem), "cairn: write past the end of the block at " +
                                        Hex(blocks[100]) + " (mem, 100 bytes)");
        EXPECT_EQ(CheckReport(raw), "");
        blocks[100][100] = '\xfd';
        blocks[51][-1] = 1;
        EXPECT_EQ(CheckReport(raw),
                  "cairn: write before the start of the block at " + Hex(blocks[51]) + " (raw)");
        blocks[51][-1] = '\xfd';
        EXPECT_EQ(CheckReport(raw), "");
        for (int i = 0; i < 300; i++) {
            cairn_layer_free(i % 2 == 0 ? mem : raw, blocks[static_cast<size_t>(i)]);
        }
        EXPECT_EQ(CheckReport(mem), "");
    }
}

TEST_F(DebugCheck, AWalkGivesUsersBlocksAndTheirSizes)
{
    for (const char *options : {"", "index=1", "quarantine=0"}) {
        cairn_layer mem = Make("mem", options);
        cairn_layer raw = Make("raw", options);
        std::set<std::pair<void *, size_t>> expected;
        std::set<std::pair<void *, size_t>> seen;
        for (size_t size = 0; size < 480; size += 7) {
            expected.insert({cairn_layer_malloc(mem, size), size});
            cairn_layer_malloc(raw, size);
            cairn_layer_free(mem, cairn_layer_malloc(mem, size));
        }
        expected.insert({cairn_layer_aligned_alloc(mem, 128, 100), 100});
        auto visit = [](void *arg, void *block, size_t usable) {
            static_cast<decltype(seen) *>(arg)->insert({block, usable});
            return true;
        };
        EXPECT_TRUE(cairn_layer_walk(mem, visit, &seen));
        EXPECT_TRUE(seen == expected) << options << " " << seen.size() << " " << expected.size();
        auto end = [](void *, void *, size_t) { return false; };
        EXPECT_FALSE(cairn_layer_walk(mem, end, nullptr));
        for (const auto &block : expected) {
            cairn_layer_free(mem, block.first);
        }
    }
}

TEST_F(DebugCheck, SaysOnceThatItCannotWalk)
{
    cairn_layer layer = Debug("mem", "quarantine=0");
    std::string first = StderrOf([&] { EXPECT_TRUE(cairn_layer_check(layer)); });
    EXPECT_EQ(first,
              "cairn: debug: blocks of domain mem cannot be walked, so that a check looks at "
              "none of them; use index=1\n");
    EXPECT_EQ(StderrOf([&] { EXPECT_TRUE(cairn_layer_check(layer)); }), "");
}

TEST_F(DebugCheck, EveryNCallsAllBlocksAreLookedAt)
{
    cairn_layer layer = Debug("mem", "check=10");
    char *block = Malloc(layer, 12);
    block[12] = 1;
    size_t calls = 0;
    EXPECT_EQ(LineOf([&] {
                  for (; calls < 20; calls++) {
                      cairn_layer_malloc(layer, 1);
                  }
              }),
              "cairn: write past the end of the block at " + Hex(block) + " (mem, 12 bytes)");
    EXPECT_EQ(calls, 8u); /* the first call was that for the block */
    block[12] = '\xfd';
    EXPECT_EQ(LineOf([&] { Churn(layer, 100, 5); }), "");
}

class DebugWithIndex : public DebugStack {};

TEST_F(DebugWithIndex, G13_TheIndexTellsOwnBlocksFromThoseOfTheLayerBelow)
{
    cairn_layer layer = Debug("mem", "index=1");
    void *older = cairn_layer_malloc(below().layer(), 100);
    char *block = Malloc(layer, 100);
    EXPECT_TRUE(cairn_layer_owns_block(layer, block));
    EXPECT_FALSE(cairn_layer_owns_block(layer, older));
    EXPECT_TRUE(cairn_layer_owns(layer, block + 50));
    EXPECT_FALSE(cairn_layer_owns(layer, static_cast<char *>(older) + 50));
    EXPECT_EQ(cairn_layer_block_start(layer, older), nullptr);
    cairn_layer_free(layer, block);
    /* A second free must not go to the layer below. */
    EXPECT_TRUE(cairn_layer_owns_block(layer, block));
    cairn_layer_trim(layer);
    EXPECT_FALSE(cairn_layer_owns_block(layer, block));
    cairn_layer_free(below().layer(), older);
}

TEST_F(DebugWithIndex, ABlockWithAForgedHeaderIsNotTaken)
{
    cairn_layer layer = Debug("mem", "index=1");
    alignas(16) char forged[64];
    char *block = Malloc(layer, 8);
    memcpy(forged, block - 16, 32);
    std::string line = LineOf([&] { cairn_layer_free(layer, forged + 16); });
    EXPECT_EQ(line, "cairn: free of " + Hex(forged + 16) + ", which is on the stack");
}

TEST(DebugIndex, HoldsWhatWasAddedAndNotRemoved)
{
    cairn_debug_index *index = debug_index_create();
    std::set<uintptr_t> model;
    Random random(7);
    EXPECT_FALSE(debug_index_has(index, nullptr));
    for (size_t i = 0; i < Often(200000); i++) {
        uintptr_t address = 16 * (1 + random.Below(30000));
        const void *ptr = reinterpret_cast<const void *>(address);
        bool was_there = model.count(address) != 0;
        ASSERT_EQ(debug_index_has(index, ptr), was_there);
        if (was_there) {
            EXPECT_TRUE(debug_index_remove(index, ptr));
            model.erase(address);
        } else {
            EXPECT_FALSE(debug_index_remove(index, ptr));
            EXPECT_TRUE(debug_index_add(index, ptr));
            model.insert(address);
        }
    }
    std::set<uintptr_t> walked;
    auto visit = [](void *arg, char *ptr) {
        return static_cast<std::set<uintptr_t> *>(arg)
            ->insert(reinterpret_cast<uintptr_t>(ptr))
            .second;
    };
    EXPECT_TRUE(debug_index_walk(index, visit, &walked));
    EXPECT_TRUE(walked == model);
}

} // namespace

} // namespace cairn_test
