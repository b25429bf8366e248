/* SPDX-License-Identifier: Apache-2.0
 *
 * The registry of domains, and the interning of layers.
 */
#include "cairn/domains/domain.h"

#include <string.h>

#include "cairn/base/check.h"
#include "cairn/base/lock.h"
#include "cairn/base/permanent.h"
#include "cairn/domains/entry.h"

typedef struct interned_layer {
    cairn_layer layer;
    struct interned_layer *next;
} interned_layer;

static cairn_lock lock;
static interned_layer *interned;

static const cairn_layer *intern_locked(const cairn_layer *layer)
{
    for (interned_layer *known = interned; known != NULL; known = known->next) {
        if (cairn_layer_is_same(&known->layer, layer)) {
            return &known->layer;
        }
    }
    interned_layer *fresh = cairn_permanent_alloc(sizeof *fresh);
    if (fresh == NULL) {
        return NULL;
    }
    fresh->layer = *layer;
    fresh->next = interned;
    interned = fresh;
    return &fresh->layer;
}

const cairn_layer *cairn_layer_intern(cairn_layer layer)
{
    cairn_lock_acquire(&lock);
    const cairn_layer *found = intern_locked(&layer);
    cairn_lock_release(&lock);
    return found;
}

static const cairn_layer *find_locked(const cairn_allocator *allocator)
{
    const cairn_layer *found = NULL;
    for (const interned_layer *known = interned; known != NULL; known = known->next) {
        if (cairn_allocator_is_same(&known->layer.allocator, allocator) &&
            (found == NULL || found->more == &cairn_nothing_more)) {
            found = &known->layer;
        }
    }
    return found;
}

const cairn_layer *cairn_layer_find(const cairn_allocator *allocator)
{
    cairn_lock_acquire(&lock);
    const cairn_layer *found = find_locked(allocator);
    cairn_lock_release(&lock);
    return found;
}

static bool is_usable(const cairn_layer *layer)
{
    return layer->allocator.malloc != NULL && layer->allocator.calloc != NULL &&
           layer->allocator.realloc != NULL && layer->allocator.free != NULL;
}

/* Under the lock, so that what is told of the changes sees the last one last. */
void cairn_domain_publish(cairn_domain *domain, const cairn_layer *layer)
{
    cairn_lock_acquire(&lock);
    __atomic_store_n(&domain->layer, layer, __ATOMIC_RELEASE);
    if (domain->changed != NULL) {
        domain->changed();
    }
    cairn_lock_release(&lock);
}

/* What the domain was built with goes by the address that it had then. */
static const cairn_layer *published_form(const cairn_domain *domain, const cairn_layer *layer)
{
    if (cairn_layer_is_same(layer, domain->built_in)) {
        return domain->built_in;
    }
    if (domain->shortcut != NULL && cairn_layer_is_same(layer, domain->shortcut->layer)) {
        return domain->shortcut->layer;
    }
    return cairn_layer_intern(*layer);
}

cairn_status cairn_domain_set(cairn_domain *domain, cairn_layer layer)
{
    if (!is_usable(&layer)) {
        return CAIRN_INVALID;
    }
    if (domain->is_fixed) {
        return CAIRN_REFUSED;
    }
    layer.more = layer.more != NULL ? layer.more : &cairn_nothing_more;
    const cairn_layer *published = published_form(domain, &layer);
    if (published == NULL) {
        return CAIRN_NO_MEMORY;
    }
    cairn_domain_publish(domain, published);
    return CAIRN_OK;
}

size_t cairn_domain_count_in(const cairn_domain_table *table)
{
    return __atomic_load_n(&table->count, __ATOMIC_ACQUIRE);
}

bool cairn_domains_are_as_built(const cairn_domain_table *table)
{
    size_t count = cairn_domain_count_in(table);
    for (size_t i = 0; i < count; i++) {
        const cairn_domain_shortcut *shortcut = table->domains[i].shortcut;
        if (shortcut != NULL && cairn_domain_get(&table->domains[i]) != shortcut->layer) {
            return false;
        }
    }
    return true;
}

static cairn_status add_locked(cairn_domain_table *table, const cairn_domain *fresh,
                               cairn_domain **out)
{
    size_t count = table->count;
    if (cairn_domain_find_in(table, fresh->name) != NULL) {
        return CAIRN_INVALID;
    }
    if (count == CAIRN_DOMAINS_MAX) {
        return CAIRN_TOO_MANY;
    }
    table->domains[count] = *fresh;
    __atomic_store_n(&table->count, count + 1, __ATOMIC_RELEASE);
    if (fresh->changed != NULL) {
        fresh->changed();
    }
    *out = &table->domains[count];
    return CAIRN_OK;
}

cairn_status cairn_domain_add(cairn_domain_table *table, const cairn_domain *fresh,
                              cairn_domain **out)
{
    cairn_lock_acquire(&lock);
    cairn_status status = add_locked(table, fresh, out);
    cairn_lock_release(&lock);
    return status;
}

cairn_domain *cairn_domain_find_in(const cairn_domain_table *table, const char *name)
{
    size_t count = cairn_domain_count_in(table);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(table->domains[i].name, name) == 0) {
            return &table->domains[i];
        }
    }
    return NULL;
}

void *cairn_domain_take(size_t size, cairn_domain *domain)
{
    return cairn_entry_malloc(cairn_domain_get(domain), size);
}

void *cairn_domain_calloc(cairn_domain *domain, size_t count, size_t size)
{
    return cairn_entry_calloc(cairn_domain_get(domain), count, size);
}

void *cairn_domain_realloc(cairn_domain *domain, void *ptr, size_t size)
{
    return cairn_entry_realloc(cairn_domain_get(domain), ptr, size);
}

void cairn_domain_give(void *ptr, cairn_domain *domain)
{
    cairn_entry_free(cairn_domain_get(domain), ptr);
}

void *cairn_entry_cannot_align(size_t alignment)
{
    static bool was_said;
    if (!__atomic_exchange_n(&was_said, true, __ATOMIC_RELAXED)) {
        cairn_warn(
            "a request at a multiple of %zu failed: what was set to serve its domain has four "
            "functions and none that aligns; set a cairn_layer with aligned_alloc",
            alignment);
    }
    return NULL;
}

void *cairn_domain_aligned_alloc(cairn_domain *domain, size_t alignment, size_t size)
{
    return cairn_entry_aligned_alloc(cairn_domain_get(domain), alignment, size);
}

size_t cairn_domain_usable_size(cairn_domain *domain, const void *ptr)
{
    return ptr != NULL ? cairn_layer_usable_size(*cairn_domain_get(domain), ptr) : 0;
}
