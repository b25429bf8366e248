/* SPDX-License-Identifier: Apache-2.0
 *
 * Allocators under names of their own: configurations, and what serves them called directly.
 */
#include <stdlib.h>

#include "cairn/allocators/arena/mmap.h"
#include "cairn/allocators/large/large.h"
#include "cairn/allocators/pymalloc/pymalloc.h"
#include "cairn/allocators/system/system.h"
#include "tests/static/changeable.h"
#include "tests/static/counted.h"
#include "tests/static/libc.h"
#include "tests/static/pairs.h"
#include "tests/static/plain.h"
#include "tests/static/plain_stack.h"

static cairn_pymalloc *bottom;
static cairn_domain *handle;

#define NOTHING_MALLOC(size) ((void *)(size))
#define NOTHING_FREE(block) ((void)(block))
#define BOTTOM_MALLOC(size) cairn_pymalloc_malloc(bottom, size)
#define BOTTOM_FREE(block) cairn_pymalloc_free(bottom, block)
#define HANDLE_MALLOC(size) cairn_domain_malloc(handle, size)
#define HANDLE_FREE(block) cairn_domain_free(handle, block)
#define SYSTEM_MALLOC(size) cairn_system_malloc(NULL, size)
#define SYSTEM_FREE(block) cairn_system_free(NULL, block)

PAIRS(nothing, NOTHING_MALLOC, NOTHING_FREE)
PAIRS(static_inline, plain_obj_inline_malloc, plain_obj_inline_free)
PAIRS(static_by_name, plain_obj_malloc, plain_obj_free)
PAIRS(static_counted, counted_obj_malloc, counted_obj_free)
PAIRS(dynamic_by_name, changeable_obj_malloc, changeable_obj_free)
PAIRS(dynamic_by_handle, HANDLE_MALLOC, HANDLE_FREE)
PAIRS(bottom_pymalloc, BOTTOM_MALLOC, BOTTOM_FREE)
PAIRS(system_static, libc_obj_malloc, libc_obj_free)
PAIRS(bottom_system, SYSTEM_MALLOC, SYSTEM_FREE)
PAIRS(libc, malloc, free)
BATCHES(static_batch, plain_obj_inline_malloc, plain_obj_inline_free)

int main(int argc, char **argv)
{
    static void (*const cases[])(unsigned long count) = {
        nothing,         static_inline,
        static_by_name,  static_counted,
        dynamic_by_name, dynamic_by_handle,
        bottom_pymalloc, system_static,
        bottom_system,   libc,
        static_batch,    NULL,
    };
    cairn_large *large = cairn_large_create(cairn_arena_mmap, NULL);
    bottom = cairn_pymalloc_create(cairn_arena_mmap, cairn_large_layer(large), NULL);
    if (cairn_domain_create_in(&changeable_table, "textures", 't', &handle) != CAIRN_OK) {
        return 1;
    }
    return bottom != NULL ? pairs_main(argc, argv, cases) : 1;
}
