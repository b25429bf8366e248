/* SPDX-License-Identifier: Apache-2.0
 *
 * Looking a variable up in what constructors were given.
 */
#include "cairn/base/environment.h"

#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

static char **noted;

void cairn_environment_note(char **envp)
{
    char **expected = NULL;
    __atomic_compare_exchange_n(&noted, &expected, envp, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

const char *cairn_environment(const char *name)
{
    size_t length = strlen(name);
    char **each = __atomic_load_n(&noted, __ATOMIC_ACQUIRE);
    each = each != NULL ? each : environ;
    if (each == NULL || getauxval(AT_SECURE) != 0) {
        return NULL;
    }
    for (; *each != NULL; each++) {
        if (strncmp(*each, name, length) == 0 && (*each)[length] == '=') {
            return (*each)[length + 1] != '\0' ? *each + length + 1 : NULL;
        }
    }
    return NULL;
}
