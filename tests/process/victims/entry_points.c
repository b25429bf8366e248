/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls every allocation function of the C library once and more, with success: contents, alignment,
 * usable sizes, and errno, which stays what it was. Also proves that no libstdc++ is needed.
 */
#include "victim.h"

#include <malloc.h>

/* libc has these no more, or not yet: linked in or found by name. */
extern void cfree(void *ptr) __attribute__((weak));
extern void free_sized(void *ptr, size_t size) __attribute__((weak));
extern void free_aligned_sized(void *ptr, size_t alignment, size_t size) __attribute__((weak));

#define FIND(name) (name != NULL ? name : (__typeof__(&name))dlsym(RTLD_DEFAULT, #name))

enum { OLD_ERRNO = 4711 };

/* Runs a statement that must leave errno alone. */
#define QUIET(statement)                                                                           \
    do {                                                                                           \
        errno = OLD_ERRNO;                                                                         \
        statement;                                                                                 \
        CHECK(errno == OLD_ERRNO);                                                                 \
    } while (0)

static const size_t sizes[] = {0,     1,      8,       16,      17,       100,      511,
                               512,   513,    1000,    4096,    10000,    65535,    65536,
                               65537, 200000, 1000000, 3000000, 16777216, 16777217, 40000000};
enum { SIZES = sizeof sizes / sizeof sizes[0] };

/* Checks a new block, all of whose usable bytes may be written. */
static void use(void *ptr, size_t size, size_t alignment)
{
    size_t usable = 0;
    CHECK(ptr != NULL);
    CHECK(is_aligned(ptr, alignment));
    QUIET(usable = malloc_usable_size(ptr));
    CHECK(usable >= size);
    fill(ptr, usable, 0x5a);
    CHECK(is_filled(ptr, usable, 0x5a));
}

static void check_malloc_and_free(size_t size)
{
    void *first = NULL;
    void *second = NULL;
    QUIET(first = opaque(malloc(opaque_size(size))));
    QUIET(second = opaque(malloc(opaque_size(size))));
    CHECK(first != second);
    use(first, size, 16);
    use(second, size, 16);
    QUIET(free(first));
    QUIET(free(second));
}

static void check_calloc(size_t size)
{
    for (int i = 0; i < 3; i++) {
        unsigned char *ptr = NULL;
        QUIET(ptr = opaque(calloc(opaque_size(size), 1)));
        for (size_t at = 0; at < size; at += size < 100000 ? 1 : 509) {
            CHECK(ptr[at] == 0);
        }
        use(ptr, size, 16);
        QUIET(free(ptr));
    }
    void *ptr = NULL;
    QUIET(ptr = calloc(7, opaque_size(size / 7)));
    use(ptr, size / 7 * 7, 16);
    QUIET(free(ptr));
}

static void check_realloc(size_t before, size_t after)
{
    void *ptr = NULL;
    QUIET(ptr = realloc(NULL, opaque_size(before)));
    use(ptr, before, 16);
    fill(ptr, before, 0x33);
    QUIET(ptr = realloc(ptr, opaque_size(after)));
    size_t kept = before < after ? before : after;
    CHECK(is_filled(ptr, kept < FILLED_END ? kept : FILLED_END, 0x33));
    use(ptr, after, 16);
    QUIET(ptr = reallocarray(ptr, 3, opaque_size(before)));
    use(ptr, 3 * before, 16);
    QUIET(ptr = realloc(ptr, opaque_size(0)));
    use(ptr, 0, 16);
    QUIET(free(ptr));
}

static void check_aligned(size_t size)
{
    for (size_t alignment = 8; alignment <= 65536; alignment *= 2) {
        void *ptr = NULL;
        int status = 0;
        QUIET(status = posix_memalign(&ptr, alignment, opaque_size(size)));
        CHECK(status == 0);
        use(ptr, size, alignment);
        QUIET(free(ptr));
        QUIET(ptr = aligned_alloc(alignment, opaque_size(size)));
        use(ptr, size, alignment);
        fill(ptr, size, 0x44);
        QUIET(ptr = realloc(ptr, opaque_size(size + 1000)));
        CHECK(is_filled(ptr, size < FILLED_END ? size : FILLED_END, 0x44));
        use(ptr, size + 1000, 16);
        QUIET(free(ptr));
        QUIET(ptr = memalign(alignment - 1, opaque_size(size)));
        use(ptr, size, alignment);
        QUIET(FIND(free_aligned_sized)(ptr, alignment, size));
    }
}

static void check_page_aligned(size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    void *ptr = NULL;
    QUIET(ptr = valloc(opaque_size(size)));
    use(ptr, size, page);
    QUIET(free(ptr));
    QUIET(ptr = pvalloc(opaque_size(size)));
    use(ptr, (size + page - 1) / page * page, page);
    QUIET(free(ptr));
}

static void check_other_frees(size_t size)
{
    void *ptr = opaque(malloc(opaque_size(size)));
    use(ptr, size, 16);
    QUIET(FIND(free_sized)(ptr, size));
    ptr = opaque(malloc(opaque_size(size)));
    QUIET(FIND(cfree)(ptr));
    QUIET(free(opaque(NULL)));
    QUIET(FIND(cfree)(NULL));
    QUIET(FIND(free_sized)(NULL, 0));
    QUIET(FIND(free_aligned_sized)(NULL, 16, 0));
}

enum { COUNTED = 100000, COUNTED_BYTES = 64 };

/* What mallinfo2 must see where Cairn's own parts serve small blocks. */
static void check_figures(void)
{
    static void *blocks[COUNTED];
    struct mallinfo2 before = mallinfo2();
    struct mallinfo2 during;
    struct mallinfo2 after;
    struct mallinfo old;
    /* What a debug hook keeps back counts, and so do its headers. */
    bool is_counted = !victim_is_preset("malloc") && strstr(victim_preset(), "debug") == NULL;
    for (int i = 0; i < COUNTED; i++) {
        QUIET(blocks[i] = opaque(malloc(COUNTED_BYTES)));
    }
    QUIET(during = mallinfo2());
    CHECK(!is_counted || during.uordblks == before.uordblks + COUNTED * COUNTED_BYTES);
    CHECK(!is_counted || during.arena >= during.uordblks);
    for (int i = 0; i < COUNTED; i++) {
        QUIET(free(blocks[i]));
    }
    QUIET(after = mallinfo2());
    CHECK(!is_counted || after.uordblks == before.uordblks);
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    QUIET(old = mallinfo());
    CHECK((size_t)old.uordblks == after.uordblks && (size_t)old.arena == after.arena);
    int trimmed = -1;
    QUIET(trimmed = malloc_trim(0));
    CHECK(trimmed == 0 || trimmed == 1);
    int accepted = 0;
    QUIET(accepted = mallopt(M_MMAP_THRESHOLD, 65536));
    CHECK(accepted == 1);
    size_t none = 1;
    QUIET(none = malloc_usable_size(opaque(NULL)));
    CHECK(none == 0);
}

int main(void)
{
    victim_begin();
    CHECK(dlsym(RTLD_DEFAULT, "__cxa_throw") == NULL);
    CHECK(FIND(cfree) != NULL && FIND(free_sized) != NULL && FIND(free_aligned_sized) != NULL);
    for (int i = 0; i < SIZES; i++) {
        check_malloc_and_free(sizes[i]);
        check_calloc(sizes[i]);
        check_aligned(sizes[i]);
        check_page_aligned(sizes[i]);
        check_other_frees(sizes[i]);
        for (int j = 0; j < SIZES; j++) {
            check_realloc(sizes[i], sizes[j]);
        }
    }
    check_figures();
    return 0;
}
