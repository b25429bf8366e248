/* SPDX-License-Identifier: Apache-2.0
 *
 * pymalloc against libc's malloc: what one can do, the other can, with the same contents.
 */
#include "cairn/allocators/system/system.h"
#include "cairn/fuzz/engine/target.h"
#include "cairn/fuzz/instances.h"
#include "cairn/fuzz/twin.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cairn_fuzz_instances *it = cairn_fuzz_instances_begin(data, size);
    unsigned chosen = cairn_fuzz_byte(&it->machine.in);
    cairn_fuzz_bottom bottom = (chosen & 1) != 0 ? CAIRN_FUZZ_LARGE : CAIRN_FUZZ_SYSTEM;
    /* Neither is short of memory. */
    cairn_fuzz_provider_fail(&it->provider, SIZE_MAX / 2, 0);
    it->machine.provider_count = 0;
    it->machine.threads = 0;
    it->leaves_live = false;
    if (cairn_fuzz_instances_put_bottom(it, bottom) &&
        cairn_fuzz_instances_put_pools(it, (chosen & 2) != 0)) {
        cairn_fuzz_place *top = &it->machine.places[0];
        it->machine.place_count = 1;
        top->layer = cairn_fuzz_twin_begin(top->layer, cairn_system);
        top->owns_all = false;
        top->counts = 0;
        top->walks = 0;
        it->machine.verify = NULL;
        cairn_fuzz_machine_run(&it->machine);
    }
    cairn_fuzz_instances_end(it);
    cairn_fuzz_provider_end(&it->provider);
    return 0;
}
