/* SPDX-License-Identifier: Apache-2.0
 *
 * The state of the stack "default". Everything is initialised by the loader, so that it serves
 * allocations from before any constructor ran. Large gets its regions from mmap, and pymalloc its
 * arenas from large, so that memory which one of them gives up serves the other without going back
 * to the system in between.
 */
#include "cairn/config/default_stack.h"

#include "cairn/allocators/arena/mmap.h"

char *cairn_default_large_root[CAIRN_MAP_ROOT_ENTRIES];
char *cairn_default_pymalloc_root[CAIRN_MAP_ROOT_ENTRIES];

cairn_large cairn_default_large = CAIRN_LARGE_INITIALISER(
    CAIRN_DEFAULT_LARGE_SLOT, cairn_default_large_root, CAIRN_ARENA_MMAP_INITIALISER);

#define LOWER CAIRN_LARGE_LAYER_INITIALISER(&cairn_default_large)

cairn_pymalloc cairn_default_pymalloc = CAIRN_PYMALLOC_INITIALISER(
    CAIRN_DEFAULT_PYMALLOC_SLOT, cairn_default_pymalloc_root,
    CAIRN_LARGE_ARENA_SOURCE_INITIALISER(&cairn_default_large), LOWER, true);

const cairn_layer cairn_default_layer = CAIRN_PYMALLOC_LAYER_INITIALISER(&cairn_default_pymalloc);
