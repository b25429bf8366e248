/* SPDX-License-Identifier: Apache-2.0
 *
 * A program that allocates. Its main() must not run, or the test would see it.
 */
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    /* With an address to compare, the block and the calls cannot be removed. */
    void *block = malloc(100);
    printf("main() runs, with a block at %p\n", block);
    free(block);
    return 3;
}
