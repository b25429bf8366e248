/* SPDX-License-Identifier: Apache-2.0
 *
 * A malloc that is not Cairn's: blocks of one buffer, never used again, with their size before them.
 */
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64 };

static _Alignas(ALIGNMENT) char buffer[1 << 20];
static size_t used;

void *malloc(size_t size)
{
    size_t whole = (size + 2 * ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (size > sizeof buffer || whole > sizeof buffer - used) {
        return NULL;
    }
    char *block = buffer + used + ALIGNMENT;
    memcpy(block - sizeof size, &size, sizeof size);
    used += whole;
    return block;
}

void free(void *ptr)
{
    (void)ptr;
}

void *calloc(size_t count, size_t size)
{
    return malloc(count * size);
}

size_t malloc_usable_size(void *ptr)
{
    size_t size = 0;
    if (ptr != NULL) {
        memcpy(&size, (char *)ptr - sizeof size, sizeof size);
    }
    return size;
}

void *realloc(void *ptr, size_t size)
{
    void *block = malloc(size);
    size_t old = malloc_usable_size(ptr);
    if (block != NULL && ptr != NULL) {
        memcpy(block, ptr, old < size ? old : size);
    }
    return block;
}

void *memalign(size_t alignment, size_t size)
{
    return alignment <= ALIGNMENT ? malloc(size) : NULL;
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size)
{
    *out = memalign(alignment, size);
    return 0;
}
