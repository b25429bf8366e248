/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks that are aligned to more than 16 bytes, whose header lies twice, and headers that seem to be such.
 */
#include "cairn/tests/hooks/debug_stack.h"

#include <string>

#include "cairn/allocators/arena/mmap.h"
#include "cairn/allocators/pymalloc/pymalloc.h"
#include "cairn/tests/support/fatal.h"

namespace cairn_test {

namespace {

class DebugAligned : public DebugStack {
  protected:
    static char *Aligned(cairn_layer layer, size_t alignment, size_t size)
    {
        return static_cast<char *>(cairn_layer_aligned_alloc(layer, alignment, size));
    }

    static std::string FreeLine(cairn_layer layer, char *block)
    {
        return LineOf([&] { cairn_layer_free(layer, block); });
    }
};

TEST_F(DebugAligned, G10_DoubleFreeAtOnceIsNamedWithOrWithoutAQuarantine)
{
    for (const char *options : {"", "quarantine=0", "quarantine=0:index=1"}) {
        cairn_layer layer = Debug("mem", options);
        for (size_t alignment = 16; alignment <= 1 << 16; alignment *= 2) {
            char *block = Aligned(layer, alignment, 100);
            cairn_layer_free(layer, block);
            EXPECT_EQ(FreeLine(layer, block), "cairn: double free of " + Hex(block) + " (mem)")
                << options << " " << alignment;
        }
    }
}

TEST_F(DebugAligned, EachByteOfTheHeaderCounts)
{
    for (const char *options : {"", "quarantine=0", "index=1"}) {
        cairn_layer layer = Debug("mem", options);
        for (size_t alignment = 16; alignment <= 1 << 16; alignment *= 2) {
            char *block = Aligned(layer, alignment, 100);
            for (int before = 1; before <= 16; before++) {
                char saved = block[-before];
                block[-before] = saved == 0 ? 1 : 0;
                EXPECT_NE(FreeLine(layer, block), "") << options << " " << alignment << before;
                block[-before] = saved;
            }
            cairn_layer_free(layer, block);
        }
    }
}

/* A walk has but the start of the block below to go by. */
TEST_F(DebugAligned, ACheckNamesTheBlockWhoseAlignmentWasOverwritten)
{
    cairn_pymalloc *pools = cairn_pymalloc_create(cairn_arena_mmap, below().layer(), nullptr);
    cairn_layer layer = DebugOver(cairn_pymalloc_layer(pools), "mem", "");
    for (size_t alignment : {16, 64, 256}) {
        char *block = Aligned(layer, alignment, 40);
        for (int value = 0; value < 64; value++) {
            char saved = block[-16];
            block[-16] = static_cast<char>(value);
            std::string report = StderrOf([&] { cairn_layer_check(layer); });
            std::string line = value == saved ? ""
                                              : "cairn: write before the start of the block at " +
                                                    Hex(block) + " (mem)";
            EXPECT_EQ(report.substr(0, report.find('\n')), line) << alignment << " " << value;
            block[-16] = saved;
        }
        cairn_layer_free(layer, block);
    }
    cairn_debug_close(cairn_debug_of(layer));
    cairn_pymalloc_destroy(pools);
}

} // namespace

} // namespace cairn_test
