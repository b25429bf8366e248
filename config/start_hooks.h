/* SPDX-License-Identifier: Apache-2.0
 *
 * The hooks part of a start: those that CAIRN_HOOKS puts, and options of those that a preset has.
 */
#ifndef CAIRN_CONFIG_START_HOOKS_H_
#define CAIRN_CONFIG_START_HOOKS_H_

#include "cairn/config/start.h"

CAIRN_EXTERN_C_BEGIN

/* Why hooks cannot be put. */
typedef struct cairn_hooks_problem {
    const char *sentence; /* NULL: all is well */
    bool is_unknown;      /* no hook has that name */
} cairn_hooks_problem;

/* Puts the hooks of a list over all domains, innermost first. One that changes layout starts a new
 * generation of each domain, since blocks are out; where the preset in force has it already, it stays as
 * it is. */
cairn_hooks_problem cairn_start_put_hooks(const cairn_startup *startup, const cairn_preset *chosen,
                                          const char *list);

/* Gives the hooks of the chosen preset their options, "" for none; NULL or a sentence. Those of the
 * preset that the program was built with have blocks out and may lay them out otherwise from now on:
 * then this starts a new generation, too. */
const char *cairn_start_preset_options(const cairn_startup *startup, const cairn_preset *chosen,
                                       const char *options);

CAIRN_EXTERN_C_END

#endif /* CAIRN_CONFIG_START_HOOKS_H_ */
