/* SPDX-License-Identifier: Apache-2.0
 *
 * Says which domain of lisp_heap each kind of memory comes from.
 */
#include "lisp/memory.h"

#include <stdlib.h>

#include "budget_hook.h"
#include "lisp_heap.h"

static size_t limit;

void *memory_object_new(size_t size)
{
    return lisp_heap_obj_malloc(size);
}

void memory_object_free(void *object)
{
    lisp_heap_obj_free(object);
}

char *memory_string_new(size_t size)
{
    return lisp_heap_strings_malloc(size);
}

char *memory_string_resize(char *bytes, size_t size)
{
    return lisp_heap_strings_realloc(bytes, size);
}

void memory_string_free(char *bytes)
{
    lisp_heap_strings_free(bytes);
}

void *memory_table_new(size_t count, size_t item_size)
{
    return calloc(count, item_size);
}

void memory_table_free(void *table)
{
    free(table);
}

void memory_set_limit(size_t bytes)
{
    limit = bytes;
    budget_set(bytes);
}

size_t memory_limit(void)
{
    return limit;
}

size_t memory_used(void)
{
    return budget_used();
}

void memory_write_stats(void)
{
    lisp_heap_stats_write(2, CAIRN_REPORT_TEXT);
}
