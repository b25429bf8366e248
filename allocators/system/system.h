/* SPDX-License-Identifier: Apache-2.0
 *
 * Allocator "system": libc's malloc under the zero-size rule of clause A2.7. Stateless. Offers
 * usable_size, aligned_alloc and trim; it cannot tell which pointers are its own, so a pointer that
 * no part owns reaches libc.
 */
#ifndef CAIRN_ALLOCATORS_SYSTEM_SYSTEM_H_
#define CAIRN_ALLOCATORS_SYSTEM_SYSTEM_H_

#include <errno.h>

#include "cairn/allocators/allocator.h"
#include "cairn/allocators/face.h"
#include "cairn/base/libc.h"

CAIRN_EXTERN_C_BEGIN

/* The run-time face. */
void *cairn_system_malloc(void *ctx, size_t size);
void *cairn_system_calloc(void *ctx, size_t count, size_t size);
void *cairn_system_realloc(void *ctx, void *ptr, size_t size);
void cairn_system_free(void *ctx, void *ptr);
size_t cairn_system_usable_size(void *ctx, const void *ptr);
void *cairn_system_aligned_alloc(void *ctx, size_t alignment, size_t size);
size_t cairn_system_trim(void *ctx);
extern const cairn_allocator_more cairn_system_more;

/* All of it as a layer. */
extern const cairn_layer cairn_system;

/* The bodies: libc's malloc made to fit the contract. Zero sizes become one byte (A2.7), errno is kept.
 * They have no state to look at. */
typedef void *cairn_system_view;

CAIRN_INLINE size_t cairn_system_at_least_one(size_t size)
{
    return size != 0 ? size : 1;
}

CAIRN_INLINE void *cairn_system_malloc_over(const cairn_system_view *view, size_t size)
{
    (void)view;
    int saved = errno;
    void *ptr = cairn_libc_malloc(cairn_system_at_least_one(size));
    errno = saved;
    return ptr;
}

CAIRN_INLINE void *cairn_system_calloc_over(const cairn_system_view *view, size_t count,
                                            size_t size)
{
    (void)view;
    int saved = errno;
    bool empty = count == 0 || size == 0;
    void *ptr = cairn_libc_calloc(empty ? 1 : count, empty ? 1 : size);
    errno = saved;
    return ptr;
}

CAIRN_INLINE void *cairn_system_realloc_over(const cairn_system_view *view, void *ptr, size_t size)
{
    (void)view;
    int saved = errno;
    void *moved = cairn_libc_realloc(ptr, cairn_system_at_least_one(size));
    errno = saved;
    return moved;
}

CAIRN_INLINE void cairn_system_free_over(const cairn_system_view *view, void *ptr)
{
    (void)view;
    cairn_libc_free(ptr);
}

CAIRN_INLINE size_t cairn_system_usable_size_over(const cairn_system_view *view, const void *ptr)
{
    (void)view;
    return cairn_libc_usable_size(ptr);
}

CAIRN_INLINE void *cairn_system_aligned_alloc_over(const cairn_system_view *view, size_t alignment,
                                                   size_t size)
{
    (void)view;
    if (alignment == 0 || (alignment & (alignment - 1)) != 0) {
        return NULL;
    }
    int saved = errno;
    void *ptr = cairn_libc_aligned_alloc(alignment, cairn_system_at_least_one(size));
    errno = saved;
    return ptr;
}

#define CAIRN_SYSTEM_FACE(linkage, name)                                                           \
    CAIRN_INLINE cairn_system_view name##_view_of(void *ctx)                                       \
    {                                                                                              \
        return ctx;                                                                                \
    }                                                                                              \
    CAIRN_DEFINE_FACE(linkage, name, cairn_system)

#define CAIRN_SYSTEM_MORE(name)                                                                    \
    {                                                                                              \
        name##_usable_size, name##_aligned_alloc, NULL, NULL, cairn_system_trim, NULL, NULL, NULL, \
            NULL, NULL,                                                                            \
    }

/* For stack files: it as a layer whose functions are inline, and its storage, which it does not need. */
#define CAIRN_SYSTEM_LAYER(name)                                                                   \
    extern const char name##_state;                                                                \
    CAIRN_SYSTEM_FACE(CAIRN_INLINE, name)                                                          \
    static const cairn_allocator_more name##_more = CAIRN_SYSTEM_MORE(name);                       \
    static const cairn_layer name = CAIRN_LAYER_INITIALISER(name);                                 \
    CAIRN_NOTHING_FAST(name)
#define CAIRN_SYSTEM_INSTANCE(name) const char name##_state = 0;

CAIRN_EXTERN_C_END

#endif /* CAIRN_ALLOCATORS_SYSTEM_SYSTEM_H_ */
