/* SPDX-License-Identifier: Apache-2.0
 *
 * Putting hooks on domains and removing them.
 */
#include "cairn/domains/hooks.h"

#include <string.h>

#include "cairn/base/lock.h"
#include "cairn/base/permanent.h"
#include "cairn/base/print.h"
#include "cairn/domains/generation.h"
#include "cairn/domains/hook_places.h"

/* What was put once, to be put again. */
typedef struct put {
    const cairn_hook *hook;
    const cairn_domain *domain;
    cairn_layer below;
    const char *options; /* as they were given; the hook may have others besides */
    cairn_layer layer;
    bool is_there; /* as far as these functions know */
    struct put *next;
} put;

static cairn_lock lock; /* guards all of this */
static put *all_puts;
static char sentence[256];

static cairn_status refused(const char **error)
{
    *error = sentence;
    return CAIRN_REFUSED;
}

static cairn_status refused_by_static(const cairn_domain *domain, const char **error)
{
    cairn_format(
        sentence, sizeof sentence,
        "domain %s of a static configuration has the hooks that it was built with; build it "
        "with dispatch = \"dynamic\"",
        domain->name);
    return refused(error);
}

/* Of the puts of a hook that of one layer, or all: the same hook may stand above a table that is not ours
 * and below it. */
static void note(const cairn_domain *domain, const cairn_hook *hook, const cairn_layer *layer,
                 bool is_there)
{
    for (put *it = all_puts; it != NULL; it = it->next) {
        if (it->hook == hook && it->domain == domain &&
            (layer == NULL || cairn_layer_is_same(&it->layer, layer))) {
            it->is_there = is_there;
        }
    }
}

/* --- Putting ------------------------------------------------------------------------------------------- */

/* The options that a hook was put with. */
static const char *options_of(const cairn_hook_place *at)
{
    for (const put *it = all_puts; it != NULL; it = it->next) {
        if (cairn_layer_is_same(&it->layer, &at->layer)) {
            return it->options;
        }
    }
    return at->own->options;
}

/* Options for a hook that stands. */
static cairn_status take_options(const cairn_hook_place *at, const cairn_domain *domain,
                                 const char *options, const char **error)
{
    if (at->hook->take_options != NULL && options[0] != '\0') {
        return at->hook->take_options(at->own, options, error) ? CAIRN_OK : CAIRN_INVALID;
    }
    if (options[0] == '\0' || strcmp(options, options_of(at)) == 0) {
        return CAIRN_OK;
    }
    cairn_format(sentence, sizeof sentence,
                 "hook %s stands on domain %s with the options '%s', which cannot be changed; %s",
                 at->hook->name, domain->name, options_of(at),
                 at->hook->changes_layout ? "it stays for its blocks"
                                          : "remove what is above it, and then the hook itself");
    return refused(error);
}

static put *known_put(const cairn_domain *domain, const cairn_hook *hook, const char *options,
                      const cairn_layer *below)
{
    put *known = all_puts;
    while (known != NULL &&
           !(known->hook == hook && known->domain == domain &&
             strcmp(known->options, options) == 0 && cairn_layer_is_same(&known->below, below))) {
        known = known->next;
    }
    return known;
}

static cairn_status make_layer(const cairn_domain *domain, const cairn_hook *hook,
                               const char *options, put *fresh, const char **error)
{
    cairn_layer own;
    if (hook->changes_layout && hook->put_over_used == NULL) {
        cairn_format(
            sentence, sizeof sentence,
            "hook %s changes how blocks look, and cannot be put on domain %s, whose blocks "
            "are out; name it in the configuration",
            hook->name, domain->name);
        return refused(error);
    }
    if (!(hook->changes_layout ? hook->put_over_used : hook->put_over)(fresh->below, domain->name,
                                                                       options, &own, error)) {
        return CAIRN_INVALID;
    }
    ((cairn_hook_node *)own.allocator.ctx)->id = domain->id;
    if (hook->changes_layout) {
        const cairn_layer *both =
            cairn_generation_create(&own, &fresh->below, CAIRN_NEWER_ONLY_IF_IT_OWNS);
        if (both == NULL) {
            return CAIRN_NO_MEMORY;
        }
        own = *both;
    }
    fresh->layer = own;
    return CAIRN_OK;
}

static cairn_status make_put(const cairn_domain *domain, const cairn_hook *hook,
                             const char *options, const cairn_layer *below, put **out,
                             const char **error)
{
    size_t length = strlen(options);
    put *fresh = cairn_permanent_alloc(sizeof *fresh + length + 1);
    if (fresh == NULL) {
        return CAIRN_NO_MEMORY;
    }
    fresh->options = memcpy(fresh + 1, options, length + 1);
    fresh->hook = hook;
    fresh->domain = domain;
    fresh->below = *below;
    cairn_status status = make_layer(domain, hook, options, fresh, error);
    if (status == CAIRN_OK) {
        fresh->next = all_puts;
        all_puts = fresh;
        *out = fresh;
    }
    return status;
}

/* Blocks of a hook that changes layout must not come to code that goes by the layer that was built in: a
 * copy of that layer is published first, which is the same to the domain and closes the shortcuts. */
static cairn_status leave_shortcuts(cairn_domain *domain)
{
    const cairn_layer *copy = cairn_layer_intern(*cairn_domain_get(domain));
    if (copy == NULL) {
        return CAIRN_NO_MEMORY;
    }
    cairn_domain_publish(domain, copy);
    return CAIRN_OK;
}

static cairn_status put_outermost(cairn_domain *domain, const cairn_hook *hook, const char *options,
                                  const char **error)
{
    cairn_layer below = *cairn_domain_get(domain);
    put *it = known_put(domain, hook, options, &below);
    cairn_status status = CAIRN_OK;
    if (it == NULL) {
        status = make_put(domain, hook, options, &below, &it, error);
    }
    if (status == CAIRN_OK && hook->take_options != NULL && options[0] != '\0') {
        cairn_hook_place at;
        cairn_hook_place_first(it->layer, &at);
        status = take_options(&at, domain, options, error);
    }
    if (status == CAIRN_OK && hook->changes_layout) {
        status = leave_shortcuts(domain);
    }
    if (status != CAIRN_OK) {
        return status;
    }
    cairn_hook_turn(it->layer.allocator.ctx, true);
    status = cairn_domain_set(domain, it->layer);
    if (status == CAIRN_OK) {
        note(domain, hook, &it->layer, true);
    }
    return status;
}

static cairn_status put_locked(cairn_domain *domain, const cairn_hook *hook, const char *options,
                               const char **error)
{
    cairn_hook_place at;
    const cairn_hook *above;
    if (domain->is_fixed) {
        return refused_by_static(domain, error);
    }
    if (!cairn_hook_place_find(domain, hook, &at, &above)) {
        return put_outermost(domain, hook, options, error);
    }
    cairn_status status = take_options(&at, domain, options, error);
    if (status == CAIRN_OK) {
        cairn_hook_turn(at.node, true);
        note(domain, hook, &at.layer, true);
    }
    return status;
}

cairn_status cairn_domain_put_hook(cairn_domain *domain, const cairn_hook *hook,
                                   const char *options, const char **error)
{
    cairn_lock_acquire(&lock);
    *error = "out of memory for the layers of the domain";
    cairn_status status = put_locked(domain, hook, options, error);
    cairn_lock_release(&lock);
    return status;
}

/* --- Removing ------------------------------------------------------------------------------------------ */

/* A hook that was put and cannot be seen stands below a table that is not ours, unless what it was put
 * over is gone as well. */
static cairn_status look_below_tables(const cairn_domain *domain, const cairn_hook *hook,
                                      const cairn_layer *seen_bottom, const char **error)
{
    for (put *it = all_puts; it != NULL; it = it->next) {
        if (it->hook == hook && it->domain == domain && it->is_there) {
            cairn_layer bottom = cairn_hook_place_bottom(it->layer);
            if (!cairn_layer_is_same(&bottom, seen_bottom)) {
                cairn_format(sentence, sizeof sentence,
                             "hook %s of domain %s stands below a table that was set by "
                             "cairn_domain_set or PyMem_SetAllocator, which would go on calling "
                             "it; set what was there before that",
                             hook->name, domain->name);
                return refused(error);
            }
        }
    }
    return CAIRN_OK;
}

static cairn_status take_out(cairn_domain *domain, const cairn_hook_place *at,
                             const cairn_hook *above, const char **error)
{
    if (at->hook->changes_layout && at->node != at->own) {
        cairn_hook_turn(at->node, false); /* its generation */
        return CAIRN_OK;
    }
    if (at->hook->changes_layout) {
        cairn_format(
            sentence, sizeof sentence,
            "hook %s is built into the stack of domain %s, whose blocks need it as long as "
            "the program runs; build or choose a stack without it",
            at->hook->name, domain->name);
        return refused(error);
    }
    if (cairn_layer_is_same(cairn_domain_get(domain), &at->layer)) {
        return cairn_domain_set(domain, cairn_hook_place_on(at->below));
    }
    if (at->node->can_be_off) {
        cairn_hook_turn(at->node, false);
        return CAIRN_OK;
    }
    cairn_format(sentence, sizeof sentence,
                 "hook %s is built into the stack of domain %s below %s%s; %s", at->hook->name,
                 domain->name, above != NULL ? "hook " : "",
                 above != NULL ? above->name : "the preset that was chosen",
                 above != NULL ? "remove that first" : "choose one without it");
    return refused(error);
}

static cairn_status remove_locked(cairn_domain *domain, const cairn_hook *hook, const char **error)
{
    cairn_hook_place at;
    const cairn_hook *above;
    bool is_found = cairn_hook_place_find(domain, hook, &at, &above);
    if (is_found && domain->is_fixed) {
        return refused_by_static(domain, error);
    }
    cairn_status status = CAIRN_OK;
    if (!is_found) {
        status = look_below_tables(domain, hook, &at.below, error);
    } else if (!cairn_hook_is_off(at.node)) {
        status = take_out(domain, &at, above, error);
    }
    if (status == CAIRN_OK) {
        note(domain, hook, is_found ? &at.layer : NULL, false);
    }
    return status;
}

cairn_status cairn_domain_remove_hook(cairn_domain *domain, const cairn_hook *hook,
                                      const char **error)
{
    cairn_lock_acquire(&lock);
    *error = "out of memory for the layers of the domain";
    cairn_status status = remove_locked(domain, hook, error);
    cairn_lock_release(&lock);
    return status;
}

bool cairn_domain_had_hook(const cairn_domain *domain, const cairn_hook *hook)
{
    cairn_lock_acquire(&lock);
    const put *it = all_puts;
    while (it != NULL && !(it->domain == domain && it->hook == hook)) {
        it = it->next;
    }
    cairn_lock_release(&lock);
    return it != NULL;
}
