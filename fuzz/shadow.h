/* SPDX-License-Identifier: Apache-2.0
 *
 * The model: what is live, by the account of the one who asked for it. Blocks are filled to their usable
 * size by a seed each; what is put in is checked for alignment, size and overlap, what is taken out for its
 * contents. A rule that is broken ends the process.
 */
#ifndef CAIRN_FUZZ_SHADOW_H_
#define CAIRN_FUZZ_SHADOW_H_

#include "cairn/base/compiler.h"

CAIRN_EXTERN_C_BEGIN

enum { CAIRN_FUZZ_BLOCKS_MAX = 8192 };

typedef struct cairn_fuzz_block {
    char *ptr;
    size_t size;      /* that was asked for */
    size_t usable;    /* at least size */
    size_t alignment; /* that was asked for, or that of every block */
    uint32_t seed;
    unsigned place;
} cairn_fuzz_block;

/* Blocks stand in no order that depends on their addresses, so that an input means the same in each run. */
typedef struct cairn_fuzz_shadow {
    size_t count;
    size_t live_bytes; /* usable */
    uint32_t next_seed;
    cairn_fuzz_block blocks[CAIRN_FUZZ_BLOCKS_MAX];
    struct {
        uintptr_t start;
        uintptr_t end;
    } ranges[CAIRN_FUZZ_BLOCKS_MAX]; /* in the order of addresses */
} cairn_fuzz_shadow;

/* Ends the process in one line: an allocator broke its contract. */
__attribute__((noreturn, format(printf, 1, 2))) void cairn_fuzz_fail(const char *format, ...);

#define CAIRN_FUZZ_EXPECT(condition, ...)                                                          \
    do {                                                                                           \
        if (CAIRN_UNLIKELY(!(condition))) {                                                        \
            cairn_fuzz_fail(__VA_ARGS__);                                                          \
        }                                                                                          \
    } while (0)

/* No blocks. */
void cairn_fuzz_shadow_clear(cairn_fuzz_shadow *shadow);

/* A live block; fills it. Its seed is chosen here. */
void cairn_fuzz_shadow_put(cairn_fuzz_shadow *shadow, cairn_fuzz_block block);

/* Takes a block out, by its number modulo count, which must not be 0; its contents are checked. */
cairn_fuzz_block cairn_fuzz_shadow_take(cairn_fuzz_shadow *shadow, size_t number);

/* Puts it back as it was. */
void cairn_fuzz_shadow_put_back(cairn_fuzz_shadow *shadow, cairn_fuzz_block block);

/* Checks the contents of all. */
void cairn_fuzz_shadow_verify(const cairn_fuzz_shadow *shadow);

/* Whether the block that was taken out has its first bytes still, at a new address. */
void cairn_fuzz_verify_kept(const cairn_fuzz_block *old, const char *now, size_t bytes);
void cairn_fuzz_verify_zero(const char *ptr, size_t bytes);

void cairn_fuzz_fill(char *ptr, size_t bytes, uint32_t seed);

/* Whether there is a live block of just these bytes. */
bool cairn_fuzz_shadow_has(const cairn_fuzz_shadow *shadow, const void *ptr, size_t usable);

CAIRN_EXTERN_C_END

#endif /* CAIRN_FUZZ_SHADOW_H_ */
