/* SPDX-License-Identifier: Apache-2.0
 *
 * Walks a domain's stack.
 */
#include "cairn/domains/hook_places.h"

#include "cairn/domains/generation.h"
#include "cairn/domains/hooks.h"

/* Whether a generation is that of a hook that was put over its older layer. */
static bool is_of_a_hook(const cairn_generation *self)
{
    const cairn_layer *newer = &self->node.below;
    return newer->more->hook != NULL && newer->more->hook->changes_layout &&
           newer->more->hook != &cairn_generation_hook &&
           cairn_layer_is_same(&((const cairn_hook_node *)newer->allocator.ctx)->below,
                               &self->older);
}

bool cairn_hook_place_first(cairn_layer layer, cairn_hook_place *out)
{
    while (layer.more->hook == &cairn_generation_hook &&
           !is_of_a_hook((const cairn_generation *)layer.allocator.ctx)) {
        layer = ((cairn_hook_node *)layer.allocator.ctx)->below;
    }
    if (layer.more->hook == NULL) {
        out->below = layer;
        return false;
    }
    out->layer = layer;
    out->hook = layer.more->hook;
    out->node = out->own = layer.allocator.ctx;
    out->below = out->node->below;
    if (out->hook == &cairn_generation_hook) {
        out->hook = out->node->below.more->hook;
        out->own = out->node->below.allocator.ctx;
        out->below = ((cairn_generation *)out->node)->older;
    }
    return true;
}

bool cairn_hook_place_find(const cairn_domain *domain, const cairn_hook *hook,
                           cairn_hook_place *out, const cairn_hook **above)
{
    cairn_layer cursor = *cairn_domain_get(domain);
    *above = NULL;
    while (cairn_hook_place_first(cursor, out)) {
        if (out->hook == hook) {
            return true;
        }
        *above = out->hook;
        cursor = out->below;
    }
    return false;
}

cairn_layer cairn_hook_place_bottom(cairn_layer layer)
{
    cairn_hook_place at;
    while (cairn_hook_place_first(layer, &at)) {
        layer = at.below;
    }
    return at.below;
}

cairn_layer cairn_hook_place_on(cairn_layer layer)
{
    while (layer.more->hook != NULL && layer.more->hook != &cairn_generation_hook &&
           cairn_hook_is_off(layer.allocator.ctx)) {
        layer = ((cairn_hook_node *)layer.allocator.ctx)->below;
    }
    return layer;
}

bool cairn_domain_has_hook(const cairn_domain *domain, const cairn_hook *hook)
{
    cairn_hook_place at;
    const cairn_hook *above;
    return cairn_hook_place_find(domain, hook, &at, &above) && !cairn_hook_is_off(at.node);
}
