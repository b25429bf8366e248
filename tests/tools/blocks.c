/* SPDX-License-Identifier: Apache-2.0
 *
 * A program with known allocations: blocks MODE [ARGUMENT]...
 */
#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MALLOCS = 1000, FREES = 400, CALLOCS = 10, REALLOCS = 5, ALIGNED = 3 };

/* 1000 malloc(100) of which 400 are freed, 10 calloc(10, 300), 5 realloc from 100 to 5000, 3 aligned, 1 that
 * fails. */
static void work(void)
{
    void *blocks[MALLOCS];
    for (int i = 0; i < MALLOCS; i++) {
        blocks[i] = malloc(100);
    }
    for (int i = 0; i < FREES; i++) {
        free(blocks[i]);
    }
    for (int i = 0; i < CALLOCS; i++) {
        blocks[i] = calloc(10, 300);
    }
    for (int i = 0; i < REALLOCS; i++) {
        blocks[MALLOCS - 1 - i] = realloc(blocks[MALLOCS - 1 - i], 5000);
    }
    for (int i = 0; i < ALIGNED; i++) {
        blocks[CALLOCS + i] = memalign(256, 1000);
    }
    if (malloc(PTRDIFF_MAX) != NULL) {
        abort();
    }
}

/* Children that work and end by exit or _exit, in turn. */
static void fork_children(int count)
{
    for (int i = 0; i < count; i++) {
        if (fork() == 0) {
            work();
            if (i % 2 == 0) {
                exit(0);
            }
            _exit(0);
        }
    }
    while (wait(NULL) > 0) {
    }
}

/* Notes a request that has failed by its number; errno must say why. */
static void request(int number, void *block, void **keep)
{
    char text[16];
    if (block == NULL) {
        int length = 0;
        for (int digit = 1000; digit > 0; digit /= 10) {
            text[length++] = (char)('0' + number / digit % 10);
        }
        text[length++] = errno == ENOMEM ? '\n' : '?';
        length = (int)write(1, text, (size_t)length);
    } else {
        memset(block, number, 4321);
        *keep = block;
    }
    errno = 0;
}

/* Requests of 4321 bytes, which nobody else makes: 1000 malloc, then a calloc, a realloc and an aligned_alloc. */
static void make_requests(void)
{
    void *blocks[1003] = {NULL};
    errno = 0;
    for (int i = 1; i <= MALLOCS; i++) {
        request(i, malloc(4321), &blocks[i - 1]);
    }
    request(1001, calloc(1, 4321), &blocks[1000]);
    request(1002, realloc(blocks[999], 4321), &blocks[999]);
    request(1003, aligned_alloc(64, 4321), &blocks[1002]);
    for (int i = 0; i < 1003; i++) {
        free(blocks[i]);
    }
}

int main(int argc, char **argv)
{
    const char *mode = argc > 1 ? argv[1] : "";
    work();
    if (strcmp(mode, "fork") == 0) {
        fork_children(atoi(argv[2]));
    } else if (strcmp(mode, "kill") == 0) {
        raise(SIGKILL);
    } else if (strcmp(mode, "quick") == 0) {
        _exit(7);
    } else if (strcmp(mode, "large") == 0) {
        *(volatile char *)malloc((size_t)64 << 20) = 1;
        raise(SIGKILL);
    } else if (strcmp(mode, "many") == 0) {
        for (int i = 0; i < 200000; i++) {
            *(volatile char *)malloc(500) = 1;
        }
        raise(SIGKILL);
    } else if (strcmp(mode, "requests") == 0) {
        make_requests();
    } else if (strcmp(mode, "exec") == 0) {
        execv(argv[2], argv + 2);
    }
    return 0;
}
