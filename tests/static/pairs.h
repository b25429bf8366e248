/* SPDX-License-Identifier: Apache-2.0
 *
 * Loops of one malloc and one free, and of batches of them, each a function whose instructions callgrind
 * counts, and the main() of the programs that run them.
 */
#ifndef TESTS_STATIC_PAIRS_H_
#define TESTS_STATIC_PAIRS_H_

#include <stddef.h>

/* Where the compiler can see neither the size nor what becomes of the block. */
#define PAIRS_LOOP(name, bytes, take, give)                                                        \
    __attribute__((noinline)) static void name##_##bytes(unsigned long count)                      \
    {                                                                                              \
        for (; count != 0; count--) {                                                              \
            size_t size = bytes;                                                                   \
            __asm__ volatile("" : "+r"(size));                                                     \
            void *block = take(size);                                                              \
            __asm__ volatile("" : "+r"(block) : : "memory");                                       \
            give(block);                                                                           \
        }                                                                                          \
    }

enum { PAIRS_BATCH = 1000 };

/* Many mallocs, then as many frees in disorder: what the slow paths add to each pair. */
#define BATCH_LOOP(name, bytes, take, give)                                                        \
    __attribute__((noinline)) static void name##_##bytes(unsigned long count)                      \
    {                                                                                              \
        static void *blocks[PAIRS_BATCH];                                                          \
        for (; count != 0; count--) {                                                              \
            for (size_t i = 0; i < PAIRS_BATCH; i++) {                                             \
                blocks[i] = take(bytes);                                                           \
            }                                                                                      \
            for (size_t i = 0; i < PAIRS_BATCH; i++) {                                             \
                give(blocks[i * 617 % PAIRS_BATCH]);                                               \
            }                                                                                      \
        }                                                                                          \
    }

/* A case: a loop for each size, of take(size) and give(block). */
#define PAIRS(name, take, give) EACH_SIZE(PAIRS_LOOP, name, take, give)
#define BATCHES(name, take, give) EACH_SIZE(BATCH_LOOP, name, take, give)
#define EACH_SIZE(LOOP, name, take, give)                                                          \
    LOOP(name, 16, take, give)                                                                     \
    LOOP(name, 64, take, give)                                                                     \
    LOOP(name, 512, take, give)                                                                    \
    LOOP(name, 4096, take, give)                                                                   \
    static void name(unsigned long count)                                                          \
    {                                                                                              \
        name##_16(count);                                                                          \
        name##_64(count);                                                                          \
        name##_512(count);                                                                         \
        name##_4096(count);                                                                        \
    }

/* With a count, runs each case so often; without one, tells what the program was built with. */
int pairs_main(int argc, char **argv, void (*const cases[])(unsigned long count));

#endif /* TESTS_STATIC_PAIRS_H_ */
