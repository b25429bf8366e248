/* SPDX-License-Identifier: Apache-2.0
 *
 * The heap of live.c: a static configuration by name.
 */
#include "tests/growth/grown.h"
#include "tests/growth/live.h"

void *heap_malloc(size_t size)
{
    return grown_obj_malloc(size);
}

void heap_free(void *block)
{
    grown_obj_free(block);
}
