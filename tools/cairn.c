/* SPDX-License-Identifier: Apache-2.0
 *
 * The `cairn` command: hands its arguments to the command that they name.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cairn/config/start.h"
#include "choices.h"
#include "message.h"
#include "run.h"

/* CAIRN_ variables are for the programs that we start. */
bool cairn_start_without_environment = true;

static const char help[] =
    "usage: cairn COMMAND [ARGUMENT]...\n"
    "\n"
    "  run      runs a program with Cairn as its malloc\n"
    "  presets  lists the presets, arena providers and hooks to run it with\n"
    "\n"
    "  --help, --version\n"
    "\n"
    "`cairn COMMAND --help` tells more.\n";

typedef struct command {
    const char *name;
    int (*run)(int argc, char **argv);
} command;

static int print_help(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    fputs(help, stdout);
    return EXIT_SUCCESS;
}

static int print_version(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    fputs("cairn " CAIRN_VERSION "\n", stdout);
    return EXIT_SUCCESS;
}

static const command commands[] = {
    {"run", cairn_run_command},
    {"presets", cairn_presets_command},
    {"--help", print_help},
    {"--version", print_version},
};

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(commands[i].name, name) == 0) {
            int status = commands[i].run(argc - 1, argv + 1);
            if (status == EXIT_SUCCESS && fflush(stdout) != 0) {
                return cairn_fail(CAIRN_EXIT_OWN_ERROR, "cannot write to stdout");
            }
            return status;
        }
    }
    if (argc == 1) {
        return cairn_fail(CAIRN_EXIT_USAGE, "no command given; try cairn run PROGRAM, or see "
                                            "cairn --help");
    }
    return cairn_fail(CAIRN_EXIT_USAGE, "unknown command %s; choose from: run, presets", name);
}
