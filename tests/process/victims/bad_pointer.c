/* SPDX-License-Identifier: Apache-2.0
 *
 * Hands a pointer that is nobody's block to free or realloc: bad_pointer WHERE FUNCTION. Prints the
 * pointer first. Comes to its end only if nobody objects.
 */
#include "victim.h"

#include <sys/mman.h>

static char in_static[4096] __attribute__((aligned(64)));
static char *in_stack;

static char *inside(size_t size, size_t offset)
{
    char *block = malloc(size);
    CHECK(block != NULL);
    fill(block, size, 0x20);
    return block + offset;
}

static char *freed(size_t size)
{
    char *block = malloc(size);
    CHECK(block != NULL);
    fill(block, size, 0x20);
    free(opaque(block));
    return block;
}

static char *mapped(void)
{
    char *memory = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(memory != MAP_FAILED);
    return memory + 4096 + 64;
}

static char *find(const char *where)
{
    struct {
        const char *name;
        char *ptr;
    } const known[] = {
        {"stack", in_stack},
        {"static", in_static + 64},
        {"code", (char *)(uintptr_t)&find},
        {"mapped", mapped()},
        {"low", (char *)(uintptr_t)0x10},
        {"unaligned", (char *)(uintptr_t)0x12345},
        {"high", (char *)(uintptr_t)0xffff800000000010},
        {"top", (char *)UINTPTR_MAX},
    };
    for (unsigned i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(known[i].name, where) == 0) {
            return known[i].ptr;
        }
    }
    size_t size = strtoul(where + strcspn(where, "0123456789"), NULL, 10);
    CHECK(size > 0);
    return strncmp(where, "freed", 5) == 0    ? freed(size)
           : strncmp(where, "inside", 6) == 0 ? inside(size, size / 2 & ~(size_t)15)
                                              : inside(size, 1);
}

int main(int argc, char **argv)
{
    char buffer[4096];
    char text[64];
    victim_begin();
    CHECK(argc == 3);
    memset(buffer, 0, sizeof buffer);
    in_stack = opaque(buffer + 512);
    char *ptr = opaque(find(argv[1]));
    int length = snprintf(text, sizeof text, "%p\n", (void *)ptr);
    CHECK(write(1, text, (size_t)length) == length);
    if (strcmp(argv[2], "free") == 0) {
        free(ptr);
    } else {
        CHECK(strcmp(argv[2], "realloc") == 0);
        ptr = opaque(realloc(ptr, 30000));
    }
    /* Whoever says nothing at once may still notice here. */
    for (size_t i = 0; i < 200; i++) {
        free(opaque(malloc(i * 50)));
    }
    return 0;
}
