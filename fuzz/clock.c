/* SPDX-License-Identifier: Apache-2.0
 *
 * Time that passes when the input says so. Stands in for the clock of base/, so that what is done by the
 * clock follows from the input.
 */
#include "cairn/base/clock.h"

#include "cairn/fuzz/machine.h"

static uint64_t now = 1000;

void (*cairn_fuzz_clock_before)(void);

uint64_t cairn_clock_milliseconds(void)
{
    if (cairn_fuzz_clock_before != NULL) {
        cairn_fuzz_clock_before();
    }
    return __atomic_load_n(&now, __ATOMIC_RELAXED);
}

void cairn_fuzz_clock_pass(uint64_t milliseconds)
{
    __atomic_fetch_add(&now, milliseconds, __ATOMIC_RELAXED);
}
