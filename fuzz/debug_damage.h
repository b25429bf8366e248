/* SPDX-License-Identifier: Apache-2.0
 *
 * What a program may do wrong with a block, once, and what the debug hook must say of it.
 */
#ifndef CAIRN_FUZZ_DEBUG_DAMAGE_H_
#define CAIRN_FUZZ_DEBUG_DAMAGE_H_

#include "cairn/fuzz/debug_world.h"

/* Does something wrong, if the input says so, and compares the report with what must be in it. Whatever was
 * damaged is mended afterwards. Returns how many blocks nobody may have any more, because a report came while they
 * were between two owners. */
size_t fuzz_damage(fuzz_world *world);

#endif /* CAIRN_FUZZ_DEBUG_DAMAGE_H_ */
