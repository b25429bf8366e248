/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks that are used after their end, in one thread and in several.
 */
#include "bugs.h"

#include <pthread.h>

static void double_free(const bug *self)
{
    char *block = bug_block(self);
    free(opaque(block));
    bug_end(self, is_good ? NULL : opaque(block));
}

/* Others came and went since. */
static void double_free_later(const bug *self)
{
    char *others[50];
    char *block = bug_block(self);
    free(opaque(block));
    for (size_t i = 0; i < 50; i++) {
        others[i] = bug_block(self);
    }
    for (size_t i = 0; i < 50; i++) {
        free(opaque(others[i]));
    }
    bug_end(self, is_good ? NULL : opaque(block));
}

static void free_of_moved(const bug *self)
{
    char *block = bug_block(self);
    char *next = bug_block(self);
    char *moved = opaque(realloc(opaque(block), opaque_size(self->size * 100)));
    CHECK(moved != NULL);
    free(opaque(next));
    bug_end(self, is_good || moved == block ? NULL : opaque(block));
    free(opaque(moved));
}

static void write_after_free(const bug *self)
{
    char *block = bug_block(self);
    free(opaque(block));
    if (!is_good) {
        *(volatile char *)opaque(block + self->by) = 'x';
    }
    bug_churn();
}

static void write_after_realloc(const bug *self)
{
    char *block = bug_block(self);
    char *next = bug_block(self);
    char *moved = opaque(realloc(opaque(block), opaque_size(self->size * 100)));
    CHECK(moved != NULL);
    free(opaque(next));
    if (!is_good && moved != block) {
        *(volatile char *)opaque(block + self->by) = 'x';
    }
    free(opaque(moved));
    bug_churn();
}

/* --- In threads ------------------------------------------------------------------------------------- */

typedef struct shared {
    const bug *bug;
    char *block;
} shared;

/* Threads that do nothing wrong. */
static void *be_good(void *argument)
{
    unsigned state = (unsigned)(uintptr_t)argument;
    for (int i = 0; i < 200; i++) {
        size_t size = next_random(&state) % 2000;
        char *block = opaque(malloc(opaque_size(size)));
        CHECK(block != NULL);
        memset(block, 'x', size);
        free(opaque(block));
    }
    return NULL;
}

static void among_threads(void *(*run)(void *argument), shared *argument)
{
    pthread_t threads[4];
    for (uintptr_t i = 0; i < 3; i++) {
        CHECK(pthread_create(&threads[i], NULL, be_good, (void *)(i + 1)) == 0);
    }
    CHECK(pthread_create(&threads[3], NULL, run, argument) == 0);
    for (int i = 0; i < 4; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
    }
}

static void *overflow_there(void *argument)
{
    shared *self = argument;
    self->block = bug_block(self->bug);
    memset(opaque(self->block + self->bug->size), 'x', is_good ? 0 : self->bug->by);
    return NULL;
}

static void thread_overflow(const bug *self)
{
    shared both = {self, NULL};
    among_threads(overflow_there, &both);
    bug_end(self, both.block);
}

static void *free_there(void *argument)
{
    shared *self = argument;
    free(opaque(self->block));
    return NULL;
}

static void thread_double_free(const bug *self)
{
    shared both = {self, bug_block(self)};
    among_threads(free_there, &both);
    bug_end(self, is_good ? NULL : both.block);
}

static void *end_there(void *argument)
{
    shared *self = argument;
    bug_end(self->bug, self->block);
    return NULL;
}

static void thread_underflow(const bug *self)
{
    shared both = {self, bug_block(self)};
    memset(opaque(both.block - self->by), 'x', is_good ? 0 : self->by);
    among_threads(end_there, &both);
}

static void *write_there(void *argument)
{
    shared *self = argument;
    if (!is_good) {
        *(volatile char *)opaque(self->block + self->bug->by) = 'x';
    }
    return NULL;
}

static void thread_write_after_free(const bug *self)
{
    shared both = {self, bug_block(self)};
    free(opaque(both.block));
    /* No other thread may push it out of the quarantine before the write. */
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, write_there, &both) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
    bug_churn();
}

#define TWICE "double free of PTR \\(mem\\)"
#define FREED "realloc of PTR \\(mem\\), which was freed before"
#define AFTER(offset)                                                                              \
    "write after free: " #offset " bytes inside the freed block at PTR \\(mem, [0-9]+ bytes\\)"
#define BEHIND "write past the end of the block at PTR \\(mem, 100 bytes\\)"
#define BEFORE "write before the start of the block at PTR \\(mem\\)"

const bug life_times[] = {
    {"double_free_small", double_free, 100, 0, false, TWICE, NULL},
    {"double_free_medium", double_free, 5000, 0, false, TWICE, NULL},
    {"double_free_large", double_free, 100000, 0, false, TWICE, NULL},
    {"double_free_later_small", double_free_later, 100, 0, false, TWICE, NULL},
    {"double_free_later_medium", double_free_later, 1000, 0, false, TWICE, NULL},
    {"free_of_moved", free_of_moved, 100, 0, false, TWICE, NULL},
    {"resize_after_free", double_free, 100, 0, true, FREED, NULL},
    {"write_after_free_start", write_after_free, 100, 0, false, AFTER(0), NULL},
    {"write_after_free_end", write_after_free, 100, 99, false, AFTER(99), NULL},
    {"write_after_free_medium", write_after_free, 5000, 2000, false, AFTER(2000), NULL},
    {"write_after_realloc", write_after_realloc, 100, 50, false, AFTER(50), NULL},
    {"thread_overflow", thread_overflow, 100, 1, false, BEHIND, NULL},
    {"thread_underflow", thread_underflow, 100, 1, false, BEFORE, NULL},
    {"thread_double_free", thread_double_free, 100, 0, false, TWICE, NULL},
    {"thread_write_after_free", thread_write_after_free, 100, 10, false, AFTER(10), NULL},
    {NULL, NULL, 0, 0, false, NULL, NULL},
};
