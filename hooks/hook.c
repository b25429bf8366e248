/* SPDX-License-Identifier: Apache-2.0
 *
 * What the run-time faces of all hooks share: making a state, and finding it again.
 */
#include "cairn/hooks/hook.h"

#include <string.h>

#include "cairn/base/permanent.h"

void *cairn_hook_find(cairn_layer layer, const cairn_hook *hook)
{
    while (layer.more->hook != NULL) {
        if (layer.more->hook == hook) {
            return layer.allocator.ctx;
        }
        layer = ((cairn_hook_node *)layer.allocator.ctx)->below;
    }
    return NULL;
}

void *cairn_hook_new_state(size_t bytes, cairn_layer below, const char *domain, const char *options,
                           const char **error)
{
    size_t length = strlen(options);
    cairn_hook_node *node = cairn_permanent_alloc(bytes);
    char *copy = length > 0 ? cairn_permanent_alloc(length + 1) : NULL;
    if (node == NULL || (length > 0 && copy == NULL)) {
        *error = "out of memory for the state of a hook";
        return NULL;
    }
    if (copy != NULL) {
        memcpy(copy, options, length);
    }
    node->below = below;
    node->domain = domain;
    node->options = copy != NULL ? copy : "";
    node->can_be_off = true;
    return node;
}

bool cairn_hook_refuse_options(const char *options, const char **error)
{
    if (options[0] != '\0') {
        *error = "this hook takes no options";
        return false;
    }
    return true;
}
