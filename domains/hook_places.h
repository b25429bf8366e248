/* SPDX-License-Identifier: Apache-2.0
 *
 * Where hooks stand in a domain's stack: its layers from the outermost in, as far as they are hooks of ours.
 */
#ifndef CAIRN_DOMAINS_HOOK_PLACES_H_
#define CAIRN_DOMAINS_HOOK_PLACES_H_

#include "cairn/domains/domain.h"
#include "cairn/hooks/hook.h"

CAIRN_EXTERN_C_BEGIN

typedef struct cairn_hook_place {
    const cairn_hook *hook;
    cairn_layer layer;     /* what stands there: the hook, or the generation that it started */
    cairn_hook_node *node; /* of that layer */
    cairn_hook_node *own;  /* of the hook itself */
    cairn_layer below;
} cairn_hook_place;

/* The outermost hook in or below a layer; false when there is none of ours, and then out->below is what was
 * come to. */
bool cairn_hook_place_first(cairn_layer layer, cairn_hook_place *out);

/* The outermost place of a hook in a domain, and the hook above it: NULL for the outermost of the domain.
 * When it is not there, out->below is the bottom that was come to. */
bool cairn_hook_place_find(const cairn_domain *domain, const cairn_hook *hook,
                           cairn_hook_place *out, const cairn_hook **above);

/* Below all hooks. */
cairn_layer cairn_hook_place_bottom(cairn_layer layer);

/* A layer without the hooks on top that are turned off; a generation stays for its blocks. */
cairn_layer cairn_hook_place_on(cairn_layer layer);

CAIRN_EXTERN_C_END

#endif /* CAIRN_DOMAINS_HOOK_PLACES_H_ */
