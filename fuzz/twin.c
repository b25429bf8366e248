/* SPDX-License-Identifier: Apache-2.0
 *
 * Twins are found by the addresses of the first layer's blocks, in a table with open addressing.
 */
#include "cairn/fuzz/twin.h"

#include <string.h>

#include "cairn/fuzz/shadow.h"

typedef struct pair {
    char *first; /* NULL: this place was never used */
    char *second;
    size_t size;
    bool is_gone;
} pair;

/* An input cannot make so many that the table fills up with what is gone: places are used again. */
enum { PLACES = 4 * CAIRN_FUZZ_BLOCKS_MAX };

static struct twin {
    cairn_layer first;
    cairn_layer second;
    pair pairs[PLACES];
} twin;

/* Where ptr is, or else where it can be put; NULL: as wanted, but there is no such place. */
static pair *find(const void *ptr, bool to_put)
{
    size_t at = ((uintptr_t)ptr >> 4) * 0x9e3779b97f4a7c15u >> 40;
    for (size_t i = 0; i < PLACES; i++) {
        pair *it = &twin.pairs[(at + i) % PLACES];
        if (to_put ? it->first == NULL || it->is_gone : it->first == ptr && !it->is_gone) {
            return it;
        }
        if (it->first == NULL) {
            return NULL;
        }
    }
    return NULL;
}

static pair *found(const void *ptr)
{
    pair *it = find(ptr, false);
    CAIRN_FUZZ_EXPECT(it != NULL, "block %p has no twin", ptr);
    return it;
}

static void *answer(void *first, void *second, size_t size, const char *call)
{
    CAIRN_FUZZ_EXPECT((first == NULL) == (second == NULL), "%s of %zu bytes gave %p and %p", call,
                      size, first, second);
    if (first != NULL) {
        pair it = {first, second, size, false};
        pair *place = find(first, true);
        CAIRN_FUZZ_EXPECT(place != NULL, "the fuzzer has no room for a pair");
        *place = it;
    }
    return first;
}

static void *twin_malloc(void *ctx, size_t size)
{
    (void)ctx;
    return answer(cairn_layer_malloc(twin.first, size), cairn_layer_malloc(twin.second, size), size,
                  "malloc");
}

static void *twin_calloc(void *ctx, size_t count, size_t size)
{
    (void)ctx;
    char *first = cairn_layer_calloc(twin.first, count, size);
    char *second = cairn_layer_calloc(twin.second, count, size);
    CAIRN_FUZZ_EXPECT(first == NULL || second == NULL || memcmp(first, second, count * size) == 0,
                      "calloc of %zu by %zu has different contents", count, size);
    return answer(first, second, count * size, "calloc");
}

/* What was written into the first is written into its twin before. */
static void *twin_realloc(void *ctx, void *ptr, size_t size)
{
    if (ptr == NULL) {
        return twin_malloc(ctx, size);
    }
    pair *it = found(ptr);
    size_t kept = it->size < size ? it->size : size;
    /* Bytes that nobody wrote are compared with the rest. */
    cairn_unpoison_defined(it->first, it->size);
    memcpy(it->second, it->first, it->size);
    char *first = cairn_layer_realloc(twin.first, it->first, size);
    char *second = cairn_layer_realloc(twin.second, it->second, size);
    CAIRN_FUZZ_EXPECT(first == NULL || second == NULL || memcmp(first, second, kept) == 0,
                      "realloc from %zu to %zu bytes has different contents", it->size, size);
    it->is_gone = first != NULL;
    return answer(first, second, size, "realloc");
}

static void twin_free(void *ctx, void *ptr)
{
    (void)ctx;
    if (ptr != NULL) {
        pair *it = found(ptr);
        it->is_gone = true;
        cairn_layer_free(twin.second, it->second);
    }
    cairn_layer_free(twin.first, ptr);
}

static size_t twin_usable_size(void *ctx, const void *ptr)
{
    (void)ctx;
    const pair *it = found(ptr);
    CAIRN_FUZZ_EXPECT(cairn_layer_usable_size(twin.second, it->second) >= it->size,
                      "the twin of %p is too small", ptr);
    return cairn_layer_usable_size(twin.first, ptr);
}

/* At larger multiples each may run out of room in its own way. */
enum { SAME_ALIGNMENT = 1 << 16 };

static void *twin_aligned_alloc(void *ctx, size_t alignment, size_t size)
{
    (void)ctx;
    if (alignment > SAME_ALIGNMENT) {
        return NULL;
    }
    return answer(cairn_layer_aligned_alloc(twin.first, alignment, size),
                  cairn_layer_aligned_alloc(twin.second, alignment, size), size, "aligned_alloc");
}

static size_t twin_trim(void *ctx)
{
    (void)ctx;
    return cairn_layer_trim(twin.first);
}

static bool twin_check(void *ctx)
{
    (void)ctx;
    return cairn_layer_check(twin.first);
}

static const cairn_allocator_more more = {
    .usable_size = twin_usable_size,
    .aligned_alloc = twin_aligned_alloc,
    .trim = twin_trim,
    .check = twin_check,
};

cairn_layer cairn_fuzz_twin_begin(cairn_layer first, cairn_layer second)
{
    cairn_layer layer = {{&twin, twin_malloc, twin_calloc, twin_realloc, twin_free}, &more};
    memset(&twin, 0, sizeof twin);
    twin.first = first;
    twin.second = second;
    return layer;
}
