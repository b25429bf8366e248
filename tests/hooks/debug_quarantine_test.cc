/* SPDX-License-Identifier: Apache-2.0
 *
 * What is found apart from the call that did it: writes after free, checks of all blocks, at exit; and the
 * index. Damage is mended at the end of a test, or it would be found again.
 */
#include "cairn/tests/hooks/debug_stack.h"

#include <cstdlib>
#include <set>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "cairn/base/poison.h"
#include "cairn/tests/support/blocks.h"
#include "cairn/tests/support/fatal.h"
#include "cairn/tests/support/report.h"

namespace cairn_test {

namespace {

class DebugQuarantine : public DebugStack {
  protected:
    size_t FreesBelow()
    {
        size_t count = 0;
        for (const Call &call : below().calls) {
            count += call.name == "free";
        }
        return count;
    }
};

/* What a sanitizer would report in place of the hook. */
CAIRN_UNWATCHED void WriteAfterFree(char *at, char value)
{
    *at = value;
}

void Churn(cairn_layer layer, size_t count, size_t size)
{
    for (size_t i = 0; i < count; i++) {
        cairn_layer_free(layer, cairn_layer_malloc(layer, size));
    }
}

TEST_F(DebugQuarantine, FreedBlocksStayUntilTheLimit)
{
    cairn_layer layer = Debug("mem", "quarantine=10K");
    std::set<char *> freed;
    for (int i = 0; i < 10; i++) { /* 1000 bytes each, with what the hook adds */
        char *block = Malloc(layer, 976);
        EXPECT_TRUE(freed.insert(block).second);
        cairn_layer_free(layer, block);
    }
    EXPECT_EQ(FreesBelow(), 0u);
    Churn(layer, 10, 976);
    EXPECT_GE(FreesBelow(), 8u);
    EXPECT_LE(FreesBelow(), 10u);
}

TEST_F(DebugQuarantine, SmallBlocksAreBoundedToo)
{
    cairn_layer layer = Debug("mem", "quarantine=64K");
    Churn(layer, 10000, 0);
    EXPECT_GE(FreesBelow(), 10000u - 65536 / 24);
}

TEST_F(DebugQuarantine, LargeBlocksAreNotKept)
{
    cairn_layer layer = Debug("mem", "quarantine=64K");
    Churn(layer, 1, 20000);
    EXPECT_EQ(FreesBelow(), 1u);
}

TEST_F(DebugQuarantine, ZeroMeansNone)
{
    Churn(Debug("mem", "quarantine=0"), 3, 50);
    EXPECT_EQ(FreesBelow(), 3u);
    Churn(Debug("mem", "compat=1"), 3, 50);
    EXPECT_EQ(FreesBelow(), 6u);
}

TEST_F(DebugQuarantine, G11_WritesAfterFreeAreFoundWhenTheBlockLeaves)
{
    for (const char *options :
         {"quarantine=4K", "quarantine=4K:serial=1", "quarantine=4K:index=1"}) {
        for (ptrdiff_t at : {-16, -1, 0, 7, 99, 100, 107}) {
            cairn_layer layer = Debug("mem", options);
            char *block = Malloc(layer, 100);
            cairn_layer_free(layer, block);
            WriteAfterFree(block + at, 1);
            std::string where = at < 0      ? std::to_string(-at) + " bytes before the start of"
                                : at >= 100 ? std::to_string(at - 100) + " bytes past the end of"
                                            : std::to_string(at) + " bytes inside";
            EXPECT_EQ(LineOf([&] { Churn(layer, 200, 100); }), "cairn: write after free: " + where +
                                                                   " the freed block at " +
                                                                   Hex(block) + " (mem, 100 bytes)")
                << options;
            WriteAfterFree(block + at, '\xdd');
        }
    }
}

TEST_F(DebugQuarantine, TheReportShowsWhatWasWritten)
{
    cairn_layer layer = Debug("mem");
    char *block = Malloc(layer, 20);
    cairn_layer_free(layer, block);
    WriteAfterFree(block + 1, 0x11);
    EXPECT_EQ(ReportOf([&] { cairn_layer_trim(layer); }),
              "cairn: write after free: 1 bytes inside the freed block at " + Hex(block) +
                  " (mem, 20 bytes)\n"
                  "Debug memory block at address p=" +
                  Hex(block) +
                  ": freed\n"
                  "    20 bytes originally requested\n"
                  "    Data at p: dd 11 dd dd dd dd dd dd ... dd dd dd dd dd dd dd dd\n"
                  "\n"
                  "Calls that led here (most recent first):\n");
}

TEST_F(DebugQuarantine, WritesAfterFreeAreFoundByACheck)
{
    cairn_layer layer = Debug("mem");
    char *block = Malloc(layer, 20);
    cairn_layer_free(layer, block);
    EXPECT_TRUE(cairn_layer_check(layer));
    WriteAfterFree(block + 3, 1);
    std::string report = StderrOf([&] { EXPECT_FALSE(cairn_layer_check(layer)); });
    EXPECT_NE(report.find("cairn: write after free: 3 bytes inside the freed block"),
              std::string::npos)
        << report;
    WriteAfterFree(block + 3, '\xdd');
}

TEST_F(DebugQuarantine, AMovedBlockIsKeptToo)
{
    cairn_layer layer = Debug("mem");
    char *block = Malloc(layer, 100);
    char *moved = Realloc(layer, block, 5000);
    ASSERT_NE(moved, block);
    WriteAfterFree(block + 50, 1);
    EXPECT_EQ(LineOf([&] { cairn_layer_trim(layer); }),
              "cairn: write after free: 50 bytes inside the freed block at " + Hex(block) +
                  " (mem, 100 bytes)");
    WriteAfterFree(block + 50, '\xdd');
}

TEST_F(DebugQuarantine, IsGivenUpBeforeARequestFails)
{
    cairn_layer layer = Debug("mem");
    Churn(layer, 5, 100);
    EXPECT_EQ(FreesBelow(), 0u);
    below().plan.FailFrom(1, 2);
    EXPECT_NE(Malloc(layer, 100), nullptr);
    EXPECT_EQ(FreesBelow(), 5u);
}

TEST_F(DebugQuarantine, IsNotCountedAsLive)
{
    cairn_layer layer = Debug("mem");
    size_t before = TotalsOf(layer).live_blocks;
    char *block = Malloc(layer, 100);
    Churn(layer, 20, 100);
    EXPECT_EQ(TotalsOf(layer).live_blocks, before + 1);
    cairn_layer_free(layer, block);
    EXPECT_EQ(TotalsOf(layer).live_blocks, before);
}

TEST_F(DebugQuarantine, ThreadsFreeAtOnce)
{
    cairn_layer layer = Debug("raw", "quarantine=16K:serial=1:index=1");
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; i++) {
        threads.emplace_back([layer, i] {
            Random random(static_cast<uint64_t>(i));
            std::vector<char *> blocks(50, nullptr);
            for (size_t j = 0; j < Often(5000); j++) {
                char *&block = blocks[random.Below(blocks.size())];
                size_t size = random.Below(1000);
                block = Realloc(layer, block, size);
                memset(block, i, size);
            }
            for (char *block : blocks) {
                cairn_layer_free(layer, block);
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    EXPECT_TRUE(cairn_layer_check(layer));
}

int StatusOf(const std::function<void()> &action)
{
    fflush(nullptr);
    pid_t child = fork();
    if (child == 0) {
        action();
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return status;
}

TEST_F(DebugQuarantine, WritesAfterFreeAreFoundAtExit)
{
    cairn_layer layer = Debug("mem");
    char *block = Malloc(layer, 20);
    cairn_layer_free(layer, block);
    int status = 0;
    std::string report = StderrOf([&] {
        status = StatusOf([&] {
            WriteAfterFree(block + 19, 1);
            exit(0);
        });
    });
    EXPECT_TRUE(WIFSIGNALED(status)) << status;
    EXPECT_NE(report.find("cairn: write after free: 19 bytes inside"), std::string::npos) << report;
}

TEST_F(DebugQuarantine, F17_TheChildOfAForkGoesOn)
{
    for (const char *options : {"", "index=1", "check=1"}) {
        cairn_layer layer = Debug("mem", options);
        Churn(layer, 100, 30);
        char *block = Malloc(layer, 30);
        int status = StatusOf([&] {
            cairn_layer_free(layer, block);
            Churn(layer, Often(2000), 30);
            _exit(cairn_layer_check(layer) ? 0 : 1);
        });
        EXPECT_TRUE(WIFEXITED(status)) << options;
        EXPECT_EQ(WEXITSTATUS(status), 0) << options;
        cairn_layer_free(layer, block);
    }
}

} // namespace

} // namespace cairn_test
