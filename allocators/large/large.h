/* SPDX-License-Identifier: Apache-2.0
 *
 * Allocator "large": what pools of small blocks do not serve, without help from libc. For any number
 * of threads.
 *
 *   up to 64 KiB      size classes, pooled in runs; heaps with magazines as in allocators/heap.h
 *   up to 32 MiB      a run of 16 KiB granules in a region (regions.h), grown and shrunk in place;
 *                     so is a block from 16 KiB on that realloc had to move to make it longer
 *   above             a mapping of its own, resized by the provider where it offers that
 *
 * It is a bottom: it has no fallback. A pointer that it does not own is reported in one line and the
 * process aborts, and so are a second free and a free of the middle of a block above 64 KiB. In pooled
 * blocks these two are noticed when the block comes home to its pool, as in pymalloc (B6.6); realloc notices
 * the latter at once. Idle memory goes
 * back to the provider by the policy in regions.h, by a later operation that takes the lock, and by
 * trim.
 * Alignment: any power of two; usable_size is the whole block.
 */
#ifndef CAIRN_ALLOCATORS_LARGE_LARGE_H_
#define CAIRN_ALLOCATORS_LARGE_LARGE_H_

#include <string.h>

#include "cairn/allocators/allocator.h"
#include "cairn/allocators/face.h"
#include "cairn/allocators/heap.h"
#include "cairn/allocators/large/regions.h"
#include "cairn/allocators/large/size_class.h"
#include "cairn/allocators/pool_class.h"

CAIRN_EXTERN_C_BEGIN

struct cairn_mapping;

/* The members are private: they are here so that the bodies below can be inlined into a stack. */
typedef struct cairn_large {
    cairn_heap_owner heaps; /* must be first */
    cairn_regions regions;
    struct cairn_mapping *mappings; /* guarded by the lock of the regions */
    size_t mapped_bytes;
    void *self_memory; /* NULL for static instances */
    size_t self_bytes;
    cairn_pool_home pools;
    cairn_pool_class classes[CAIRN_LARGE_CLASSES + 1];
} cairn_large;

/* Zero in every member means the default. */
typedef struct cairn_large_options {
    /* Bytes asked of the provider for the first region, which later ones double up to 64 MiB.
     * Default: 4 MiB, or the whole region of a bounded provider if that is smaller. */
    size_t region_bytes;
} cairn_large_options;

/* Makes an instance over a provider that outlives it; its own record comes from the provider too.
 * options may be NULL. NULL when there is no memory. */
cairn_large *cairn_large_create(cairn_arena_source source, const cairn_large_options *options);

/* Gives everything back to the provider; blocks that are still live are gone. No other thread may
 * use the instance now or later. */
void cairn_large_destroy(cairn_large *instance);

/* The instance as a layer; valid until it is destroyed. */
cairn_layer cairn_large_layer(cairn_large *instance);

/* The run-time face, ctx being the instance. */
CAIRN_DECLARE_FACE(cairn_large)

/* Runs of large as arenas for another part, which so shares its regions and its policy for idle
 * memory; ctx is the instance. None is longer than 32 MiB. */
void *cairn_large_arena_alloc(void *ctx, size_t size);
void cairn_large_arena_free(void *ctx, void *ptr, size_t size);
bool cairn_large_arena_purge(void *ctx, void *ptr, size_t size);
extern const cairn_arena_more cairn_large_arena_more;
#define CAIRN_LARGE_ARENA_SOURCE_INITIALISER(instance)                                             \
    {                                                                                              \
        {instance, cairn_large_arena_alloc, cairn_large_arena_free}, &cairn_large_arena_more       \
    }

/* What an instance gives its heaps; where and front are NULL for instances that are created. */
#define CAIRN_LARGE_HEAPS(where, where_front)                                                      \
    {                                                                                              \
        .place = where, .front = where_front, .front_is_open = true, .slot = CAIRN_HEAP_NO_SLOT,   \
        .classes = CAIRN_LARGE_CLASSES + 1, .capacity = cairn_large_capacity,                      \
        .refill = cairn_large_refill, .flush = cairn_large_flush, .reserve = cairn_large_reserve,  \
        .release = cairn_large_release, .lock_all = cairn_large_lock_all,                          \
        .unlock_all = cairn_large_unlock_all, .look = cairn_large_look,                            \
    }

extern const uint8_t cairn_large_capacity[CAIRN_LARGE_CLASSES + 1];
size_t cairn_large_refill(cairn_heap_owner *owner, unsigned size_class, void **out, size_t count,
                          size_t most);
void cairn_large_flush(cairn_heap_owner *owner, unsigned size_class, void **blocks, size_t count,
                       bool may_wait);
enum { CAIRN_LARGE_DEPOT_BYTES = 8 << 20 };

/* What the classes of an instance share. */
#define CAIRN_LARGE_POOLS(self)                                                                    \
    {                                                                                              \
        .ctx = self, .make = cairn_large_make_pool, .take = cairn_large_take_pool,                 \
        .class_bytes = cairn_large_bytes_of_class, .magazines = cairn_large_capacity,              \
        .look = cairn_large_look, .classes = (self)->classes, .map = &(self)->regions.map,         \
        .keep_last = true, .depot_limit = CAIRN_LARGE_DEPOT_BYTES,                                 \
    }

cairn_pool *cairn_large_make_pool(void *ctx, unsigned size_class);
void cairn_large_take_pool(void *ctx, cairn_pool *pool);
size_t cairn_large_bytes_of_class(unsigned size_class);
void cairn_large_look(void *ctx);
void *cairn_large_reserve(cairn_heap_owner *owner, size_t bytes);
void cairn_large_release(cairn_heap_owner *owner, void *memory, size_t bytes);
void cairn_large_lock_all(cairn_heap_owner *owner);
void cairn_large_unlock_all(cairn_heap_owner *owner);

/* The bodies; the view is as in pymalloc.h. */
typedef struct cairn_large_view {
    cairn_large *self;
    cairn_heap *heap;
    const uintptr_t *root;
    uintptr_t origin;
    uintptr_t span;
} cairn_large_view;

void *cairn_large_malloc_unpooled(cairn_large *self, size_t alignment, size_t size, bool *is_zero);
void cairn_large_free_slow(cairn_large *self, cairn_pool *run, void *ptr);
void *cairn_large_calloc_over(const cairn_large_view *view, size_t count, size_t size);
void *cairn_large_realloc_over(const cairn_large_view *view, void *ptr, size_t size);
void *cairn_large_aligned_alloc_over(const cairn_large_view *view, size_t alignment, size_t size);
size_t cairn_large_usable_size_over(const cairn_large_view *view, const void *ptr);

CAIRN_INLINE uintptr_t cairn_large_note_of(const cairn_large_view *view, const void *ptr)
{
    return cairn_address_map_note(view->root, view->origin, view->span, ptr);
}

CAIRN_INLINE cairn_pool *cairn_large_run_of(const cairn_large_view *view, const void *ptr)
{
    return (cairn_pool *)cairn_note_descriptor(cairn_large_note_of(view, ptr));
}

/* A block on its way out, NULL if there was none, and one on its way back, before another thread can see it. */
CAIRN_INLINE void *cairn_large_hand_out(void *block, size_t size, unsigned size_class)
{
    if (CAIRN_LIKELY(block != NULL)) {
        cairn_poison_block_out(block, size, cairn_large_class_bytes(size_class));
    }
    return block;
}

CAIRN_INLINE void cairn_large_take_in(void *ptr, unsigned size_class)
{
    cairn_poison_block_in(ptr, cairn_large_class_bytes(size_class));
}

/* For size bytes, of a class that may be larger than they need. */
CAIRN_INLINE void *cairn_large_pooled_over(const cairn_large_view *view, size_t size,
                                           unsigned size_class)
{
    void *block = cairn_heap_pop(view->heap, size_class);
    if (CAIRN_LIKELY(block != NULL)) {
        return cairn_large_hand_out(block, size, size_class);
    }
    return cairn_large_hand_out(cairn_heap_pop_slow(&view->self->heaps, size_class), size,
                                size_class);
}

/* As the fast operations of pymalloc. */
CAIRN_INLINE void *cairn_large_malloc_fast(const cairn_large_view *view, size_t size)
{
    return size <= CAIRN_LARGE_POOLED_MAX
               ? cairn_large_hand_out(cairn_heap_pop(view->heap, cairn_large_class(size)), size,
                                      cairn_large_class(size))
               : NULL;
}

CAIRN_INLINE bool cairn_large_free_fast(const cairn_large_view *view, void *ptr)
{
    unsigned size_class = cairn_note_class(cairn_large_note_of(view, ptr));
    bool done = cairn_heap_push(view->heap, size_class, ptr);
    if (CAIRN_LIKELY(done)) {
        cairn_large_take_in(ptr, size_class);
    }
    return done;
}

CAIRN_INLINE void *cairn_large_malloc_over(const cairn_large_view *view, size_t size)
{
    if (CAIRN_LIKELY(size <= CAIRN_LARGE_POOLED_MAX)) {
        return cairn_large_pooled_over(view, size, cairn_large_class(size));
    }
    bool is_zero;
    return cairn_large_malloc_unpooled(view->self, CAIRN_ALIGNMENT, size, &is_zero);
}

CAIRN_INLINE void cairn_large_free_over(const cairn_large_view *view, void *ptr)
{
    uintptr_t note = cairn_large_note_of(view, ptr);
    if (CAIRN_UNLIKELY(!cairn_heap_push(view->heap, cairn_note_class(note), ptr))) {
        cairn_large_free_slow(view->self, (cairn_pool *)cairn_note_descriptor(note), ptr);
    } else {
        cairn_large_take_in(ptr, cairn_note_class(note));
    }
}

CAIRN_EXTERN_C_END

#endif /* CAIRN_ALLOCATORS_LARGE_LARGE_H_ */
