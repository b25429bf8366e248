/* SPDX-License-Identifier: Apache-2.0
 *
 * What a configuration tells of itself, for configurations that offer it when a program starts; and what
 * one that is dynamic offers. The tables are written by Bazel (config/stack.bzl).
 */
#ifndef CAIRN_CONFIG_PRESET_H_
#define CAIRN_CONFIG_PRESET_H_

#include "cairn/allocators/allocator.h"
#include "cairn/allocators/arena.h"
#include "cairn/domains/domain.h"
#include "cairn/hooks/hook.h"

CAIRN_EXTERN_C_BEGIN

typedef struct cairn_preset {
    const char *name; /* as CAIRN_MALLOC and --preset spell it */
    const char *summary;
    bool has_arenas;
    /* Whether its layers know each block of theirs by its address. One with hooks that change layout does,
     * too, when they are given the option index=1. */
    bool owns_all;
    /* The layers as they are built, and whether each passes a pointer that it does not own on to the raw
     * domain. */
    const cairn_layer *domains[CAIRN_DOMAINS_BUILT_IN];
    bool forwards_to_raw[CAIRN_DOMAINS_BUILT_IN];
    /* Where it keeps a pointer to the raw domain that it passes on to; NULL when it has none. */
    cairn_domain **raw;
    /* Where the next arenas come from; NULL without arenas, as the next ones. Setting is false, and changes
     * nothing, without memory. */
    bool (*set_arena_source)(cairn_arena_source source);
    cairn_arena_source (*get_arena_source)(void);
    void (*set_before_arena)(void (*before_arena)(void *ctx));
    /* Finds what the preset needs of the system; false and a sentence that says what to install when it
     * is not there. NULL when it needs nothing. */
    bool (*load)(const char **error);
    /* Gives the preset's hooks their options, the text behind "NAME:". Before its first block. false and
     * a sentence when they are wrong. NULL when no hook is part of it. */
    bool (*set_options)(const char *options, const char **error);
} cairn_preset;

/* As cairn_arena_source_get and _set in cairn.h, for one preset. */
bool cairn_preset_arena_source_get(const cairn_preset *preset, cairn_arena_source *out);
cairn_status cairn_preset_arena_source_set(const cairn_preset *preset, cairn_arena_source source);

/* An arena provider by the name that CAIRN_ARENA and --arena take. */
typedef struct cairn_arena_choice {
    const char *name;
    const char *summary;
    cairn_arena_source source; /* when make is NULL */
    /* Makes the source from the text behind "NAME:"; on failure it returns false and sets *error. */
    bool (*make)(const char *options, cairn_arena_source *out, const char **error);
} cairn_arena_choice;

typedef struct cairn_hook_choice {
    const cairn_hook *hook;
    const char *summary;
} cairn_hook_choice;

CAIRN_EXTERN_C_END

#endif /* CAIRN_CONFIG_PRESET_H_ */
