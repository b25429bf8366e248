/* SPDX-License-Identifier: Apache-2.0
 *
 * Heaps and their magazines: how a thread gets a heap, refills and flushes it. What happens at
 * thread exit and fork is in heap_threads.c.
 */
#include "cairn/allocators/heap.h"

#include <string.h>

#include "cairn/allocators/heap_threads.h"
#include "cairn/base/check.h"
#include "cairn/base/math.h"

/* The last slot of this magazine is NULL and stands at the aligned end: empty and full at once. */
static void *vacant_magazine[CAIRN_MAGAZINE_SLOTS] CAIRN_ALIGNED(CAIRN_MAGAZINE_BYTES);
#define VACANT (&vacant_magazine[CAIRN_MAGAZINE_SLOTS - 1])
#define VACANT_4 VACANT, VACANT, VACANT, VACANT
#define VACANT_28 VACANT_4, VACANT_4, VACANT_4, VACANT_4, VACANT_4, VACANT_4, VACANT_4

cairn_heap cairn_heap_vacant = {.top = {VACANT_28, VACANT_28, VACANT_4}};

CAIRN_STATIC_ASSERT(CAIRN_HEAP_CLASSES == 60, "one VACANT for each class, and a bit in busy");

#define NO_HEAP &cairn_heap_vacant
#define NO_HEAP_4 NO_HEAP, NO_HEAP, NO_HEAP, NO_HEAP

CAIRN_THREAD_LOCAL cairn_heap *cairn_heaps[CAIRN_HEAP_SLOTS] = {NO_HEAP_4, NO_HEAP_4, NO_HEAP_4,
                                                                NO_HEAP_4};

CAIRN_STATIC_ASSERT(CAIRN_HEAP_SLOTS == 16, "one NO_HEAP for each slot");

/* The header, then the magazines at the next multiple of their size, wherever the memory starts. The
 * header starts so far behind such a multiple that top[c] and the slot of magazine c with the same lowest
 * twelve bits of its address meet only when the magazine is more than half full: a processor takes a load
 * for dependent on an earlier store when these bits agree, which costs as much as all the rest of a pair
 * of malloc and free. */
enum { HEADER_OFFSET = (CAIRN_MAGAZINE_SLOTS / 2 + 5) * (int)sizeof(void *) };

size_t cairn_heap_bytes(const cairn_heap_owner *owner)
{
    return sizeof(cairn_heap) + 2 * CAIRN_MAGAZINE_BYTES +
           (size_t)(owner->classes - 1) * CAIRN_MAGAZINE_BYTES;
}

static void set_top(cairn_heap *heap, unsigned size_class, void **top)
{
    __atomic_store_n(&heap->top[size_class], top, __ATOMIC_RELAXED);
}

static bool is_unused(const cairn_heap *heap, unsigned size_class)
{
    return __atomic_load_n(&heap->top[size_class], __ATOMIC_RELAXED) == VACANT;
}

/* The NULL slot. A magazine that holds less than it could starts higher, so that its end stays where
 * it is. */
static void **bottom_of(const cairn_heap *heap, unsigned size_class)
{
    size_t first = (size_t)(size_class - 1) * CAIRN_MAGAZINE_SLOTS;
    return heap->slots + first + (CAIRN_MAGAZINE_SLOTS - 1 - heap->owner->capacity[size_class]);
}

static size_t filled(const cairn_heap *heap, unsigned size_class)
{
    void **top = __atomic_load_n(&heap->top[size_class], __ATOMIC_RELAXED);
    return top != VACANT ? (size_t)(top - bottom_of(heap, size_class)) : 0;
}

enum { FIRST_BATCH = 4 };

static void open_magazine(cairn_heap *heap, unsigned size_class)
{
    if (CAIRN_UNLIKELY(is_unused(heap, size_class))) {
        void **bottom = bottom_of(heap, size_class);
        *bottom = NULL;
        heap->batch[size_class] = FIRST_BATCH;
        set_top(heap, size_class, bottom);
    }
}

static cairn_heap *format(cairn_heap_owner *owner, void *memory)
{
    uintptr_t base = cairn_align_up((uintptr_t)memory - HEADER_OFFSET, CAIRN_MAGAZINE_BYTES);
    cairn_heap *heap = (cairn_heap *)(base + HEADER_OFFSET);
    memset(heap, 0, sizeof *heap);
    heap->owner = owner;
    heap->memory = memory;
    heap->trim_round = __atomic_load_n(&owner->trim_round, __ATOMIC_RELAXED);
    heap->idle_round = __atomic_load_n(&owner->idle_round, __ATOMIC_RELAXED);
    heap->slots = (void **)cairn_align_up((uintptr_t)(heap + 1), CAIRN_MAGAZINE_BYTES);
    for (unsigned c = 0; c < CAIRN_HEAP_CLASSES; c++) {
        heap->top[c] = VACANT;
    }
    return heap;
}

static cairn_heap *take_idle(cairn_heap_owner *owner)
{
    cairn_lock_acquire(&owner->lock);
    cairn_heap *heap = owner->idle;
    if (heap != NULL) {
        owner->idle = heap->next_idle;
        heap->next_idle = NULL;
    }
    cairn_lock_release(&owner->lock);
    return heap;
}

static cairn_heap *create(cairn_heap_owner *owner)
{
    void *memory = owner->reserve(owner, cairn_heap_bytes(owner));
    if (memory == NULL) {
        return NULL;
    }
    cairn_heap *heap = format(owner, memory);
    cairn_lock_acquire(&owner->lock);
    heap->next = owner->heaps;
    owner->heaps = heap;
    cairn_lock_release(&owner->lock);
    return heap;
}

/* The calling thread's heap of this owner, made if need be; NULL when the thread does without. */
static cairn_heap *own_heap(cairn_heap_owner *owner)
{
    cairn_heap **place = cairn_heap_place(owner);
    cairn_heap *heap = *place;
    if (CAIRN_LIKELY(heap != &cairn_heap_vacant)) {
        cairn_heap_thread_open_front(owner, heap);
        return heap;
    }
    if (!cairn_heap_owner_has_heaps(owner) || !cairn_heap_thread_may_enter()) {
        return NULL;
    }
    heap = take_idle(owner);
    heap = heap != NULL ? heap : create(owner);
    if (heap != NULL) {
        *place = heap;
        cairn_heap_thread_enter();
        cairn_heap_thread_open_front(owner, heap);
    }
    return heap;
}

static void flush_magazine(cairn_heap *heap, unsigned size_class)
{
    size_t count = filled(heap, size_class);
    if (count > 0) {
        void **bottom = bottom_of(heap, size_class);
        set_top(heap, size_class, bottom);
        heap->owner->flush(heap->owner, size_class, bottom + 1, count, false);
    }
}

void cairn_heap_flush(cairn_heap *heap)
{
    for (unsigned c = 1; c < heap->owner->classes; c++) {
        flush_magazine(heap, c);
    }
}

/* Another thread asked for idle memory: ours goes home now. */
static void take_part_in_trim(cairn_heap *heap)
{
    uint32_t round = __atomic_load_n(&heap->owner->trim_round, __ATOMIC_RELAXED);
    if (CAIRN_UNLIKELY(heap->trim_round != round)) {
        heap->trim_round = round;
        cairn_heap_flush(heap);
    }
}

/* Blocks that wait where nobody takes them keep pools from becoming empty. A magazine that is used and never
 * runs empty or full is refilled soon enough. */
static void flush_idle(cairn_heap *heap)
{
    for (unsigned c = 1; c < heap->owner->classes; c++) {
        if ((heap->busy >> c & 1) == 0) {
            flush_magazine(heap, c);
            heap->batch[c] = FIRST_BATCH;
        }
    }
    heap->busy = 0;
}

/* At each slow path. */
static void note_use(cairn_heap *heap, unsigned size_class)
{
    uint32_t round = __atomic_load_n(&heap->owner->idle_round, __ATOMIC_RELAXED);
    heap->busy |= (uint64_t)1 << size_class;
    if (CAIRN_UNLIKELY(heap->idle_round != round)) {
        heap->idle_round = round;
        flush_idle(heap);
    }
}

/* Twice as many each time, up to half of the magazine: a class that is used once takes little. */
static size_t next_batch(cairn_heap *heap, unsigned size_class)
{
    size_t most = cairn_heap_batch(heap->owner, size_class);
    size_t batch = cairn_min(heap->batch[size_class], most);
    heap->batch[size_class] = (uint8_t)cairn_min(2 * batch, most);
    return batch;
}

CAIRN_SLOW_PATH void *cairn_heap_pop_slow(cairn_heap_owner *owner, unsigned size_class)
{
    void *block = NULL;
    cairn_heap *heap = own_heap(owner);
    if (heap == NULL) {
        return owner->refill(owner, size_class, &block, 1, 1) == 1 ? block : NULL;
    }
    take_part_in_trim(heap);
    note_use(heap, size_class);
    open_magazine(heap, size_class);
    /* A caller that did not know the place of a static instance has not looked into the magazine. */
    block = cairn_heap_pop(heap, size_class);
    if (CAIRN_UNLIKELY(block != NULL)) {
        return block;
    }
    void **bottom = bottom_of(heap, size_class);
    size_t count = owner->refill(owner, size_class, bottom + 1, next_batch(heap, size_class),
                                 owner->capacity[size_class]);
    if (count == 0) {
        return NULL;
    }
    set_top(heap, size_class, bottom + count);
    return cairn_heap_pop(heap, size_class);
}

/* The older half goes, so that what is used next is what was freed last. */
static void flush_older_half(cairn_heap *heap, unsigned size_class)
{
    void **bottom = bottom_of(heap, size_class);
    size_t leaving = cairn_heap_batch(heap->owner, size_class);
    heap->owner->flush(heap->owner, size_class, bottom + 1, leaving, true);
    size_t staying = filled(heap, size_class) - leaving;
    memmove(bottom + 1, bottom + 1 + leaving, staying * sizeof bottom[0]);
    set_top(heap, size_class, bottom + staying);
}

CAIRN_SLOW_PATH void cairn_heap_push_slow(cairn_heap_owner *owner, unsigned size_class, void *block)
{
    cairn_heap *heap = own_heap(owner);
    if (heap == NULL) {
        owner->flush(owner, size_class, &block, 1, false);
        return;
    }
    take_part_in_trim(heap);
    note_use(heap, size_class);
    open_magazine(heap, size_class);
    if (!cairn_heap_push(heap, size_class, block)) {
        flush_older_half(heap, size_class);
        bool kept = cairn_heap_push(heap, size_class, block);
        CAIRN_ASSERT(kept);
        (void)kept;
    }
}

size_t cairn_heap_owner_cached(cairn_heap_owner *owner, unsigned size_class)
{
    size_t count = 0;
    cairn_lock_acquire(&owner->lock);
    for (cairn_heap *heap = owner->heaps; heap != NULL; heap = heap->next) {
        count += heap->is_lost ? 0 : filled(heap, size_class);
    }
    cairn_lock_release(&owner->lock);
    return count;
}

size_t cairn_heap_owner_lost(cairn_heap_owner *owner)
{
    return owner->lost_heaps * owner->classes * CAIRN_MAGAZINE_SLOTS;
}

void cairn_heap_owner_visit(cairn_heap_owner *owner, void (*visit)(void *ctx, const void *block),
                            void *ctx)
{
    cairn_lock_acquire(&owner->lock);
    for (cairn_heap *heap = owner->heaps; heap != NULL; heap = heap->next) {
        for (unsigned c = 1; c < owner->classes; c++) {
            size_t count = filled(heap, c);
            for (size_t i = 1; i <= count; i++) {
                visit(ctx, bottom_of(heap, c)[i]);
            }
        }
    }
    cairn_lock_release(&owner->lock);
}

size_t cairn_heap_owner_count(cairn_heap_owner *owner)
{
    size_t count = 0;
    cairn_lock_acquire(&owner->lock);
    for (cairn_heap *heap = owner->heaps; heap != NULL; heap = heap->next) {
        count++;
    }
    cairn_lock_release(&owner->lock);
    return count;
}

void cairn_heap_owner_seek_idle(cairn_heap_owner *owner)
{
    __atomic_add_fetch(&owner->idle_round, 1, __ATOMIC_RELAXED);
}

void cairn_heap_owner_trim(cairn_heap_owner *owner)
{
    cairn_heap *heap = *cairn_heap_place(owner);
    uint32_t round = __atomic_add_fetch(&owner->trim_round, 1, __ATOMIC_RELAXED);
    if (heap != &cairn_heap_vacant) {
        heap->trim_round = round;
        cairn_heap_flush(heap);
    }
}
