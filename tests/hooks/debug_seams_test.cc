/* SPDX-License-Identifier: Apache-2.0
 *
 * What others tell the debug hook: the sites of blocks (clause C7), the host's lock (C5.6) and its state.
 */
#include "cairn/tests/hooks/debug_stack.h"

#include <string>

#include "cairn/base/print.h"
#include "cairn/hooks/sites.h"

namespace cairn_test {

namespace {

class DebugSeams : public DebugStack {
  protected:
    ~DebugSeams() override
    {
        cairn_sites_register(nullptr);
    }
};

const char kHint[] = "Enable tracemalloc to get the memory block allocation traceback\n\n";

std::string Fatal(const char *function, const char *message)
{
    return std::string("Fatal Python error: ") + function + ": " + message + "\n";
}

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

TEST_F(DebugSeams, C7_SitesOfAllocations)
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

TEST_F(DebugSeams, SitesOfFreesAreInTheDefaultReport)
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

TEST_F(DebugSeams, F3_C5_6_MemIsCheckedForTheLock)
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

TEST_F(DebugSeams, F4_C5_6_ObjIsCheckedForTheLock)
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

TEST_F(DebugSeams, C5_6_RawIsNeverCheckedForTheLock)
{
    cairn_debug_set_host(&host);
    held = false;
    cairn_layer layer = Debug("raw", "compat=1");
    EXPECT_EQ(LineOf([&] { cairn_layer_free(layer, Malloc(layer, 1)); }), "");
}

TEST_F(DebugSeams, C5_6_TheDefaultModeChecksTheLockToo)
{
    cairn_debug_set_host(&host);
    held = false;
    cairn_layer layer = Debug("mem");
    EXPECT_EQ(LineOf([&] { cairn_layer_malloc(layer, 1); }),
              "cairn: domain mem: Python memory allocator called without holding the GIL");
}

TEST_F(DebugSeams, C5_6_TheHostMayHaveAMessageOfItsOwn)
{
    static const cairn_debug_host other = {HoldsLock, nullptr, "called outside of the big lock"};
    cairn_debug_set_host(&other);
    held = false;
    cairn_layer layer = Debug("obj", "compat=1");
    EXPECT_EQ(ReportOf([&] { cairn_layer_malloc(layer, 1); }),
              "Fatal Python error: _PyMem_DebugMalloc: called outside of the big lock\n");
}

TEST_F(DebugSeams, C5_2_TheHostsLinesFollowTheFatalLine)
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
