/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables of five members in and out of domains, which publish a layer: such a table, and one of optional
 * operations beside it. A table that came from a getter is a layer again when it is set: it is known by its
 * five members.
 */
#include "cairn/base/check.h"
#include "cairn/cairn.h"
#include "cairn/domains/pymem.h"

CAIRN_STATIC_ASSERT(sizeof(PyMemAllocatorEx) == sizeof(cairn_allocator) &&
                        offsetof(PyMemAllocatorEx, ctx) == offsetof(cairn_allocator, ctx) &&
                        offsetof(PyMemAllocatorEx, malloc) == offsetof(cairn_allocator, malloc) &&
                        offsetof(PyMemAllocatorEx, calloc) == offsetof(cairn_allocator, calloc) &&
                        offsetof(PyMemAllocatorEx, realloc) == offsetof(cairn_allocator, realloc) &&
                        offsetof(PyMemAllocatorEx, free) == offsetof(cairn_allocator, free),
                    "one object serves as both");

/* What is called in place of a function that was set as NULL. */
__attribute__((noreturn, cold)) static void missing(const char *function)
{
    cairn_fatal(
        "%s is called through a table that has NULL for it; give PyMem_SetAllocator all four "
        "functions",
        function);
}

static void *missing_malloc(void *ctx, size_t size)
{
    (void)ctx;
    (void)size;
    missing("malloc");
}

static void *missing_calloc(void *ctx, size_t count, size_t size)
{
    (void)ctx;
    (void)count;
    (void)size;
    missing("calloc");
}

static void *missing_realloc(void *ctx, void *ptr, size_t size)
{
    (void)ctx;
    (void)ptr;
    (void)size;
    missing("realloc");
}

static void missing_free(void *ctx, void *ptr)
{
    (void)ctx;
    (void)ptr;
    missing("free");
}

static cairn_allocator from_table(const PyMemAllocatorEx *table)
{
    cairn_allocator allocator = {
        table->ctx,
        table->malloc != NULL ? table->malloc : missing_malloc,
        table->calloc != NULL ? table->calloc : missing_calloc,
        table->realloc != NULL ? table->realloc : missing_realloc,
        table->free != NULL ? table->free : missing_free,
    };
    return allocator;
}

static PyMemAllocatorEx to_table(const cairn_allocator *allocator)
{
    PyMemAllocatorEx table = {
        allocator->ctx,
        allocator->malloc != missing_malloc ? allocator->malloc : NULL,
        allocator->calloc != missing_calloc ? allocator->calloc : NULL,
        allocator->realloc != missing_realloc ? allocator->realloc : NULL,
        allocator->free != missing_free ? allocator->free : NULL,
    };
    return table;
}

static cairn_domain *domain_of(PyMemAllocatorDomain domain)
{
    return (unsigned)domain < CAIRN_DOMAINS_BUILT_IN ? &cairn_domains[domain] : NULL;
}

void PyMem_GetAllocator(PyMemAllocatorDomain domain, PyMemAllocatorEx *allocator)
{
    PyMemAllocatorEx none = {NULL, NULL, NULL, NULL, NULL};
    const cairn_domain *from = domain_of(domain);
    if (from == NULL) {
        *allocator = none;
        return;
    }
    const cairn_layer *layer = cairn_domain_get(from);
    if (layer != from->built_in) {
        /* Without memory it comes back without its optional operations. */
        (void)cairn_layer_intern(*layer);
    }
    *allocator = to_table(&layer->allocator);
}

/* Some domain's own layer, one that was set or got before, or a bare table. */
static const cairn_layer *layer_of(const cairn_allocator *allocator)
{
    for (size_t i = 0; i < CAIRN_DOMAINS_BUILT_IN; i++) {
        if (cairn_allocator_is_same(&cairn_domains[i].built_in->allocator, allocator)) {
            return cairn_domains[i].built_in;
        }
    }
    const cairn_layer *known = cairn_layer_find(allocator);
    cairn_layer bare = {*allocator, &cairn_nothing_more};
    return known != NULL ? known : cairn_layer_intern(bare);
}

void PyMem_SetAllocator(PyMemAllocatorDomain domain, PyMemAllocatorEx *allocator)
{
    cairn_domain *to = domain_of(domain);
    if (to == NULL) {
        return;
    }
    cairn_allocator wanted = from_table(allocator);
    if (cairn_allocator_is_same(&cairn_domain_get(to)->allocator, &wanted)) {
        return;
    }
    CAIRN_CHECK(!to->is_fixed,
                "PyMem_SetAllocator: the configuration is static, and domain %s cannot be changed; "
                "build it with dispatch = \"dynamic\"",
                to->name);
    const cairn_layer *layer = layer_of(&wanted);
    CAIRN_CHECK(layer != NULL,
                "PyMem_SetAllocator: no memory to remember the allocator of domain %s; set fewer "
                "different ones",
                to->name);
    cairn_domain_publish(to, layer);
}
