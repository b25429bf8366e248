/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes in front of blocks and behind them.
 */
#include "bugs.h"

static void overflow(const bug *self)
{
    char *block = bug_block(self);
    memset(opaque(block + self->size), 'x', is_good ? 0 : self->by);
    bug_end(self, block);
}

static void underflow(const bug *self)
{
    char *block = bug_block(self);
    char *start = opaque(block - self->by);
    memset(start, 'x', is_good ? 0 : self->by);
    bug_end(self, block);
}

/* The terminator has no room. */
static void string_overflow(const bug *self)
{
    char *block = bug_block(self);
    char text[64];
    size_t length = self->size - (is_good ? 1 : 0);
    memset(text, 'x', sizeof text);
    text[length] = '\0';
    strcpy(opaque(block), opaque(text));
    bug_end(self, block);
}

/* What was room enough before it was made smaller. */
static void shrunk_overflow(const bug *self)
{
    char *block = bug_block(self);
    block = opaque(realloc(block, opaque_size(self->size / 2)));
    CHECK(block != NULL);
    memset(block, 'x', is_good ? self->size / 2 : self->size / 2 + self->by);
    free(opaque(block));
}

static void aligned_overflow(const bug *self)
{
    char *block = opaque(memalign(256, opaque_size(self->size)));
    CHECK(block != NULL && is_aligned(block, 256));
    memset(block, 'x', is_good ? self->size : self->size + self->by);
    bug_end(self, block);
}

static void aligned_underflow(const bug *self)
{
    char *block = opaque(memalign(256, opaque_size(self->size)));
    CHECK(block != NULL && is_aligned(block, 256));
    memset(opaque(block - self->by), 'x', is_good ? 0 : self->by);
    bug_end(self, block);
}

static void cleared_overflow(const bug *self)
{
    char *block = opaque(calloc(opaque_size(1), opaque_size(self->size)));
    CHECK(block != NULL && is_zero(block, self->size));
    memset(block, 'x', is_good ? self->size : self->size + self->by);
    bug_end(self, block);
}

#define BEHIND "write past the end of the block at PTR \\(mem, [0-9]+ bytes\\)"
#define BEFORE "write before the start of the block at PTR \\(mem\\)"
/* The block of libc's that ours lies in may be met first. */
#define FAR_BEHIND "write past the end of the block at PTR \\((mem|raw), [0-9]+ bytes\\)"
/* Without the header nothing tells that it was a block. */
#define FAR_BEFORE BEFORE "|(free|realloc) of PTR, which is .*another allocator.*"

#define IN_BOTH(name, run, size, by, sentence, over_libc)                                          \
    {name "_at_free", run, size, by, false, sentence, over_libc},                                  \
    {                                                                                              \
        name "_at_realloc", run, size, by, true, sentence, over_libc                               \
    }
#define BY_ALL(name, run, run_far, size, sentence, over_libc)                                      \
    IN_BOTH(name "_by_1", run, size, 1, sentence, NULL),                                           \
        IN_BOTH(name "_by_7", run, size, 7, sentence, NULL),                                       \
        IN_BOTH(name "_by_8", run, size, 8, sentence, NULL),                                       \
        IN_BOTH(name "_by_64", run_far, size, 64, sentence, over_libc)

enum { SMALL = 100, MEDIUM = 5000, MAPPED = (33 << 20) + 1000 };

const bug out_of_bounds[] = {
    BY_ALL("overflow_small", overflow, overflow, SMALL, BEHIND, FAR_BEHIND),
    BY_ALL("overflow_medium", overflow, overflow, MEDIUM, BEHIND, FAR_BEHIND),
    BY_ALL("overflow_mapped", overflow, overflow, MAPPED, BEHIND, FAR_BEHIND),
    BY_ALL("underflow_small", underflow, underflow, SMALL, BEFORE, FAR_BEFORE),
    BY_ALL("underflow_medium", underflow, underflow, MEDIUM, BEFORE, FAR_BEFORE),
    /* Before the page that a mapping begins with there may be nothing to write to. */
    BY_ALL("underflow_mapped", underflow, aligned_underflow, MAPPED, BEFORE, FAR_BEFORE),
    {"overflow_nothing", overflow, 0, 1, false, BEHIND, NULL},
    {"string_overflow", string_overflow, 40, 1, false, BEHIND, NULL},
    {"shrunk_overflow", shrunk_overflow, 200, 1, false, BEHIND, NULL},
    {"aligned_overflow", aligned_overflow, 100, 1, false, BEHIND, NULL},
    {"aligned_underflow", aligned_underflow, 100, 1, true, BEFORE, NULL},
    {"cleared_overflow", cleared_overflow, 100, 1, true, BEHIND, NULL},
    {NULL, NULL, 0, 0, false, NULL, NULL},
};
