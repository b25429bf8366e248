/* SPDX-License-Identifier: Apache-2.0
 *
 * Making domains while the program runs.
 */
#include <string.h>

#include "cairn/base/permanent.h"
#include "cairn/domains/domain.h"
#include "cairn/domains/hook_places.h"

/* A domain with more of them starts with mem's own. */
enum { HOOKS_MAX = 16 };

/* What a report need not escape. */
static bool is_plain(const char *name)
{
    while (*name >= ' ' && *name <= '~' && *name != '"' && *name != '\\') {
        name++;
    }
    return *name == '\0';
}

/* The hooks in a layer that are on, outermost first, and what is below all; how many. */
static size_t hooks_in(cairn_layer layer, cairn_hook_place *places, cairn_layer *bottom)
{
    size_t count = 0;
    cairn_hook_place at;
    while (count < HOOKS_MAX && cairn_hook_place_first(layer, &at)) {
        layer = at.below;
        if (!cairn_hook_is_off(at.node)) {
            places[count++] = at;
        }
    }
    *bottom = cairn_hook_place_bottom(layer);
    return count;
}

/* The same hooks for a domain without blocks, over the same bottom; NULL when there is no memory. */
static const cairn_layer *stack_like(const cairn_layer *mem, const cairn_domain *domain)
{
    cairn_hook_place places[HOOKS_MAX];
    cairn_layer layer;
    const char *error = NULL;
    size_t count = hooks_in(*mem, places, &layer);
    if (count == 0 || count == HOOKS_MAX) {
        return mem;
    }
    while (count-- > 0) {
        const cairn_hook_place *at = &places[count];
        if (!at->hook->put_over(layer, domain->name, at->own->options, &layer, &error)) {
            return NULL;
        }
        ((cairn_hook_node *)layer.allocator.ctx)->id = domain->id;
    }
    return cairn_layer_intern(layer);
}

/* In the code that mem was built with, if what is below its hooks is that. */
static void use_shortcut(cairn_domain *fresh, const cairn_domain_shortcut *shortcut)
{
    cairn_layer bottom = cairn_hook_place_bottom(*fresh->layer);
    bool is_same = shortcut != NULL && cairn_layer_is_same(&bottom, shortcut->layer);
    fresh->shortcut = is_same ? shortcut : NULL;
    fresh->take = is_same ? shortcut->take : cairn_domain_take;
    fresh->give = is_same ? shortcut->give : cairn_domain_give;
}

cairn_status cairn_domain_create_in(cairn_domain_table *table, const char *name, char id,
                                    cairn_domain **out)
{
    const cairn_domain *mem = &table->domains[CAIRN_DOMAIN_MEM];
    size_t length = strlen(name);
    if (length == 0 || length > CAIRN_DOMAIN_NAME_MAX || !is_plain(name) || id <= ' ' || id > '~' ||
        cairn_domain_find_in(table, name) != NULL) {
        return CAIRN_INVALID;
    }
    if (cairn_domain_count_in(table) == CAIRN_DOMAINS_MAX) {
        return CAIRN_TOO_MANY;
    }
    char *copy = cairn_permanent_alloc(length + 1);
    if (copy == NULL) {
        return CAIRN_NO_MEMORY;
    }
    cairn_domain fresh = {.name = memcpy(copy, name, length), .id = id};
    fresh.layer = stack_like(cairn_domain_get(mem), &fresh);
    if (fresh.layer == NULL) {
        return CAIRN_NO_MEMORY;
    }
    fresh.built_in = fresh.layer;
    fresh.is_fixed = mem->is_fixed;
    fresh.changed = mem->changed;
    use_shortcut(&fresh, mem->shortcut);
    return cairn_domain_add(table, &fresh, out);
}
