/* SPDX-License-Identifier: Apache-2.0
 *
 * An arena provider that counts: over a real one, it compares each free with its alloc, fails when it is
 * told to, and knows at the end whether everything came back. The input chooses what it offers.
 */
#ifndef CAIRN_FUZZ_PROVIDER_H_
#define CAIRN_FUZZ_PROVIDER_H_

#include "cairn/allocators/arena.h"

CAIRN_EXTERN_C_BEGIN

enum { CAIRN_FUZZ_ARENAS_MAX = 4096 };

typedef struct cairn_fuzz_provider {
    cairn_arena_source below;
    cairn_arena_more more;
    size_t misalignment; /* arenas start so far behind where they started below */
    size_t most_bytes;   /* held at once; more is refused */
    size_t live_bytes;
    size_t calls;   /* of alloc, alloc_aligned and remap */
    size_t refused; /* of these */
    size_t fail_from;
    size_t fail_until;
    bool moves;           /* remap always finds another place */
    void (*before)(void); /* each call, or NULL */
    size_t count;
    struct {
        char *ptr;
        size_t bytes;
    } arenas[CAIRN_FUZZ_ARENAS_MAX];
} cairn_fuzz_provider;

/* Over one of the real providers, by the number `choice`: mostly a buffer of a fixed size, which is quick and
 * of which there is one, so that only one such provider can be in use; else mmap or libc's malloc. `offers`
 * are five bits: which optional operations it leaves out, whether remap moves, whether memory is misaligned. */
enum { CAIRN_FUZZ_PROVIDER_CHOICES = 8 };
void cairn_fuzz_provider_begin(cairn_fuzz_provider *provider, unsigned choice, unsigned offers);

/* Over any provider, with all that it offers. */
void cairn_fuzz_provider_begin_over(cairn_fuzz_provider *provider, cairn_arena_source below);

/* Ends the process if something did not come back. */
void cairn_fuzz_provider_end(const cairn_fuzz_provider *provider);

cairn_arena_source cairn_fuzz_provider_source(cairn_fuzz_provider *provider);

/* The n-th call from now (1: the next) fails, and so many after it. */
void cairn_fuzz_provider_fail(cairn_fuzz_provider *provider, size_t nth, size_t more);

CAIRN_EXTERN_C_END

#endif /* CAIRN_FUZZ_PROVIDER_H_ */
