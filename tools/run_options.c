/* SPDX-License-Identifier: Apache-2.0
 *
 * The command line of `cairn run`.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "run.h"

static const char help[] =
    "usage: cairn run [OPTION]... [--] PROGRAM [ARGUMENT]...\n"
    "\n"
    "Runs a program with Cairn as its malloc. `cairn presets` lists the choices.\n"
    "\n"
    "  --preset P        the allocators, instead of CAIRN_MALLOC\n"
    "  --arena A         where their memory comes from, instead of CAIRN_ARENA\n"
    "  --hooks H1,H2     what watches them, innermost first, instead of CAIRN_HOOKS\n"
    "  --stats[=FORMAT]  figures on stderr after the end: text (the usual) or json\n"
    "  --stats-file F    figures into file F instead\n"
    "  --help            this text\n"
    "\n"
    "Parts take options: NAME[:key=value]..., as in --arena fixed:size=64M.\n"
    "CAIRN_LIBRARY tells where libcairn_malloc.so is, if not beside this command.\n"
    "\n"
    "The exit status is the program's own, 128+n if signal n ended it, 125 if Cairn\n"
    "could not do its part, 126 if the program cannot be run, 127 if there is none,\n"
    "and 2 for mistakes in the command line. docs/run.md has more.\n";

static const struct option long_options[] = {
    {"preset", required_argument, NULL, 'p'},
    {"arena", required_argument, NULL, 'a'},
    {"hooks", required_argument, NULL, 'k'},
    {"stats", optional_argument, NULL, 's'},
    {"stats-file", required_argument, NULL, 'f'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static bool read_format(const char *text, cairn_run_stats *out)
{
    if (text == NULL || strcmp(text, "text") == 0) {
        *out = CAIRN_RUN_TEXT;
    } else if (strcmp(text, "json") == 0) {
        *out = CAIRN_RUN_JSON;
    } else {
        cairn_say("--stats=%s: unknown format; choose from: text, json", text);
        return false;
    }
    return true;
}

/* Prints the help. false: it was that, or a mistake. */
static bool take(int option, char **argv, cairn_run_options *out, int *status)
{
    *status = CAIRN_EXIT_USAGE;
    switch (option) {
    case 'p':
        out->preset = optarg;
        return true;
    case 'a':
        out->arena = optarg;
        return true;
    case 'k':
        out->hooks = optarg;
        return true;
    case 's':
        return read_format(optarg, &out->stats);
    case 'f':
        out->stats_file = optarg;
        return true;
    case 'h':
        *status = fputs(help, stdout) >= 0 ? EXIT_SUCCESS : CAIRN_EXIT_OWN_ERROR;
        return false;
    case ':':
        cairn_say("run: option %s needs a value; see cairn run --help", argv[optind - 1]);
        return false;
    default:
        cairn_say("run: unknown option %s; see cairn run --help", argv[optind - 1]);
        return false;
    }
}

bool cairn_run_parse(int argc, char **argv, cairn_run_options *out, int *status)
{
    int option;
    memset(out, 0, sizeof *out);
    opterr = 0;
    /* "+": the first word that is no option is the program, and the rest is its own. */
    while ((option = getopt_long(argc, argv, "+:", long_options, NULL)) != -1) {
        if (!take(option, argv, out, status)) {
            return false;
        }
    }
    if (optind == argc) {
        *status = cairn_fail(CAIRN_EXIT_USAGE, "run: no program given; see cairn run --help");
        return false;
    }
    if (out->stats_file != NULL && out->stats == CAIRN_RUN_QUIET) {
        out->stats = CAIRN_RUN_TEXT;
    }
    out->program = argv + optind;
    return true;
}
