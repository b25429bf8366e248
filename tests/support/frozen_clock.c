/* SPDX-License-Identifier: Apache-2.0
 *
 * Time stands still in a program that has this: what is done by the clock does not come into a count of
 * instructions, which would depend on the machine's speed.
 */
#include <time.h>

int clock_gettime(clockid_t clock, struct timespec *now)
{
    (void)clock;
    now->tv_sec = 1;
    now->tv_nsec = 0;
    return 0;
}
