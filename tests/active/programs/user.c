/* SPDX-License-Identifier: Apache-2.0
 *
 * A program that lets its library allocate.
 */
#include <stdlib.h>

#include "library.h"

int main(void)
{
    free(library_block());
    return 3;
}
