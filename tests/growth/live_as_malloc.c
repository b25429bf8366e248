/* SPDX-License-Identifier: Apache-2.0
 *
 * The heap of live.c: the program's malloc.
 */
#include <stdlib.h>

#include "tests/growth/live.h"

void *heap_malloc(size_t size)
{
    return malloc(size);
}

void heap_free(void *block)
{
    free(block);
}
