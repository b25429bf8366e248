/* SPDX-License-Identifier: Apache-2.0
 *
 * Loops of one malloc and one free, each a function whose instructions callgrind counts, and the main()
 * of the programs that run them.
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

/* A case: a loop for each size, of take(size) and give(block). */
#define PAIRS(name, take, give)                                                                    \
    PAIRS_LOOP(name, 16, take, give)                                                               \
    PAIRS_LOOP(name, 64, take, give)                                                               \
    PAIRS_LOOP(name, 512, take, give)                                                              \
    PAIRS_LOOP(name, 4096, take, give)                                                             \
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
