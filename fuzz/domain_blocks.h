/* SPDX-License-Identifier: Apache-2.0
 *
 * Three domains over one bottom, the blocks that they have given out, and calls of theirs, of which it is
 * compared what came back and what hooks have counted.
 */
#ifndef CAIRN_FUZZ_DOMAIN_BLOCKS_H_
#define CAIRN_FUZZ_DOMAIN_BLOCKS_H_

#include "cairn/domains/domain.h"
#include "cairn/fuzz/input.h"
#include "cairn/fuzz/relay.h"
#include "cairn/hooks/stats/stats.h"

enum { FUZZ_DOMAIN_BLOCKS = 40 };

typedef struct fuzz_domain_block {
    unsigned char *start; /* NULL: there is none */
    size_t size;
    unsigned domain;
    uint8_t seed;
} fuzz_domain_block;

typedef struct fuzz_domains {
    cairn_domain domains[CAIRN_DOMAINS_MAX];
    cairn_domain_table table;
    fuzz_relay bottom;
    fuzz_domain_block blocks[FUZZ_DOMAIN_BLOCKS];
    fuzz_input input;
} fuzz_domains;

/* What a hook should see of the next call of its domain. */
typedef struct fuzz_sight {
    bool is_exact;      /* no hook in the domain calls the layer below in its own way */
    bool is_seen;       /* it is on, and calls come to it */
    bool is_below_fail; /* a call that fails does not */
    bool may_fail;      /* some hook may have the call fail */
    bool is_measured;   /* debug is on: of a new block just what was asked for is usable */
} fuzz_sight;

void fuzz_domains_expect(bool holds);

/* A fresh bottom and no hooks. */
void fuzz_domains_open(fuzz_domains *world);

/* One call of a domain, or a look at all, as the operation says. */
void fuzz_domains_work(fuzz_domains *world, unsigned domain, uint8_t operation,
                       const fuzz_sight *stats, const fuzz_sight *tally);

/* Frees all blocks and has hooks give back what they keep. */
void fuzz_domains_drain(fuzz_domains *world);

#endif /* CAIRN_FUZZ_DOMAIN_BLOCKS_H_ */
