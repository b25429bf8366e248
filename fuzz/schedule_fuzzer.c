/* SPDX-License-Identifier: Apache-2.0
 *
 * Up to four threads in one stack, by a schedule that the input gives: a thread is stopped in the middle of an
 * operation, with the locks that it holds, wherever it asks a provider for something, looks at the clock, or
 * has to wait.
 */
#include "cairn/fuzz/crew.h"
#include "cairn/fuzz/engine/target.h"
#include "cairn/fuzz/instances.h"

static void before_arena(void *ctx)
{
    (void)ctx;
    cairn_fuzz_crew_yield();
}

/* The bits of a stack. */
enum { HAS_POOLS = 3, IS_SINGLE = 1 << 2, IS_OVER_LIBC = 1 << 3, HAS_THREE = 1 << 4 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cairn_fuzz_instances *it = cairn_fuzz_instances_begin(data, size);
    unsigned stack = cairn_fuzz_byte(&it->machine.in);
    bool has_pools = (stack & HAS_POOLS) != 0;
    it->machine.threads = (stack & HAS_THREE) != 0 ? 3 : 2;
    bool is_made = cairn_fuzz_instances_put_bottom(
        it, has_pools && (stack & IS_OVER_LIBC) != 0 ? CAIRN_FUZZ_SYSTEM : CAIRN_FUZZ_LARGE);
    if (is_made && has_pools) {
        is_made = cairn_fuzz_instances_put_pools(it, (stack & IS_SINGLE) != 0);
    }
    if (is_made) {
        if (has_pools) {
            cairn_pymalloc_set_before_arena(it->pools, before_arena, NULL);
        }
        it->provider.before = cairn_fuzz_crew_yield;
        cairn_fuzz_clock_before = cairn_fuzz_crew_yield;
        cairn_fuzz_machine_run(&it->machine);
        cairn_fuzz_clock_before = NULL;
        it->provider.before = NULL;
    }
    cairn_fuzz_instances_end(it);
    return 0;
}
