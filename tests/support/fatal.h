/* SPDX-License-Identifier: Apache-2.0
 *
 * Catches the line of a failed CAIRN_CHECK in this process, so that misuse is tested under
 * sanitizers too. What held a lock when it failed must not be used again.
 */
#ifndef CAIRN_TESTS_SUPPORT_FATAL_H_
#define CAIRN_TESTS_SUPPORT_FATAL_H_

#include <functional>
#include <string>

namespace cairn_test {

/* Runs the action and returns the fatal line that it ended with, or "" when it came to its end. The
 * action must own nothing that a destructor would give back. */
std::string FatalLineOf(const std::function<void()> &action);

/* Runs the action and returns what it wrote to file descriptor 2. */
std::string StderrOf(const std::function<void()> &action);

} // namespace cairn_test

#endif /* CAIRN_TESTS_SUPPORT_FATAL_H_ */
