/* SPDX-License-Identifier: Apache-2.0
 *
 * Locks for threads that take turns, in place of those of base/: who has to wait lets others run.
 */
#include "cairn/base/lock.h"
#include "cairn/fuzz/crew.h"

void cairn_lock_wait(cairn_lock *lock)
{
    while (!cairn_lock_try(lock)) {
        cairn_fuzz_crew_wait();
    }
}

/* Nobody sleeps. */
void cairn_lock_wake(cairn_lock *lock)
{
    (void)lock;
}

void cairn_yield(void)
{
    cairn_fuzz_crew_wait();
}
