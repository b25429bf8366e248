/* SPDX-License-Identifier: Apache-2.0
 *
 * The state machine: carries out the operations of an input on up to four layers, which stand over counting
 * providers, and holds what they do against the model. What each of them must be true to is said by its
 * place.
 */
#ifndef CAIRN_FUZZ_MACHINE_H_
#define CAIRN_FUZZ_MACHINE_H_

#include "cairn/allocators/allocator.h"
#include "cairn/domains/domain.h"
#include "cairn/fuzz/op_stream.h"
#include "cairn/fuzz/provider.h"
#include "cairn/fuzz/shadow.h"

CAIRN_EXTERN_C_BEGIN

enum { CAIRN_FUZZ_PLACES_MAX = 4 };

typedef struct cairn_fuzz_place {
    cairn_layer layer;
    cairn_domain *domain; /* if not NULL, its layer of the moment */

    /* Requests below so many bytes succeed unless a provider refused something meanwhile. */
    size_t sure_bytes;

    /* Its owns and owns_block know each of its blocks, and its block_start the start of each. */
    bool owns_all;

    /* The places, as bits, whose blocks its statistics count, to the block and to the byte; 0: not known. The
     * same for its walk. */
    unsigned counts;
    unsigned walks;
} cairn_fuzz_place;

typedef struct cairn_fuzz_machine {
    cairn_fuzz_stream in;
    cairn_fuzz_place places[CAIRN_FUZZ_PLACES_MAX];
    unsigned place_count;
    cairn_fuzz_provider *providers[CAIRN_FUZZ_PLACES_MAX];
    unsigned provider_count;
    unsigned threads;  /* workers besides the fuzzer's own thread */
    bool may_fork;     /* once for each input */
    size_t most_bytes; /* live at once */
    cairn_fuzz_shadow *shadow;
    bool is_child;   /* of a fork */
    bool is_exact;   /* statistics know all: no heap was lost in a fork */
    unsigned inside; /* operations that have begun and not ended */
    size_t begun;    /* operations so far */

    /* Further checks when statistics are asked for, and the operations that concern hooks; or NULL. */
    void (*verify)(struct cairn_fuzz_machine *machine);
    void (*change)(struct cairn_fuzz_machine *machine, const cairn_fuzz_op *op);
    void *ctx;
} cairn_fuzz_machine;

enum { CAIRN_FUZZ_OPS_MAX = 2048, CAIRN_FUZZ_LIVE_MAX = 6 << 20 };

/* A machine without places, whose operations are what is left of the input. There is one at a time. */
void cairn_fuzz_machine_begin(cairn_fuzz_machine *machine, cairn_fuzz_stream in);

/* Carries the operations out. */
void cairn_fuzz_machine_run(cairn_fuzz_machine *machine);

/* Frees what is live, and has the statistics say so. */
void cairn_fuzz_machine_free_all(cairn_fuzz_machine *machine);

/* After all is destroyed: the providers have everything back. Ends the child of a fork. */
void cairn_fuzz_machine_end(cairn_fuzz_machine *machine);

/* What providers, and the hook fail, have refused so far. */
size_t cairn_fuzz_machine_refused(const cairn_fuzz_machine *machine);

cairn_layer cairn_fuzz_layer_of(const cairn_fuzz_place *place);

/* The bit of a place. */
#define CAIRN_FUZZ_BIT(place) (1u << (place))

/* One operation, on the calling thread (machine.c), and those of them that change nothing (look.c). */
void cairn_fuzz_carry_out(cairn_fuzz_machine *machine, const cairn_fuzz_op *op);
void cairn_fuzz_look(cairn_fuzz_machine *machine, const cairn_fuzz_op *op);

/* Time as the program under test sees it (fuzz/clock.c). */
void cairn_fuzz_clock_pass(uint64_t milliseconds);

/* Called whenever somebody looks at the clock, or NULL. */
extern void (*cairn_fuzz_clock_before)(void);

CAIRN_EXTERN_C_END

#endif /* CAIRN_FUZZ_MACHINE_H_ */
