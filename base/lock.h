/* SPDX-License-Identifier: Apache-2.0
 *
 * The smallest mutex: four bytes, zero is unlocked, no set-up, no allocation, not recursive.
 * It can be taken before main and in a fork handler, and released in the child.
 */
#ifndef CAIRN_BASE_LOCK_H_
#define CAIRN_BASE_LOCK_H_

#include "cairn/base/compiler.h"

CAIRN_EXTERN_C_BEGIN

/* state: 0 free, 1 held, 2 held and somebody may be waiting.
 * Taking the lock is an exchange of 0 that acquires, giving it back one that releases; a failed attempt reads
 * nothing that the lock guards, so it is relaxed. tests/models/lock_model.cc is a model of it. */
typedef struct cairn_lock {
    uint32_t state;
} cairn_lock;

void cairn_lock_wait(cairn_lock *lock);
void cairn_lock_wake(cairn_lock *lock);

/* Lets other threads run, for a caller that waits for what they may do. Keeps errno. */
void cairn_yield(void);

/* errno is kept by all three. */
CAIRN_INLINE void cairn_lock_acquire(cairn_lock *lock)
{
    uint32_t expected = 0;
    if (CAIRN_UNLIKELY(!__atomic_compare_exchange_n(&lock->state, &expected, 1, false,
                                                    __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))) {
        cairn_lock_wait(lock);
    }
}

CAIRN_INLINE bool cairn_lock_try(cairn_lock *lock)
{
    uint32_t expected = 0;
    return __atomic_compare_exchange_n(&lock->state, &expected, 1, false, __ATOMIC_ACQUIRE,
                                       __ATOMIC_RELAXED);
}

CAIRN_INLINE void cairn_lock_release(cairn_lock *lock)
{
    if (CAIRN_UNLIKELY(__atomic_exchange_n(&lock->state, 0, __ATOMIC_RELEASE) == 2)) {
        cairn_lock_wake(lock);
    }
}

CAIRN_EXTERN_C_END

#endif /* CAIRN_BASE_LOCK_H_ */
