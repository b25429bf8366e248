/* SPDX-License-Identifier: Apache-2.0
 *
 * The command `cairn run`.
 */
#ifndef CAIRN_TOOLS_RUN_H_
#define CAIRN_TOOLS_RUN_H_

#include "choices.h"

typedef enum cairn_run_stats {
    CAIRN_RUN_QUIET,
    CAIRN_RUN_TEXT,
    CAIRN_RUN_JSON,
} cairn_run_stats;

typedef struct cairn_run_options {
    const char *preset; /* NULL when not given, as the next three */
    const char *arena;
    const char *hooks;
    const char *stats_file;
    cairn_run_stats stats;
    char **program; /* its name and arguments */
} cairn_run_options;

/* Reads the command line of `cairn run`, argv[0] being "run". true: go on. false: *status is the exit
 * status, after help or one line about a mistake. */
bool cairn_run_parse(int argc, char **argv, cairn_run_options *out, int *status);

/* Returns the exit status. */
int cairn_run_command(int argc, char **argv);

#endif /* CAIRN_TOOLS_RUN_H_ */
