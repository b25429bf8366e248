/* SPDX-License-Identifier: Apache-2.0
 *
 * Start-up of a build with dynamic dispatch: CAIRN_MALLOC, CAIRN_ARENA, CAIRN_HOOKS and
 * CAIRN_MALLOCSTATS are read once, from the environment that the program was started with. A wrong
 * value ends the program in one line; it never runs on a default that was not asked for.
 */
#include "cairn/config/start.h"

#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "cairn/base/print.h"
#include "cairn/cairn.h"
#include "cairn/config/default_stack.h"
#include "cairn/config/options.h"
#include "cairn/config/presets.h"
#include "cairn/config/shared_stats.h"
#include "cairn/hooks/stats/stats.h"

CAIRN_WEAK bool cairn_start_without_environment = false;

static const cairn_preset *chosen = &cairn_presets[0];
static bool reports_at_exit;
static cairn_report_format exit_format;

const char *cairn_preset_name(void)
{
    return chosen->name;
}

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

/* Ends the program: "cairn: CAIRN_MALLOC=x: unknown preset; choose from: a, b, c". */
typedef const char *(*name_at)(size_t index);

__attribute__((noreturn, cold)) static void refuse(const char *name, const char *value,
                                                   const char *sentence, name_at choices)
{
    cairn_print out;
    cairn_print_to_fd(&out, 2);
    cairn_printf(&out, "cairn: %s=%s: %s", name, value, sentence);
    for (size_t i = 0; choices != NULL && choices(i) != NULL; i++) {
        cairn_printf(&out, "%s%s", i == 0 ? "; choose from: " : ", ", choices(i));
    }
    cairn_printf(&out, "\n");
    cairn_print_flush(&out);
    _exit(CAIRN_EXIT_CONFIGURATION);
}

static const char *preset_name(size_t index)
{
    return cairn_presets[index].name;
}

static const char *arena_name(size_t index)
{
    return cairn_arena_choices[index].name;
}

static const char *hook_name(size_t index)
{
    const cairn_hook *hook = cairn_hook_choices[index].hook;
    return hook != NULL ? hook->name : NULL;
}

static void choose_preset(const char *value)
{
    for (chosen = cairn_presets; chosen->name != NULL; chosen++) {
        if (strcmp(chosen->name, value) == 0) {
            return;
        }
    }
    refuse("CAIRN_MALLOC", value, "unknown preset", preset_name);
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
    for (const cairn_arena_choice *choice = cairn_arena_choices; choice->name != NULL; choice++) {
        if (strcmp(choice->name, text.name) == 0 && *cursor == '\0') {
            if (!choice->make(text.options, &source, &error)) {
                refuse("CAIRN_ARENA", value, error, NULL);
            }
            chosen->set_arena_source(source);
            return;
        }
    }
    refuse("CAIRN_ARENA", value, "unknown arena provider", arena_name);
}

static const cairn_hook *find_hook(const char *value, const char *name)
{
    for (const cairn_hook_choice *choice = cairn_hook_choices; choice->hook != NULL; choice++) {
        if (strcmp(choice->hook->name, name) == 0) {
            return choice->hook;
        }
    }
    refuse("CAIRN_HOOKS", value, "unknown hook", hook_name);
}

/* Innermost first, over all three domains. */
static void put_hooks(const char *value)
{
    cairn_part_text text;
    const char *cursor = value;
    while (cairn_next_part(&cursor, &text)) {
        const cairn_hook *hook = find_hook(value, text.name);
        for (unsigned i = 0; i < CAIRN_DOMAINS_BUILT_IN; i++) {
            cairn_domain *domain = &cairn_domains[i];
            cairn_layer layer;
            const char *error = NULL;
            if (!hook->put_over(*cairn_domain_get(domain), domain->name, text.options, &layer,
                                &error)) {
                refuse("CAIRN_HOOKS", value, error, NULL);
            }
            cairn_stats_state *stats = cairn_stats_of(layer);
            if (stats != NULL && i == CAIRN_DOMAIN_MEM) {
                cairn_stats_count_older_blocks(stats);
            }
            cairn_domain_set(domain, layer);
        }
    }
}

static void report_before_arena(void *ctx)
{
    (void)ctx;
    cairn_stats_write(2, exit_format);
}

/* Figures that need a walk are brought up to date each time that arenas have become an eighth more. */
static void update_before_arena(void *ctx)
{
    static size_t arenas;
    static size_t next;
    (void)ctx;
    if (arenas++ >= next) {
        next = arenas + arenas / 8;
        cairn_shared_stats_update(false);
    }
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

static void join_page(const char *path)
{
    if (cairn_shared_stats_join(path, chosen->name) && chosen->set_before_arena != NULL) {
        chosen->set_before_arena(update_before_arena);
    }
}

static void with_value(char **envp, const char *name, void (*use)(const char *value))
{
    const char *value = variable(envp, name);
    if (value != NULL) {
        use(value);
    }
}

__attribute__((constructor(102))) static void start(int argc, char **argv, char **envp)
{
    char *nothing = NULL;
    (void)argc;
    (void)argv;
    if (cairn_start_without_environment) {
        envp = &nothing;
    }
    with_value(envp, "CAIRN_MALLOC", choose_preset);
    for (unsigned i = 0; i < CAIRN_DOMAINS_BUILT_IN; i++) {
        __atomic_store_n(&cairn_domains[i].layer, chosen->domains[i], __ATOMIC_RELEASE);
    }
    with_value(envp, "CAIRN_ARENA", choose_arena);
    with_value(envp, "CAIRN_HOOKS", put_hooks);
    with_value(envp, "CAIRN_MALLOCSTATS", choose_reports);
    with_value(envp, CAIRN_STATS_PAGE_VARIABLE, join_page);
}

__attribute__((destructor(102))) static void finish(void)
{
    cairn_shared_stats_update(true);
    if (reports_at_exit) {
        cairn_stats_write(2, exit_format);
    }
}
