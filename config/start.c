/* SPDX-License-Identifier: Apache-2.0
 *
 * Start-up of a configuration that heeds the environment: CAIRN_MALLOC, CAIRN_ARENA, CAIRN_HOOKS and
 * CAIRN_MALLOCSTATS are read once, from the environment that the program was started with. A wrong
 * value ends the program in one line; it never runs on a default that was not asked for.
 */
#include "cairn/config/start.h"

#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "cairn/base/environment.h"
#include "cairn/base/options.h"
#include "cairn/base/print.h"
#include "cairn/config/report.h"
#include "cairn/config/start_hooks.h"

CAIRN_WEAK bool cairn_start_without_environment = false;
CAIRN_WEAK bool cairn_starts_late = false;

/* Of the configuration that is starting, and at the end of the one that reports. */
static const cairn_startup *startup;
static const cairn_preset *chosen;
static const char *malloc_value;
static bool reports_at_exit;
static cairn_report_format exit_format;

/* A set-uid or set-gid program ignores what its caller says. */
static const char *variable(char **envp, const char *name)
{
    size_t length = strlen(name);
    if (getauxval(AT_SECURE) != 0) {
        return NULL;
    }
    for (; *envp != NULL; envp++) {
        if (strncmp(*envp, name, length) == 0 && (*envp)[length] == '=' &&
            (*envp)[length + 1] != '\0') {
            return *envp + length + 1;
        }
    }
    return NULL;
}

/* One line, whatever characters a value has. */
static void write_plain(void *ctx, const char *text, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        cairn_printf(ctx, "%c", cairn_plain(text[i]));
    }
}

/* Ends the program: "cairn: CAIRN_MALLOC=x: unknown preset; choose from: a, b, c". */
typedef const char *(*name_at)(size_t index);

__attribute__((noreturn, cold)) static void refuse(const char *name, const char *value,
                                                   const char *sentence, name_at choices)
{
    cairn_print out;
    cairn_print line;
    cairn_print_to_fd(&out, 2);
    cairn_print_to(&line, write_plain, &out);
    cairn_printf(&line, "cairn: %s=%s: %s", name, value, sentence);
    for (size_t i = 0; choices != NULL && choices(i) != NULL; i++) {
        cairn_printf(&line, "%s%s", i == 0 ? "; choose from: " : ", ", choices(i));
    }
    cairn_print_flush(&line);
    cairn_printf(&out, "\n");
    cairn_print_flush(&out);
    _exit(CAIRN_EXIT_CONFIGURATION);
}

static const char *preset_name(size_t index)
{
    const cairn_preset *preset = startup->presets[index];
    return preset != NULL ? preset->name : NULL;
}

static const char *arena_name(size_t index)
{
    return startup->arenas[index].name;
}

static const char *hook_name(size_t index)
{
    const cairn_hook *hook = startup->hooks[index].hook;
    return hook != NULL ? hook->name : NULL;
}

static void load_preset(void)
{
    const char *error = NULL;
    if (chosen->load != NULL && !chosen->load(&error)) {
        refuse(malloc_value != NULL ? "CAIRN_MALLOC" : "preset", chosen->name, error, NULL);
    }
}

/* NAME or NAME:key=value:... */
static void choose_preset(const char *value)
{
    size_t length = strcspn(value, ":");
    for (size_t i = 0; startup->presets[i] != NULL; i++) {
        const char *name = startup->presets[i]->name;
        if (strlen(name) == length && strncmp(name, value, length) == 0) {
            chosen = startup->presets[i];
            malloc_value = value;
            return;
        }
    }
    refuse("CAIRN_MALLOC", value, "unknown preset", preset_name);
}

/* Layers of another preset go on resizing and freeing the blocks that the built-in one has given out. */
static const cairn_layer *after_built_in(const cairn_layer *newer, const cairn_layer *built_in)
{
    bool by_newer =
        !startup->presets[0]->owns_all && (chosen->owns_all || chosen->set_options != NULL);
    const cairn_layer *layer = startup->make_generation(
        newer, built_in, by_newer ? CAIRN_NEWER_ONLY_IF_IT_OWNS : CAIRN_OLDER_IF_IT_OWNS);
    if (layer == NULL) {
        refuse("CAIRN_MALLOC", malloc_value, "out of memory for its layers", NULL);
    }
    return layer;
}

/* Whether what the chosen layer does not own reaches, through our raw domain, what served until now. */
static bool finds_older_by_raw(unsigned i)
{
    const cairn_preset *built_in = startup->presets[0];
    return chosen->forwards_to_raw[i] && chosen->raw != NULL &&
           *chosen->raw == &startup->table->domains[CAIRN_DOMAIN_RAW] &&
           built_in->domains[i] == built_in->domains[CAIRN_DOMAIN_RAW];
}

static void set_preset_options(void)
{
    const char *options = malloc_value != NULL ? strchr(malloc_value, ':') : NULL;
    const char *error =
        cairn_start_preset_options(startup, chosen, options != NULL ? options + 1 : "");
    if (error != NULL) {
        refuse("CAIRN_MALLOC", malloc_value, error, NULL);
    }
}

static void serve_domains(void)
{
    const cairn_preset *built_in = startup->presets[0];
    cairn_domain *domains = startup->table->domains;
    /* What the built-in stack serves still, domains of the user's own, passes on to raw as it is now. */
    if (built_in->raw != NULL) {
        *built_in->raw = &domains[CAIRN_DOMAIN_RAW];
    }
    /* Another configuration of the program may have chosen the same preset before. */
    if (chosen->raw != NULL && (chosen == built_in || (*chosen->raw)->is_fixed)) {
        *chosen->raw = &domains[CAIRN_DOMAIN_RAW];
    }
    for (unsigned i = 0; chosen != built_in && i < CAIRN_DOMAINS_BUILT_IN; i++) {
        const cairn_layer *layer = chosen->domains[i];
        if (!finds_older_by_raw(i)) {
            layer = after_built_in(layer, built_in->domains[i]);
        }
        domains[i].built_in = layer;
        cairn_domain_publish(&domains[i], layer);
    }
}

static bool make_arena(const cairn_arena_choice *choice, const char *options,
                       cairn_arena_source *out, const char **error)
{
    if (choice->make != NULL) {
        return choice->make(options, out, error);
    }
    *out = choice->source;
    *error = "this arena provider takes no options";
    return options[0] == '\0';
}

static void choose_arena(const char *value)
{
    cairn_part_text text;
    cairn_arena_source source;
    const char *error = NULL;
    const char *cursor = value;
    cairn_next_part(&cursor, &text);
    if (!chosen->has_arenas) {
        refuse("CAIRN_ARENA", value, "the chosen preset has no arenas; leave CAIRN_ARENA unset",
               NULL);
    }
    for (const cairn_arena_choice *choice = startup->arenas; choice->name != NULL; choice++) {
        if (strcmp(choice->name, text.name) == 0 && *cursor == '\0') {
            if (!make_arena(choice, text.options, &source, &error)) {
                refuse("CAIRN_ARENA", value, error, NULL);
            }
            if (!chosen->set_arena_source(source)) {
                refuse("CAIRN_ARENA", value, "out of memory for its table", NULL);
            }
            return;
        }
    }
    refuse("CAIRN_ARENA", value, "unknown arena provider", arena_name);
}

/* Innermost first, over all domains. */
static void put_hooks(const char *value)
{
    cairn_hooks_problem problem = cairn_start_put_hooks(startup, chosen, value);
    if (problem.sentence != NULL) {
        refuse("CAIRN_HOOKS", value, problem.sentence, problem.is_unknown ? hook_name : NULL);
    }
    if (startup->watch != NULL) {
        startup->watch->hooks_were_put(startup);
    }
}

static void report(void)
{
    cairn_table_stats_write(startup->table, chosen->name, 2, exit_format);
}

static void report_before_arena(void *ctx)
{
    (void)ctx;
    report();
}

static void choose_reports(const char *value)
{
    bool is_json = strcmp(value, "json") == 0;
    bool is_arena = strcmp(value, "arena") == 0;
    if (!is_json && !is_arena && strcmp(value, "1") != 0) {
        refuse("CAIRN_MALLOCSTATS", value, "not a way to report; use 1, json or arena", NULL);
    }
    reports_at_exit = true;
    exit_format = is_json ? CAIRN_REPORT_JSON : CAIRN_REPORT_TEXT;
    if (is_arena && chosen->set_before_arena != NULL) {
        chosen->set_before_arena(report_before_arena);
    }
}

static void with_value(char **envp, const char *name, void (*use)(const char *value))
{
    const char *value = variable(envp, name);
    if (value != NULL) {
        use(value);
    }
}

/* Meant for another configuration of the program: this one offers nothing of the kind. */
static void ignore(const char *value)
{
    (void)value;
}

/* A build without choice says so instead of ignoring one. */
static void refuse_choices(char **envp)
{
    static const char *const names[] = {"CAIRN_MALLOC", "CAIRN_ARENA", "CAIRN_HOOKS"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = variable(envp, names[i]);
        if (value != NULL) {
            refuse(
                names[i], value,
                "this program was built with --@cairn//config:dispatch=static and has no choice at "
                "start; unset the variable, or build it with dispatch=dynamic",
                NULL);
        }
    }
}

void cairn_start(const cairn_startup *starting, const cairn_preset **in_force, char **envp)
{
    char *nothing = NULL;
    if (starting->table->is_started) {
        return; /* the same configuration stands in the program and in a library, and is one */
    }
    starting->table->is_started = true;
    cairn_environment_note(envp);
    if (cairn_start_without_environment) {
        envp = &nothing;
    }
    startup = starting;
    chosen = startup->presets[0];
    malloc_value = NULL;
    if (startup->is_static) {
        refuse_choices(envp);
    } else {
        with_value(envp, "CAIRN_MALLOC", startup->presets[1] != NULL ? choose_preset : ignore);
    }
    if (!cairn_starts_late && !cairn_start_without_environment) {
        load_preset();
    }
    if (!startup->is_static) {
        set_preset_options();
    }
    serve_domains();
    *in_force = chosen;
    if (!startup->is_static) {
        with_value(envp, "CAIRN_ARENA", startup->arenas[0].name != NULL ? choose_arena : ignore);
        with_value(envp, "CAIRN_HOOKS", startup->hooks[0].hook != NULL ? put_hooks : ignore);
    }
    with_value(envp, "CAIRN_MALLOCSTATS", choose_reports);
    const char *page = variable(envp, CAIRN_STATS_PAGE_VARIABLE);
    if (page != NULL && startup->watch != NULL) {
        startup->watch->begin(startup, chosen, page);
    }
}

void cairn_start_late(void)
{
    load_preset();
}

void cairn_finish(const cairn_startup *finishing, const cairn_preset *in_force)
{
    if (!finishing->table->is_started) {
        return;
    }
    finishing->table->is_started = false;
    if (finishing->watch != NULL) {
        finishing->watch->end();
    }
    if (reports_at_exit) {
        startup = finishing;
        chosen = in_force;
        report();
    }
}
