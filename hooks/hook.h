/* SPDX-License-Identifier: Apache-2.0
 *
 * How hooks are written: what wraps an allocator and forwards to it.
 *
 * A hook gets the layer below and gives one back. It may refuse, resize, observe or forward a call.
 * It never allocates from the domain that it wraps and never calls the layer above. Its own header
 * says what it does to alignment, to usable sizes, and to blocks from before it was installed.
 *
 * Two faces, one body: the body is a set of inline functions that take the hook's state and the
 * layer below by value (cairn_stats_malloc_over(state, next, size)), so that a static stack can fold
 * them into its own code. The run-time face is a table of short functions that unpack ctx and call
 * the body; ctx points at a state whose first member is a cairn_hook_node. A hook that writes only
 * the four operations takes cairn_hook_forward_more as its optional table: then aligned requests and
 * size queries go past it to the layer below, unseen.
 */
#ifndef CAIRN_HOOKS_HOOK_H_
#define CAIRN_HOOKS_HOOK_H_

#include "cairn/allocators/allocator.h"

CAIRN_EXTERN_C_BEGIN

/* The first member of every hook's state. */
typedef struct cairn_hook_node {
    cairn_layer below;
} cairn_hook_node;

/* What the composition root knows of a hook. */
typedef struct cairn_hook {
    const char *name; /* as CAIRN_HOOKS and --hooks spell it */

    /* Whether blocks look different under the hook than below it, so that it can only stand under
     * every block of its domain or start a new generation. */
    bool changes_layout;

    /* Makes a layer over below for one domain. The state comes from cairn_permanent_alloc and is
     * never freed. options is the text behind "NAME:", or "" (key=value, separated by colons); on bad
     * options or lack of memory it returns false and sets *error to a sentence. */
    bool (*put_over)(cairn_layer below, const char *domain, const char *options, cairn_layer *out,
                     const char **error);
} cairn_hook;

/* Forwarders for the optional table, over any state that starts with a cairn_hook_node. */
size_t cairn_hook_forward_usable_size(void *ctx, const void *ptr);
void *cairn_hook_forward_aligned_alloc(void *ctx, size_t alignment, size_t size);
void *cairn_hook_forward_block_start(void *ctx, const void *address);
bool cairn_hook_forward_owns(void *ctx, const void *ptr);
size_t cairn_hook_forward_trim(void *ctx);
bool cairn_hook_forward_check(void *ctx);
void cairn_hook_forward_stats(void *ctx, cairn_report *report);

/* All seven of them. */
extern const cairn_allocator_more cairn_hook_forward_more;

CAIRN_EXTERN_C_END

#endif /* CAIRN_HOOKS_HOOK_H_ */
