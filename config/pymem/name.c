/* SPDX-License-Identifier: Apache-2.0
 *
 * The name of what serves the three domains (clause A3.11).
 */
#include <string.h>

#include "cairn/base/lock.h"
#include "cairn/cairn.h"
#include "cairn/domains/generation.h"
#include "cairn/domains/pymem.h"

typedef enum { AS_CHOSEN, WITH_DEBUG, OTHERWISE } arrangement;

/* What is put over older is the debug hook. */
static bool is_debug_over(const cairn_layer *layer, const cairn_layer *older)
{
    if (layer->more->hook != &cairn_generation_hook) {
        return false;
    }
    const cairn_generation *both = layer->allocator.ctx;
    const cairn_hook *hook = both->node.below.more->hook;
    return hook != NULL && strcmp(hook->name, "debug") == 0 && !cairn_hook_is_off(both) &&
           cairn_layer_is_same(&both->older, older);
}

static arrangement arrangement_of(const cairn_domain *domain)
{
    const cairn_layer *layer = cairn_domain_get(domain);
    return cairn_layer_is_same(layer, domain->built_in) ? AS_CHOSEN
           : is_debug_over(layer, domain->built_in)     ? WITH_DEBUG
                                                        : OTHERWISE;
}

/* "debug" for "default", else name and "_debug"; made once, for the preset in force stays. */
static const char *with_debug(const char *name)
{
    static cairn_lock lock;
    static char text[128];
    if (strcmp(name, "default") == 0) {
        return "debug";
    }
    cairn_lock_acquire(&lock);
    if (text[0] == '\0') {
        strncat(text, name, sizeof text - sizeof "_debug");
        strcat(text, "_debug");
    }
    cairn_lock_release(&lock);
    return text;
}

const char *cairn_pymem_allocator_name(void)
{
    arrangement all = arrangement_of(&cairn_domains[CAIRN_DOMAIN_RAW]);
    for (size_t i = 1; i < CAIRN_DOMAINS_BUILT_IN; i++) {
        if (arrangement_of(&cairn_domains[i]) != all) {
            return NULL;
        }
    }
    const char *name = cairn_preset_name();
    return all == OTHERWISE ? NULL : all == WITH_DEBUG ? with_debug(name) : name;
}
