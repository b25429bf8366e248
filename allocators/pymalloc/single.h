/* SPDX-License-Identifier: Apache-2.0
 *
 * Allocator "pymalloc:single": pymalloc without heaps. Every block goes straight to and from its
 * pool, and an empty pool straight to its arena, as clauses B3 to B8 say to the letter: the next
 * block of a class is the one freed last, and no pool is kept empty.
 *
 * For hosts that serialise all calls themselves, as an interpreter with a global lock does, and for
 * many small instances: it costs no memory per thread. It takes its (then uncontended) locks all the
 * same, so using it from several threads is slow but not wrong. Between fork and exec, the child of a
 * threaded program must not use an instance that another thread was inside of.
 */
#ifndef CAIRN_ALLOCATORS_PYMALLOC_SINGLE_H_
#define CAIRN_ALLOCATORS_PYMALLOC_SINGLE_H_

#include "cairn/allocators/pymalloc/pymalloc.h"

CAIRN_EXTERN_C_BEGIN

/* As cairn_pymalloc_create and cairn_pymalloc_destroy; all other functions of pymalloc.h, such as
 * cairn_pymalloc_layer, serve these instances too. */
cairn_pymalloc *cairn_pymalloc_single_create(cairn_arena_source source, cairn_layer fallback,
                                             const cairn_pymalloc_options *options);
void cairn_pymalloc_single_destroy(cairn_pymalloc *instance);

CAIRN_EXTERN_C_END

#endif /* CAIRN_ALLOCATORS_PYMALLOC_SINGLE_H_ */
