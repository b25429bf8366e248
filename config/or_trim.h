/* SPDX-License-Identifier: Apache-2.0
 *
 * "Or trim": the layer that stack files put over an allocator with idle memory. When the allocator has
 * no memory for a request, the idle memory of all size classes goes home, and the request is tried once
 * more. So a bounded arena provider is usable to its end.
 */
#ifndef CAIRN_CONFIG_OR_TRIM_H_
#define CAIRN_CONFIG_OR_TRIM_H_

#include "cairn/allocators/allocator.h"

/* What no amount of idle memory could serve is not worth a trim. */
enum { CAIRN_WORTH_A_TRIM_BYTES = 64 << 20 };

/* The second tries are out of line, so that the first need no stack frame. */
#define CAIRN_OR_TRIM_DECLARE(name)                                                                \
    void *name##_malloc_again(size_t size);                                                        \
    void *name##_calloc_again(size_t count, size_t size);                                          \
    void *name##_realloc_again(void *ptr, size_t size);                                            \
    void *name##_aligned_alloc_again(size_t alignment, size_t size);

/* A trim makes room also where nothing goes back to the provider: what it answers does not matter. */
#define CAIRN_OR_TRIM_DEFINE(name, below)                                                          \
    static bool name##_made_room(size_t bytes)                                                     \
    {                                                                                              \
        if (bytes > CAIRN_WORTH_A_TRIM_BYTES) {                                                    \
            return false;                                                                          \
        }                                                                                          \
        cairn_layer_trim(below);                                                                   \
        return true;                                                                               \
    }                                                                                              \
    CAIRN_SLOW_PATH void *name##_malloc_again(size_t size)                                         \
    {                                                                                              \
        return name##_made_room(size) ? cairn_layer_malloc(below, size) : NULL;                    \
    }                                                                                              \
    CAIRN_SLOW_PATH void *name##_calloc_again(size_t count, size_t size)                           \
    {                                                                                              \
        size_t bytes;                                                                              \
        bool fits = !__builtin_mul_overflow(count, size, &bytes);                                  \
        return fits && name##_made_room(bytes) ? cairn_layer_calloc(below, count, size) : NULL;    \
    }                                                                                              \
    CAIRN_SLOW_PATH void *name##_realloc_again(void *ptr, size_t size)                             \
    {                                                                                              \
        return name##_made_room(size) ? cairn_layer_realloc(below, ptr, size) : NULL;              \
    }                                                                                              \
    CAIRN_SLOW_PATH void *name##_aligned_alloc_again(size_t alignment, size_t size)                \
    {                                                                                              \
        bool is_possible = alignment != 0 && (alignment & (alignment - 1)) == 0 &&                 \
                           alignment <= CAIRN_WORTH_A_TRIM_BYTES;                                  \
        return is_possible && name##_made_room(size)                                               \
                   ? cairn_layer_aligned_alloc(below, alignment, size)                             \
                   : NULL;                                                                         \
    }

#endif /* CAIRN_CONFIG_OR_TRIM_H_ */
