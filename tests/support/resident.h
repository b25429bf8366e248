/* SPDX-License-Identifier: Apache-2.0
 *
 * What this process holds of the machine's memory.
 */
#ifndef CAIRN_TESTS_SUPPORT_RESIDENT_H_
#define CAIRN_TESTS_SUPPORT_RESIDENT_H_

#include <cstdio>
#include <unistd.h>

#include <gtest/gtest.h>

namespace cairn_test {

inline size_t ResidentBytes()
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    EXPECT_NE(file, nullptr);
    EXPECT_EQ(fscanf(file, "%*u %lu", &pages), 1);
    fclose(file);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

} // namespace cairn_test

#endif /* CAIRN_TESTS_SUPPORT_RESIDENT_H_ */
