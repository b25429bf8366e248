/* SPDX-License-Identifier: Apache-2.0
 *
 * Heaps across the life of threads and processes: the registry of owners and threads, thread exit,
 * fork. Lock order: registry, then each owner's list of heaps, then the owner's own locks; owners in
 * the order youngest first, because the young allocate from the old.
 */
#include "cairn/allocators/heap_threads.h"

#include <pthread.h>

#include "cairn/base/check.h"

/* One for each thread that has a heap, in that thread's own storage. */
typedef struct thread_record {
    cairn_heap **heaps;
    struct thread_record *next;
    struct thread_record *previous;
    bool is_listed;
    bool has_left;
} thread_record;

static CAIRN_THREAD_LOCAL thread_record self;
static cairn_lock registry_lock;
static cairn_heap_owner *owners;
static thread_record *threads;
static uint32_t used_slots = 1u << CAIRN_HEAP_NO_SLOT;
static pthread_key_t exit_key;

enum { NOT_STARTED, STARTING, STARTED };
static int system_state = NOT_STARTED;

static void list_thread(thread_record *record)
{
    record->heaps = cairn_heaps;
    record->previous = NULL;
    record->next = threads;
    if (threads != NULL) {
        threads->previous = record;
    }
    threads = record;
    record->is_listed = true;
}

static void unlist_thread(thread_record *record)
{
    if (record->previous != NULL) {
        record->previous->next = record->next;
    } else {
        threads = record->next;
    }
    if (record->next != NULL) {
        record->next->previous = record->previous;
    }
    record->is_listed = false;
}

/* Under the registry's lock, which orders all stores to fronts and to front_is_open. Relaxed, because the only
 * one to read a front without the lock is its own thread: the loads of whoever synchronised with a caller of
 * set_front come after the store there, so they find it or a later one, which is one that the lock let pass.
 * What a front leads to is its reader's own heap. tests/models/fronts_model.cc is a model of it. */
static void write_front(cairn_heap **front, cairn_heap *heap)
{
    __atomic_store_n(front, heap, __ATOMIC_RELAXED);
}

void cairn_heap_thread_open_front_slow(cairn_heap_owner *owner, cairn_heap *heap)
{
    cairn_lock_acquire(&registry_lock);
    /* A front that is not listed could not be closed. */
    if (owner->front_is_open && self.is_listed) {
        write_front(owner->front(), heap);
    }
    cairn_lock_release(&registry_lock);
}

/* The distance between two thread-local variables is the same in each thread. */
void cairn_heap_owner_set_front(cairn_heap_owner *owner, bool is_open)
{
    cairn_lock_acquire(&registry_lock);
    __atomic_store_n(&owner->front_is_open, is_open, __ATOMIC_RELAXED);
    if (!is_open) {
        uintptr_t distance = (uintptr_t)owner->front() - (uintptr_t)&self;
        for (thread_record *thread = threads; thread != NULL; thread = thread->next) {
            write_front((cairn_heap **)((uintptr_t)thread + distance), &cairn_heap_vacant);
        }
    }
    cairn_lock_release(&registry_lock);
}

/* The heap was flushed; the next thread takes it over. */
static void retire(cairn_heap *heap)
{
    cairn_heap_owner *owner = heap->owner;
    cairn_lock_acquire(&owner->lock);
    heap->next_idle = owner->idle;
    owner->idle = heap;
    cairn_lock_release(&owner->lock);
}

/* The registry stays locked, so that no owner is destroyed under a flush. */
static void thread_exit(void *value)
{
    thread_record *record = value;
    record->has_left = true;
    cairn_lock_acquire(&registry_lock);
    for (cairn_heap_owner *owner = owners; owner != NULL; owner = owner->next) {
        cairn_heap **place = cairn_heap_place(owner);
        cairn_heap *heap = *place;
        if (heap != &cairn_heap_vacant) {
            *place = &cairn_heap_vacant;
            if (owner->front != NULL) {
                write_front(owner->front(), &cairn_heap_vacant);
            }
            cairn_heap_flush(heap);
            retire(heap);
        }
    }
    unlist_thread(record);
    cairn_lock_release(&registry_lock);
}

static void fork_prepare(void)
{
    cairn_lock_acquire(&registry_lock);
    for (cairn_heap_owner *owner = owners; owner != NULL; owner = owner->next) {
        cairn_lock_acquire(&owner->lock);
        owner->lock_all(owner);
    }
}

static void fork_parent(void)
{
    for (cairn_heap_owner *owner = owners; owner != NULL; owner = owner->next) {
        owner->unlock_all(owner);
        cairn_lock_release(&owner->lock);
    }
    cairn_lock_release(&registry_lock);
}

/* Other threads may have been anywhere between two stores: their heaps are not looked at again. */
static void set_aside_lost_heaps(cairn_heap_owner *owner)
{
    for (cairn_heap *heap = owner->heaps; heap != NULL; heap = heap->next) {
        bool is_idle = false;
        for (cairn_heap *idle = owner->idle; idle != NULL; idle = idle->next_idle) {
            is_idle = is_idle || idle == heap;
        }
        if (!is_idle && !heap->is_lost && heap != *cairn_heap_place(owner)) {
            heap->is_lost = true;
            owner->lost_heaps++;
        }
    }
}

static void fork_child(void)
{
    threads = NULL;
    if (self.is_listed) {
        list_thread(&self);
    }
    for (cairn_heap_owner *owner = owners; owner != NULL; owner = owner->next) {
        set_aside_lost_heaps(owner);
    }
    fork_parent();
}

/* Only the first thread comes past the exchange; it may come back here from within, through the
 * system's own allocations, and then goes on without: it is already the one that does the work. */
static void start_system(void)
{
    static CAIRN_THREAD_LOCAL bool inside;
    int expected = NOT_STARTED;
    if (__atomic_compare_exchange_n(&system_state, &expected, STARTING, false, __ATOMIC_ACQ_REL,
                                    __ATOMIC_ACQUIRE)) {
        inside = true;
        CAIRN_CHECK(pthread_key_create(&exit_key, thread_exit) == 0,
                    "out of thread-specific keys: Cairn needs one to notice the end of threads");
        pthread_atfork(fork_prepare, fork_parent, fork_child);
        inside = false;
        __atomic_store_n(&system_state, STARTED, __ATOMIC_RELEASE);
    }
    while (!inside && __atomic_load_n(&system_state, __ATOMIC_ACQUIRE) != STARTED) {
        CAIRN_PAUSE();
    }
}

bool cairn_heap_thread_may_enter(void)
{
    return !self.has_left;
}

/* Short of memory: nobody will tell of this thread's end, so nobody may remember the thread. The system's
 * own calls may have opened a front meanwhile. */
static void forget_thread(void)
{
    cairn_lock_acquire(&registry_lock);
    for (cairn_heap_owner *owner = owners; owner != NULL; owner = owner->next) {
        if (owner->front != NULL) {
            write_front(owner->front(), &cairn_heap_vacant);
        }
    }
    unlist_thread(&self);
    cairn_lock_release(&registry_lock);
}

void cairn_heap_thread_enter(void)
{
    start_system();
    if (self.is_listed || __atomic_load_n(&system_state, __ATOMIC_ACQUIRE) != STARTED) {
        return;
    }
    cairn_lock_acquire(&registry_lock);
    list_thread(&self);
    cairn_lock_release(&registry_lock);
    if (CAIRN_UNLIKELY(pthread_setspecific(exit_key, &self) != 0)) {
        forget_thread();
    }
}

/* A static one comes twice when the same configuration stands in the program and in a library. */
static bool is_registered(const cairn_heap_owner *owner)
{
    const cairn_heap_owner *known = owners;
    while (known != NULL && known != owner) {
        known = known->next;
    }
    return known != NULL;
}

void cairn_heap_owner_register(cairn_heap_owner *owner)
{
    /* Its locks have to be held across a fork also if no heap of it is ever made. */
    start_system();
    cairn_lock_acquire(&registry_lock);
    if (is_registered(owner)) {
        cairn_lock_release(&registry_lock);
        return;
    }
    owner->slot = CAIRN_HEAP_NO_SLOT;
    if (owner->place == NULL) {
        uint32_t vacant = ~used_slots & ((1u << CAIRN_HEAP_SLOTS) - 1);
        owner->slot = vacant != 0 ? (unsigned)__builtin_ctz(vacant) : CAIRN_HEAP_NO_SLOT;
        used_slots |= 1u << owner->slot;
    }
    owner->next = owners;
    owners = owner;
    cairn_lock_release(&registry_lock);
}

static void forget_owner(cairn_heap_owner *owner)
{
    cairn_heap_owner **link = &owners;
    while (*link != owner) {
        link = &(*link)->next;
    }
    *link = owner->next;
    for (thread_record *thread = threads; thread != NULL; thread = thread->next) {
        thread->heaps[owner->slot] = &cairn_heap_vacant;
    }
    if (owner->slot != CAIRN_HEAP_NO_SLOT) {
        used_slots &= ~(1u << owner->slot);
    }
}

void cairn_heap_owner_unregister(cairn_heap_owner *owner)
{
    cairn_lock_acquire(&registry_lock);
    forget_owner(owner);
    cairn_heaps[owner->slot] = &cairn_heap_vacant;
    cairn_lock_release(&registry_lock);
    for (cairn_heap *heap = owner->heaps; heap != NULL;) {
        cairn_heap *next = heap->next;
        owner->release(owner, heap->memory, cairn_heap_bytes(owner));
        heap = next;
    }
    owner->heaps = NULL;
    owner->idle = NULL;
}
