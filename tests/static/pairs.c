/* SPDX-License-Identifier: Apache-2.0
 *
 * What the programs have in common.
 */
#include "tests/static/pairs.h"

#include <gnu/libc-version.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef __clang__
#define COMPILER "clang"
#define VERSION __clang_version__
#else
#define COMPILER "gcc"
#define VERSION __VERSION__
#endif

int pairs_main(int argc, char **argv, void (*const cases[])(unsigned long count))
{
    if (argc < 2) {
        printf("%s %s, glibc %s\n", COMPILER, VERSION, gnu_get_libc_version());
        return 0;
    }
    for (size_t i = 0; cases[i] != NULL; i++) {
        cases[i](strtoul(argv[1], NULL, 10));
    }
    return 0;
}
