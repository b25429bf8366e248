/* SPDX-License-Identifier: Apache-2.0
 *
 * Puts Cairn under a program: finds what is needed, says what is wrong before anything is started, and
 * reports after the end.
 */
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "frames.h"
#include "library.h"
#include "message.h"
#include "program.h"
#include "report.h"

typedef struct run {
    cairn_run_options options;
    cairn_choices choices;
    char path[PATH_MAX];
    char library[PATH_MAX];
    int report_fd;
    int frames_fd;   /* -1: nobody reports errors */
    int write_error; /* errno of the report's first write that failed */
    const cairn_stats_page *page;
} run;

/* Options of `run` win over the environment. Unset variables stay unset. */
static bool set_choice(const char *variable, const cairn_choice *choice)
{
    return choice->value == NULL || setenv(variable, choice->value, 1) == 0;
}

static bool prepend_library(const char *library)
{
    const char *others = getenv("LD_PRELOAD");
    char *list;
    if (others == NULL || others[0] == '\0') {
        return setenv("LD_PRELOAD", library, 1) == 0;
    }
    if (asprintf(&list, "%s:%s", library, others) < 0) {
        return false;
    }
    bool is_set = setenv("LD_PRELOAD", list, 1) == 0;
    free(list);
    return is_set;
}

/* Statistics are counted outermost: what the program asked for. */
static bool add_stats_hook(run *r)
{
    const char *hooks = r->choices.hooks.value;
    char *list;
    if (cairn_hooks_name(hooks, "stats")) {
        return true;
    }
    if (hooks == NULL || hooks[0] == '\0') {
        r->choices.hooks.value = "stats";
        return true;
    }
    if (asprintf(&list, "%s,stats", hooks) < 0) {
        return false;
    }
    r->choices.hooks.value = list;
    return true;
}

static bool prepare_page(run *r)
{
    char path[CAIRN_PAGE_PATH_MAX];
    r->page = cairn_page_create(path);
    return r->page != NULL && add_stats_hook(r) && setenv(CAIRN_STATS_PAGE_VARIABLE, path, 1) == 0;
}

static bool prepare_frames(run *r)
{
    char path[CAIRN_FRAMES_PATH_MAX];
    r->frames_fd = -1;
    if (!cairn_choices_name_a_checker(&r->choices)) {
        return unsetenv(CAIRN_REPORT_VARIABLE) == 0;
    }
    r->frames_fd = cairn_frames_create(path);
    return r->frames_fd >= 0 && setenv(CAIRN_REPORT_VARIABLE, path, 1) == 0;
}

static bool open_report(run *r)
{
    const char *file = r->options.stats_file;
    r->report_fd = STDERR_FILENO;
    if (file != NULL) {
        r->report_fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    }
    if (r->report_fd < 0) {
        cairn_say("--stats-file %s: %s; name a file that you can write", file, strerror(errno));
    }
    return r->report_fd >= 0;
}

static bool prepare_environment(run *r)
{
    if ((r->options.stats != CAIRN_RUN_QUIET && !prepare_page(r)) || !prepare_frames(r) ||
        !set_choice("CAIRN_MALLOC", &r->choices.preset) ||
        !set_choice("CAIRN_ARENA", &r->choices.arena) ||
        !set_choice("CAIRN_HOOKS", &r->choices.hooks) || !prepend_library(r->library)) {
        cairn_say("cannot prepare the program's environment: %s", strerror(errno));
        return false;
    }
    return true;
}

static int prepare(run *r)
{
    const char *name = r->options.program[0];
    if (!cairn_choices_are_valid(&r->choices)) {
        return CAIRN_EXIT_USAGE;
    }
    if (!cairn_choices_are_available(&r->choices) || !cairn_enter_callers_directory()) {
        return CAIRN_EXIT_OWN_ERROR;
    }
    int status = cairn_program_find(name, r->path);
    status = status == 0 ? cairn_program_check(name, r->path) : status;
    if (status != 0) {
        return status;
    }
    bool is_ready = cairn_library_find(r->library) &&
                    (r->options.stats == CAIRN_RUN_QUIET || open_report(r)) &&
                    prepare_environment(r);
    return is_ready ? 0 : CAIRN_EXIT_OWN_ERROR;
}

static void write_report(void *ctx, const char *text, size_t count)
{
    run *r = ctx;
    while (count > 0 && r->write_error == 0) {
        ssize_t written = write(r->report_fd, text, count);
        if (written < 0 && errno != EINTR) {
            r->write_error = errno;
        } else if (written > 0) {
            text += written;
            count -= (size_t)written;
        }
    }
}

static bool wants_bold(int fd)
{
    const char *no_color = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");
    return isatty(fd) && (no_color == NULL || no_color[0] == '\0') && terminal != NULL &&
           strcmp(terminal, "dumb") != 0;
}

/* false when the report could not be written. */
static bool write_figures(run *r, const cairn_ending *ending)
{
    cairn_print out;
    const cairn_preset *preset = cairn_choices_preset(&r->choices);
    cairn_run_report report = {
        .name = r->options.program[0],
        .path = r->path,
        .preset = r->choices.preset.value != NULL ? r->choices.preset.value : preset->name,
        .arena = cairn_choices_arena(&r->choices),
        .raw_is_below = preset->raw != NULL,
        .is_bold = wants_bold(r->report_fd),
        .ending = *ending,
    };
    cairn_page_summarize(r->page, ending->pid, &report.summary);
    cairn_print_to(&out, write_report, r);
    if (r->options.stats == CAIRN_RUN_JSON) {
        cairn_report_json(&report, &out);
    } else {
        cairn_report_text(&report, &out);
    }
    cairn_print_flush(&out);
    if (!report.summary.is_counted) {
        cairn_say("%s was not counted, since the library was not in it: it may have cleared its "
                  "environment, have no /proc, or be gone before it had started",
                  report.name);
    }
    return r->write_error == 0;
}

static int failed_start(const run *r, int error)
{
    const char *name = r->options.program[0];
    if (error == ENOENT) {
        return cairn_fail(CAIRN_EXIT_NOT_FOUND, "%s: not found any more", name);
    }
    return cairn_fail(CAIRN_EXIT_NOT_EXECUTABLE, "%s: cannot be run: %s", name, strerror(error));
}

int cairn_run_command(int argc, char **argv)
{
    static run r;
    int status = 0;
    if (!cairn_run_parse(argc, argv, &r.options, &status)) {
        return status;
    }
    r.choices.preset = cairn_choice_of("--preset", r.options.preset, "CAIRN_MALLOC");
    r.choices.arena = cairn_choice_of("--arena", r.options.arena, "CAIRN_ARENA");
    r.choices.hooks = cairn_choice_of("--hooks", r.options.hooks, "CAIRN_HOOKS");
    status = prepare(&r);
    if (status != 0) {
        return status;
    }
    cairn_ending ending = cairn_launch(r.path, r.options.program);
    if (ending.pid < 0) {
        return cairn_fail(CAIRN_EXIT_OWN_ERROR, "no process for the program: %s; try again later",
                          strerror(ending.error));
    }
    if (!ending.is_started) {
        return failed_start(&r, ending.error);
    }
    if (r.frames_fd >= 0) {
        cairn_frames_print(r.frames_fd, r.library);
    }
    status = ending.signal != 0 ? CAIRN_EXIT_SIGNAL + ending.signal : ending.exit_status;
    if (r.options.stats != CAIRN_RUN_QUIET && !write_figures(&r, &ending)) {
        const char *file = r.options.stats_file;
        cairn_say("%s: the statistics could not be written: %s", file != NULL ? file : "stderr",
                  strerror(r.write_error));
        status = status == 0 ? CAIRN_EXIT_OWN_ERROR : status;
    }
    return status;
}
