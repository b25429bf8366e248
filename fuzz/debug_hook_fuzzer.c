/* SPDX-License-Identifier: Apache-2.0
 *
 * The debug hook over pools and large blocks: random operations, none of which may be reported; then, if the
 * input says so, one thing that is wrong, of which the report must say what it is.
 */
#include "cairn/fuzz/debug_damage.h"
#include "cairn/fuzz/engine/target.h"

enum { OPERATIONS_MAX = 300 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static fuzz_world world;
    world.input = (fuzz_input){data, size};
    fuzz_world_open(&world);
    size_t operations = fuzz_byte(&world.input) * 2;
    for (size_t i = 0; i < operations && i < OPERATIONS_MAX && world.input.left > 8; i++) {
        fuzz_world_operate(&world);
    }
    size_t lost = fuzz_damage(&world);
    fuzz_world_close(&world, lost);
    return 0;
}
