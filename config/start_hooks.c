/* SPDX-License-Identifier: Apache-2.0
 *
 * Hooks of a program that has begun to allocate.
 */
#include "cairn/config/start_hooks.h"

#include <string.h>

#include "cairn/base/options.h"
#include "cairn/base/print.h"
#include "cairn/domains/hooks.h"

static const char out_of_memory[] = "out of memory for its layers";

/* Whether the domain has the hook by its preset. */
static bool has_hook(const cairn_preset *chosen, size_t domain, const cairn_hook *hook)
{
    return domain < CAIRN_DOMAINS_BUILT_IN &&
           cairn_hook_find(*chosen->domains[domain], hook) != NULL;
}

static const char *put_hook(const cairn_startup *startup, const cairn_preset *chosen,
                            const cairn_hook *hook, const char *options)
{
    const char *error = NULL;
    size_t count = cairn_domain_count_in(startup->table);
    for (size_t i = 0; i < count && error == NULL; i++) {
        if (!hook->changes_layout || !has_hook(chosen, i, hook)) {
            cairn_status status =
                cairn_domain_put_hook(&startup->table->domains[i], hook, options, &error);
            error = status == CAIRN_OK ? NULL : error;
        } else if (options[0] != '\0') {
            error = "the preset has this hook already; give it its options there, as in "
                    "CAIRN_MALLOC=debug:quarantine=1M";
        }
    }
    return error;
}

static const cairn_hook *find_hook(const cairn_startup *startup, const char *name)
{
    const cairn_hook_choice *choice = startup->hooks;
    while (choice->hook != NULL && strcmp(choice->hook->name, name) != 0) {
        choice++;
    }
    return choice->hook;
}

cairn_hooks_problem cairn_start_put_hooks(const cairn_startup *startup, const cairn_preset *chosen,
                                          const char *list)
{
    cairn_hooks_problem problem = {NULL, false};
    cairn_part_text text;
    while (problem.sentence == NULL && cairn_next_part(&list, &text)) {
        const cairn_hook *hook = find_hook(startup, text.name);
        problem.is_unknown = hook == NULL;
        problem.sentence =
            hook != NULL ? put_hook(startup, chosen, hook, text.options) : "unknown hook";
    }
    return problem;
}

/* The outermost hook that changes the layout of a built-in layer. */
static cairn_hook_node *find_node(cairn_layer layer, const cairn_hook **hook)
{
    while (layer.more->hook != NULL && !layer.more->hook->changes_layout) {
        layer = ((cairn_hook_node *)layer.allocator.ctx)->below;
    }
    *hook = layer.more->hook;
    return *hook != NULL ? layer.allocator.ctx : NULL;
}

/* The hook that lays out with other options, as a newer generation. Hooks outside of it have to be put again,
 * by CAIRN_HOOKS. */
static const char *renew(const cairn_startup *startup, cairn_domain *domain, const char *options)
{
    const cairn_hook *hook;
    cairn_layer newer;
    const char *error = NULL;
    cairn_hook_node *node = find_node(*domain->built_in, &hook);
    if (node == NULL) {
        return NULL;
    }
    if (!hook->put_over_used(node->below, domain->name, options, &newer, &error)) {
        return error;
    }
    const cairn_layer *both =
        startup->make_generation(&newer, cairn_domain_get(domain), CAIRN_NEWER_ONLY_IF_IT_OWNS);
    if (both == NULL) {
        return out_of_memory;
    }
    cairn_domain_publish(domain, both);
    return NULL;
}

const char *cairn_start_preset_options(const cairn_startup *startup, const cairn_preset *chosen,
                                       const char *options)
{
    const cairn_preset *built_in = startup->presets[0];
    const char *error = NULL;
    char text[CAIRN_OPTION_TEXT_MAX] = "";
    if (options[0] != '\0' && chosen->set_options == NULL) {
        return "this preset takes no options";
    }
    if (strlen(options) > CAIRN_OPTION_TEXT_MAX / 2) {
        return "too many options";
    }
    if (chosen == built_in) {
        for (size_t i = 0; i < CAIRN_DOMAINS_BUILT_IN && options[0] != '\0' && error == NULL; i++) {
            error = renew(startup, &startup->table->domains[i], options);
        }
        return error;
    }
    /* Older layers that do not know all blocks of theirs may pass on to the raw domain, so that blocks of
     * raw come back to mem; or nobody knows them. Then the hook has to tell those of each domain. */
    bool needs_index = chosen->set_options != NULL && !built_in->owns_all;
    cairn_format(text, sizeof text, "%s%s%s", options, needs_index && options[0] != '\0' ? ":" : "",
                 needs_index ? "index=1" : "");
    return chosen->set_options == NULL || chosen->set_options(text, &error) ? NULL : error;
}
