/* SPDX-License-Identifier: Apache-2.0
 *
 * The run-time face.
 */
#include "cairn/allocators/system/system.h"

CAIRN_SYSTEM_FACE(, cairn_system)

size_t cairn_system_trim(void *ctx)
{
    (void)ctx;
    /* libc says only whether it gave something back: one page is what it must have been. */
    return cairn_libc_trim() ? 4096 : 0;
}

const cairn_allocator_more cairn_system_more = CAIRN_SYSTEM_MORE(cairn_system);

const cairn_layer cairn_system = {
    {NULL, cairn_system_malloc, cairn_system_calloc, cairn_system_realloc, cairn_system_free},
    &cairn_system_more,
};
