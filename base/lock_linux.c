/* SPDX-License-Identifier: Apache-2.0
 *
 * Waiting for a cairn_lock on Linux: spin briefly, since holders are quick, then sleep on a futex.
 */
#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cairn/base/lock.h"

enum { SPIN_ROUNDS = 64 };

static bool spin(cairn_lock *lock)
{
    for (int i = 0; i < SPIN_ROUNDS; i++) {
        /* Relaxed: a look that spares the others an exchange; taking the lock acquires. */
        if (__atomic_load_n(&lock->state, __ATOMIC_RELAXED) == 0 && cairn_lock_try(lock)) {
            return true;
        }
        CAIRN_PAUSE();
    }
    return false;
}

void cairn_lock_wait(cairn_lock *lock)
{
    int saved = errno;
    if (spin(lock)) {
        return;
    }
    /* Whoever has waited takes the lock with a 2, since others may wait too. A 2 that the holder overwrites
     * with 0 between the exchange and the system call is seen there: the kernel compares the state again, in
     * one step with going to sleep. */
    while (__atomic_exchange_n(&lock->state, 2, __ATOMIC_ACQUIRE) != 0) {
        syscall(SYS_futex, &lock->state, FUTEX_WAIT_PRIVATE, 2, NULL, NULL, 0);
    }
    errno = saved;
}

void cairn_lock_wake(cairn_lock *lock)
{
    int saved = errno;
    syscall(SYS_futex, &lock->state, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
    errno = saved;
}

void cairn_yield(void)
{
    int saved = errno;
    sched_yield();
    errno = saved;
}
