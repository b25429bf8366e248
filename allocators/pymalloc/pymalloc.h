/* SPDX-License-Identifier: Apache-2.0
 *
 * Allocator "pymalloc": blocks of 1 to 512 bytes in pools of one size class, everything else passed
 * to its fallback (clause B5.1). For any number of threads.
 *
 * Who owns what: an instance owns arenas from its provider; threads have heaps (allocators/heap.h)
 * that hold free blocks of it. The instance's own needs besides arenas (nodes of the address map,
 * heaps) come from the fallback.
 * A pointer that no arena contains is passed to the fallback (B6.2). A pointer into an arena that is
 * in no used pool is reported and aborts. Interior pointers and double frees are noticed only when the block
 * comes home to its pool (B6.6); stack the debug hook to catch them at once.
 * Alignment: 16 bytes; aligned_alloc serves 512 bytes and less in classes of a fitting size.
 */
#ifndef CAIRN_ALLOCATORS_PYMALLOC_PYMALLOC_H_
#define CAIRN_ALLOCATORS_PYMALLOC_PYMALLOC_H_

#include <string.h>

#include "cairn/allocators/allocator.h"
#include "cairn/allocators/arena.h"
#include "cairn/allocators/face.h"
#include "cairn/allocators/heap.h"
#include "cairn/allocators/pool_class.h"
#include "cairn/allocators/pymalloc/arenas.h"
#include "cairn/allocators/pymalloc/size_class.h"

CAIRN_EXTERN_C_BEGIN

/* The members are private: they are here so that the bodies below can be inlined into a stack. */
typedef struct cairn_pymalloc {
    cairn_heap_owner heaps; /* must be first */
    cairn_arenas arenas;
    cairn_layer fallback;
    bool fallback_counts;  /* its live blocks itself, so that raw_blocks need not be kept */
    long raw_blocks;       /* blocks that came from the fallback and are live (B9.3) */
    bool is_from_provider; /* the instance's own memory is not from the fallback */
    void *self_memory;     /* NULL for static instances */
    size_t self_bytes;
    cairn_pool_home pools;
    uint8_t magazines[CAIRN_SMALL_CLASSES + 1]; /* where an option set them */
    cairn_pool_class classes[CAIRN_SMALL_CLASSES + 1];
} cairn_pymalloc;

/* Zero in every member means the default. docs/performance.md has the figures that decided the defaults. */
typedef struct cairn_pymalloc_options {
    /* Bytes asked of the provider at a time: two to 128 pools. Default: 1 MiB (B1), or less over a
     * bounded provider whose region is smaller than 4 MiB. Larger arenas mean fewer calls of the
     * provider; smaller ones go back to it sooner. */
    size_t arena_bytes;

    /* Bytes of a pool: 16, 32 or 64 KiB. Default: 16 KiB (B1). Larger pools change hands less often;
     * a class that is hardly used takes one all the same, and one live block keeps it. */
    size_t pool_bytes;

    /* Free blocks of each class that a thread may keep: 1 to 127. Default: 127. Fewer mean more calls
     * under locks; more cost each thread memory: 8 bytes of its own for each, and the blocks. No
     * matter to pymalloc:single. */
    size_t magazine_blocks;

    /* Bytes of free blocks that may wait in all depots for threads that need them, a quarter of it in
     * one class. Default: 4 MiB; less than a batch (half a magazine) means none. No matter to
     * pymalloc:single. */
    size_t depot_bytes;
} cairn_pymalloc_options;

/* Makes an instance over a provider and a fallback, both of which must outlive it. The instance's
 * own record comes from the fallback, or from the provider when the fallback has no memory. options
 * may be NULL. NULL when there is no memory or an option is out of range. */
cairn_pymalloc *cairn_pymalloc_create(cairn_arena_source source, cairn_layer fallback,
                                      const cairn_pymalloc_options *options);

/* Gives everything back to the provider and the fallback; blocks that are still live in pools are
 * gone. Blocks that came from the fallback stay valid. No other thread may use the instance now or
 * later; threads that used it before may be alive. */
void cairn_pymalloc_destroy(cairn_pymalloc *instance);

/* The instance as a layer; valid until it is destroyed. */
cairn_layer cairn_pymalloc_layer(cairn_pymalloc *instance);

/* The run-time face, ctx being the instance. */
CAIRN_DECLARE_FACE(cairn_pymalloc)

/* Live blocks in pools plus live blocks from the fallback (B9.1). Walks all pools. */
size_t cairn_pymalloc_allocated_blocks(cairn_pymalloc *instance);

/* Sets who is told before each attempt to get an arena (B10.1); NULL for nobody. To be set before
 * other threads use the instance. */
void cairn_pymalloc_set_before_arena(cairn_pymalloc *instance, void (*before_arena)(void *ctx),
                                     void *ctx);

/* What an instance gives its heaps; where and front are NULL for instances that are created. */
#define CAIRN_PYMALLOC_HEAPS(where, where_front)                                                   \
    {                                                                                              \
        .place = where, .front = where_front, .front_is_open = true, .slot = CAIRN_HEAP_NO_SLOT,   \
        .classes = CAIRN_SMALL_CLASSES + 1, .capacity = cairn_pymalloc_capacity,                   \
        .refill = cairn_pymalloc_refill, .flush = cairn_pymalloc_flush,                            \
        .reserve = cairn_pymalloc_reserve, .release = cairn_pymalloc_release,                      \
        .look = cairn_pymalloc_look, .lock_all = cairn_pymalloc_lock_all,                          \
        .unlock_all = cairn_pymalloc_unlock_all,                                                   \
    }

extern const uint8_t cairn_pymalloc_capacity[CAIRN_SMALL_CLASSES + 1];
size_t cairn_pymalloc_refill(cairn_heap_owner *owner, unsigned size_class, void **out, size_t count,
                             size_t most);
void cairn_pymalloc_flush(cairn_heap_owner *owner, unsigned size_class, void **blocks, size_t count,
                          bool may_wait);
enum { CAIRN_SMALL_DEPOT_BYTES = 4 << 20 };

/* What the classes of an instance share. */
#define CAIRN_PYMALLOC_POOLS(self, keeps)                                                          \
    {                                                                                              \
        .ctx = self, .make = cairn_pymalloc_make_pool, .take = cairn_pymalloc_take_pool,           \
        .class_bytes = cairn_pymalloc_class_bytes, .magazines = cairn_pymalloc_capacity,           \
        .look = cairn_pymalloc_look, .classes = (self)->classes, .map = &(self)->arenas.map,       \
        .keep_last = keeps, .depot_limit = CAIRN_SMALL_DEPOT_BYTES,                                \
    }

cairn_pool *cairn_pymalloc_make_pool(void *ctx, unsigned size_class);
void cairn_pymalloc_take_pool(void *ctx, cairn_pool *pool);
size_t cairn_pymalloc_class_bytes(unsigned size_class);
void cairn_pymalloc_look(void *ctx);
void *cairn_pymalloc_reserve(cairn_heap_owner *owner, size_t bytes);
void cairn_pymalloc_release(cairn_heap_owner *owner, void *memory, size_t bytes);
void cairn_pymalloc_lock_all(cairn_heap_owner *owner);
void cairn_pymalloc_unlock_all(cairn_heap_owner *owner);

/* The bodies. heap is the calling thread's heap of the instance; bounds are those of its address
 * map, constants for a static instance; fallback is passed by value so that it can be folded. */
typedef struct cairn_pymalloc_view {
    cairn_pymalloc *self;
    cairn_heap *heap;
    const uintptr_t *root;
    uintptr_t origin;
    uintptr_t span;
    cairn_layer fallback;
} cairn_pymalloc_view;

void cairn_pymalloc_free_in_arena(cairn_pymalloc *self, unsigned size_class, void *ptr);

CAIRN_INLINE uintptr_t cairn_pymalloc_note_of(const cairn_pymalloc_view *view, const void *ptr)
{
    return cairn_address_map_note(view->root, view->origin, view->span, ptr);
}

CAIRN_INLINE unsigned cairn_pymalloc_class_of(const cairn_pymalloc_view *view, const void *ptr)
{
    return cairn_note_class(cairn_pymalloc_note_of(view, ptr));
}

/* A block on its way out, NULL if there was none, and one on its way back, before another thread can see it. */
CAIRN_INLINE void *cairn_pymalloc_hand_out(void *block, size_t size, size_t size_class)
{
    if (CAIRN_LIKELY(block != NULL)) {
        cairn_poison_block_out(block, size, cairn_small_class_bytes((unsigned)size_class));
    }
    return block;
}

CAIRN_INLINE void cairn_pymalloc_take_in(void *ptr, unsigned size_class)
{
    cairn_poison_block_in(ptr, cairn_small_class_bytes(size_class));
}

/* For size bytes, of a class that may be larger than they need. */
CAIRN_INLINE void *cairn_pymalloc_small_over(const cairn_pymalloc_view *view, size_t size,
                                             unsigned size_class)
{
    void *block = cairn_heap_pop(view->heap, size_class);
    if (CAIRN_LIKELY(block != NULL)) {
        return cairn_pymalloc_hand_out(block, size, size_class);
    }
    return cairn_pymalloc_hand_out(cairn_heap_pop_slow(&view->self->heaps, size_class), size,
                                   size_class);
}

/* What the calling thread's heap can do by itself, without a call: whether the block went into a magazine.
 * Stacks try this first and leave the rest to an outlined function. */
CAIRN_INLINE bool cairn_pymalloc_free_fast(const cairn_pymalloc_view *view, void *ptr)
{
    unsigned size_class = cairn_pymalloc_class_of(view, ptr);
    bool done = cairn_heap_push(view->heap, size_class, ptr);
    if (CAIRN_LIKELY(done)) {
        cairn_pymalloc_take_in(ptr, size_class);
    }
    return done;
}

CAIRN_INLINE void *cairn_pymalloc_malloc_over(const cairn_pymalloc_view *view, size_t size)
{
    if (CAIRN_LIKELY(cairn_small_serves(size))) {
        void *block = cairn_pymalloc_small_over(view, size, cairn_small_class(size));
        if (CAIRN_LIKELY(block != NULL)) {
            return block;
        }
    }
    return cairn_layer_malloc(view->fallback, size);
}

/* Clause B5.2: the fallback gets the two factors as they are. */
CAIRN_INLINE void *cairn_pymalloc_calloc_over(const cairn_pymalloc_view *view, size_t count,
                                              size_t size)
{
    size_t bytes;
    if (CAIRN_LIKELY(!__builtin_mul_overflow(count, size, &bytes) && cairn_small_serves(bytes))) {
        void *block = cairn_pymalloc_small_over(view, bytes, cairn_small_class(bytes));
        if (CAIRN_LIKELY(block != NULL)) {
            return memset(block, 0, bytes);
        }
    }
    return cairn_layer_calloc(view->fallback, count, size);
}

CAIRN_INLINE void cairn_pymalloc_free_over(const cairn_pymalloc_view *view, void *ptr)
{
    unsigned size_class = cairn_pymalloc_class_of(view, ptr);
    if (CAIRN_LIKELY(cairn_heap_push(view->heap, size_class, ptr))) {
        cairn_pymalloc_take_in(ptr, size_class);
        return;
    }
    if (CAIRN_LIKELY(size_class != 0)) {
        cairn_pymalloc_free_in_arena(view->self, size_class, ptr);
    } else if (ptr != NULL) {
        cairn_layer_free(view->fallback, ptr); /* B6.2 */
    }
}

/* What a block that leaves its room asks for: what grows in small steps will grow again, and is given an eighth
 * more, so that not each step copies. */
CAIRN_INLINE size_t cairn_pymalloc_with_headroom(size_t size, size_t room)
{
    return size > room && size - room <= room / 4 ? size + size / 8 : size;
}

/* Clause B7: stays while it fits and uses more than three quarters, else moves. */
CAIRN_INLINE void *cairn_pymalloc_realloc_over(const cairn_pymalloc_view *view, void *ptr,
                                               size_t size)
{
    if (ptr == NULL) {
        return cairn_pymalloc_malloc_over(view, size);
    }
    unsigned size_class = cairn_pymalloc_class_of(view, ptr);
    if (size_class == 0) {
        return cairn_layer_realloc(view->fallback, ptr, size); /* B7.2 */
    }
    size_t room = cairn_small_class_bytes(size_class);
    if (size <= room && 4 * size > 3 * room && size_class != CAIRN_SMALL_NO_POOL) {
        cairn_poison_block_resized(ptr, size, room);
        return ptr;
    }
    if (CAIRN_UNLIKELY(size_class == CAIRN_SMALL_NO_POOL)) {
        /* Ends the process, before the new block can bring the pool back into use. */
        cairn_pymalloc_free_in_arena(view->self, size_class, ptr);
    }
    size_t wanted = cairn_pymalloc_with_headroom(size, room);
    void *moved = cairn_pymalloc_malloc_over(view, wanted);
    if (CAIRN_UNLIKELY(moved == NULL) && wanted != size) {
        wanted = size;
        moved = cairn_pymalloc_malloc_over(view, size);
    }
    if (moved != NULL) {
        size_t kept = size < room ? size : room;
        /* A block of the fallback's is not ours to mark. */
        if (CAIRN_IS_WATCHED && cairn_pymalloc_class_of(view, moved) != 0) {
            cairn_poison((char *)moved + size, wanted - size);
        }
        cairn_unpoison_rest(ptr, kept);
        memcpy(moved, ptr, cairn_unbounded(kept));
        cairn_pymalloc_free_over(view, ptr);
    }
    return moved;
}

CAIRN_INLINE size_t cairn_pymalloc_usable_size_over(const cairn_pymalloc_view *view,
                                                    const void *ptr)
{
    unsigned size_class = cairn_pymalloc_class_of(view, ptr);
    return size_class != 0 ? cairn_small_class_bytes(size_class)
                           : cairn_layer_room(view->fallback, ptr);
}

/* A class whose size is a multiple of the alignment has its blocks there. */
CAIRN_INLINE void *cairn_pymalloc_aligned_alloc_over(const cairn_pymalloc_view *view,
                                                     size_t alignment, size_t size)
{
    if (alignment != 0 && alignment <= CAIRN_SMALL_MAX && (alignment & (alignment - 1)) == 0 &&
        size <= CAIRN_SMALL_MAX) {
        size_t rounded = (size + alignment - 1) & ~(alignment - 1);
        void *block = cairn_small_serves(rounded)
                          ? cairn_pymalloc_small_over(view, size, cairn_small_class(rounded))
                          : NULL;
        if (block != NULL) {
            return block;
        }
    }
    return cairn_layer_aligned_alloc(view->fallback, alignment, size);
}

CAIRN_EXTERN_C_END

#endif /* CAIRN_ALLOCATORS_PYMALLOC_PYMALLOC_H_ */
