/* SPDX-License-Identifier: Apache-2.0
 *
 * The presets, arena providers and hooks that can be chosen by name.
 */
#ifndef CAIRN_TOOLS_CHOICES_H_
#define CAIRN_TOOLS_CHOICES_H_

#include "cairn/config/preset.h"

/* A value and where it comes from, "--preset" or "CAIRN_MALLOC", for messages. */
typedef struct cairn_choice {
    const char *value; /* NULL: not chosen */
    const char *source;
} cairn_choice;

typedef struct cairn_choices {
    cairn_choice preset;
    cairn_choice arena;
    cairn_choice hooks;
} cairn_choices;

/* An option that was given, else the variable of the environment. */
cairn_choice cairn_choice_of(const char *option, const char *value, const char *variable);

/* Whether all names are known and fit together. Otherwise one line has said what is wrong. Options of
 * parts are left to the library, which makes the parts. */
bool cairn_choices_are_valid(const cairn_choices *choices);

/* Whether the system has what the chosen preset needs. Otherwise one line has said what to install. */
bool cairn_choices_are_available(const cairn_choices *choices);

/* The chosen preset, or the default one. The choice is valid. */
const cairn_preset *cairn_choices_preset(const cairn_choices *choices);

/* Whether a hook is among them that reports errors of the program: the debug hook, by a preset or by name. */
bool cairn_choices_name_a_checker(const cairn_choices *choices);

/* What gives the arenas, as chosen or by default; NULL when the preset has none. */
const char *cairn_choices_arena(const cairn_choices *choices);

/* Whether a list of hooks names one, whatever its options. */
bool cairn_hooks_name(const char *hooks, const char *name);

/* The command `cairn presets`. */
int cairn_presets_command(int argc, char **argv);

#endif /* CAIRN_TOOLS_CHOICES_H_ */
