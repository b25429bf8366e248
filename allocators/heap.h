/* SPDX-License-Identifier: Apache-2.0
 *
 * Heaps: what one thread keeps of one instance, so that most operations take no lock.
 *
 * A heap has a magazine for each size class: a short array of free blocks that the thread pops from
 * and pushes to, with no look at the blocks themselves. An empty magazine is refilled, and the older
 * half of a full one is flushed, through the owner (an instance of pymalloc or large), which does
 * that under the lock of the class. A block that another thread allocated is freed like any other:
 * it waits in the freeing thread's magazine and goes home in a batch, straight into its pool, which
 * is known to all threads. So no thread's memory waits for that thread to run again.
 *
 * A magazine that was never used points at the vacant one, so that a heap costs memory only for the
 * classes that its thread uses.
 *
 * The tail of a magazine is found by address: magazines are CAIRN_MAGAZINE_SLOTS long, aligned to
 * their size, and the slot below the first block holds NULL. Popping stops at that NULL, pushing at
 * the aligned end; neither needs a counter.
 *
 * A static instance may have a front besides: a second thread-local pointer to the same heap, for callers
 * that go there without asking whether the instance still is what serves them. When it no longer is, the
 * fronts of all threads are closed, that is pointed at the vacant heap, and such callers come to their
 * slow path, which asks.
 *
 * Threads: a heap is touched by its own thread only. A static instance has a thread-local pointer of
 * its own to the thread's heap; instances that are created share a small thread-local array, indexed by
 * the owner's slot. A thread without a heap has cairn_heap_vacant there, whose magazines are all empty
 * and full at once, so that the fast paths need no test for it.
 * Thread exit: what the magazines hold is flushed and the heap is kept for the next thread. Code that
 * runs later in that thread (other destructors) works on the owner directly.
 * Fork: all locks are held across it. In the child the heaps of the threads that are gone may be
 * torn; they are set aside for good, and what their magazines held stays allocated. The pools are
 * whole, because they only change under the locks.
 */
#ifndef CAIRN_ALLOCATORS_HEAP_H_
#define CAIRN_ALLOCATORS_HEAP_H_

#include "cairn/base/compiler.h"
#include "cairn/base/lock.h"

CAIRN_EXTERN_C_BEGIN

enum {
    CAIRN_MAGAZINE_SLOTS = 128,
    CAIRN_MAGAZINE_BYTES = CAIRN_MAGAZINE_SLOTS * (int)sizeof(void *),
    CAIRN_HEAP_CLASSES = 60,
    /* Created instances beyond this number that are alive at once have no heaps and take locks. The
     * last slot is theirs; it always points at the vacant heap. */
    CAIRN_HEAP_SLOTS = 16,
    CAIRN_HEAP_NO_SLOT = CAIRN_HEAP_SLOTS - 1,
};

typedef struct cairn_heap {
    void **top[CAIRN_HEAP_CLASSES]; /* the last filled slot of each magazine, or the NULL below */
    struct cairn_heap_owner *owner;
    struct cairn_heap *next;      /* in the owner's list of all heaps */
    struct cairn_heap *next_idle; /* in the owner's list of heaps without a thread */
    bool is_lost;                 /* its thread vanished in a fork */
    uint32_t trim_round;          /* the last of the owner's trims that it took part in */
    uint32_t idle_round;          /* the same of its searches for idle blocks */
    uint64_t busy;                /* a bit for each class that came to a slow path since then */
    void *memory;                 /* what the owner's reserve gave */
    void **slots;                 /* where the magazines start */
    uint8_t batch[CAIRN_HEAP_CLASSES]; /* blocks of the next refill; grows with use */
} cairn_heap;

/* What an instance supplies. The functions are called without heap locks held. */
typedef struct cairn_heap_owner {
    cairn_heap **(*place)(void); /* of the calling thread's pointer; NULL: it is in cairn_heaps */
    cairn_heap **(*front)(void); /* of the calling thread's front; NULL: there is none */
    bool front_is_open;          /* guarded by the registry's lock */
    unsigned slot;               /* where this owner's heap stands in each thread's array */
    unsigned classes;        /* magazines 1 to classes - 1 are used; 0 is always empty and full */
    const uint8_t *capacity; /* blocks that each class's magazine may hold, 1 to SLOTS - 1 */
    cairn_lock lock;         /* guards the lists of heaps */
    cairn_heap *heaps;
    cairn_heap *idle;
    size_t lost_heaps;
    uint32_t trim_round;           /* counts trims, for the heaps of other threads to notice */
    uint32_t idle_round;           /* and searches for idle blocks */
    struct cairn_heap_owner *next; /* all owners, the youngest first */

    /* Fills out with count blocks, or with more, up to most, where that costs no more. Returns how many it
     * could get; out[n-1] is handed out first. */
    size_t (*refill)(struct cairn_heap_owner *owner, unsigned size_class, void **out, size_t count,
                     size_t most);
    /* Takes blocks back. With may_wait they may be kept together for the next refill. */
    void (*flush)(struct cairn_heap_owner *owner, unsigned size_class, void **blocks, size_t count,
                  bool may_wait);
    /* Memory for a heap; NULL makes the thread do without one. */
    void *(*reserve)(struct cairn_heap_owner *owner, size_t bytes);
    void (*release)(struct cairn_heap_owner *owner, void *memory, size_t bytes);
    /* Takes and releases the owner's own locks around a fork. */
    void (*lock_all)(struct cairn_heap_owner *owner);
    void (*unlock_all)(struct cairn_heap_owner *owner);
} cairn_heap_owner;

extern CAIRN_THREAD_LOCAL cairn_heap *cairn_heaps[CAIRN_HEAP_SLOTS];
extern cairn_heap cairn_heap_vacant;

/* Makes an owner known to thread exit and fork. One without a place of its own is given a slot: any
 * free one, else CAIRN_HEAP_NO_SLOT. Owners must be registered after those that they allocate from. */
void cairn_heap_owner_register(cairn_heap_owner *owner);

/* Where the calling thread's pointer to its heap of this owner stands. */
CAIRN_INLINE cairn_heap **cairn_heap_place(const cairn_heap_owner *owner)
{
    return owner->place != NULL ? owner->place() : &cairn_heaps[owner->slot];
}

/* Whether threads can have heaps of this owner. */
CAIRN_INLINE bool cairn_heap_owner_has_heaps(const cairn_heap_owner *owner)
{
    return owner->place != NULL || owner->slot != CAIRN_HEAP_NO_SLOT;
}

/* Opens or closes the owner's fronts. After it closed them, no thread that synchronised with the caller uses
 * one, until they are opened again. Threads whose front was closed get it back at their next slow path.
 * A call that is under way in another thread may still use what it has read. */
void cairn_heap_owner_set_front(cairn_heap_owner *owner, bool is_open);

/* Gives all heaps of the owner back through release, with what their magazines hold, and frees its
 * slot. No thread uses the owner any more. */
void cairn_heap_owner_unregister(cairn_heap_owner *owner);

/* Flushes the calling thread's magazines, and has the other threads flush theirs when they next come
 * to a slow path. */
void cairn_heap_owner_trim(cairn_heap_owner *owner);

/* Has every thread, when it next comes to a slow path, flush the magazines that needed no slow path since the
 * call before this one. */
void cairn_heap_owner_seek_idle(cairn_heap_owner *owner);

/* The blocks of one class that wait in magazines. Exact when no other thread is inside. */
size_t cairn_heap_owner_cached(cairn_heap_owner *owner, unsigned size_class);

/* At most so many blocks are in the magazines of heaps whose threads vanished in a fork. */
size_t cairn_heap_owner_lost(cairn_heap_owner *owner);

/* Calls visit for each block in a magazine, those of vanished threads included, which may be torn. No other
 * thread is inside. */
void cairn_heap_owner_visit(cairn_heap_owner *owner, void (*visit)(void *ctx, const void *block),
                            void *ctx);

/* The number and the bytes of the owner's heaps. */
size_t cairn_heap_owner_count(cairn_heap_owner *owner);
size_t cairn_heap_bytes(const cairn_heap_owner *owner);

/* The thread-local pointers of a static instance. */
#define CAIRN_HEAP_PLACES_DECLARE(name)                                                            \
    extern CAIRN_THREAD_LOCAL cairn_heap *name##_heap;                                             \
    extern CAIRN_THREAD_LOCAL cairn_heap *name##_front;
#define CAIRN_HEAP_PLACES(name)                                                                    \
    CAIRN_THREAD_LOCAL cairn_heap *name##_heap = &cairn_heap_vacant;                               \
    CAIRN_THREAD_LOCAL cairn_heap *name##_front = &cairn_heap_vacant;                              \
    static cairn_heap **name##_place(void)                                                         \
    {                                                                                              \
        return &name##_heap;                                                                       \
    }                                                                                              \
    static cairn_heap **name##_front_place(void)                                                   \
    {                                                                                              \
        return &name##_front;                                                                      \
    }
#define CAIRN_HEAP_SET_FRONT(name)                                                                 \
    CAIRN_INLINE void name##_set_front(bool is_open)                                               \
    {                                                                                              \
        cairn_heap_owner_set_front(&name##_state.heaps, is_open);                                  \
    }

/* Of the calling thread. Why relaxed is enough is said at the stores, in heap_threads.c. */
CAIRN_INLINE cairn_heap *cairn_heap_front(cairn_heap *const *front)
{
    return __atomic_load_n(front, __ATOMIC_RELAXED);
}

/* Slow paths of the two below. */
void *cairn_heap_pop_slow(cairn_heap_owner *owner, unsigned size_class);
void cairn_heap_push_slow(cairn_heap_owner *owner, unsigned size_class, void *block);

/* The tops of magazines are written by their own thread. Relaxed, because other threads only read them to count
 * (cairn_heap_owner_cached), and no block through them. */

/* Blocks that a full magazine of this class gives away at a time, and an empty one gets. */
CAIRN_INLINE size_t cairn_heap_batch(const cairn_heap_owner *owner, unsigned size_class)
{
    return ((size_t)owner->capacity[size_class] + 1) / 2;
}

/* The next free block of a class, or NULL when the magazine is empty. */
CAIRN_INLINE void *cairn_heap_pop(cairn_heap *heap, size_t size_class)
{
    void **top = __atomic_load_n(&heap->top[size_class], __ATOMIC_RELAXED);
    void *block = *top;
    if (CAIRN_LIKELY(block != NULL)) {
        __atomic_store_n(&heap->top[size_class], top - 1, __ATOMIC_RELAXED);
    }
    return block;
}

/* Keeps a free block; false when the magazine is full. */
CAIRN_INLINE bool cairn_heap_push(cairn_heap *heap, size_t size_class, void *block)
{
    void **top = __atomic_load_n(&heap->top[size_class], __ATOMIC_RELAXED) + 1;
    if (CAIRN_UNLIKELY(((uintptr_t)top & (CAIRN_MAGAZINE_BYTES - 1)) == 0)) {
        return false;
    }
    *top = block;
    __atomic_store_n(&heap->top[size_class], top, __ATOMIC_RELAXED);
    return true;
}

CAIRN_EXTERN_C_END

#endif /* CAIRN_ALLOCATORS_HEAP_H_ */
