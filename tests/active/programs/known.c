/* SPDX-License-Identifier: Apache-2.0
 *
 * A name by which jemalloc is known.
 */
#include <stddef.h>

void *mallocx(size_t size, int flags);

void *mallocx(size_t size, int flags)
{
    (void)size;
    (void)flags;
    return NULL;
}
