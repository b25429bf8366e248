/* SPDX-License-Identifier: Apache-2.0
 *
 * Uses up all memory that RLIMIT_AS leaves or the configuration has, in blocks of many kinds: NULL and
 * ENOMEM at the end, nothing damaged, and all of it to be had again after it was freed. Twice the same
 * must come to about the same number of blocks, where libc has no part in it.
 */
#include "victim.h"

#include <malloc.h>
#include <sys/resource.h>

enum { HEADROOM = 20 << 20 };

typedef struct block_kind {
    const char *name;
    size_t size;
    size_t alignment; /* 0: malloc */
} block_kind;

static const block_kind kinds[] = {
    {"small", 64, 0},           {"pooled", 3000, 0},
    {"pooled_large", 60000, 0}, {"run", 300000, 0},
    {"mapping", 1 << 20, 0},    {"aligned_small", 200, 256},
    {"aligned", 5000, 4096},    {"aligned_run", 100000, 65536},
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

typedef struct node {
    struct node *next;
    size_t number;
} node;

static void *get(const block_kind *kind)
{
    return kind->alignment != 0 ? aligned_alloc(kind->alignment, kind->size) : malloc(kind->size);
}

static size_t use_up(const block_kind *kind, node **list)
{
    size_t count = 0;
    for (;;) {
        errno = 0;
        node *block = get(kind);
        if (block == NULL) {
            CHECK(errno == ENOMEM);
            return count;
        }
        fill(block, kind->size, 0x21);
        block->next = *list;
        block->number = ++count;
        *list = block;
    }
}

static void check_still_nothing(const block_kind *kind, node *last)
{
    for (int i = 0; i < 10; i++) {
        errno = 0;
        CHECK(get(kind) == NULL && errno == ENOMEM);
    }
    size_t number = last->number;
    errno = 0;
    CHECK(realloc(opaque(last), opaque_size((size_t)1 << 32)) == NULL && errno == ENOMEM);
    CHECK(last->number == number);
    errno = 0;
    CHECK(calloc(1, opaque_size((size_t)1 << 32)) == NULL && errno == ENOMEM);
    void *out = &out;
    CHECK(posix_memalign(&out, 64, opaque_size((size_t)1 << 32)) == ENOMEM && out == &out);
}

static void give_back(const block_kind *kind, node *list, size_t count)
{
    while (list != NULL) {
        node *next = list->next;
        CHECK(list->number == count--);
        CHECK(is_filled((char *)list + sizeof *list,
                        (kind->size < FILLED_END ? kind->size : FILLED_END) - sizeof *list, 0x21));
        free(list);
        list = next;
    }
    CHECK(count == 0);
}

/* Grows one block until it cannot be grown. */
static size_t grow_up(void)
{
    size_t size = 1000;
    char *block = malloc(size);
    CHECK(block != NULL);
    for (;;) {
        block[0] = 'a';
        block[size - 1] = 'z';
        errno = 0;
        char *grown = realloc(block, size + size / 4);
        if (grown == NULL) {
            CHECK(errno == ENOMEM);
            CHECK(block[0] == 'a' && block[size - 1] == 'z');
            free(block);
            return size;
        }
        CHECK(grown[0] == 'a' && grown[size - 1] == 'z');
        size += size / 4;
        block = grown;
    }
}

static void limit_address_space(void)
{
    struct rlimit limit;
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    CHECK(file != NULL && fscanf(file, "%lu", &pages) == 1);
    fclose(file);
    limit.rlim_cur = pages * (size_t)sysconf(_SC_PAGESIZE) + HEADROOM;
    limit.rlim_max = RLIM_INFINITY;
    CHECK(setrlimit(RLIMIT_AS, &limit) == 0);
}

/* Whether all memory comes straight from the system or a buffer. libc's own malloc does not promise to
 * make other sizes of what was freed. */
static bool is_without_libc(void)
{
    const char *arena = getenv("CAIRN_ARENA");
    return victim_is_preset("default") && (arena == NULL || strcmp(arena, "malloc") != 0);
}

static void check_part(const char *name, size_t first, size_t again, double part)
{
    if (is_without_libc() && (double)again < (double)first * part) {
        fprintf(stderr, "%s: %zu at first, then %zu\n", name, first, again);
        FAIL("what was freed can be had again");
    }
}

/* In a process of its own: the same blocks, again and again. */
static void check_alone(const block_kind *kind)
{
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        size_t first = 0;
        for (int round = 0; round < 2; round++) {
            node *list = NULL;
            size_t count = use_up(kind, &list);
            first = round == 0 ? count : first;
            give_back(kind, list, count);
            check_part(kind->name, first, count, 0.85);
        }
        exit(0);
    }
    reap(child);
}

/* One kind after the other: some memory may stay in pools of other sizes. */
static void check_mixed(size_t *counts, bool is_first)
{
    for (int i = 0; i < KINDS; i++) {
        node *list = NULL;
        size_t count = use_up(&kinds[i], &list);
        CHECK(count > 0);
        check_still_nothing(&kinds[i], list);
        give_back(&kinds[i], list, count);
        counts[i] = is_first ? count : counts[i];
        check_part(kinds[i].name, counts[i], count, 0.5);
    }
}

int main(void)
{
    size_t counts[KINDS];
    victim_begin();
    if (getenv("CAIRN_ARENA") == NULL || strncmp(getenv("CAIRN_ARENA"), "fixed", 5) != 0) {
        limit_address_space();
    }
    for (int i = 0; i < KINDS; i++) {
        check_alone(&kinds[i]);
    }
    size_t grown = grow_up();
    CHECK(grown > 1000000);
    for (int round = 0; round < 2; round++) {
        check_mixed(counts, round == 0);
    }
    check_part("grown", grown, grow_up(), 0.5);
    return 0;
}
