/* SPDX-License-Identifier: Apache-2.0
 *
 * Prints the preset that serves it, and whether the system regards it as secure.
 */
#include "victim.h"

#include <sys/auxv.h>

int main(void)
{
    const char *preset = victim_preset();
    void *block = malloc(100);
    CHECK(block != NULL);
    free(opaque(block));
    printf("%s%s\n", preset != NULL ? preset : "none", getauxval(AT_SECURE) != 0 ? " secure" : "");
    return 0;
}
