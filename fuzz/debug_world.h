/* SPDX-License-Identifier: Apache-2.0
 *
 * The debug hook with every option, in three domains over one bottom, and a model of the blocks that are
 * live: where each is, whose, how long, and what was written into it.
 */
#ifndef CAIRN_FUZZ_DEBUG_WORLD_H_
#define CAIRN_FUZZ_DEBUG_WORLD_H_

#include "cairn/fuzz/input.h"
#include "cairn/fuzz/relay.h"
#include "cairn/hooks/debug/debug.h"

enum { FUZZ_DOMAINS = 3, FUZZ_VARIANTS = 9, FUZZ_BLOCKS = 32 };

typedef struct fuzz_block {
    char *start; /* NULL: there is none */
    size_t size;
    size_t alignment; /* that it was made with; 0: a plain one */
    bool is_resized;  /* then it may have lost it */
    unsigned domain;
    uint8_t seed; /* of its contents */
} fuzz_block;

typedef struct fuzz_variant {
    const char *options;
    bool is_compat;
    bool is_found_by_check; /* a check looks at each block whose header may be damaged */
    size_t quarantine;
    fuzz_relay relay;
    cairn_layer layers[FUZZ_DOMAINS];
} fuzz_variant;

typedef struct fuzz_world {
    fuzz_variant *variant;
    fuzz_block blocks[FUZZ_BLOCKS];
    fuzz_input input;
} fuzz_world;

extern const char *const fuzz_domain_names[FUZZ_DOMAINS];

/* A fresh bottom under the variant that the input names. */
void fuzz_world_open(fuzz_world *world);

/* Frees what is live, has the quarantines give back what they keep, and destroys the bottom. lost: the most
 * blocks that a report may have left without an owner. */
void fuzz_world_close(fuzz_world *world, size_t lost);

size_t fuzz_world_live(const fuzz_world *world);
cairn_layer fuzz_world_layer(const fuzz_world *world, const fuzz_block *block);

/* Small sizes mostly; any up to a mebibyte and a bit. */
size_t fuzz_pick_size(fuzz_input *input);

/* Writes contents to a block, and compares them up to a size. */
void fuzz_block_fill(fuzz_block *block);
void fuzz_block_compare(const fuzz_block *block, size_t size);

/* One operation on one block, as the input says. Nothing is wrong with it: a report is a finding. */
void fuzz_world_operate(fuzz_world *world);

void fuzz_world_expect(const fuzz_world *world, bool holds, const char *what);

#endif /* CAIRN_FUZZ_DEBUG_WORLD_H_ */
