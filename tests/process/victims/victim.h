/* SPDX-License-Identifier: Apache-2.0
 *
 * What victims share: checks that need no memory, the proof that Cairn is their malloc, and blocks
 * that know what they must contain.
 *
 * A victim is a small program with one job. It ends with status 0 and prints nothing when all is well;
 * otherwise it says where it found what, and ends with status 1.
 */
#ifndef CAIRN_TESTS_PROCESS_VICTIMS_VICTIM_H_
#define CAIRN_TESTS_PROCESS_VICTIMS_VICTIM_H_

#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __cplusplus
extern "C" {
#endif

extern const char *cairn_preset_name(void) __attribute__((weak));

/* Ends at once: exit handlers would only hide the finding. */
__attribute__((noreturn, unused)) static void victim_fail(const char *file, int line,
                                                          const char *text)
{
    char message[512];
    int error = errno;
    int length = snprintf(message, sizeof message, "%s:%d: not so: %s (pid %d, errno %d)\n", file,
                          line, text, (int)getpid(), error);
    if (write(2, message, (size_t)length) != length) {
        _exit(3);
    }
    _exit(1);
}

#define CHECK(condition) ((condition) ? (void)0 : victim_fail(__FILE__, __LINE__, #condition))
#define FAIL(sentence) victim_fail(__FILE__, __LINE__, sentence)

/* The preset that serves malloc in this process, or NULL without Cairn. A program that Cairn is linked
 * into refers to it directly, one that it is preloaded to finds it by name. */
__attribute__((unused)) static const char *victim_preset(void)
{
    typedef const char *(*preset_name)(void);
    preset_name get = cairn_preset_name;
    if (get == NULL) {
        get = (preset_name)dlsym(RTLD_DEFAULT, "cairn_preset_name");
    }
    return get != NULL ? get() : NULL;
}

/* A deadlock ends the process; to be called again in the child of a fork, which has no alarm. */
__attribute__((unused)) static void victim_limit_time(void)
{
    alarm(30);
}

/* To be called first. A preload that silently failed would pass all that follows. */
__attribute__((unused)) static void victim_begin(void)
{
    const char *expected = getenv("VICTIM_PRESET");
    const char *preset = victim_preset();
    victim_limit_time();
    CHECK(expected != NULL);
    CHECK(preset != NULL);
    CHECK(strcmp(preset, expected) == 0);
}

__attribute__((unused)) static bool victim_is_preset(const char *name)
{
    return strcmp(victim_preset(), name) == 0;
}

/* Keeps the compiler from leaving out allocations, and from knowing what pointers and sizes are. */
__attribute__((unused)) static void *opaque(void *ptr)
{
    __asm__ volatile("" : "+r"(ptr) : : "memory");
    return ptr;
}

__attribute__((unused)) static size_t opaque_size(size_t size)
{
    __asm__ volatile("" : "+r"(size) : : "memory");
    return size;
}

/* Contents: large blocks are written at both ends only. */
#define FILLED_END ((size_t)2048)

__attribute__((unused)) static void fill(void *ptr, size_t size, unsigned seed)
{
    unsigned char *bytes = (unsigned char *)ptr;
    size_t first = size < FILLED_END ? size : FILLED_END;
    memset(bytes, (int)(seed & 0xff), first);
    memset(bytes + size - first, (int)(seed & 0xff), first);
}

__attribute__((unused)) static bool is_filled(const void *ptr, size_t size, unsigned seed)
{
    const unsigned char *bytes = (const unsigned char *)ptr;
    size_t first = size < FILLED_END ? size : FILLED_END;
    for (size_t i = 0; i < first; i++) {
        if (bytes[i] != (seed & 0xff) || bytes[size - 1 - i] != (seed & 0xff)) {
            return false;
        }
    }
    return true;
}

__attribute__((unused)) static bool is_zero(const void *ptr, size_t size)
{
    return is_filled(ptr, size, 0);
}

__attribute__((unused)) static bool is_aligned(const void *ptr, size_t alignment)
{
    return ((uintptr_t)ptr & (alignment - 1)) == 0;
}

/* Numbers of a generator whose state is the caller's, for one thread or process each. */
__attribute__((unused)) static unsigned next_random(unsigned *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* Mostly small sizes, some pooled large ones, few runs, very few mappings. */
__attribute__((unused)) static size_t random_size(unsigned *state)
{
    unsigned kind = next_random(state) % 256;
    unsigned value = next_random(state);
    return kind < 180   ? 1 + value % 512
           : kind < 245 ? 1 + value % 65536
           : kind < 255 ? 1 + value % (1u << 20)
                        : 1 + value % (24u << 20);
}

/* A block that says in its own first bytes what it must contain. */
typedef struct known_block {
    size_t size; /* of all */
    unsigned seed;
} known_block;

__attribute__((unused)) static known_block *known_init(void *ptr, size_t size, unsigned seed)
{
    known_block *block = (known_block *)ptr;
    block->size = size;
    block->seed = seed;
    fill(block + 1, size - sizeof *block, seed);
    return block;
}

__attribute__((unused)) static known_block *known_new(unsigned *state)
{
    size_t size = sizeof(known_block) + random_size(state);
    unsigned seed = next_random(state);
    void *ptr = seed % 16 == 0 ? memalign((size_t)16 << (seed / 16 % 9), size) : malloc(size);
    CHECK(ptr != NULL);
    return known_init(ptr, size, seed);
}

__attribute__((unused)) static void known_check(const known_block *block)
{
    CHECK(is_filled(block + 1, block->size - sizeof *block, block->seed));
}

/* Resized to another random size, with the old contents checked where they must still be. */
__attribute__((unused)) static known_block *known_resize(known_block *block, unsigned *state)
{
    size_t before = block->size;
    size_t size = sizeof(known_block) + random_size(state);
    size_t kept = (before < size ? before : size) - sizeof *block;
    unsigned seed = block->seed;
    known_check(block);
    block = (known_block *)realloc(block, size);
    CHECK(block != NULL);
    CHECK(block->size == before && block->seed == seed);
    CHECK(is_filled(block + 1, kept < FILLED_END ? kept : FILLED_END, seed));
    return known_init(block, size, next_random(state));
}

__attribute__((unused)) static void known_free(known_block *block)
{
    if (block != NULL) {
        known_check(block);
        free(block);
    }
}

/* Waits for a child and demands that it ended with status 0. */
__attribute__((unused)) static void reap(pid_t child)
{
    int status = 0;
    pid_t ended;
    do {
        ended = waitpid(child, &status, 0);
    } while (ended < 0 && errno == EINTR);
    CHECK(ended > 0 && (child < 0 || ended == child));
    if (WIFSIGNALED(status)) {
        errno = WTERMSIG(status);
        FAIL("a child was ended by the signal that errno says");
    }
    CHECK(WEXITSTATUS(status) == 0);
}

__attribute__((unused)) static void reap_any(void)
{
    reap(-1);
}

#ifdef __cplusplus
}
#endif

#endif /* CAIRN_TESTS_PROCESS_VICTIMS_VICTIM_H_ */
