/* SPDX-License-Identifier: Apache-2.0
 *
 * Domains: names for uses of memory, and which stack serves each.
 *
 * raw, mem and obj are those of PEP 445: general buffers, a program's own memory (this is what malloc
 * is), and objects. A program may add its own ("textures", "parser").
 * A domain publishes one atomic pointer to an immutable layer. Layers that are set are interned by
 * value: one that was set before is used again, so that toggling costs no memory, and none is ever
 * freed. Changing a domain while other threads allocate is safe as far as Cairn goes; whoever does so
 * must see to it that the new layer can free the blocks of the old one (clause A3.6).
 */
#ifndef CAIRN_DOMAINS_DOMAIN_H_
#define CAIRN_DOMAINS_DOMAIN_H_

#include "cairn/allocators/allocator.h"

CAIRN_EXTERN_C_BEGIN

typedef enum cairn_status {
    CAIRN_OK = 0,
    CAIRN_NO_MEMORY, /* nothing has changed */
    CAIRN_INVALID,   /* a name or layer that cannot be used */
    CAIRN_TOO_MANY,  /* CAIRN_DOMAINS_MAX domains exist */
    CAIRN_REFUSED,   /* this build or this state does not allow it */
} cairn_status;

enum {
    CAIRN_DOMAIN_RAW = 0, /* the numbers of PYMEM_DOMAIN_RAW, _MEM and _OBJ (A1.1) */
    CAIRN_DOMAIN_MEM = 1,
    CAIRN_DOMAIN_OBJ = 2,
    CAIRN_DOMAINS_BUILT_IN = 3,
    CAIRN_DOMAINS_MAX = 64,
    CAIRN_DOMAIN_NAME_MAX = 31,
};

struct cairn_domain;

/* What use by handle calls: malloc and free, with the domain as the second argument. */
typedef void *cairn_domain_taker(size_t size, struct cairn_domain *domain);
typedef void cairn_domain_giver(void *ptr, struct cairn_domain *domain);

/* The same for domains that were built with a certain layer, whose code is in line; written by the stack. In
 * a dynamic configuration they use the layer's fronts (allocators/heap.h), which are closed while one of these
 * domains has another layer, and then ask. */
typedef struct cairn_domain_shortcut {
    const cairn_layer *layer;
    cairn_domain_taker *take;
    cairn_domain_giver *give;
} cairn_domain_shortcut;

typedef struct cairn_domain {
    const cairn_layer *layer; /* published: read it by cairn_domain_get only */
    const char *name;
    char id;                     /* 'r', 'm', 'o', or the user's own */
    bool is_fixed;               /* the layer was built in and cannot be set */
    const cairn_layer *built_in; /* what serves it unless another is set */
    void (*changed)(void);       /* called when another layer was set, or NULL */
    cairn_domain_taker *take;    /* does not change; of the shortcut, if there is one */
    cairn_domain_giver *give;
    const cairn_domain_shortcut *shortcut; /* or NULL */
} cairn_domain;

/* The domains of one configuration: the three built-in ones, in the order of their numbers, those that
 * the configuration names, then those that the program creates. Defined by the stack that was built, so
 * that they are served from the first instruction on. */
typedef struct cairn_domain_table {
    cairn_domain *domains; /* room for CAIRN_DOMAINS_MAX */
    size_t count;          /* read it by cairn_domain_count */
    bool is_started;       /* the environment was read */
} cairn_domain_table;

/* Those of the program's own configuration, which cairn.h's functions serve. */
extern cairn_domain_table *const cairn_domain_registry;
extern cairn_domain *const cairn_domains; /* cairn_domain_registry->domains */

/* Makes a domain of the program's own ("textures", "parser") with a stack of its own: what is at the bottom of
 * mem's, and the hooks that mem has at the moment, each with a state of its own, so that stats counts the new domain
 * by itself and debug marks its blocks with its id. Where mem has a table that is not ours (cairn_domain_set), the
 * new domain starts with that. From then on the two are independent.
 *
 * name: 1 to CAIRN_DOMAIN_NAME_MAX characters from space to tilde, without quotation marks and backslashes,
 *       since it stands in reports; not the name of another domain. It is copied.
 * id:   a character from '!' to '~', which the debug hook writes before each block, so that a block that is
 *       freed in another domain is named as such. Two domains may have the same; then that goes unnoticed between
 *       the two. r, m and o are those of raw, mem and obj.
 * out:  the handle; valid for ever, for there is no way to remove a domain.
 *
 * CAIRN_INVALID: the name or the id cannot be used, or the name is in use. CAIRN_TOO_MANY: there are
 * CAIRN_DOMAINS_MAX domains, the built-in ones and those of the configuration included. CAIRN_NO_MEMORY.
 * Then *out is unchanged. Any thread; not in a signal handler, nor between fork and exec of a program that
 * had threads. */
cairn_status cairn_domain_create(const char *name, char id, cairn_domain **out);

/* The domain of that name, or NULL. Any thread, also while others make domains. */
cairn_domain *cairn_domain_find(const char *name);

/* The number of domains; cairn_domains[0..count) exist. It only grows. */
size_t cairn_domain_count(void);

/* The same three for another configuration's table. */
cairn_status cairn_domain_create_in(cairn_domain_table *table, const char *name, char id,
                                    cairn_domain **out);
cairn_domain *cairn_domain_find_in(const cairn_domain_table *table, const char *name);
size_t cairn_domain_count_in(const cairn_domain_table *table);

/* Adds a domain that has everything but a place in the table; for cairn_domain_create_in. */
cairn_status cairn_domain_add(cairn_domain_table *table, const cairn_domain *fresh,
                              cairn_domain **out);

/* Whether all domains that have a shortcut have the layer that it is for. */
bool cairn_domains_are_as_built(const cairn_domain_table *table);

/* The layer that serves the domain now. */
CAIRN_INLINE const cairn_layer *cairn_domain_get(const cairn_domain *domain)
{
    return __atomic_load_n(&domain->layer, __ATOMIC_ACQUIRE);
}

/* Has another layer serve the domain from now on; it is copied. All four functions must be there
 * (CAIRN_INVALID), more may be NULL. CAIRN_REFUSED for a domain of a static configuration. */
cairn_status cairn_domain_set(cairn_domain *domain, cairn_layer layer);

/* The same for a layer that stays as it is for ever. */
void cairn_domain_publish(cairn_domain *domain, const cairn_layer *layer);

CAIRN_INLINE bool cairn_allocator_is_same(const cairn_allocator *a, const cairn_allocator *b)
{
    return a->ctx == b->ctx && a->malloc == b->malloc && a->calloc == b->calloc &&
           a->realloc == b->realloc && a->free == b->free;
}

CAIRN_INLINE bool cairn_layer_is_same(const cairn_layer *a, const cairn_layer *b)
{
    return cairn_allocator_is_same(&a->allocator, &b->allocator) && a->more == b->more;
}

/* The interned copy of a layer; NULL when there is no memory. */
const cairn_layer *cairn_layer_intern(cairn_layer layer);

/* The interned layer with these five members, with optional operations if one of that kind is known; NULL
 * when none is. For tables that were handed out without the rest of their layer. */
const cairn_layer *cairn_layer_find(const cairn_allocator *allocator);

/* For any domain and any layer. */
cairn_domain_taker cairn_domain_take;
cairn_domain_giver cairn_domain_give;

/* The four operations under the size rules of clause A2, and the optional ones. malloc and free cost what
 * those by name do, and the passing of the handle. */
CAIRN_INLINE void *cairn_domain_malloc(cairn_domain *domain, size_t size)
{
    return domain->take(size, domain);
}

CAIRN_INLINE void cairn_domain_free(cairn_domain *domain, void *ptr)
{
    domain->give(ptr, domain);
}

void *cairn_domain_calloc(cairn_domain *domain, size_t count, size_t size);
void *cairn_domain_realloc(cairn_domain *domain, void *ptr, size_t size);
void *cairn_domain_aligned_alloc(cairn_domain *domain, size_t alignment, size_t size);
size_t cairn_domain_usable_size(cairn_domain *domain, const void *ptr);

CAIRN_EXTERN_C_END

#endif /* CAIRN_DOMAINS_DOMAIN_H_ */
