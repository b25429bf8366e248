/* SPDX-License-Identifier: Apache-2.0
 *
 * The malloc of the program, whichever it is.
 */
#include <stdlib.h>

#include "tests/static/pairs.h"

PAIRS(as_malloc, malloc, free)

int main(int argc, char **argv)
{
    static void (*const cases[])(unsigned long count) = {as_malloc, NULL};
    return pairs_main(argc, argv, cases);
}
