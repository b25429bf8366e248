/* SPDX-License-Identifier: Apache-2.0
 *
 * Out of memory at every point of a scenario: each failure is a NULL, and nothing is lost. What fails, and
 * when, is a plan of the fail hook.
 */
#include <string>

#include "cairn/allocators/arena/mmap.h"
#include "cairn/allocators/large/large.h"
#include "cairn/hooks/fail/fail.h"
#include "cairn/tests/allocators/pools.h"
#include "cairn/tests/support/blocks.h"

namespace cairn_test {

namespace {

/* mmap without its optional operations. */
const cairn_arena_source bare_source = {{nullptr, cairn_arena_mmap_alloc, cairn_arena_mmap_free},
                                        &cairn_arena_nothing_more};

/* What is below the pools. Either is over the same provider. */
enum class Fallback { kLarge, kSystem };

/* The fail hook over libc, once: what is put is never taken away. */
cairn_layer FailingSystem()
{
    static const cairn_layer layer = [] {
        cairn_layer over = cairn_system;
        const char *error = "";
        EXPECT_TRUE(cairn_fail_hook.put_over(cairn_system, "raw", "", &over, &error)) << error;
        return over;
    }();
    return layer;
}

void SetPlan(const std::string &plan)
{
    const char *error = "";
    EXPECT_TRUE(cairn_fail_set(plan.c_str(), &error)) << plan << ": " << error;
}

/* Pools over large over one provider, or over libc and that provider. */
class Sweep {
  public:
    Sweep(Face face, cairn_arena_source below, Fallback fallback)
        : provider(below), face_(face), fallback_(fallback)
    {
    }

    ~Sweep()
    {
        SetPlan("");
        if (pools_ != nullptr && face_ == Face::kSingle) {
            cairn_pymalloc_single_destroy(pools_);
        } else if (pools_ != nullptr) {
            cairn_pymalloc_destroy(pools_);
        }
        if (large_ != nullptr) {
            cairn_large_destroy(large_);
        }
    }

    /* Runs the scenario; each call may fail, and what is there must stay good. */
    void Run()
    {
        cairn_layer below = FailingSystem();
        if (fallback_ == Fallback::kLarge) {
            large_ = cairn_large_create(provider.source(), nullptr);
            if (large_ == nullptr) {
                return;
            }
            below = cairn_large_layer(large_);
        }
        pools_ = face_ == Face::kSingle
                     ? cairn_pymalloc_single_create(provider.source(), below, nullptr)
                     : cairn_pymalloc_create(provider.source(), below, nullptr);
        if (pools_ == nullptr) {
            return;
        }
        layer_ = cairn_pymalloc_layer(pools_);
        for (int round = 0; round < 2; round++) {
            Allocate();
            Resize();
            FreeSome();
        }
        Verify();
        FreeAll();
        EXPECT_TRUE(cairn_layer_check(layer_));
        cairn_layer_trim(layer_);
        failures = cairn_fail_counted().failures;
        EXPECT_EQ(cairn_pymalloc_allocated_blocks(pools_), 0u);
        /* It goes on working. */
        SetPlan("");
        Allocate();
        EXPECT_EQ(blocks_.size(), 26u);
        Verify();
        FreeAll();
        EXPECT_TRUE(cairn_layer_check(layer_));
    }

    Provider provider;
    size_t failures = 1; /* until there was memory again */

  private:
    struct Block {
        void *ptr;
        size_t size;
        uint64_t seed;
    };

    /* To libc, which clears and copies, very large blocks are no other case. */
    size_t limit() const
    {
        return fallback_ == Fallback::kSystem ? 100000 : SIZE_MAX;
    }

    void Keep(void *ptr, size_t size)
    {
        if (ptr != nullptr) {
            uint64_t seed = ++seed_;
            Fill(ptr, size, seed);
            blocks_.push_back({ptr, size, seed});
        }
    }

    void Allocate()
    {
        for (size_t size : {0, 1, 100, 512, 513, 3000, 30000, 70000, 500000, 3 << 20, 33 << 20}) {
            size = std::min(size, limit());
            Keep(cairn_layer_malloc(layer_, size), size);
            void *zeroed = cairn_layer_calloc(layer_, 1, size);
            EXPECT_TRUE(zeroed == nullptr || IsZero(zeroed, std::min<size_t>(size, 1 << 20)));
            Keep(zeroed, size);
        }
        for (size_t alignment : {64, 4096, 1 << 20, 8 << 20}) {
            void *aligned = cairn_layer_aligned_alloc(layer_, alignment, 5000);
            EXPECT_TRUE(IsAligned(aligned, alignment));
            Keep(aligned, 5000);
        }
        Verify();
    }

    void Resize()
    {
        const size_t sizes[] = {0, 40, 600, 9000, 100000, 34 << 20, 200, 41 << 20};
        for (size_t i = 0; i < blocks_.size(); i++) {
            Block *block = &blocks_[i];
            size_t size = std::min(sizes[i % 8], limit());
            void *moved = cairn_layer_realloc(layer_, block->ptr, size);
            if (moved != nullptr) {
                EXPECT_TRUE(Holds(moved, block->size, size, block->seed));
                *block = {moved, size, ++seed_};
                Fill(moved, size, block->seed);
            }
            EXPECT_TRUE(Holds(block->ptr, block->size, SIZE_MAX, block->seed));
        }
        Verify();
    }

    void Verify()
    {
        for (const Block &block : blocks_) {
            EXPECT_TRUE(Holds(block.ptr, block.size, SIZE_MAX, block.seed)) << block.size;
        }
    }

    void FreeSome()
    {
        std::vector<Block> kept;
        for (size_t i = 0; i < blocks_.size(); i++) {
            if (i % 2 == 0) {
                cairn_layer_free(layer_, blocks_[i].ptr);
            } else {
                kept.push_back(blocks_[i]);
            }
        }
        blocks_ = kept;
    }

    void FreeAll()
    {
        for (const Block &block : blocks_) {
            cairn_layer_free(layer_, block.ptr);
        }
        blocks_.clear();
    }

    Face face_;
    Fallback fallback_;
    cairn_large *large_ = nullptr;
    cairn_pymalloc *pools_ = nullptr;
    cairn_layer layer_;
    std::vector<Block> blocks_;
    uint64_t seed_ = 0;
};

struct Case {
    const char *name;
    Face face;
    const cairn_arena_source *below;
    Fallback fallback;
    const char *plan; /* without the number at its end */
};

class OutOfMemory : public testing::TestWithParam<Case> {};

TEST_P(OutOfMemory, AtEveryCall)
{
    size_t call = 0;
    for (size_t failures = 1; failures > 0 && call < 1000;) {
        call += CAIRN_SANITIZED ? 3 : 1;
        Sweep sweep(GetParam().face, *GetParam().below, GetParam().fallback);
        SetPlan(GetParam().plan + std::to_string(call));
        sweep.Run();
        failures = sweep.failures;
        if (HasFailure()) {
            FAIL() << "when call " << call << " failed";
        }
    }
    EXPECT_GT(call, 15u);
    EXPECT_LT(call, 1000u);
}

constexpr char kOnce[] = "domain=arena:nth=";
constexpr char kFromThenOn[] = "domain=arena:from=";

const Case kCases[] = {
    {"threaded_once", Face::kThreaded, &cairn_arena_mmap, Fallback::kLarge, kOnce},
    {"threaded_from_then_on", Face::kThreaded, &cairn_arena_mmap, Fallback::kLarge, kFromThenOn},
    {"single_once", Face::kSingle, &cairn_arena_mmap, Fallback::kLarge, kOnce},
    {"single_from_then_on", Face::kSingle, &cairn_arena_mmap, Fallback::kLarge, kFromThenOn},
    {"threaded_bare_provider_once", Face::kThreaded, &bare_source, Fallback::kLarge, kOnce},
    {"threaded_bare_provider_from_then_on", Face::kThreaded, &bare_source, Fallback::kLarge,
     kFromThenOn},
    {"threaded_over_raw_once", Face::kThreaded, &cairn_arena_mmap, Fallback::kSystem,
     "domain=raw:nth="},
    {"single_over_raw_or_arena_once", Face::kSingle, &cairn_arena_mmap, Fallback::kSystem,
     "domain=raw+arena:nth="},
};

INSTANTIATE_TEST_SUITE_P(All, OutOfMemory, testing::ValuesIn(kCases),
                         [](const testing::TestParamInfo<Case> &info) {
                             return std::string(info.param.name);
                         });

} // namespace

} // namespace cairn_test
