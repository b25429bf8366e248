/* SPDX-License-Identifier: Apache-2.0
 *
 * A file that takes a configuration's operations inline, for who looks at what comes of it.
 */
#include "tests/static/plain_stack.h"

void *inlined_obj_malloc(size_t size);
void *inlined_obj_calloc(size_t count, size_t size);
void *inlined_obj_realloc(void *ptr, size_t size);
void inlined_obj_free(void *ptr);

void *inlined_obj_malloc(size_t size)
{
    return plain_obj_inline_malloc(size);
}

void *inlined_obj_calloc(size_t count, size_t size)
{
    return plain_obj_inline_calloc(count, size);
}

void *inlined_obj_realloc(void *ptr, size_t size)
{
    return plain_obj_inline_realloc(ptr, size);
}

void inlined_obj_free(void *ptr)
{
    plain_obj_inline_free(ptr);
}
