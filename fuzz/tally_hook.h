/* SPDX-License-Identifier: Apache-2.0
 *
 * Two hooks as a user might write them: one that counts calls, and one that says it changes layout and does not
 * know its own blocks, so that it cannot be put where blocks are out.
 */
#ifndef CAIRN_FUZZ_TALLY_HOOK_H_
#define CAIRN_FUZZ_TALLY_HOOK_H_

#include "cairn/hooks/hook.h"

typedef struct fuzz_tally_state {
    cairn_hook_node node; /* must be first */
    size_t calls;
} fuzz_tally_state;

extern const cairn_hook fuzz_tally_hook;
extern const cairn_hook fuzz_unindexed_hook;

#endif /* CAIRN_FUZZ_TALLY_HOOK_H_ */
