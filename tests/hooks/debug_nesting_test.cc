/* SPDX-License-Identifier: Apache-2.0
 *
 * The debug hook over a layer that tells nothing, in and under others, and re-entered.
 */
#include "cairn/tests/hooks/debug_stack.h"

#include <csignal>
#include <string>

#include "cairn/allocators/system/system.h"

namespace cairn_test {

namespace {

std::string FreeLine(cairn_layer layer, void *ptr)
{
    return LineOf([&] { cairn_layer_free(layer, ptr); });
}

class DebugOverSystem : public DebugStack {};

TEST_F(DebugOverSystem, TheLayoutTellsWhatItCan)
{
    cairn_layer mem = DebugOver(cairn_system, "mem", "quarantine=0");
    cairn_layer raw = DebugOver(cairn_system, "raw", "quarantine=0");
    char *block = Malloc(mem, 100);
    alignas(16) char local[64] = {0};
    EXPECT_EQ(FreeLine(raw, block),
              "cairn: block of domain mem freed by domain raw: " + Hex(block));
    EXPECT_EQ(FreeLine(mem, local + 32),
              "cairn: free of " + Hex(local + 32) +
                  ", which is on the stack, unless what lies before it was overwritten");
    block[-1] = 0;
    EXPECT_EQ(FreeLine(mem, block),
              "cairn: write before the start of the block at " + Hex(block) + " (mem)");
    block[-1] = '\xfd';
    block[100] = 0;
    EXPECT_EQ(FreeLine(mem, block),
              "cairn: write past the end of the block at " + Hex(block) + " (mem, 100 bytes)");
    block[100] = '\xfd';
    cairn_layer_free(mem, block);
}

/* A layer that calls the one above, as a signal handler would. */
cairn_layer above;
cairn_layer bottom;
bool calls_above;

void *NestingMalloc(void *, size_t size)
{
    if (calls_above) {
        calls_above = false;
        cairn_layer_free(above, nullptr);
    }
    return cairn_layer_malloc(bottom, size);
}

void NestingFree(void *, void *ptr)
{
    if (calls_above) {
        calls_above = false;
        cairn_layer_malloc(above, 1);
    }
    cairn_layer_free(bottom, ptr);
}

TEST_F(DebugOverSystem, ReentryIsNamed)
{
    for (const char *options : {"quarantine=0", "serial=1:quarantine=0"}) {
        bottom = below().layer();
        cairn_layer nesting = bottom;
        nesting.allocator.malloc = NestingMalloc;
        nesting.allocator.free = NestingFree;
        above = DebugOver(nesting, "mem", options);
        void *block = Malloc(above, 10);
        calls_above = true;
        EXPECT_EQ(LineOf([&] { cairn_layer_free(above, block); }),
                  "cairn: malloc called inside free of the same thread, as from a signal handler "
                  "(mem)");
        calls_above = true;
        EXPECT_EQ(LineOf([&] { cairn_layer_malloc(above, 10); }),
                  "cairn: free called inside malloc of the same thread, as from a signal handler "
                  "(mem)");
        EXPECT_EQ(LineOf([&] { cairn_layer_free(above, Malloc(above, 10)); }), "");
    }
}

TEST_F(DebugOverSystem, A10_3_StatesOfOtherDomainsMayNest)
{
    cairn_layer raw = DebugOver(cairn_system, "raw");
    cairn_layer mem = DebugOver(raw, "mem");
    char *block = Malloc(mem, 600);
    EXPECT_EQ(cairn_layer_usable_size(raw, block - 16), 624u);
    EXPECT_EQ(block[624 - 16], '\xfd');
    cairn_layer_free(mem, block);
}

TEST_F(DebugOverSystem, AProbeTellsWhetherATableLeadsHere)
{
    bool failed = true;
    cairn_layer mem = Debug("mem", "quarantine=0");
    Layer over(mem);
    cairn_layer wrapped = over.bare();
    EXPECT_TRUE(cairn_debug_is_reached_by(&mem.allocator, "mem", &failed));
    EXPECT_FALSE(failed);
    EXPECT_TRUE(cairn_debug_is_reached_by(&wrapped.allocator, "mem", nullptr));
    EXPECT_FALSE(cairn_debug_is_reached_by(&wrapped.allocator, "raw", nullptr));
    EXPECT_FALSE(cairn_debug_is_reached_by(&cairn_system.allocator, "mem", nullptr));
    cairn_layer nested = DebugOver(wrapped, "raw", "quarantine=0");
    EXPECT_TRUE(cairn_debug_is_reached_by(&nested.allocator, "mem", nullptr));
    over.plan.FailFrom(1);
    EXPECT_FALSE(cairn_debug_is_reached_by(&wrapped.allocator, "mem", &failed));
    EXPECT_TRUE(failed);
    EXPECT_EQ(LineOf([&] { cairn_layer_free(mem, Malloc(mem, 1)); }), "");
}

/* Ends by abort, after the report. */
TEST(DebugReportDeathTest, TheProcessAborts)
{
    cairn_layer layer = cairn_system;
    const char *error = "";
    ASSERT_TRUE(cairn_debug_hook.put_over(cairn_system, "mem", "", &layer, &error));
    auto *block = static_cast<char *>(cairn_layer_malloc(layer, 5));
    block[5] = 1;
    EXPECT_EXIT(cairn_layer_free(layer, block), testing::KilledBySignal(SIGABRT),
                "cairn: write past the end of the block at");
    block[5] = '\xfd';
    cairn_layer_free(layer, block);
    cairn_debug_close(cairn_debug_of(layer));
}

} // namespace

} // namespace cairn_test
