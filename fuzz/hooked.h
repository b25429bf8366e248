/* SPDX-License-Identifier: Apache-2.0
 *
 * Domains of the fuzzer's own over whatever serves the places of a machine, so that hooks can be put and
 * removed while blocks are out. Layers and hooks are for ever; so these domains, and what they begin with,
 * are the same for all inputs, and pass on to the instances of the present one.
 */
#ifndef CAIRN_FUZZ_HOOKED_H_
#define CAIRN_FUZZ_HOOKED_H_

#include "cairn/fuzz/machine.h"

CAIRN_EXTERN_C_BEGIN

/* Puts a domain over each place; from then on operations on hooks are carried out. hooks are bits: which
 * stand there from the beginning. */
void cairn_fuzz_hooked_begin(cairn_fuzz_machine *machine, unsigned hooks);

/* The operations by themselves, on any domain; what says which hook, with which options. Whether it was one
 * that changes how blocks look. */
bool cairn_fuzz_put_hook(cairn_domain *domain, unsigned what);
void cairn_fuzz_remove_hook(cairn_domain *domain, unsigned what);

/* After all blocks were freed. No request fails by a plan any more. */
void cairn_fuzz_hooked_end(void);

CAIRN_EXTERN_C_END

#endif /* CAIRN_FUZZ_HOOKED_H_ */
