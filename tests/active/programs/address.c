/* SPDX-License-Identifier: Apache-2.0
 *
 * A program that takes the address of malloc. Where code is position-dependent, that is a stub in it.
 */
#include <stdio.h>
#include <stdlib.h>

static void *(*const volatile allocate)(size_t) = malloc;

int main(void)
{
    printf("%p\n", allocate(1));
    return 3;
}
