/* SPDX-License-Identifier: Apache-2.0
 *
 * Reports with compat=1, to the byte (clauses C5 to C8).
 */
#include "cairn/tests/hooks/debug_stack.h"

#include <cstring>
#include <string>

#include "cairn/base/print.h"
#include "cairn/hooks/sites.h"
#include "cairn/tests/support/fatal.h"

namespace cairn_test {

namespace {

class DebugCompat : public DebugStack {
  protected:
    ~DebugCompat() override
    {
        cairn_sites_register(nullptr);
    }
};

const char kHint[] = "Enable tracemalloc to get the memory block allocation traceback\n\n";
const char kLeadingGood[] = "    The 7 pad bytes at p-7 are FORBIDDENBYTE, as expected.\n";
const char kBogus[] = "    Because memory is corrupted at the start, the count of bytes requested\n"
                      "       may be bogus, and checking the trailing pad bytes may segfault.\n";

std::string Head(const void *block, const char *api, const char *size)
{
    return "Debug memory block at address p=" + Hex(block) + ": API '" + api + "'\n    " + size +
           " bytes originally requested\n";
}

std::string TailGood(const char *tail)
{
    return "    The 8 pad bytes at tail=" + Hex(tail) + " are FORBIDDENBYTE, as expected.\n";
}

std::string Fatal(const char *function, const char *message)
{
    return std::string("Fatal Python error: ") + function + ": " + message + "\n";
}

TEST_F(DebugCompat, F1_C6_1_OverflowByOneByte)
{
    cairn_layer layer = Debug("mem", "compat=1");
    char *block = Malloc(layer, 16);
    block[16] = 'x';
    std::string expected = Head(block, "m", "16") + kLeadingGood +
                           "    The 8 pad bytes at tail=" + Hex(block + 16) +
                           " are not all FORBIDDENBYTE (0xfd):\n"
                           "        at tail+0: 0x78 *** OUCH\n"
                           "        at tail+1: 0xfd\n"
                           "        at tail+2: 0xfd\n"
                           "        at tail+3: 0xfd\n"
                           "        at tail+4: 0xfd\n"
                           "        at tail+5: 0xfd\n"
                           "        at tail+6: 0xfd\n"
                           "        at tail+7: 0xfd\n"
                           "    Data at p: cd cd cd cd cd cd cd cd cd cd cd cd cd cd cd cd\n"
                           "\n" +
                           kHint;
    EXPECT_EQ(ReportOf([&] { cairn_layer_free(layer, block); }),
              expected + Fatal("_PyMem_DebugRawFree", "bad trailing pad byte"));
    EXPECT_EQ(ReportOf([&] { cairn_layer_realloc(layer, block, 20); }),
              expected + Fatal("_PyMem_DebugRawRealloc", "bad trailing pad byte"));
    EXPECT_EQ(LineOf([&] { cairn_layer_free(layer, block); }),
              "Fatal Python error: _PyMem_DebugRawFree: bad trailing pad byte");
}

TEST_F(DebugCompat, C6_2_UnderflowByOneByte)
{
    cairn_layer layer = Debug("mem", "compat=1");
    char *block = Malloc(layer, 20);
    block[-1] = 'x';
    EXPECT_EQ(ReportOf([&] { cairn_layer_free(layer, block); }),
              Head(block, "m", "20") +
                  "    The 7 pad bytes at p-7 are not all FORBIDDENBYTE (0xfd):\n"
                  "        at p-7: 0xfd\n"
                  "        at p-6: 0xfd\n"
                  "        at p-5: 0xfd\n"
                  "        at p-4: 0xfd\n"
                  "        at p-3: 0xfd\n"
                  "        at p-2: 0xfd\n"
                  "        at p-1: 0x78 *** OUCH\n" +
                  kBogus + TailGood(block + 20) +
                  "    Data at p: cd cd cd cd cd cd cd cd ... cd cd cd cd cd cd cd cd\n"
                  "\n" +
                  kHint + Fatal("_PyMem_DebugRawFree", "bad leading pad byte"));
}

TEST_F(DebugCompat, F2_C6_3_WrongDomain)
{
    char *block = Malloc(Debug("mem", "compat=1"), 16);
    cairn_layer raw = Debug("raw", "compat=1");
    EXPECT_EQ(ReportOf([&] { cairn_layer_free(raw, block); }),
              Head(block, "m", "16") + kLeadingGood + TailGood(block + 16) +
                  "    Data at p: cd cd cd cd cd cd cd cd cd cd cd cd cd cd cd cd\n"
                  "\n" +
                  kHint +
                  Fatal("_PyMem_DebugRawFree",
                        "bad ID: Allocated using API 'm', verified using API 'r'"));
}

TEST_F(DebugCompat, C5_1_TheIdComesBeforeThePadsAndTheseBeforeTheTail)
{
    cairn_layer layer = Debug("obj", "compat=1");
    char *block = Malloc(layer, 3);
    block[3] = 0;
    auto free = [&] { cairn_layer_free(layer, block); };
    EXPECT_EQ(LineOf(free), "Fatal Python error: _PyMem_DebugRawFree: bad trailing pad byte");
    block[-7] = 0;
    EXPECT_EQ(LineOf(free), "Fatal Python error: _PyMem_DebugRawFree: bad leading pad byte");
    block[-8] = 'x';
    EXPECT_EQ(LineOf(free), "Fatal Python error: _PyMem_DebugRawFree: bad ID: Allocated using API "
                            "'x', verified using API 'o'");
}

TEST_F(DebugCompat, C5_5_ADestroyedIdGoesOutAsAByte)
{
    cairn_layer layer = Debug("mem", "compat=1");
    char *block = Malloc(layer, 1);
    block[-8] = '\xee';
    EXPECT_EQ(LineOf([&] { cairn_layer_free(layer, block); }),
              "Fatal Python error: _PyMem_DebugRawFree: bad ID: Allocated using API '\xee', "
              "verified using API 'm'");
}

std::string DataLine(cairn_layer layer, size_t size)
{
    char *block = static_cast<char *>(cairn_layer_malloc(layer, size));
    for (size_t i = 0; i < size; i++) {
        block[i] = static_cast<char>(i);
    }
    block[size] = 0;
    std::string report = ReportOf([&] { cairn_layer_free(layer, block); });
    size_t at = report.find("    Data at p:");
    return at == std::string::npos ? "" : report.substr(at, report.find('\n', at) - at);
}

TEST_F(DebugCompat, C6_4_TheDataLine)
{
    cairn_layer layer = Debug("mem", "compat=1");
    EXPECT_EQ(DataLine(layer, 0), "");
    EXPECT_EQ(DataLine(layer, 1), "    Data at p: 00");
    EXPECT_EQ(DataLine(layer, 8), "    Data at p: 00 01 02 03 04 05 06 07");
    EXPECT_EQ(DataLine(layer, 9), "    Data at p: 00 01 02 03 04 05 06 07 08");
    EXPECT_EQ(DataLine(layer, 16),
              "    Data at p: 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f");
    EXPECT_EQ(DataLine(layer, 17),
              "    Data at p: 00 01 02 03 04 05 06 07 ... 09 0a 0b 0c 0d 0e 0f 10");
}

TEST_F(DebugCompat, C6_5_TheSerialNumberComesBeforeTheData)
{
    cairn_layer layer = Debug("mem", "compat=1:serial=1");
    char *block = Malloc(layer, 2);
    block[-1] = 0;
    EXPECT_NE(ReportOf([&] { cairn_layer_free(layer, block); })
                  .find(TailGood(block + 2) + "    The block was made by call #" +
                        std::to_string(cairn_debug_serial_count()) +
                        " to debug malloc/realloc.\n"
                        "    Data at p: cd cd\n\n"),
              std::string::npos);
}

TEST_F(DebugCompat, C6_7_DoubleFreeIsReportedToTheEnd)
{
    cairn_layer layer = Debug("mem", "compat=1");
    char *block = Malloc(layer, 16);
    cairn_layer_free(layer, block);
    std::string report = ReportOf([&] { cairn_layer_free(layer, block); });
    EXPECT_NE(report.find("cannot be read.\n"), std::string::npos) << report;
    EXPECT_NE(report.find(Fatal("_PyMem_DebugRawFree", "bad ID: Allocated using API '\xdd', "
                                                       "verified using API 'm'")),
              std::string::npos)
        << report;
}

TEST_F(DebugCompat, C6_7_AnyHeaderIsReportedToTheEnd)
{
    cairn_layer layer = Debug("mem", "compat=1");
    char header[16];
    char *block = Malloc(layer, 16);
    memcpy(header, block - 16, sizeof header);
    for (int byte = 0; byte < 256; byte++) {
        for (size_t bytes : {1, 2, 8, 16}) {
            memset(block - 16, byte, bytes);
            if (memcmp(header, block - 16, sizeof header) != 0) {
                std::string line = LineOf([&] { cairn_layer_free(layer, block); });
                EXPECT_EQ(line.find("Fatal Python error: _PyMem_DebugRawFree: bad "), 0u) << line;
            }
            memcpy(block - 16, header, sizeof header);
        }
    }
    cairn_layer_free(layer, block);
}

/* --- C7: who records where blocks were made ---------------------------------------------------------- */

bool recording;
const void *known;

bool IsRecording()
{
    return recording;
}

bool WriteAllocation(const void *ptr, cairn_print *out)
{
    if (ptr != known) {
        return false;
    }
    cairn_printf(out, "  File \"case.py\", line %d\n  File \"case.py\", line %d\n", 18, 19);
    return true;
}

bool WriteFree(const void *, cairn_print *out)
{
    cairn_printf(out, "  File \"case.py\", line 30\n");
    return true;
}

const cairn_sites sites = {IsRecording, WriteAllocation, WriteFree};

TEST_F(DebugCompat, C7_SitesOfAllocations)
{
    cairn_layer layer = Debug("mem", "compat=1");
    char *block = Malloc(layer, 1);
    std::string fatal = Fatal("_PyMem_DebugRawFree", "bad trailing pad byte");
    auto end = [&] {
        std::string report = ReportOf([&] { cairn_layer_free(layer, block); });
        return report.substr(report.find("    Data at p"));
    };
    block[1] = 0;
    cairn_sites_register(&sites);
    recording = false;
    EXPECT_EQ(end(), "    Data at p: cd\n\n" + std::string(kHint) + fatal);
    recording = true;
    known = nullptr;
    EXPECT_EQ(end(), "    Data at p: cd\n\n" + fatal);
    known = block;
    EXPECT_EQ(end(), "    Data at p: cd\n\n"
                     "Memory block allocated at (most recent call first):\n"
                     "  File \"case.py\", line 18\n"
                     "  File \"case.py\", line 19\n"
                     "\n" +
                         fatal);
}

TEST_F(DebugCompat, SitesOfFreesAreInTheDefaultReport)
{
    cairn_layer layer = Debug("mem");
    char *block = Malloc(layer, 1);
    cairn_layer_free(layer, block);
    cairn_sites_register(&sites);
    recording = true;
    known = block;
    std::string report = ReportOf([&] { cairn_layer_free(layer, block); });
    EXPECT_NE(report.find("\n\nMemory block allocated at (most recent call first):\n"
                          "  File \"case.py\", line 18\n"
                          "  File \"case.py\", line 19\n"
                          "\nMemory block freed at (most recent call first):\n"
                          "  File \"case.py\", line 30\n\n"),
              std::string::npos)
        << report;
}

/* --- C5.6: the host's lock --------------------------------------------------------------------------- */

bool held;

bool HoldsLock()
{
    return held;
}

void PrintState(int fd)
{
    cairn_print out;
    cairn_print_to_fd(&out, fd);
    cairn_printf(&out, "Python runtime state: initialized\n\nCurrent thread (most recent call "
                       "first):\n  <no Python frame>\n");
    cairn_print_flush(&out);
}

const cairn_debug_host host = {HoldsLock, PrintState, nullptr};

void ExpectLockIsChecked(cairn_layer layer, void *block)
{
    const std::string message = "Python memory allocator called without holding the GIL";
    const std::string state = "Python runtime state: initialized\n\nCurrent thread (most recent "
                              "call first):\n  <no Python frame>\n";
    const std::pair<const char *, std::function<void()>> calls[] = {
        {"_PyMem_DebugMalloc", [&] { cairn_layer_malloc(layer, 1); }},
        {"_PyMem_DebugCalloc", [&] { cairn_layer_calloc(layer, 1, 1); }},
        {"_PyMem_DebugRealloc", [&] { cairn_layer_realloc(layer, block, 10); }},
        {"_PyMem_DebugFree", [&] { cairn_layer_free(layer, block); }},
        {"_PyMem_DebugFree", [&] { cairn_layer_free(layer, nullptr); }},
    };
    for (const auto &call : calls) {
        EXPECT_EQ(ReportOf(call.second),
                  "Fatal Python error: " + std::string(call.first) + ": " + message + "\n" + state);
    }
}

TEST_F(DebugCompat, F3_C5_6_MemIsCheckedForTheLock)
{
    held = true;
    cairn_debug_set_host(&host);
    cairn_layer layer = Debug("mem", "compat=1");
    void *block = Malloc(layer, 1);
    held = false;
    ExpectLockIsChecked(layer, block);
    held = true;
    cairn_layer_free(layer, block);
}

TEST_F(DebugCompat, F4_C5_6_ObjIsCheckedForTheLock)
{
    held = true;
    cairn_layer layer = Debug("obj", "compat=1");
    void *block = Malloc(layer, 1);
    cairn_debug_set_host(&host); /* also for states that are there already */
    held = false;
    ExpectLockIsChecked(layer, block);
    held = true;
    cairn_layer_free(layer, block);
}

TEST_F(DebugCompat, C5_6_RawIsNeverCheckedForTheLock)
{
    cairn_debug_set_host(&host);
    held = false;
    cairn_layer layer = Debug("raw", "compat=1");
    EXPECT_EQ(LineOf([&] { cairn_layer_free(layer, Malloc(layer, 1)); }), "");
}

TEST_F(DebugCompat, C5_6_TheDefaultModeChecksTheLockToo)
{
    cairn_debug_set_host(&host);
    held = false;
    cairn_layer layer = Debug("mem");
    EXPECT_EQ(LineOf([&] { cairn_layer_malloc(layer, 1); }),
              "cairn: domain mem: Python memory allocator called without holding the GIL");
}

TEST_F(DebugCompat, C5_6_TheHostMayHaveAMessageOfItsOwn)
{
    static const cairn_debug_host other = {HoldsLock, nullptr, "called outside of the big lock"};
    cairn_debug_set_host(&other);
    held = false;
    cairn_layer layer = Debug("obj", "compat=1");
    EXPECT_EQ(ReportOf([&] { cairn_layer_malloc(layer, 1); }),
              "Fatal Python error: _PyMem_DebugMalloc: called outside of the big lock\n");
}

TEST_F(DebugCompat, C5_2_TheHostsLinesFollowTheFatalLine)
{
    held = true;
    cairn_debug_set_host(&host);
    cairn_layer layer = Debug("mem", "compat=1");
    char *block = Malloc(layer, 0);
    block[0] = 0;
    std::string report = ReportOf([&] { cairn_layer_free(layer, block); });
    EXPECT_NE(report.find("_PyMem_DebugRawFree: bad trailing pad byte\nPython runtime state: "
                          "initialized\n"),
              std::string::npos)
        << report;
}

} // namespace

} // namespace cairn_test
