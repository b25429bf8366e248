/* SPDX-License-Identifier: Apache-2.0
 *
 * Two configurations that choose the same preset at start, each with blocks from before.
 */
#include <stdio.h>

#include "cairn/cairn.h"
#include "tests/generations/chooser.h"

static void *blocks[4];

static void allocate(void)
{
    blocks[0] = chooser_mem_malloc(100);
    blocks[1] = cairn_mem_malloc(100);
    blocks[2] = chooser_mem_malloc(5000);
    blocks[3] = cairn_mem_malloc(5000);
}

__attribute__((section(".preinit_array"), used)) static void (*allocate_first)(void) = allocate;

int main(void)
{
    chooser_mem_free(blocks[0]);
    cairn_mem_free(blocks[1]);
    chooser_mem_free(blocks[2]);
    cairn_mem_free(blocks[3]);
    chooser_mem_free(chooser_mem_malloc(100));
    cairn_mem_free(cairn_mem_malloc(5000));
    return chooser_check_all() && cairn_check_all() ? 0 : 1;
}
