/* SPDX-License-Identifier: Apache-2.0
 *
 * The named entry points of the three built-in domains, as cairn.h declares them.
 */
#include "cairn/cairn.h"
#include "cairn/config/dispatch.h"

cairn_domain cairn_domains[CAIRN_DOMAINS_MAX] = {
    [CAIRN_DOMAIN_RAW] = {&cairn_default_layer, "raw", 'r'},
    [CAIRN_DOMAIN_MEM] = {&cairn_default_layer, "mem", 'm'},
    [CAIRN_DOMAIN_OBJ] = {&cairn_default_layer, "obj", 'o'},
};

/* What no amount of idle memory could serve is not worth a trim. */
enum { WORTH_A_TRIM_BYTES = 64 << 20 };

/* A trim makes room also where nothing goes back to the provider: what it answers does not matter. */
CAIRN_SLOW_PATH static bool make_room(size_t bytes)
{
    if (bytes > WORTH_A_TRIM_BYTES) {
        return false;
    }
    cairn_layer_trim(cairn_default_layer);
    return true;
}

static void *malloc_again(size_t size)
{
    return make_room(size) ? cairn_default_malloc(size) : NULL;
}

CAIRN_SLOW_PATH void *cairn_dispatch_calloc_again(size_t count, size_t size)
{
    size_t bytes;
    bool fits = !__builtin_mul_overflow(count, size, &bytes);
    return fits && make_room(bytes) ? cairn_default_calloc(count, size) : NULL;
}

CAIRN_SLOW_PATH void *cairn_dispatch_realloc_again(void *ptr, size_t size)
{
    return make_room(size) ? cairn_default_realloc(ptr, size) : NULL;
}

CAIRN_SLOW_PATH void *cairn_dispatch_aligned_alloc_again(size_t alignment, size_t size)
{
    bool is_possible = alignment != 0 && (alignment & (alignment - 1)) == 0;
    return is_possible && alignment <= WORTH_A_TRIM_BYTES && make_room(size)
               ? cairn_default_aligned_alloc(alignment, size)
               : NULL;
}

CAIRN_SLOW_PATH void *cairn_dispatch_malloc_slow(unsigned number, size_t size)
{
    const cairn_layer *layer = cairn_domain_get(&cairn_domains[number]);
    if (layer != &cairn_default_layer) {
        return cairn_entry_malloc(layer, size);
    }
    void *block = cairn_default_malloc(size);
    return CAIRN_LIKELY(block != NULL) ? block : malloc_again(size);
}

CAIRN_SLOW_PATH void cairn_dispatch_free_slow(unsigned number, void *ptr)
{
    const cairn_layer *layer = cairn_domain_get(&cairn_domains[number]);
    if (layer == &cairn_default_layer) {
        cairn_default_free(ptr);
    } else {
        cairn_entry_free(layer, ptr);
    }
}

#define ENTRY_POINTS(prefix, number)                                                               \
    void *prefix##_malloc(size_t size)                                                             \
    {                                                                                              \
        return cairn_dispatch_malloc(number, size);                                                \
    }                                                                                              \
    void *prefix##_calloc(size_t count, size_t size)                                               \
    {                                                                                              \
        return cairn_dispatch_calloc(number, count, size);                                         \
    }                                                                                              \
    void *prefix##_realloc(void *ptr, size_t size)                                                 \
    {                                                                                              \
        return cairn_dispatch_realloc(number, ptr, size);                                          \
    }                                                                                              \
    void prefix##_free(void *ptr)                                                                  \
    {                                                                                              \
        cairn_dispatch_free(number, ptr);                                                          \
    }                                                                                              \
    void *prefix##_aligned_alloc(size_t alignment, size_t size)                                    \
    {                                                                                              \
        return cairn_dispatch_aligned_alloc(number, alignment, size);                              \
    }                                                                                              \
    size_t prefix##_usable_size(const void *ptr)                                                   \
    {                                                                                              \
        return cairn_dispatch_usable_size(number, ptr);                                            \
    }

ENTRY_POINTS(cairn_raw, CAIRN_DOMAIN_RAW)
ENTRY_POINTS(cairn_mem, CAIRN_DOMAIN_MEM)
ENTRY_POINTS(cairn_obj, CAIRN_DOMAIN_OBJ)
ENTRY_POINTS(cairn, CAIRN_DOMAIN_MEM)
