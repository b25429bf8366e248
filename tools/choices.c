/* SPDX-License-Identifier: Apache-2.0
 *
 * Checks the names of parts against the tables of the composition root, and lists those.
 */
#include "choices.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cairn/cairn.h"
#include "cairn/config/front.h"
#include "message.h"

typedef const char *(*name_at)(size_t index);

static const char *preset_name(size_t index)
{
    const cairn_preset *preset = cairn_front_startup->presets[index];
    return preset != NULL ? preset->name : NULL;
}

static const char *arena_name(size_t index)
{
    return cairn_front_startup->arenas[index].name;
}

static const char *hook_name(size_t index)
{
    const cairn_hook *hook = cairn_front_startup->hooks[index].hook;
    return hook != NULL ? hook->name : NULL;
}

/* Text up to one of the characters of end is exactly name. */
static bool starts_with_name(const char *text, const char *end, const char *name)
{
    size_t length = strcspn(text, end);
    return strlen(name) == length && strncmp(text, name, length) == 0;
}

static bool is_known(const char *text, const char *end, name_at names)
{
    for (size_t i = 0; names(i) != NULL; i++) {
        if (starts_with_name(text, end, names(i))) {
            return true;
        }
    }
    return false;
}

static bool refuse(const cairn_choice *choice, const char *sentence, name_at names)
{
    char list[1024] = "";
    for (size_t i = 0; names(i) != NULL; i++) {
        size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", i == 0 ? "" : ", ", names(i));
    }
    cairn_say("%s=%s: %s; choose from: %s", choice->source, choice->value, sentence, list);
    return false;
}

static bool arena_is_valid(const cairn_choices *choices)
{
    const cairn_choice *arena = &choices->arena;
    if (arena->value == NULL) {
        return true;
    }
    if (!is_known(arena->value, ":", arena_name)) {
        return refuse(arena, "unknown arena provider", arena_name);
    }
    const cairn_preset *preset = cairn_choices_preset(choices);
    if (!preset->has_arenas) {
        cairn_say("%s=%s: preset %s has no arenas; leave it out or choose another preset",
                  arena->source, arena->value, preset->name);
    }
    return preset->has_arenas;
}

static bool hooks_are_valid(const cairn_choice *hooks)
{
    const char *item = hooks->value;
    while (item != NULL && *item != '\0') {
        if (!is_known(item, ":,", hook_name)) {
            return refuse(hooks, "unknown hook", hook_name);
        }
        item += strcspn(item, ",");
        item += *item == ',' ? 1 : 0;
    }
    return true;
}

bool cairn_choices_are_available(const cairn_choices *choices)
{
    const cairn_preset *preset = cairn_choices_preset(choices);
    const char *error = NULL;
    if (preset->load == NULL || preset->load(&error)) {
        return true;
    }
    cairn_say("preset %s is not available: %s", preset->name, error);
    return false;
}

cairn_choice cairn_choice_of(const char *option, const char *value, const char *variable)
{
    if (value != NULL) {
        return (cairn_choice){value, option};
    }
    const char *inherited = getenv(variable);
    bool is_set = inherited != NULL && inherited[0] != '\0';
    return (cairn_choice){is_set ? inherited : NULL, variable};
}

bool cairn_choices_are_valid(const cairn_choices *choices)
{
    const cairn_choice *preset = &choices->preset;
    if (preset->value != NULL && !is_known(preset->value, ":", preset_name)) {
        return refuse(preset, "unknown preset", preset_name);
    }
    return arena_is_valid(choices) && hooks_are_valid(&choices->hooks);
}

const cairn_preset *cairn_choices_preset(const cairn_choices *choices)
{
    const cairn_preset *const *preset = cairn_front_startup->presets;
    while (choices->preset.value != NULL &&
           !starts_with_name(choices->preset.value, ":", (*preset)->name)) {
        preset++;
    }
    return *preset;
}

bool cairn_choices_name_a_checker(const cairn_choices *choices)
{
    cairn_layer layer = *cairn_choices_preset(choices)->domains[CAIRN_DOMAIN_MEM];
    while (layer.more->hook != NULL && !layer.more->hook->changes_layout) {
        layer = ((cairn_hook_node *)layer.allocator.ctx)->below;
    }
    return layer.more->hook != NULL || cairn_hooks_name(choices->hooks.value, "debug");
}

const char *cairn_choices_arena(const cairn_choices *choices)
{
    if (!cairn_choices_preset(choices)->has_arenas) {
        return NULL;
    }
    return choices->arena.value != NULL ? choices->arena.value
                                        : cairn_front_startup->arenas[0].name;
}

bool cairn_hooks_name(const char *hooks, const char *name)
{
    while (hooks != NULL && *hooks != '\0') {
        if (starts_with_name(hooks, ":,", name)) {
            return true;
        }
        hooks += strcspn(hooks, ",");
        hooks += *hooks == ',' ? 1 : 0;
    }
    return false;
}

static void list(const char *name, const char *summary, bool is_default)
{
    printf("  %-14s %s%s\n", name, summary, is_default ? " [default]" : "");
}

static void list_preset(const cairn_preset *preset, bool is_default)
{
    const char *error = NULL;
    list(preset->name, preset->summary, is_default);
    if (preset->load != NULL && !preset->load(&error)) {
        printf("  %-14s not available: %s\n", "", error);
    }
}

static void list_parts(void)
{
    const cairn_startup *startup = cairn_front_startup;
    printf("presets, for --preset or CAIRN_MALLOC:\n");
    for (size_t i = 0; startup->presets[i] != NULL; i++) {
        list_preset(startup->presets[i], i == 0);
    }
    printf("\narena providers, for --arena or CAIRN_ARENA:\n");
    for (const cairn_arena_choice *arena = startup->arenas; arena->name != NULL; arena++) {
        list(arena->name, arena->summary, arena == startup->arenas);
    }
    printf("\nhooks, for --hooks or CAIRN_HOOKS, innermost first:\n");
    for (const cairn_hook_choice *hook = startup->hooks; hook->hook != NULL; hook++) {
        list(hook->hook->name, hook->summary, false);
    }
}

int cairn_presets_command(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--help") == 0) {
        printf("usage: cairn presets\n\nLists what cairn run can be given.\n");
        return EXIT_SUCCESS;
    }
    if (argc > 1) {
        return cairn_fail(CAIRN_EXIT_USAGE, "presets: takes no arguments, but was given '%s'",
                          argv[1]);
    }
    if (cairn_front_startup->is_static) {
        printf("built with dispatch=static: no choice at start; %s\n", cairn_configuration());
        return EXIT_SUCCESS;
    }
    list_parts();
    printf("\nParts take options: NAME[:key=value]...\n");
    return EXIT_SUCCESS;
}
