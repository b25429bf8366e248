/* SPDX-License-Identifier: Apache-2.0
 *
 * Fresh instances of the allocators, over one counting provider, as the first bytes of an input say. What
 * the machine needs to know of them is filled into its places: 0 is the top, 1 what is below it.
 */
#ifndef CAIRN_FUZZ_INSTANCES_H_
#define CAIRN_FUZZ_INSTANCES_H_

#include "cairn/allocators/large/large.h"
#include "cairn/allocators/pymalloc/pymalloc.h"
#include "cairn/fuzz/machine.h"

CAIRN_EXTERN_C_BEGIN

typedef struct cairn_fuzz_instances {
    cairn_fuzz_machine machine;
    cairn_fuzz_provider provider;
    cairn_large *large;
    cairn_pymalloc *pools;
    bool pools_are_single;
    bool arenas_are_of_large; /* the pools' arenas are runs of large */
    bool leaves_live;         /* blocks that are live go with their instance */
} cairn_fuzz_instances;

/* What stands at the bottom. */
typedef enum cairn_fuzz_bottom {
    CAIRN_FUZZ_SYSTEM, /* libc's malloc */
    CAIRN_FUZZ_LARGE,
    CAIRN_FUZZ_NO_MEMORY, /* nothing but arenas */
} cairn_fuzz_bottom;

/* Reads the first bytes: the provider, threads, whether there may be a fork. All instances of a process share
 * one record. */
cairn_fuzz_instances *cairn_fuzz_instances_begin(const uint8_t *data, size_t size);

/* Puts a bottom into the last place, and pools over it in front. false when a provider refused what they
 * need. Options are read from the input. */
bool cairn_fuzz_instances_put_bottom(cairn_fuzz_instances *it, cairn_fuzz_bottom bottom);
bool cairn_fuzz_instances_put_pools(cairn_fuzz_instances *it, bool is_single);

/* Destroys what there is and ends the machine. */
void cairn_fuzz_instances_end(cairn_fuzz_instances *it);

/* All of it for pools over some bottom, and for large alone. */
int cairn_fuzz_pools(const uint8_t *data, size_t size, bool is_single);

CAIRN_EXTERN_C_END

#endif /* CAIRN_FUZZ_INSTANCES_H_ */
