/* SPDX-License-Identifier: Apache-2.0
 *
 * Reports in the default mode: the sentence for each misuse, and the block that follows.
 */
#include "cairn/tests/hooks/debug_stack.h"

#include <cstdlib>
#include <cstring>
#include <sys/mman.h>

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
    for (size_t size : {1, 16, 100, 3000, 60000, 100000, 3 << 20, 40 << 20}) {
        char *block = Malloc(layer, size);
        cairn_layer_free(layer, block);
        EXPECT_EQ(FreeLine(layer, block), "cairn: double free of " + Hex(block) + " (mem)");
        EXPECT_EQ(LineOf([&] { cairn_layer_realloc(layer, block, 5); }),
                  "cairn: realloc of " + Hex(block) + " (mem), which was freed before");
    }
}

TEST_P(DebugReport, G10_TheSizeOfABlockWhoseMemoryIsGoneIsKnown)
{
    cairn_layer layer = Make("mem");
    char *block = Malloc(layer, (40 << 20) + 48);
    cairn_layer_free(layer, block);
    std::string report = ReportOf([&] { cairn_layer_free(layer, block); });
    EXPECT_NE(report.find("\n    41943088 bytes originally requested\n"), std::string::npos)
        << report;
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

/* One cell that is handed out again and again, and cleared as if it had been unmapped between. */
alignas(16) char cell[1 << 20];
const cairn_layer one_cell = {{nullptr, [](void *, size_t) -> void * { return cell; },
                               [](void *, size_t, size_t) -> void * { return cell; },
                               [](void *, void *, size_t) -> void * { return cell; },
                               [](void *, void *) { memset(cell, 0, sizeof cell); }},
                              &cairn_nothing_more};

TEST_P(DebugReport, G10_DoubleFreeWhereTwoDomainsHadBlocks)
{
    if (HasQuarantine() || strstr(GetParam(), "check=1") != nullptr) {
        GTEST_SKIP() << "the cell is held back, or walked";
    }
    cairn_layer obj = DebugOver(one_cell, "obj", GetParam());
    cairn_layer mem = DebugOver(one_cell, "mem", GetParam());
    for (int i = 0; i < 200; i++) {
        cairn_layer_free(obj, Malloc(obj, 600000));
        if (i == 100) { /* the notes lie the other way round from here on */
            cairn_layer_free(obj, Malloc(obj, 600000));
        }
        char *block = Malloc(mem, 900000);
        cairn_layer_free(mem, block);
        EXPECT_EQ(FreeLine(mem, block), "cairn: double free of " + Hex(block) + " (mem)");
    }
}

/* The same cell, but with links over its first words while it is free, as of a list. */
const cairn_layer linked_cell = {{nullptr, one_cell.allocator.malloc, one_cell.allocator.calloc,
                                  one_cell.allocator.realloc,
                                  [](void *, void *block) { memset(block, 0x11, 16); }},
                                 &cairn_nothing_more};

TEST_P(DebugReport, G10_DoubleFreeBelowALink)
{
    if (HasQuarantine() || strstr(GetParam(), "check=1") != nullptr) {
        GTEST_SKIP() << "the cell is held back, or walked";
    }
    cairn_layer layer = DebugOver(linked_cell, "mem", GetParam());
    char *block = Malloc(layer, 100);
    cairn_layer_free(layer, block);
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

} // namespace

} // namespace cairn_test
