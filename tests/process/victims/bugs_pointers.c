/* SPDX-License-Identifier: Apache-2.0
 *
 * Pointers that are no blocks.
 */
#include "bugs.h"

#include <sys/mman.h>

static char in_static[4096] __attribute__((aligned(64)));

static void interior(const bug *self)
{
    char *block = bug_block(self);
    bug_end(self, is_good ? block : opaque(block + self->by));
}

static void on_stack(const bug *self)
{
    char array[4096];
    memset(array, 0, sizeof array);
    bug_end(self, is_good ? bug_block(self) : opaque(array + 512));
}

static void in_data(const bug *self)
{
    bug_end(self, is_good ? bug_block(self) : opaque(in_static + 64));
}

static void a_literal(const bug *self)
{
    const char *text = "a text in the program's own file that nobody has allocated";
    bug_end(self, is_good ? bug_block(self) : opaque((char *)(uintptr_t)text + 16));
}

/* The block of another allocator: libc's own, which is there behind our back. */
static void foreign(const bug *self)
{
    void *(*libc_malloc)(size_t) = (void *(*)(size_t))dlsym(RTLD_DEFAULT, "__libc_malloc");
    void (*libc_free)(void *) = (void (*)(void *))dlsym(RTLD_DEFAULT, "__libc_free");
    CHECK(libc_malloc != NULL && libc_free != NULL);
    char *block = opaque(libc_malloc(opaque_size(self->size)));
    CHECK(block != NULL);
    memset(block, 0, self->size);
    if (is_good) {
        libc_free(block);
    } else {
        bug_end(self, block);
    }
}

static void mapping(const bug *self)
{
    char *memory = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(memory != MAP_FAILED);
    bug_end(self, is_good ? bug_block(self) : opaque(memory + 4096 + 64));
}

static void wild(const bug *self)
{
    bug_end(self, is_good ? bug_block(self) : opaque((char *)self->by));
}

#define INSIDE(offset)                                                                             \
    "(free|realloc) of PTR, which lies " #offset                                                   \
    " bytes inside the block at PTR \\(mem, [0-9]+ bytes\\)"
#define STACK "(free|realloc) of PTR, which is on the stack"
#define STATIC "(free|realloc) of PTR, which is in static data of \\S*bugs_(plain|linked)"
/* Linkers may put constants beside the code. */
#define CONSTANT                                                                                   \
    "(free|realloc) of PTR, which is in (static data|code).* of \\S*bugs_(plain|linked)"
#define FOREIGN "(free|realloc) of PTR, which is .*another allocator.*"
#define NOTHING "(free|realloc) of PTR, which is .*"
#define ANY ".*PTR.*"
/* What follows where nobody but the header knows blocks. */
#define UNLESS ", unless what lies before it was overwritten"

const bug bad_pointers[] = {
    {"interior_small", interior, 100, 16, false, INSIDE(16), ANY},
    {"interior_odd", interior, 100, 5, false, INSIDE(5), ANY},
    {"interior_medium", interior, 5000, 2000, false, INSIDE(2000), ANY},
    {"interior_large", interior, 300000, 160000, false, INSIDE(160000), ANY},
    {"interior_resized", interior, 5000, 48, true, INSIDE(48), ANY},
    {"on_stack", on_stack, 100, 0, false, STACK, STACK UNLESS},
    {"on_stack_resized", on_stack, 100, 0, true, STACK, STACK UNLESS},
    {"in_data", in_data, 100, 0, false, STATIC, STATIC UNLESS},
    {"in_data_resized", in_data, 100, 0, true, STATIC, STATIC UNLESS},
    {"a_literal", a_literal, 100, 0, false, CONSTANT, CONSTANT UNLESS},
    {"foreign_small", foreign, 100, 0, false, FOREIGN, ANY},
    {"foreign_large", foreign, 300000, 0, false, FOREIGN, ANY},
    {"mapping", mapping, 100, 0, false, FOREIGN, ANY},
    {"wild_low", wild, 100, 0x10, true, NOTHING, ANY},
    {"wild_odd", wild, 100, 0x12345, false, NOTHING, ANY},
    {"wild_odd_resized", wild, 100, 0x12345, true, NOTHING, ANY},
    {NULL, NULL, 0, 0, false, NULL, NULL},
};
