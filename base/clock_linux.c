/* SPDX-License-Identifier: Apache-2.0
 *
 * The clock on Linux: the one that is read without a system call and is updated with every tick.
 */
#include "cairn/base/clock.h"

#include <time.h>

uint64_t cairn_clock_milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}
