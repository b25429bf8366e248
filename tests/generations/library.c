/* SPDX-License-Identifier: Apache-2.0
 *
 * A library that has a configuration of its own, which a program opens and closes, or has, too.
 */
#include "tests/generations/library.h"

#include "tests/generations/plugin_heap.h"

void *plugin_use(void)
{
    void *block = plugin_heap_obj_malloc(100);
    plugin_heap_obj_free(plugin_heap_obj_malloc(100000));
    return block;
}

void plugin_give_back(void *block)
{
    plugin_heap_obj_free(block);
}
