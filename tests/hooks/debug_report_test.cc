/* SPDX-License-Identifier: Apache-2.0
 *
 * Reports in the default mode: the sentence for each misuse, and the block that follows.
 */
#include "cairn/tests/hooks/debug_stack.h"

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cairn/allocators/system/system.h"
#include "cairn/tests/support/fatal.h"

namespace cairn_test {

namespace {

/* With and without what finds more. */
class DebugReport : public DebugStack, public testing::WithParamInterface<const char *> {
  protected:
    cairn_layer Make(const char *domain)
    {
        return Debug(domain, GetParam());
    }

    bool HasQuarantine() const
    {
        return strstr(GetParam(), "quarantine=0") == nullptr;
    }
};

std::string FreeLine(cairn_layer layer, void *ptr)
{
    return LineOf([&] { cairn_layer_free(layer, ptr); });
}

/* "(mem, 16 bytes)" */
std::string Of(const char *domain, size_t size)
{
    return "(" + std::string(domain) + ", " + std::to_string(size) + " bytes)";
}

const size_t kSizes[] = {0, 1, 16, 100, 488, 489, 3000, 100000, 300000, 40 << 20};

TEST_P(DebugReport, WritesPastTheEnd)
{
    cairn_layer layer = Make("mem");
    for (size_t size : kSizes) {
        for (size_t at : {0, 6, 7}) {
            char *block = Malloc(layer, size);
            block[size + at] = 'x';
            std::string line =
                "cairn: write past the end of the block at " + Hex(block) + " " + Of("mem", size);
            EXPECT_EQ(FreeLine(layer, block), line) << at;
            EXPECT_EQ(LineOf([&] { cairn_layer_realloc(layer, block, 5); }), line);
            EXPECT_EQ(LineOf([&] { cairn_layer_usable_size(layer, block); }), line);
            block[size + at] = '\xfd';
            cairn_layer_free(layer, block);
        }
    }
}

TEST_P(DebugReport, WritesBeforeTheStart)
{
    cairn_layer layer = Make("obj");
    for (size_t size : kSizes) {
        for (size_t before : {1, 7, 8, 16}) {
            char saved[16];
            char *block = Malloc(layer, size);
            memcpy(saved, block - 16, 16);
            block[-static_cast<ptrdiff_t>(before)] = 'x';
            EXPECT_EQ(FreeLine(layer, block),
                      "cairn: write before the start of the block at " + Hex(block) + " (obj)")
                << size << " " << before;
            memcpy(block - 16, saved, 16);
            cairn_layer_free(layer, block);
        }
    }
}

TEST_P(DebugReport, G10_C6_7_DoubleFreeAtOnce)
{
    cairn_layer layer = Make("mem");
    for (size_t size : {1, 16, 100, 3000}) {
        char *block = Malloc(layer, size);
        cairn_layer_free(layer, block);
        EXPECT_EQ(FreeLine(layer, block), "cairn: double free of " + Hex(block) + " (mem)");
        EXPECT_EQ(LineOf([&] { cairn_layer_realloc(layer, block, 5); }),
                  "cairn: realloc of " + Hex(block) + " (mem), which was freed before");
    }
}

TEST_P(DebugReport, G10_DoubleFreeLater)
{
    if (!HasQuarantine()) {
        GTEST_SKIP() << "the block may be another one by then";
    }
    cairn_layer layer = Make("mem");
    char *block = Malloc(layer, 50);
    cairn_layer_free(layer, block);
    for (int i = 0; i < 100; i++) {
        cairn_layer_free(layer, Malloc(layer, 50));
    }
    EXPECT_EQ(FreeLine(layer, block), "cairn: double free of " + Hex(block) + " (mem)");
}

TEST_P(DebugReport, C5_2_WrongDomain)
{
    cairn_layer mem = Make("mem");
    cairn_layer raw = Make("raw");
    cairn_layer textures = Make("textures");
    for (size_t size : {1, 1000, 100000}) {
        char *block = Malloc(mem, size);
        EXPECT_EQ(FreeLine(raw, block),
                  "cairn: block of domain mem freed by domain raw: " + Hex(block));
        EXPECT_EQ(LineOf([&] { cairn_layer_realloc(textures, block, 1); }),
                  "cairn: block of domain mem resized by domain textures: " + Hex(block));
        cairn_layer_free(mem, block);
        block = Malloc(textures, size);
        EXPECT_EQ(FreeLine(mem, block),
                  "cairn: block of domain textures freed by domain mem: " + Hex(block));
        cairn_layer_free(textures, block);
    }
}

TEST_P(DebugReport, FreeOfAnInteriorPointer)
{
    cairn_layer layer = Make("mem");
    for (size_t size : {40, 480, 5000, 100000, 300000}) {
        char *block = Malloc(layer, size);
        for (size_t at : {(size_t)1, (size_t)8, (size_t)16, size / 2, size - 1}) {
            EXPECT_EQ(FreeLine(layer, block + at),
                      "cairn: free of " + Hex(block + at) + ", which lies " + std::to_string(at) +
                          " bytes inside the block at " + Hex(block) + " " + Of("mem", size));
        }
        EXPECT_EQ(FreeLine(layer, block - 16),
                  "cairn: free of " + Hex(block - 16) +
                      ", which lies 16 bytes before the start of the block at " + Hex(block));
        cairn_layer_free(layer, block);
    }
}

TEST_P(DebugReport, FreeInsideOfAnAlignedBlock)
{
    cairn_layer layer = Make("mem");
    for (size_t alignment : {32, 512, 4096, 65536}) {
        auto *block = static_cast<char *>(cairn_layer_aligned_alloc(layer, alignment, 200));
        EXPECT_EQ(FreeLine(layer, block + 32), "cairn: free of " + Hex(block + 32) +
                                                   ", which lies 32 bytes inside the block at " +
                                                   Hex(block) + " " + Of("mem", 200));
        block[-1] = 0;
        EXPECT_EQ(FreeLine(layer, block),
                  "cairn: write before the start of the block at " + Hex(block) + " (mem)");
        block[-1] = '\xfd';
        cairn_layer_free(layer, block);
        if (HasQuarantine() && alignment <= 512) {
            EXPECT_EQ(FreeLine(layer, block), "cairn: double free of " + Hex(block) + " (mem)");
        }
    }
}

char in_static_data[64];

TEST_P(DebugReport, FreeOfWhatIsNoBlock)
{
    cairn_layer layer = Make("mem");
    char local[64];
    char *stack = local + 16 - reinterpret_cast<uintptr_t>(local) % 16;
    char *data = in_static_data + 16 - reinterpret_cast<uintptr_t>(in_static_data) % 16;
    EXPECT_EQ(FreeLine(layer, stack), "cairn: free of " + Hex(stack) + ", which is on the stack");
    std::string line = FreeLine(layer, data);
    EXPECT_EQ(line.find("cairn: free of " + Hex(data) + ", which is in static data of /"), 0u)
        << line;
    line = FreeLine(layer, reinterpret_cast<void *>(&cairn_debug_is_freed));
    EXPECT_NE(line.find(", which is in code of /"), std::string::npos) << line;
    EXPECT_EQ(FreeLine(layer, reinterpret_cast<void *>(0x10)),
              "cairn: free of 0x10, which is not in mapped memory");
    EXPECT_EQ(FreeLine(layer, reinterpret_cast<void *>(0x7edcba987650)),
              "cairn: free of 0x7edcba987650, which is not in mapped memory");
    void *mapping = mmap(nullptr, 1 << 16, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    line = FreeLine(layer, mapping);
    EXPECT_EQ(line.find("cairn: free of " + Hex(mapping) + ", which is in memory of another"), 0u)
        << line;
    munmap(mapping, 1 << 16);
}

TEST_P(DebugReport, FreeOfLibcsBlock)
{
    if (CAIRN_SANITIZED) {
        GTEST_SKIP() << "malloc is the sanitizer's";
    }
    cairn_layer layer = Make("mem");
    void *block = malloc(100);
    std::string line = FreeLine(layer, block);
    EXPECT_EQ(line.find("cairn: free of " + Hex(block) + ", which is "), 0u);
    EXPECT_NE(line.find("another allocator"), std::string::npos) << line;
    free(block);
}

TEST_P(DebugReport, ReallocAndUsableSizeNameThemselves)
{
    cairn_layer layer = Make("mem");
    alignas(16) char local[32];
    EXPECT_EQ(LineOf([&] { cairn_layer_realloc(layer, local, 3); }),
              "cairn: realloc of " + Hex(local) + ", which is on the stack");
    EXPECT_EQ(LineOf([&] { cairn_layer_usable_size(layer, local); }),
              "cairn: usable size of " + Hex(local) + ", which is on the stack");
}

TEST_P(DebugReport, TheWholeReport)
{
    cairn_layer layer = Make("mem");
    char *block = Malloc(layer, 3);
    block[-3] = 1;
    std::string serial;
    if (strstr(GetParam(), "serial=1") != nullptr) {
        serial = "    The block was made by call #" + std::to_string(cairn_debug_serial_count()) +
                 " to debug malloc/realloc.\n";
    }
    EXPECT_EQ(ReportOf([&] { cairn_layer_free(layer, block); }),
              "cairn: write before the start of the block at " + Hex(block) + " (mem)\n" +
                  "Debug memory block at address p=" + Hex(block) +
                  ": API 'm'\n"
                  "    3 bytes originally requested\n"
                  "    The 7 pad bytes at p-7 are not all FORBIDDENBYTE (0xfd):\n"
                  "        at p-7: 0xfd\n"
                  "        at p-6: 0xfd\n"
                  "        at p-5: 0xfd\n"
                  "        at p-4: 0xfd\n"
                  "        at p-3: 0x01 *** OUCH\n"
                  "        at p-2: 0xfd\n"
                  "        at p-1: 0xfd\n"
                  "    Because memory is corrupted at the start, the count of bytes requested\n"
                  "       may be bogus, and checking the trailing pad bytes may segfault.\n"
                  "    The 8 pad bytes at tail=" +
                  Hex(block + 3) + " are FORBIDDENBYTE, as expected.\n" + serial +
                  "    Data at p: cd cd cd\n"
                  "\n"
                  "Calls that led here (most recent first):\n");
}

TEST_P(DebugReport, C6_7_NoHeaderKillsTheReporter)
{
    cairn_layer layer = Make("mem");
    char header[24];
    char *block = Malloc(layer, 100);
    memcpy(header, block - 16, sizeof header);
    for (int byte = 0; byte < 256; byte += 5) {
        for (size_t from : {0, 1, 7, 8}) {
            for (size_t bytes : {1, 8, 16}) {
                memset(block - 16 + from, byte, bytes);
                if (memcmp(block - 16, header, sizeof header) != 0) {
                    std::string line = FreeLine(layer, block);
                    EXPECT_EQ(line.find("cairn: "), 0u) << byte << " " << from << " " << bytes;
                    memcpy(block - 16, header, sizeof header);
                }
            }
        }
    }
}

std::string NameOf(const testing::TestParamInfo<const char *> &info)
{
    static const char *const names[] = {"Default", "NoQuarantine", "Index", "Serial", "Check"};
    return names[info.index];
}

INSTANTIATE_TEST_SUITE_P(Options, DebugReport,
                         testing::Values("", "quarantine=0", "index=1", "serial=1:quarantine=64K",
                                         "check=1:quarantine=0"),
                         NameOf);

/* --- What is the same with any options ---------------------------------------------------------------- */

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
              "cairn: free of " + Hex(local + 32) + ", which is on the stack");
    block[-1] = 0;
    EXPECT_EQ(FreeLine(mem, block),
              "cairn: write before the start of the block at " + Hex(block) + " (mem)");
    block[-1] = '\xfd';
    block[100] = 0;
    EXPECT_EQ(FreeLine(mem, block),
              "cairn: write past the end of the block at " + Hex(block) + " " + Of("mem", 100));
    block[100] = '\xfd';
    cairn_layer_free(mem, block);
}

/* A layer that calls the one above, as a signal handler would. */
cairn_layer above;
bool calls_above;

void *NestingMalloc(void *, size_t size)
{
    if (calls_above) {
        calls_above = false;
        cairn_layer_free(above, nullptr);
    }
    return cairn_layer_malloc(cairn_system, size);
}

void NestingFree(void *, void *ptr)
{
    if (calls_above) {
        calls_above = false;
        cairn_layer_malloc(above, 1);
    }
    cairn_layer_free(cairn_system, ptr);
}

TEST_F(DebugOverSystem, ReentryIsNamed)
{
    for (const char *options : {"quarantine=0", "serial=1:quarantine=0"}) {
        cairn_layer nesting = cairn_system;
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
    cairn_debug_close(cairn_debug_of(layer));
}

} // namespace

} // namespace cairn_test
