/* SPDX-License-Identifier: Apache-2.0
 *
 * A hook that changes layout, as small as one can be: sixteen bytes with a mark before each block, and a set
 * of its own blocks where it has to know them.
 */
#ifndef CAIRN_TESTS_DOMAINS_LAYOUT_HOOK_H_
#define CAIRN_TESTS_DOMAINS_LAYOUT_HOOK_H_

#include "cairn/hooks/hook.h"

/* Puts a mark before each block, and ends the test when a block without one is freed. */
extern "C" const cairn_hook padded_hook;
/* The same without an index. */
extern "C" const cairn_hook unindexed_hook;

namespace cairn_test {

/* Live blocks of all layers of the first. */
size_t PaddedBlocks();

} // namespace cairn_test

#endif /* CAIRN_TESTS_DOMAINS_LAYOUT_HOOK_H_ */
