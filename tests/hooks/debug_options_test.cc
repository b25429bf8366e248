/* SPDX-License-Identifier: Apache-2.0
 *
 * The debug hook's options, and what it reads of the environment.
 */
#include "cairn/tests/hooks/debug_stack.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cairn/allocators/system/system.h"

namespace cairn_test {

namespace {

class DebugOptions : public DebugStack {};

std::string ErrorOf(const char *options)
{
    cairn_layer layer = cairn_system;
    const char *error = "";
    bool is_put = cairn_debug_hook.put_over(cairn_system, "mem", options, &layer, &error);
    if (is_put) {
        cairn_debug_close(cairn_debug_of(layer));
    }
    return is_put ? "" : error;
}

TEST_F(DebugOptions, AreAccepted)
{
    for (const char *options : {"", "compat=0", "compat=1", "compat=1:serial=1", "quarantine=0",
                                "quarantine=64K", "quarantine=1M:serial=1:check=100:index=1",
                                "compat=1:quarantine=0", "check=0", "index=0:serial=0"}) {
        EXPECT_EQ(ErrorOf(options), "") << options;
    }
}

TEST_F(DebugOptions, MalformedOnesAreRefusedWithWhatIsAllowed)
{
    EXPECT_EQ(ErrorOf("quarantine=lots"),
              "quarantine must be a number of bytes such as 64K or 1M, or 0 for none");
    EXPECT_EQ(ErrorOf("quarantine"), ErrorOf("quarantine=lots"));
    EXPECT_EQ(ErrorOf("quarantine=-1"), ErrorOf("quarantine=lots"));
    EXPECT_EQ(ErrorOf("quarantine=99999G"), ErrorOf("quarantine=lots"));
    EXPECT_EQ(ErrorOf("compat=yes"), "compat must be 0 or 1");
    EXPECT_EQ(ErrorOf("compat=2"), "compat must be 0 or 1");
    EXPECT_EQ(ErrorOf("serial=1:index=on"), "index must be 0 or 1");
    EXPECT_EQ(ErrorOf("serial="), "serial must be 0 or 1");
    EXPECT_EQ(ErrorOf("check=often"),
              "check must be a number of calls such as 1000, or 0 for never");
    EXPECT_EQ(ErrorOf("color=blue"), "unknown option; choose from: compat=0|1, quarantine=BYTES, "
                                     "serial=0|1, check=N, index=0|1");
    EXPECT_EQ(ErrorOf("on"), ErrorOf("color=blue"));
    EXPECT_EQ(ErrorOf(std::string(300, 'x').c_str()), "an option is too long");
    for (const char *more : {"quarantine=1K", "check=3", "index=1"}) {
        EXPECT_EQ(ErrorOf((std::string("compat=1:") + more).c_str()),
                  "compat=1 goes with serial only; leave quarantine, check and index out");
    }
}

/* A state that was never opened, as in a static stack before its constructor has run. */
TEST_F(DebugOptions, CallsMayComeBeforeTheOptionsAreRead)
{
    for (const char *options : {"", "serial=1", "compat=1:serial=1", "index=1", "check=1"}) {
        static cairn_debug_state states[5];
        static size_t used;
        cairn_debug_state *state = &states[used++];
        state->node.below = below().layer();
        state->node.domain = "mem";
        state->node.options = options;
        auto *early = static_cast<char *>(cairn_debug_malloc_over(state, state->node.below, 100));
        auto *other = static_cast<char *>(cairn_debug_malloc_over(state, state->node.below, 100));
        const char *error = "";
        memset(early, 1, 100);
        EXPECT_EQ(early[-8], 'm');
        ASSERT_TRUE(cairn_debug_open(state, options, &error)) << error;
        auto *late = static_cast<char *>(cairn_debug_malloc_over(state, state->node.below, 100));
        EXPECT_EQ(cairn_debug_usable_size_over(state, state->node.below, early), 100u);
        early =
            static_cast<char *>(cairn_debug_realloc_over(state, state->node.below, early, 5000));
        EXPECT_EQ(early[99], 1) << options;
        for (char *block : {early, other, late}) {
            EXPECT_EQ(LineOf([&] { cairn_debug_free_over(state, state->node.below, block); }), "")
                << options;
        }
        EXPECT_EQ(LineOf([&] { cairn_debug_free_over(state, state->node.below, nullptr); }), "");
        cairn_debug_close(state);
    }
}

/* The variables are read once in a process, by whichever state is opened first: in a process of its own. */
TEST(DebugEnvironmentDeathTest, C8_TheBreakSerialRaisesATrap)
{
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_EXIT(
        {
            setenv("CAIRN_DEBUG_BREAK_SERIAL", "3", 1);
            cairn_layer layer = cairn_system;
            const char *error = "";
            cairn_debug_hook.put_over(cairn_system, "mem", "", &layer, &error);
            void *first = cairn_layer_malloc(layer, 1);
            void *second = cairn_layer_realloc(layer, first, 2);
            fprintf(stderr, "two calls\n");
            cairn_layer_free(layer, second);
            cairn_layer_calloc(layer, 1, 1);
            _exit(0);
        },
        testing::KilledBySignal(SIGTRAP), "two calls");
}

void FreeADamagedBlock()
{
    cairn_layer layer = cairn_system;
    const char *error = "";
    cairn_debug_hook.put_over(cairn_system, "mem", "", &layer, &error);
    auto *block = static_cast<char *>(cairn_layer_malloc(layer, 1));
    block[1] = 0;
    cairn_layer_free(layer, block);
}

/* What a child that dies of a report has written to its parent's file in memory. */
std::string FramesOfAReport()
{
    char text[4096] = "";
    int fd = memfd_create("report", MFD_ALLOW_SEALING);
    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK);
    std::string path = "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(fd);
    setenv("CAIRN_REPORT_FILE", path.c_str(), 1);
    pid_t child = fork();
    if (child == 0) {
        FreeADamagedBlock();
    }
    waitpid(child, nullptr, 0);
    ssize_t count = pread(fd, text, sizeof text - 1, 0);
    return std::string(text, count > 0 ? static_cast<size_t>(count) : 0);
}

TEST(DebugEnvironmentDeathTest, FramesGoToTheReportFile)
{
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_EXIT(
        {
            fprintf(stderr, "%s", FramesOfAReport().c_str());
            _exit(0);
        },
        testing::ExitedWithCode(0), "cairn-report [0-9]+\ncairn-frame /[^ ]+ [0-9a-f]+\n");
}

} // namespace

} // namespace cairn_test
