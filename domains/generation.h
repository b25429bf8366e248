/* SPDX-License-Identifier: Apache-2.0
 *
 * A newer generation of a domain: blocks come from one layer, and blocks that another one gave out
 * before are still resized and freed there. They are told apart by address, never by a byte in front of
 * them. The older generation of a program that chooses a preset when it starts is what it was built
 * with, which served it until then; that of a hook that changes layout, and is put at run time, is the
 * layer below the hook.
 * A generation can be turned off: then new blocks come from the older layer, and those of the newer one
 * are still resized and freed there.
 * A walk down the hooks of a domain goes on in the newer layer.
 */
#ifndef CAIRN_DOMAINS_GENERATION_H_
#define CAIRN_DOMAINS_GENERATION_H_

#include "cairn/hooks/hook.h"

CAIRN_EXTERN_C_BEGIN

/* Where a block is looked up. Layers that know only some of their blocks can stand together when what
 * neither knows is freed alike by both, as libc's blocks are. */
typedef enum cairn_generation_rule {
    CAIRN_OLDER_IF_IT_OWNS, /* the older layer knows all blocks of its own, or the rest is alike */
    CAIRN_NEWER_ONLY_IF_IT_OWNS /* the newer layer knows all blocks of its own */
} cairn_generation_rule;

typedef struct cairn_generation {
    cairn_hook_node node; /* below is the newer layer; is_off as said above */
    cairn_layer older;
    cairn_generation_rule rule;
    cairn_layer layer; /* of this generation */
} cairn_generation;

/* What more->hook of such a layer is. */
extern const cairn_hook cairn_generation_hook;

/* The layer of both; NULL when there is no memory for its state. */
typedef const cairn_layer *cairn_generation_maker(const cairn_layer *newer,
                                                  const cairn_layer *older,
                                                  cairn_generation_rule rule);
cairn_generation_maker cairn_generation_create;

CAIRN_EXTERN_C_END

#endif /* CAIRN_DOMAINS_GENERATION_H_ */
