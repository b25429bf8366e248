/* SPDX-License-Identifier: Apache-2.0
 *
 * A stack that the first byte chooses, out of all bottoms with all sets of hooks, made for this input; hooks
 * come and go, and threads, meanwhile.
 */
#include "cairn/fuzz/engine/target.h"
#include "cairn/fuzz/hooked.h"
#include "cairn/fuzz/instances.h"

enum { NO_POOLS, POOLS, SINGLE_POOLS };

static const struct {
    cairn_fuzz_bottom bottom;
    int pools;
} stacks[8] = {
    {CAIRN_FUZZ_LARGE, POOLS},         {CAIRN_FUZZ_LARGE, SINGLE_POOLS},
    {CAIRN_FUZZ_LARGE, NO_POOLS},      {CAIRN_FUZZ_SYSTEM, POOLS},
    {CAIRN_FUZZ_SYSTEM, SINGLE_POOLS}, {CAIRN_FUZZ_SYSTEM, NO_POOLS},
    {CAIRN_FUZZ_NO_MEMORY, POOLS},     {CAIRN_FUZZ_NO_MEMORY, SINGLE_POOLS},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned chosen = size > 0 ? data[0] : 0;
    cairn_fuzz_instances *it =
        cairn_fuzz_instances_begin(data + (size > 0 ? 1 : 0), size > 0 ? size - 1 : 0);
    /* The hook debug would go on knowing them. */
    it->leaves_live = false;
    bool is_made = cairn_fuzz_instances_put_bottom(it, stacks[chosen % 8].bottom);
    if (is_made && stacks[chosen % 8].pools != NO_POOLS) {
        is_made = cairn_fuzz_instances_put_pools(it, stacks[chosen % 8].pools == SINGLE_POOLS);
    }
    if (is_made) {
        cairn_fuzz_hooked_begin(&it->machine, chosen / 8);
        cairn_fuzz_machine_run(&it->machine);
    }
    cairn_fuzz_hooked_end();
    cairn_fuzz_instances_end(it);
    return 0;
}
