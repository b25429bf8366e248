/* SPDX-License-Identifier: Apache-2.0
 *
 * What heap.c and heap_threads.c tell each other; private to the two.
 */
#ifndef CAIRN_ALLOCATORS_HEAP_THREADS_H_
#define CAIRN_ALLOCATORS_HEAP_THREADS_H_

#include "cairn/allocators/heap.h"

/* Whether the calling thread may still get heaps: false once its exit was handled. */
bool cairn_heap_thread_may_enter(void);

/* Has the calling thread's exit handled. Called after the thread's heap pointer is set, since the
 * system's functions for this may allocate. */
void cairn_heap_thread_enter(void);

void cairn_heap_thread_open_front_slow(cairn_heap_owner *owner, cairn_heap *heap);

/* Gives the calling thread the owner's front, if there is one and it may be open. Relaxed: what is read here
 * only decides whether to take the lock, under which it is read again. */
CAIRN_INLINE void cairn_heap_thread_open_front(cairn_heap_owner *owner, cairn_heap *heap)
{
    if (owner->front != NULL && cairn_heap_front(owner->front()) != heap &&
        __atomic_load_n(&owner->front_is_open, __ATOMIC_RELAXED)) {
        cairn_heap_thread_open_front_slow(owner, heap);
    }
}

/* Gives all that the heap's magazines hold back to its owner. */
void cairn_heap_flush(cairn_heap *heap);

#endif /* CAIRN_ALLOCATORS_HEAP_THREADS_H_ */
