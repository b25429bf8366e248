/* SPDX-License-Identifier: Apache-2.0
 *
 * pymalloc over libc, over large or over nothing, with all that its options allow.
 */
#include "cairn/fuzz/engine/target.h"
#include "cairn/fuzz/instances.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return cairn_fuzz_pools(data, size, false);
}
