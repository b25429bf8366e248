/* SPDX-License-Identifier: Apache-2.0
 *
 * Allocator "mimalloc": Microsoft's, as a library of its own. There is one mimalloc in a process,
 * so all layers of this part share it; each has a fallback.
 *
 * Until cairn_mimalloc_load() has been called, the fallback serves everything; blocks that came
 * from it stay with it. Afterwards it gets every pointer that mimalloc does not know, and serves
 * what mimalloc could not tell from a foreign pointer again: mimalloc 2.0 knows its blocks below
 * 20 TiB only, which is where it puts those of less than 1 GiB for a while (it takes new addresses
 * each time that it maps, up to 30 TiB, then begins anew). Alignments above 1 MiB go there too.
 * Under a sanitizer, whose shadow is in the way, the fallback serves nearly everything.
 * mimalloc reads its own settings, MIMALLOC_... in the environment. MIMALLOC_DESTROY_ON_EXIT takes
 * memory from programs that use it at exit, as most do.
 */
#ifndef CAIRN_ALLOCATORS_MIMALLOC_MIMALLOC_H_
#define CAIRN_ALLOCATORS_MIMALLOC_MIMALLOC_H_

#include <errno.h>
#include <string.h>

#include "cairn/allocators/allocator.h"
#include "cairn/allocators/face.h"

CAIRN_EXTERN_C_BEGIN

/* Finds mimalloc and lets it serve from now on. False when it cannot be had: then *error is a
 * sentence, and the fallback goes on serving. Calls libc's loader, so not before libc has been
 * initialised; otherwise at any time, by any thread, as often as one likes. */
bool cairn_mimalloc_load(const char **error);

/* Whether cairn_mimalloc_load would succeed. Brings the library into the process, where it does
 * nothing unless asked, and leaves it there. */
bool cairn_mimalloc_is_available(const char **error);

/* mimalloc's functions, valid once is_loaded has been read as true. */
typedef struct cairn_mimalloc_table {
    bool is_loaded;
    void *(*allocate)(size_t size);
    void *(*allocate_zeroed)(size_t size);
    void *(*allocate_aligned)(size_t size, size_t alignment);
    void (*release)(void *ptr);
    size_t (*usable_size)(const void *ptr);
    bool (*is_in_heap_region)(const void *ptr);
    void (*collect)(bool force);
    void (*merge_statistics)(void);
    void (*process_info)(size_t *elapsed_ms, size_t *user_ms, size_t *system_ms, size_t *rss,
                         size_t *peak_rss, size_t *commit, size_t *peak_commit, size_t *faults);
    int (*version)(void);
} cairn_mimalloc_table;

extern cairn_mimalloc_table cairn_mimalloc_functions;

/* An instance is its fallback, and stays where it is. */
typedef struct cairn_mimalloc {
    cairn_layer fallback;
} cairn_mimalloc;

/* It as a layer; valid as long as instance. */
cairn_layer cairn_mimalloc_layer(const cairn_mimalloc *instance);

/* The bodies. fallback is passed by value so that it can be folded. */
typedef struct cairn_mimalloc_view {
    cairn_layer fallback;
} cairn_mimalloc_view;

/* Where mimalloc surely knows the blocks it hands out, whatever its version. */
#define CAIRN_MIMALLOC_KNOWN_BELOW (UINT64_C(20) << 40)

/* Blocks of so many bytes are put elsewhere. */
#define CAIRN_MIMALLOC_KNOWN_BYTES ((size_t)1 << 30)

/* Whether mimalloc will know that this new block is its own; if not, the block is given back. */
bool cairn_mimalloc_knows_or_frees(void *block);

/* NULL when mimalloc cannot do it. */
void *cairn_mimalloc_new_aligned(size_t alignment, size_t size);

CAIRN_INLINE bool cairn_mimalloc_is_loaded(void)
{
    return __atomic_load_n(&cairn_mimalloc_functions.is_loaded, __ATOMIC_ACQUIRE);
}

CAIRN_INLINE bool cairn_mimalloc_owns(const void *ptr)
{
    return cairn_mimalloc_is_loaded() && cairn_mimalloc_functions.is_in_heap_region(ptr);
}

/* mimalloc aligns blocks of up to 8 bytes to 8, and gives distinct blocks for no bytes. */
CAIRN_INLINE size_t cairn_mimalloc_at_least(size_t size)
{
    return size > CAIRN_ALIGNMENT ? size : (size_t)CAIRN_ALIGNMENT;
}

/* NULL is known too. */
CAIRN_INLINE bool cairn_mimalloc_is_known(void *block)
{
    return CAIRN_LIKELY((uintptr_t)block < CAIRN_MIMALLOC_KNOWN_BELOW) ||
           cairn_mimalloc_knows_or_frees(block);
}

/* mimalloc sets errno where it tries one thing after another, and in its first call. */
CAIRN_INLINE void cairn_mimalloc_release(void *ptr)
{
    int saved = errno;
    cairn_mimalloc_functions.release(ptr);
    errno = saved;
}

CAIRN_INLINE void *cairn_mimalloc_malloc_over(const cairn_mimalloc_view *view, size_t size)
{
    if (CAIRN_LIKELY(cairn_mimalloc_is_loaded())) {
        int saved = errno;
        void *block = cairn_mimalloc_functions.allocate(cairn_mimalloc_at_least(size));
        errno = saved;
        if (cairn_mimalloc_is_known(block)) {
            return block;
        }
    }
    return cairn_layer_malloc(view->fallback, size);
}

/* What mimalloc would not know is not asked for, since it would be zeroed first. */
CAIRN_INLINE void *cairn_mimalloc_calloc_over(const cairn_mimalloc_view *view, size_t count,
                                              size_t size)
{
    size_t bytes;
    if (CAIRN_LIKELY(cairn_mimalloc_is_loaded() && !__builtin_mul_overflow(count, size, &bytes) &&
                     bytes < CAIRN_MIMALLOC_KNOWN_BYTES)) {
        int saved = errno;
        void *block = cairn_mimalloc_functions.allocate_zeroed(cairn_mimalloc_at_least(bytes));
        errno = saved;
        if (cairn_mimalloc_is_known(block)) {
            return block;
        }
    }
    return cairn_layer_calloc(view->fallback, count, size);
}

CAIRN_INLINE void cairn_mimalloc_free_over(const cairn_mimalloc_view *view, void *ptr)
{
    if (CAIRN_LIKELY(cairn_mimalloc_owns(ptr))) {
        cairn_mimalloc_release(ptr);
    } else if (ptr != NULL) {
        cairn_layer_free(view->fallback, ptr);
    }
}

/* Stays while it fits and uses half, else moves: what mimalloc's own realloc does, which could move
 * a block to where mimalloc does not know it. */
CAIRN_INLINE void *cairn_mimalloc_realloc_over(const cairn_mimalloc_view *view, void *ptr,
                                               size_t size)
{
    if (ptr == NULL) {
        return cairn_mimalloc_malloc_over(view, size);
    }
    if (CAIRN_UNLIKELY(!cairn_mimalloc_owns(ptr))) {
        return cairn_layer_realloc(view->fallback, ptr, size);
    }
    size_t room = cairn_mimalloc_functions.usable_size(ptr);
    if (size <= room && cairn_mimalloc_at_least(size) >= room / 2) {
        return ptr;
    }
    void *moved = cairn_mimalloc_malloc_over(view, size);
    if (moved != NULL) {
        memcpy(moved, ptr, size < room ? size : room);
        cairn_mimalloc_release(ptr);
    }
    return moved;
}

CAIRN_INLINE size_t cairn_mimalloc_usable_size_over(const cairn_mimalloc_view *view,
                                                    const void *ptr)
{
    return CAIRN_LIKELY(cairn_mimalloc_owns(ptr)) ? cairn_mimalloc_functions.usable_size(ptr)
                                                  : cairn_layer_room(view->fallback, ptr);
}

CAIRN_INLINE void *cairn_mimalloc_aligned_alloc_over(const cairn_mimalloc_view *view,
                                                     size_t alignment, size_t size)
{
    void *block = cairn_mimalloc_is_loaded() ? cairn_mimalloc_new_aligned(alignment, size) : NULL;
    return block != NULL ? block : cairn_layer_aligned_alloc(view->fallback, alignment, size);
}

CAIRN_INLINE bool cairn_mimalloc_owns_over(const cairn_mimalloc_view *view, const void *ptr)
{
    return cairn_mimalloc_owns(ptr) || cairn_layer_owns(view->fallback, ptr);
}

CAIRN_INLINE bool cairn_mimalloc_owns_block_over(const cairn_mimalloc_view *view, const void *ptr)
{
    return cairn_mimalloc_owns(ptr) || cairn_layer_owns_block(view->fallback, ptr);
}

/* What needs no speed. check is the fallback's: mimalloc has none. */
size_t cairn_mimalloc_trim_over(const cairn_mimalloc_view *view);
bool cairn_mimalloc_check_over(const cairn_mimalloc_view *view);
void cairn_mimalloc_stats_over(const cairn_mimalloc_view *view, cairn_report *report);

/* Defines name_malloc and so on, and the table name_more, from name_view_of(ctx). */
#define CAIRN_MIMALLOC_FACE(linkage, name)                                                         \
    CAIRN_DEFINE_FACE(linkage, name, cairn_mimalloc)                                               \
    static bool name##_owns(void *ctx, const void *ptr)                                            \
    {                                                                                              \
        cairn_mimalloc_view view = name##_view_of(ctx);                                            \
        return cairn_mimalloc_owns_over(&view, ptr);                                               \
    }                                                                                              \
    static bool name##_owns_block(void *ctx, const void *ptr)                                      \
    {                                                                                              \
        cairn_mimalloc_view view = name##_view_of(ctx);                                            \
        return cairn_mimalloc_owns_block_over(&view, ptr);                                         \
    }                                                                                              \
    static size_t name##_trim(void *ctx)                                                           \
    {                                                                                              \
        cairn_mimalloc_view view = name##_view_of(ctx);                                            \
        return cairn_mimalloc_trim_over(&view);                                                    \
    }                                                                                              \
    static bool name##_check(void *ctx)                                                            \
    {                                                                                              \
        cairn_mimalloc_view view = name##_view_of(ctx);                                            \
        return cairn_mimalloc_check_over(&view);                                                   \
    }                                                                                              \
    static void name##_stats(void *ctx, cairn_report *report)                                      \
    {                                                                                              \
        cairn_mimalloc_view view = name##_view_of(ctx);                                            \
        cairn_mimalloc_stats_over(&view, report);                                                  \
    }                                                                                              \
    static const cairn_allocator_more name##_more = {                                              \
        name##_usable_size, name##_aligned_alloc, NULL, name##_owns, name##_trim, name##_check,    \
        name##_stats,       name##_owns_block,    NULL, NULL,                                      \
    };

/* For stack files: the layer L over the layer below, a constant. */
#define CAIRN_MIMALLOC_LAYER(L, below)                                                             \
    extern const char L##_state;                                                                   \
    CAIRN_INLINE cairn_mimalloc_view L##_view_of(void *ctx)                                        \
    {                                                                                              \
        (void)ctx;                                                                                 \
        cairn_mimalloc_view view = {below};                                                        \
        return view;                                                                               \
    }                                                                                              \
    CAIRN_MIMALLOC_FACE(static inline, L)                                                          \
    static const cairn_layer L = CAIRN_LAYER_INITIALISER(L);                                       \
    CAIRN_NOTHING_FAST(L)

/* The storage of that layer: it needs none. */
#define CAIRN_MIMALLOC_INSTANCE(L, below) const char L##_state = 0;

CAIRN_EXTERN_C_END

#endif /* CAIRN_ALLOCATORS_MIMALLOC_MIMALLOC_H_ */
