/* SPDX-License-Identifier: Apache-2.0
 *
 * large alone.
 */
#include "cairn/fuzz/engine/target.h"
#include "cairn/fuzz/instances.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cairn_fuzz_instances *it = cairn_fuzz_instances_begin(data, size);
    /* Room for a block that is a mapping of its own. */
    it->machine.most_bytes = 40 << 20;
    it->provider.most_bytes = 96 << 20;
    if (cairn_fuzz_instances_put_bottom(it, CAIRN_FUZZ_LARGE)) {
        cairn_fuzz_machine_run(&it->machine);
    }
    cairn_fuzz_instances_end(it);
    return 0;
}
