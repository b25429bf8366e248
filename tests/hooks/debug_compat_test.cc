/* SPDX-License-Identifier: Apache-2.0
 *
 * Reports with compat=1, to the byte (clauses C5 to C8).
 */
#include "cairn/tests/hooks/debug_stack.h"

#include <cstring>
#include <string>

namespace cairn_test {

namespace {

class DebugCompat : public DebugStack {};

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

} // namespace

} // namespace cairn_test
