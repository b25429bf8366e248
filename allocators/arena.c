/* SPDX-License-Identifier: Apache-2.0
 *
 * The constant table of a provider that offers only the two operations.
 */
#include "cairn/allocators/arena.h"

CAIRN_STATIC_ASSERT(sizeof(cairn_arena_provider) == 3 * sizeof(void *),
                    "cairn_arena_provider has CPython's three members and no fourth");

const cairn_arena_more cairn_arena_nothing_more = {
    .name = "unnamed",
};
