/* SPDX-License-Identifier: Apache-2.0
 *
 * What the header of a generated stack is written in: a macro for each kind of layer, which defines
 *
 *   name                  the layer as a constant that the compiler folds, in every file of its own
 *   name_malloc ...       its functions, inline
 *   name_malloc_fast(size), name_free_fast(ptr)
 *                         what takes no call: a block or NULL, whether it was done
 *   name_malloc_front(size), name_free_front(ptr)
 *                         the same while the layer's front is open (allocators/heap.h), else nothing
 *   name_set_front(is_open)
 *   name_has_fast         whether these ever do anything
 *   name_state            what ctx points at
 *
 * pymalloc, large and mimalloc have macros of their own for this, in their layer.h. The states stand in
 * the stack's C file (config/instance.h). Each macro's last argument is the layer below.
 */
#ifndef CAIRN_CONFIG_STACK_H_
#define CAIRN_CONFIG_STACK_H_

#include "cairn/allocators/face.h"
#include "cairn/config/or_trim.h"
#include "cairn/config/raw_forward.h"
#include "cairn/domains/entry.h"
#include "cairn/hooks/face.h"

/* An allocator that is four functions and a table: symbol_malloc, ..., symbol_more. */
#define CAIRN_STACK_ALLOCATOR(name, symbol)                                                        \
    extern const char name##_state;                                                                \
    CAIRN_STACK_FUNCTIONS(name, symbol)

/* The same with a state of type symbol_state. */
#define CAIRN_STACK_ALLOCATOR_WITH_STATE(name, symbol)                                             \
    extern symbol##_state name##_state;                                                            \
    CAIRN_STACK_FUNCTIONS(name, symbol)

/* All under the layer's own name, so that CAIRN_LAYER_INITIALISER finds it; the table, an object, has two
 * names for that. */
#define CAIRN_STACK_FUNCTIONS(name, symbol)                                                        \
    extern const cairn_allocator_more name##_more __asm__(#symbol "_more");                        \
    CAIRN_INLINE void *name##_malloc(void *ctx, size_t size)                                       \
    {                                                                                              \
        return symbol##_malloc(ctx, size);                                                         \
    }                                                                                              \
    CAIRN_INLINE void *name##_calloc(void *ctx, size_t count, size_t size)                         \
    {                                                                                              \
        return symbol##_calloc(ctx, count, size);                                                  \
    }                                                                                              \
    CAIRN_INLINE void *name##_realloc(void *ctx, void *ptr, size_t size)                           \
    {                                                                                              \
        return symbol##_realloc(ctx, ptr, size);                                                   \
    }                                                                                              \
    CAIRN_INLINE void name##_free(void *ctx, void *ptr)                                            \
    {                                                                                              \
        symbol##_free(ctx, ptr);                                                                   \
    }                                                                                              \
    static const cairn_layer name = CAIRN_LAYER_INITIALISER(name);                                 \
    CAIRN_NOTHING_FAST(name)

/* Whatever serves the raw domain at the moment (clause A10.2); name_domain is a pointer to that domain. */
#define CAIRN_STACK_RAW_FORWARD(name)                                                              \
    extern cairn_domain *name##_state;                                                             \
    CAIRN_STACK_FUNCTIONS(name, cairn_raw_forward)

/* The layer below, or a trim of it and another try (or_trim.h). */
#define CAIRN_STACK_OR_TRIM(name, below)                                                           \
    extern const char name##_state;                                                                \
    CAIRN_OR_TRIM_DECLARE(name)                                                                    \
    CAIRN_INLINE void *name##_malloc(void *ctx, size_t size)                                       \
    {                                                                                              \
        void *block = cairn_layer_malloc(below, size);                                             \
        (void)ctx;                                                                                 \
        return CAIRN_LIKELY(block != NULL) ? block : name##_malloc_again(size);                    \
    }                                                                                              \
    CAIRN_INLINE void *name##_calloc(void *ctx, size_t count, size_t size)                         \
    {                                                                                              \
        void *block = cairn_layer_calloc(below, count, size);                                      \
        (void)ctx;                                                                                 \
        return CAIRN_LIKELY(block != NULL) ? block : name##_calloc_again(count, size);             \
    }                                                                                              \
    CAIRN_INLINE void *name##_realloc(void *ctx, void *ptr, size_t size)                           \
    {                                                                                              \
        void *block = cairn_layer_realloc(below, ptr, size);                                       \
        (void)ctx;                                                                                 \
        return CAIRN_LIKELY(block != NULL) ? block : name##_realloc_again(ptr, size);              \
    }                                                                                              \
    CAIRN_INLINE void name##_free(void *ctx, void *ptr)                                            \
    {                                                                                              \
        (void)ctx;                                                                                 \
        cairn_layer_free(below, ptr);                                                              \
    }                                                                                              \
    CAIRN_INLINE void *name##_aligned_alloc(void *ctx, size_t alignment, size_t size)              \
    {                                                                                              \
        void *block = cairn_layer_aligned_alloc(below, alignment, size);                           \
        (void)ctx;                                                                                 \
        return CAIRN_LIKELY(block != NULL) ? block : name##_aligned_alloc_again(alignment, size);  \
    }                                                                                              \
    CAIRN_STACK_PASS_ON(name, below)                                                               \
    CAIRN_INLINE void *name##_malloc_fast(size_t size)                                             \
    {                                                                                              \
        return below##_malloc_fast(size);                                                          \
    }                                                                                              \
    CAIRN_INLINE bool name##_free_fast(void *ptr)                                                  \
    {                                                                                              \
        return below##_free_fast(ptr);                                                             \
    }                                                                                              \
    CAIRN_INLINE void *name##_malloc_front(size_t size)                                            \
    {                                                                                              \
        return below##_malloc_front(size);                                                         \
    }                                                                                              \
    CAIRN_INLINE bool name##_free_front(void *ptr)                                                 \
    {                                                                                              \
        return below##_free_front(ptr);                                                            \
    }                                                                                              \
    CAIRN_INLINE void name##_set_front(bool is_open)                                               \
    {                                                                                              \
        below##_set_front(is_open);                                                                \
    }                                                                                              \
    enum { name##_has_fast = below##_has_fast };                                                   \
    static const cairn_allocator_more name##_more = {                                              \
        name##_usable_size, name##_aligned_alloc, name##_block_start, name##_owns, name##_trim,    \
        name##_check,       name##_stats,         name##_owns_block,  name##_walk, NULL,           \
    };                                                                                             \
    static const cairn_layer name = CAIRN_LAYER_INITIALISER(name);

/* The rest of the optional table, passed on to the layer below. */
#define CAIRN_STACK_PASS_ON(name, below)                                                           \
    CAIRN_INLINE size_t name##_usable_size(void *ctx, const void *ptr)                             \
    {                                                                                              \
        (void)ctx;                                                                                 \
        return cairn_layer_room(below, ptr);                                                       \
    }                                                                                              \
    CAIRN_INLINE void *name##_block_start(void *ctx, const void *address)                          \
    {                                                                                              \
        (void)ctx;                                                                                 \
        return cairn_layer_block_start(below, address);                                            \
    }                                                                                              \
    CAIRN_INLINE bool name##_owns(void *ctx, const void *ptr)                                      \
    {                                                                                              \
        (void)ctx;                                                                                 \
        return cairn_layer_owns(below, ptr);                                                       \
    }                                                                                              \
    CAIRN_INLINE size_t name##_trim(void *ctx)                                                     \
    {                                                                                              \
        (void)ctx;                                                                                 \
        return cairn_layer_trim(below);                                                            \
    }                                                                                              \
    CAIRN_INLINE bool name##_check(void *ctx)                                                      \
    {                                                                                              \
        (void)ctx;                                                                                 \
        return cairn_layer_check(below);                                                           \
    }                                                                                              \
    CAIRN_INLINE void name##_stats(void *ctx, cairn_report *report)                                \
    {                                                                                              \
        (void)ctx;                                                                                 \
        cairn_layer_stats(below, report);                                                          \
    }                                                                                              \
    CAIRN_INLINE bool name##_owns_block(void *ctx, const void *ptr)                                \
    {                                                                                              \
        (void)ctx;                                                                                 \
        return cairn_layer_owns_block(below, ptr);                                                 \
    }                                                                                              \
    CAIRN_INLINE bool name##_walk(void *ctx, cairn_block_visit *visit, void *arg)                  \
    {                                                                                              \
        (void)ctx;                                                                                 \
        return cairn_layer_walk(below, visit, arg);                                                \
    }

/* Hook symbol over the layer below. */
#define CAIRN_STACK_HOOK(name, symbol, below)                                                      \
    extern symbol##_state name##_state;                                                            \
    CAIRN_HOOK_FACE(CAIRN_INLINE, name, symbol, &name##_state, below)                              \
    CAIRN_NOTHING_FAST(name)                                                                       \
    extern const cairn_hook symbol##_hook;                                                         \
    static const cairn_allocator_more name##_more = CAIRN_HOOK_MORE(name, symbol);                 \
    static const cairn_layer name = CAIRN_LAYER_INITIALISER(name);

/* A domain by its index in the configuration's table, and the layer that it has from the start, whose
 * published form is layer_published. What can be set goes through the layer's front. */
#define CAIRN_STACK_DOMAIN_STATIC(name, layer)                                                     \
    CAIRN_INLINE const cairn_layer *name##_layer(void)                                             \
    {                                                                                              \
        return &layer##_published;                                                                 \
    }                                                                                              \
    CAIRN_STACK_DOMAIN(name, layer, layer##_malloc_fast, layer##_free_fast)

#define CAIRN_STACK_DOMAIN_DYNAMIC(name, layer, table, index)                                      \
    CAIRN_INLINE const cairn_layer *name##_layer(void)                                             \
    {                                                                                              \
        return cairn_domain_get(&table[index]);                                                    \
    }                                                                                              \
    CAIRN_STACK_DOMAIN(name, layer, layer##_malloc_front, layer##_free_front)

#define CAIRN_STACK_PUBLISHED(layer) extern const cairn_layer layer##_published;

/* The operations of a domain, inline. The layer that serves it is compared with the one it was built
 * with first: under static dispatch it is that one, and under dynamic dispatch the common case is a
 * direct call, too. What the fast paths leave is outlined, so that their callers need no stack frame. */
#define CAIRN_STACK_DOMAIN(name, layer, malloc_fast, free_fast)                                    \
    void *name##_malloc_slow(size_t size);                                                         \
    void name##_free_slow(void *ptr);                                                              \
    CAIRN_INLINE bool name##_is_as_built(void)                                                     \
    {                                                                                              \
        return CAIRN_LIKELY(name##_layer() == &layer##_published);                                 \
    }                                                                                              \
    CAIRN_INLINE void *name##_inline_malloc_fast(size_t size)                                      \
    {                                                                                              \
        return malloc_fast(size);                                                                  \
    }                                                                                              \
    CAIRN_INLINE bool name##_inline_free_fast(void *ptr)                                           \
    {                                                                                              \
        return free_fast(ptr);                                                                     \
    }                                                                                              \
    CAIRN_INLINE void *name##_inline_malloc_full(size_t size)                                      \
    {                                                                                              \
        return name##_is_as_built() ? cairn_entry_malloc(&layer, size)                             \
                                    : cairn_entry_malloc(name##_layer(), size);                    \
    }                                                                                              \
    CAIRN_INLINE void *name##_inline_malloc(size_t size)                                           \
    {                                                                                              \
        if (!layer##_has_fast) {                                                                   \
            return name##_inline_malloc_full(size);                                                \
        }                                                                                          \
        void *block = name##_inline_malloc_fast(size);                                             \
        return CAIRN_LIKELY(block != NULL) ? block : name##_malloc_slow(size);                     \
    }                                                                                              \
    CAIRN_INLINE void *name##_inline_calloc(size_t count, size_t size)                             \
    {                                                                                              \
        return name##_is_as_built() ? cairn_entry_calloc(&layer, count, size)                      \
                                    : cairn_entry_calloc(name##_layer(), count, size);             \
    }                                                                                              \
    CAIRN_INLINE void *name##_inline_realloc(void *ptr, size_t size)                               \
    {                                                                                              \
        return name##_is_as_built() ? cairn_entry_realloc(&layer, ptr, size)                       \
                                    : cairn_entry_realloc(name##_layer(), ptr, size);              \
    }                                                                                              \
    CAIRN_INLINE void name##_inline_free_full(void *ptr)                                           \
    {                                                                                              \
        if (name##_is_as_built()) {                                                                \
            cairn_entry_free(&layer, ptr);                                                         \
        } else {                                                                                   \
            cairn_entry_free(name##_layer(), ptr);                                                 \
        }                                                                                          \
    }                                                                                              \
    CAIRN_INLINE void name##_inline_free(void *ptr)                                                \
    {                                                                                              \
        if (!layer##_has_fast) {                                                                   \
            name##_inline_free_full(ptr);                                                          \
        } else if (CAIRN_UNLIKELY(!name##_inline_free_fast(ptr))) {                                \
            name##_free_slow(ptr);                                                                 \
        }                                                                                          \
    }                                                                                              \
    CAIRN_INLINE void *name##_inline_aligned_alloc(size_t alignment, size_t size)                  \
    {                                                                                              \
        return name##_is_as_built() ? cairn_entry_aligned_alloc(&layer, alignment, size)           \
                                    : cairn_entry_aligned_alloc(name##_layer(), alignment, size);  \
    }                                                                                              \
    CAIRN_INLINE size_t name##_inline_usable_size(const void *ptr)                                 \
    {                                                                                              \
        return ptr == NULL            ? 0                                                          \
               : name##_is_as_built() ? cairn_layer_usable_size(layer, ptr)                        \
                                      : cairn_layer_usable_size(*name##_layer(), ptr);             \
    }

#endif /* CAIRN_CONFIG_STACK_H_ */
