/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of pymalloc share and nobody else sees.
 */
#ifndef CAIRN_ALLOCATORS_PYMALLOC_PYMALLOC_INTERNAL_H_
#define CAIRN_ALLOCATORS_PYMALLOC_PYMALLOC_INTERNAL_H_

#include "cairn/allocators/pymalloc/pymalloc.h"

/* The sizes that an instance will have, from options and what the provider says; false when options are out
 * of range. */
bool cairn_pymalloc_settle(cairn_arena_source source, cairn_pymalloc_options *options);

/* Has the instance keep as many free blocks as options say. */
void cairn_pymalloc_set_caches(cairn_pymalloc *self, const cairn_pymalloc_options *options);

/* The parts of an instance that create and destroy set up and tear down, whichever face it has. */
cairn_pymalloc *cairn_pymalloc_create_plain(cairn_arena_source source, cairn_layer fallback,
                                            const cairn_pymalloc_options *options);
void cairn_pymalloc_destroy_plain(cairn_pymalloc *self);

/* Optional operations that both faces share. */
size_t cairn_pymalloc_trim(cairn_pymalloc *self);
bool cairn_pymalloc_check(cairn_pymalloc *self);
bool cairn_pymalloc_walk(cairn_pymalloc *self, cairn_block_visit *visit, void *arg);
void cairn_pymalloc_report(cairn_pymalloc *self, cairn_report *report);
void *cairn_pymalloc_block_start(cairn_pymalloc *self, const void *address);

/* The fallback, counting its live blocks (B9.3); ctx is the instance. */
cairn_layer cairn_pymalloc_counting_fallback(cairn_pymalloc *self);

CAIRN_INLINE cairn_pymalloc_view cairn_pymalloc_view_of(cairn_pymalloc *self)
{
    cairn_pymalloc_view view;
    view.self = self;
    view.heap = cairn_heaps[self->heaps.slot];
    view.root = self->arenas.map.root;
    view.origin = self->arenas.map.origin;
    view.span = self->arenas.map.span;
    view.fallback = cairn_pymalloc_counting_fallback(self);
    return view;
}

#endif /* CAIRN_ALLOCATORS_PYMALLOC_PYMALLOC_INTERNAL_H_ */
