/* SPDX-License-Identifier: Apache-2.0
 *
 * What happens once, in the constructor of a configuration that heeds the environment: CAIRN_ variables
 * are read and the domains are given their stacks.
 */
#ifndef CAIRN_CONFIG_START_H_
#define CAIRN_CONFIG_START_H_

#include "cairn/config/preset.h"
#include "cairn/domains/generation.h"

CAIRN_EXTERN_C_BEGIN

/* The exit status of a program whose configuration cannot be had. */
enum { CAIRN_EXIT_CONFIGURATION = 125 };

struct cairn_startup;

/* The file that a watching `cairn run` has made. */
#define CAIRN_STATS_PAGE_VARIABLE "CAIRN_STATS_PAGE"

/* What `cairn run --stats` needs of a program (shared_stats.h). */
typedef struct cairn_watch {
    /* After CAIRN_HOOKS has put its hooks. */
    void (*hooks_were_put)(const struct cairn_startup *startup);
    void (*begin)(const struct cairn_startup *startup, const cairn_preset *chosen,
                  const char *path);
    void (*end)(void);
} cairn_watch;

/* What a configuration offers. Tables end with an entry without a name; the first preset is the one that
 * the configuration was built with. */
typedef struct cairn_startup {
    cairn_domain_table *table;
    const cairn_preset *const *presets;
    const cairn_arena_choice *arenas;
    const cairn_hook_choice *hooks;
    const cairn_watch *watch; /* or NULL */
    bool is_static;           /* no choice: then variables that ask for one are refused */
    const char *name;         /* the configuration's label */
    cairn_generation_maker *make_generation; /* NULL when static */
} cairn_startup;

/* Reads the environment and sets the domains up. *chosen is the preset in force from then on. */
void cairn_start(const cairn_startup *startup, const cairn_preset **chosen, char **envp);

/* The start of one that does not heed the environment. */
void cairn_start_by_itself(const cairn_startup *startup);

/* At the end of the program: reports, if they were asked for. */
void cairn_finish(const cairn_startup *startup, const cairn_preset *chosen);

/* What the constructor had to put off, in a library whose constructor runs before libc's. */
void cairn_start_late(void);

/* Both are false, in a weak definition. (Not weak references: gold gives a hidden one the address where
 * the program was loaded. Not const: gcc would use the value that it sees.)
 * A program that only reads the tables of parts, as the cairn command does, defines the first as true:
 * then the environment, which is meant for the programs that it starts, is not read. A library that calls
 * cairn_start_late defines the second as true. */
extern bool cairn_start_without_environment;
extern bool cairn_starts_late;

CAIRN_EXTERN_C_END

#endif /* CAIRN_CONFIG_START_H_ */
