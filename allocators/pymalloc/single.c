/* SPDX-License-Identifier: Apache-2.0
 *
 * Instances without heaps: the slot that never has one sends every call to the pools.
 */
#include "cairn/allocators/pymalloc/single.h"

#include "cairn/allocators/pymalloc/pymalloc_internal.h"

cairn_pymalloc *cairn_pymalloc_single_create(cairn_arena_source source, cairn_layer fallback,
                                             const cairn_pymalloc_options *options)
{
    cairn_pymalloc *self = cairn_pymalloc_create_plain(source, fallback, options);
    if (self != NULL) {
        cairn_heap_owner heaps = CAIRN_PYMALLOC_HEAPS(NULL, NULL);
        self->heaps = heaps;
        cairn_pool_home pools = CAIRN_PYMALLOC_POOLS(self, false);
        self->pools = pools;
        self->arenas.keeps_order = true;
    }
    return self;
}

void cairn_pymalloc_single_destroy(cairn_pymalloc *instance)
{
    cairn_pymalloc_destroy_plain(instance);
}
