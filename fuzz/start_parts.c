/* SPDX-License-Identifier: Apache-2.0
 *
 * Hooks that stand on every domain from the start, so that no permanent memory is taken when they are put.
 */
#include "cairn/fuzz/start_parts.h"

#include <string.h>

#include "cairn/base/options.h"
#include "cairn/domains/domain.h"
#include "cairn/hooks/fail/plan.h"

enum { HOOKS = 3, PRESETS = 4, TEXT_MAX = 700 };

/* What each was given: the hooks, then the arena and the preset. */
static struct given {
    const char *name;
    char options[TEXT_MAX];
} givens[HOOKS + 2] = {{"stats", ""}, {"debug", ""}, {"fail", ""}, {"arena", ""}, {"preset", ""}};

static bool note(const char *name, const char *options)
{
    for (size_t i = 0; i < HOOKS + 2; i++) {
        if (strcmp(givens[i].name, name) == 0) {
            strncpy(givens[i].options, options, TEXT_MAX - 1);
        }
    }
    return true;
}

const char *fuzz_parts_given(const char *name)
{
    size_t i = 0;
    while (i < HOOKS + 1 && strcmp(givens[i].name, name) != 0) {
        i++;
    }
    return givens[i].options;
}

/* --- Hooks -------------------------------------------------------------------------------------------- */

static bool take_plan(void *state, const char *options, const char **error)
{
    cairn_fail_plan plan;
    memset(&plan, 0, sizeof plan);
    (void)state;
    return cairn_fail_read(&plan, options, error) && note("fail", options);
}

static bool take_nothing(void *state, const char *options, const char **error)
{
    (void)state;
    return cairn_hook_refuse_options(options, error) && note("stats", options);
}

/* In place of debug: one key. */
static bool take_size(void *state, const char *options, const char **error)
{
    char value[CAIRN_OPTION_TEXT_MAX];
    size_t bytes;
    (void)state;
    *error = "size takes bytes, as in size=1M";
    return cairn_option_find(options, "size", value, sizeof value) &&
           cairn_parse_bytes(value, &bytes) && note("debug", options);
}

static bool put_again(cairn_layer below, const char *domain, const char *options, cairn_layer *out,
                      const char **error)
{
    (void)domain;
    *out = below;
    return take_size(NULL, options, error);
}

static const cairn_hook hooks[HOOKS] = {
    {"stats", false, NULL, NULL, take_nothing},
    {"debug", true, NULL, put_again, take_size},
    {"fail", false, NULL, NULL, take_plan},
};
static const cairn_hook_choice hook_choices[] = {
    {&hooks[0], ""}, {&hooks[1], ""}, {&hooks[2], ""}, {NULL, NULL}};

/* A layer for each hook over the one before; nothing is ever allocated. */
static cairn_hook_node nodes[HOOKS];
static cairn_allocator_more mores[HOOKS];
static cairn_layer layers[HOOKS];

static void stack_hooks(void)
{
    cairn_layer below = cairn_no_memory;
    for (size_t i = 0; i < HOOKS; i++) {
        nodes[i] =
            (cairn_hook_node){.below = below, .domain = "", .options = "", .can_be_off = true};
        mores[i].hook = &hooks[i];
        layers[i].allocator = cairn_no_memory.allocator;
        layers[i].allocator.ctx = &nodes[i];
        layers[i].more = &mores[i];
        below = layers[i];
    }
}

static const cairn_layer *make_generation(const cairn_layer *newer, const cairn_layer *older,
                                          cairn_generation_rule rule)
{
    (void)newer;
    (void)older;
    (void)rule;
    return &layers[HOOKS - 1];
}

/* --- Presets and arenas ------------------------------------------------------------------------------- */

static bool set_options(const char *options, const char **error)
{
    return options[0] == '\0' || strcmp(options, "index=1") == 0 ||
           (take_size(NULL, options, error) && note("preset", options));
}

static bool set_arena_source(cairn_arena_source source)
{
    (void)source;
    return true;
}

static bool make_arena(const char *options, cairn_arena_source *out, const char **error)
{
    (void)out;
    return take_size(NULL, options, error) && note("arena", options);
}

static const cairn_arena_choice arenas[] = {
    {"mmap", "", {{NULL, NULL, NULL}, &cairn_arena_nothing_more}, NULL},
    {"fixed", "", {{NULL, NULL, NULL}, &cairn_arena_nothing_more}, make_arena},
    {NULL, NULL, {{NULL, NULL, NULL}, NULL}, NULL},
};

static cairn_domain *raw;

#define ALL_OF(layer)                                                                              \
    {                                                                                              \
        layer, layer, layer                                                                        \
    }

static const cairn_preset presets[PRESETS] = {
    {.name = "default",
     .has_arenas = true,
     .owns_all = true,
     .domains = ALL_OF(&layers[0]),
     .set_arena_source = set_arena_source},
    {.name = "default_debug",
     .has_arenas = true,
     .domains = ALL_OF(&layers[1]),
     .set_arena_source = set_arena_source,
     .set_options = set_options},
    {.name = "pymalloc",
     .has_arenas = true,
     .domains = ALL_OF(&layers[HOOKS - 1]),
     .forwards_to_raw = {false, true, true},
     .raw = &raw,
     .set_arena_source = set_arena_source},
    {.name = "malloc", .domains = ALL_OF(&cairn_no_memory)},
};

/* --- The configuration -------------------------------------------------------------------------------- */

static const cairn_preset *offered[PRESETS + 1];
static cairn_domain domains[CAIRN_DOMAINS_MAX];
static cairn_domain_table table = {domains, CAIRN_DOMAINS_BUILT_IN, false};
static cairn_startup startup = {
    .table = &table,
    .presets = offered,
    .arenas = arenas,
    .hooks = hook_choices,
    .name = "fuzz",
    .make_generation = make_generation,
};
cairn_startup *const fuzz_startup = &startup;

void fuzz_parts_reset(uint8_t choice)
{
    static const char *const names[] = {"raw", "mem", "obj"};
    stack_hooks();
    for (unsigned i = 0; i < PRESETS; i++) {
        offered[i] = &presets[(i + choice) % PRESETS];
    }
    offered[choice & 4 ? 1 : PRESETS] = NULL;
    startup.is_static = (choice & 24) == 24;
    raw = &domains[CAIRN_DOMAIN_RAW];
    table.is_started = false;
    for (unsigned i = 0; i < CAIRN_DOMAINS_BUILT_IN; i++) {
        const cairn_layer *layer = &layers[HOOKS - 1];
        domains[i] = (cairn_domain){.layer = layer, .name = names[i], .built_in = layer};
    }
    for (size_t i = 0; i < HOOKS + 2; i++) {
        memset(givens[i].options, 0, TEXT_MAX);
    }
}
