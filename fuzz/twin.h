/* SPDX-License-Identifier: Apache-2.0
 *
 * A layer that asks two others the same, and ends the process where they answer differently: one succeeds and
 * the other does not, or contents differ. Its blocks are those of the first; each has a twin of the second.
 */
#ifndef CAIRN_FUZZ_TWIN_H_
#define CAIRN_FUZZ_TWIN_H_

#include "cairn/allocators/allocator.h"

CAIRN_EXTERN_C_BEGIN

/* No blocks; the layer is for one thread. */
cairn_layer cairn_fuzz_twin_begin(cairn_layer first, cairn_layer second);

CAIRN_EXTERN_C_END

#endif /* CAIRN_FUZZ_TWIN_H_ */
