/* SPDX-License-Identifier: Apache-2.0
 *
 * Leaves the failing call by longjmp, which the contract of fatal handlers allows.
 */
#include "cairn/tests/support/fatal.h"

#include <csetjmp>
#include <cstring>

#include <gtest/gtest.h>

#include "cairn/base/check.h"

namespace cairn_test {

namespace {

jmp_buf back;
char caught[512];

void leave(const char *line)
{
    strncpy(caught, line, sizeof caught - 1);
    longjmp(back, 1);
}

} // namespace

std::string FatalLineOf(const std::function<void()> &action)
{
    cairn_fatal_handler before = cairn_set_fatal_handler(leave);
    caught[0] = '\0';
    if (setjmp(back) == 0) {
        action();
    }
    cairn_set_fatal_handler(before);
    return caught;
}

std::string StderrOf(const std::function<void()> &action)
{
    testing::internal::CaptureStderr();
    action();
    return testing::internal::GetCapturedStderr();
}

} // namespace cairn_test
