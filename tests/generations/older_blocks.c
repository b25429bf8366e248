/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks from before any constructor ran, so from the preset that the program was built with, are looked
 * at, resized and freed after another may have been chosen.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SMALL = 100, POOLED = 5000, MAPPED = 40 << 20 };

static char *small;
static char *pooled;
static char *mapped;
static void *aligned;
static char *to_free[2];

static void allocate(void)
{
    small = malloc(SMALL);
    pooled = malloc(POOLED);
    mapped = malloc(MAPPED);
    to_free[0] = malloc(SMALL);
    to_free[1] = calloc(3, POOLED);
    if (posix_memalign(&aligned, 64, 200) != 0) {
        abort();
    }
    memset(small, 1, SMALL);
    memset(pooled, 2, POOLED);
    memset(aligned, 3, 200);
    mapped[0] = mapped[MAPPED - 1] = 4;
}

__attribute__((section(".preinit_array"), used)) static void (*allocate_first)(void) = allocate;

static void expect(int is_so, const char *what)
{
    if (!is_so) {
        fprintf(stderr, "not so: %s\n", what);
        _Exit(1);
    }
}

static char *resized(char *block, size_t size, size_t kept, char value)
{
    char *moved = realloc(block, size);
    expect(moved != NULL, "resized");
    for (size_t i = 0; i < kept; i++) {
        expect(moved[i] == value, "contents are kept");
    }
    expect(malloc_usable_size(moved) >= size, "the new size is there");
    return moved;
}

int main(void)
{
    expect(malloc_usable_size(small) >= SMALL, "the size of a small block");
    expect(malloc_usable_size(pooled) >= POOLED, "the size of a larger one");
    expect(malloc_usable_size(mapped) >= MAPPED, "the size of a mapping");
    expect(malloc_usable_size(aligned) >= 200, "the size of an aligned one");
    small = resized(small, 110, SMALL, 1);
    free(resized(small, 3000, SMALL, 1));
    free(resized(pooled, 50, 50, 2));
    free(resized(aligned, 9000, 200, 3));
    mapped = realloc(mapped, 2 * (size_t)MAPPED);
    expect(mapped != NULL && mapped[0] == 4 && mapped[MAPPED - 1] == 4, "a mapping grows");
    free(mapped);
    free(to_free[0]);
    free(to_free[1]);
    free(NULL);
    for (size_t size = 1; size < 100000; size += size / 3 + 1) {
        char *fresh = malloc(size);
        expect(fresh != NULL, "new blocks");
        memset(fresh, 5, size);
        free(resized(fresh, size + 77, size, 5));
    }
    return 0;
}
