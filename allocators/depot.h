/* SPDX-License-Identifier: Apache-2.0
 *
 * The depot of a size class, for pool_class.c. All is called with the lock of the class held.
 */
#ifndef CAIRN_ALLOCATORS_DEPOT_H_
#define CAIRN_ALLOCATORS_DEPOT_H_

#include "cairn/allocators/pool_class.h"

/* Whether one more batch may wait. */
bool cairn_depot_has_room(cairn_pool_home *home, cairn_pool_class *list);

/* list->batch blocks. What was put last is taken first, in the same order of its blocks. */
void cairn_depot_put(cairn_pool_class *list, void *const *blocks);
void cairn_depot_take(cairn_pool_class *list, void **out);

/* Gives back what the class does not use of its grant, but for so many steps of what it may need next. */
void cairn_depot_return_grant(cairn_pool_home *home, cairn_pool_class *list, uint32_t reserve);

/* Whether the depot can be walked and holds blocks of this class in use; if not, a line says so. */
bool cairn_depot_check(const cairn_pool_home *home, unsigned size_class);

/* The same, with a call for each block. */
bool cairn_depot_visit(const cairn_pool_home *home, unsigned size_class,
                       void (*visit)(void *ctx, const void *block), void *ctx);

#endif /* CAIRN_ALLOCATORS_DEPOT_H_ */
