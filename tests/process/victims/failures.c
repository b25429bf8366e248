/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls every allocation function with what it must refuse: NULL, the errno that the manual names, and
 * the old block as it was. And alignments up to 1 GiB, which it must not refuse.
 */
#include "victim.h"

#include <malloc.h>

/* Runs an expression that must give NULL and this errno. */
#define REFUSED(expression, code)                                                                  \
    do {                                                                                           \
        errno = 0;                                                                                 \
        CHECK((expression) == NULL);                                                               \
        CHECK(errno == (code));                                                                    \
    } while (0)

static const size_t too_large[] = {SIZE_MAX,          SIZE_MAX - 1,     SIZE_MAX - 15,
                                   SIZE_MAX - 4096,   SIZE_MAX / 2 + 1, (size_t)PTRDIFF_MAX,
                                   PTRDIFF_MAX - 100, (size_t)1 << 62,  (size_t)1 << 48};

static void check_too_large(size_t size)
{
    static const size_t kept_sizes[] = {1, 500, 5000, 100000, 20000000};
    size_t huge = opaque_size(size);
    REFUSED(opaque(malloc(huge)), ENOMEM);
    REFUSED(opaque(calloc(1, huge)), ENOMEM);
    REFUSED(opaque(calloc(huge, 1)), ENOMEM);
    REFUSED(realloc(opaque(NULL), huge), ENOMEM);
    REFUSED(aligned_alloc(16, huge), ENOMEM);
    REFUSED(aligned_alloc(1 << 21, huge), ENOMEM);
    REFUSED(memalign(64, huge), ENOMEM);
    REFUSED(valloc(huge), ENOMEM);
    REFUSED(pvalloc(huge), ENOMEM);
    for (unsigned i = 0; i < sizeof kept_sizes / sizeof kept_sizes[0]; i++) {
        size_t kept = kept_sizes[i];
        void *ptr = malloc(kept);
        CHECK(ptr != NULL);
        fill(ptr, kept, 0x77);
        REFUSED(realloc(opaque(ptr), huge), ENOMEM);
        CHECK(is_filled(ptr, kept, 0x77));
        REFUSED(reallocarray(opaque(ptr), huge, 1), ENOMEM);
        REFUSED(reallocarray(opaque(ptr), huge, 16), ENOMEM);
        CHECK(is_filled(ptr, kept, 0x77));
        free(ptr);
    }
    void *out = &out;
    errno = 4711;
    CHECK(posix_memalign(&out, 64, huge) == ENOMEM);
    CHECK(out == &out && errno == 4711);
}

static void check_overflow(void)
{
    size_t half = opaque_size((size_t)1 << 32);
    REFUSED(opaque(calloc(half, half)), ENOMEM);
    REFUSED(opaque(calloc(half + 1, half)), ENOMEM);
    REFUSED(opaque(calloc(opaque_size(SIZE_MAX), opaque_size(2))), ENOMEM);
    REFUSED(opaque(calloc(2, opaque_size(SIZE_MAX / 2 + 2))), ENOMEM);
    REFUSED(reallocarray(opaque(NULL), half, half), ENOMEM);
    REFUSED(reallocarray(opaque(NULL), opaque_size(SIZE_MAX), opaque_size(3)), ENOMEM);
}

static void check_wrong_alignments(void)
{
    static const size_t wrong[] = {0, 1, 2, 3, 4, 7, 12, 24, 48, 100, 4095, SIZE_MAX};
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        void *out = &out;
        errno = 4711;
        CHECK(posix_memalign(&out, opaque_size(wrong[i]), 100) == EINVAL);
        CHECK(out == &out && errno == 4711);
        if ((wrong[i] & (wrong[i] - 1)) != 0 || wrong[i] == 0) {
            REFUSED(aligned_alloc(opaque_size(wrong[i]), 100), EINVAL);
        }
    }
    REFUSED(memalign(opaque_size(SIZE_MAX), 100), EINVAL);
    REFUSED(memalign(opaque_size(SIZE_MAX / 2 + 2), 100), EINVAL);
    void *any = memalign(opaque_size(0), 100);
    CHECK(any != NULL);
    free(any);
    any = memalign(opaque_size(3), 100);
    CHECK(any != NULL && is_aligned(any, 4));
    free(any);
}

static void check_large_alignments(void)
{
    void *blocks[32];
    int count = 0;
    for (size_t alignment = 1; alignment <= (size_t)1 << 30; alignment *= 2) {
        size_t size = alignment > 4096 ? 4096 : 3 * alignment;
        blocks[count] = aligned_alloc(alignment, size);
        CHECK(blocks[count] != NULL && is_aligned(blocks[count], alignment));
        fill(blocks[count], size, 0x11);
        count++;
    }
    for (int i = 0; i < count; i++) {
        CHECK(((unsigned char *)blocks[i])[0] == 0x11);
        free(blocks[i]);
    }
    REFUSED(aligned_alloc(opaque_size((size_t)1 << 62), 1), ENOMEM);
    REFUSED(aligned_alloc(opaque_size((size_t)1 << 63), 1), ENOMEM);
    REFUSED(memalign(opaque_size((size_t)1 << 63), 1), ENOMEM);
}

static void check_zero_sizes(void)
{
    void *blocks[64];
    for (unsigned i = 0; i < 64; i++) {
        size_t none = opaque_size(0);
        blocks[i] = i % 4 == 0   ? malloc(none)
                    : i % 4 == 1 ? calloc(none, i % 8)
                    : i % 4 == 2 ? realloc(NULL, none)
                                 : aligned_alloc(64, none);
        CHECK(blocks[i] != NULL);
        for (unsigned j = 0; j < i; j++) {
            CHECK(blocks[i] != blocks[j]);
        }
    }
    for (unsigned i = 0; i < 64; i++) {
        blocks[i] = realloc(blocks[i], opaque_size(0));
        CHECK(blocks[i] != NULL);
        free(blocks[i]);
    }
}

int main(void)
{
    victim_begin();
    for (unsigned i = 0; i < sizeof too_large / sizeof too_large[0]; i++) {
        check_too_large(too_large[i]);
    }
    check_overflow();
    check_wrong_alignments();
    check_large_alignments();
    check_zero_sizes();
    return 0;
}
