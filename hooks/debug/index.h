/* SPDX-License-Identifier: Apache-2.0
 *
 * The set of live user addresses, for exact answers.
 */
#ifndef CAIRN_HOOKS_DEBUG_INDEX_H_
#define CAIRN_HOOKS_DEBUG_INDEX_H_

#include "cairn/base/compiler.h"

CAIRN_EXTERN_C_BEGIN

typedef struct cairn_debug_index cairn_debug_index;

/* NULL without memory. Never destroyed. */
cairn_debug_index *debug_index_create(void);

/* Any thread. false, with nothing changed, without memory, or if it was not there. */
bool debug_index_add(cairn_debug_index *self, const void *ptr);
bool debug_index_remove(cairn_debug_index *self, const void *ptr);

bool debug_index_has(cairn_debug_index *self, const void *ptr);

/* Calls visit for each address until it says false; whether it never did. No other thread may be inside,
 * and visit may not change the index. */
bool debug_index_walk(const cairn_debug_index *self, bool (*visit)(void *arg, char *ptr),
                      void *arg);

void debug_index_after_fork(cairn_debug_index *self);

CAIRN_EXTERN_C_END

#endif /* CAIRN_HOOKS_DEBUG_INDEX_H_ */
