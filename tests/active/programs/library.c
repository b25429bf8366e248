/* SPDX-License-Identifier: Apache-2.0
 *
 * The library's block, by whatever malloc it was bound to.
 */
#include "library.h"

#include <stdlib.h>

void *library_block(void)
{
    return malloc(100);
}
