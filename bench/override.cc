/* SPDX-License-Identifier: Apache-2.0
 *
 * Asks the loader in which file a function lies, and the kernel whether that file is mapped.
 */
#include "bench/override.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

namespace bench {

namespace {

const char *FileThatHas(const void *address)
{
    Dl_info info;
    if (address == nullptr || dladdr(address, &info) == 0 || info.dli_fname == nullptr) {
        return "nothing that the loader knows";
    }
    return info.dli_fname;
}

bool SameFile(const char *found, const char *wanted)
{
    struct stat one, other;
    if (strchr(wanted, '/') == nullptr) {
        const char *slash = strrchr(found, '/');
        return strcmp(slash == nullptr ? found : slash + 1, wanted) == 0;
    }
    return stat(found, &one) == 0 && stat(wanted, &other) == 0 && one.st_dev == other.st_dev &&
           one.st_ino == other.st_ino;
}

bool IsMapped(const char *file)
{
    char line[PATH_MAX + 200];
    bool mapped = false;
    char resolved[PATH_MAX];
    const char *path = realpath(file, resolved);
    FILE *maps = fopen("/proc/self/maps", "re");
    while (path != nullptr && maps != nullptr && !mapped && fgets(line, sizeof(line), maps)) {
        mapped = strstr(line, path) != nullptr;
    }
    if (maps != nullptr) {
        fclose(maps);
    }
    return mapped;
}

} /* namespace */

bool AllIn(const char *library, std::initializer_list<Function> functions)
{
    for (const Function &function : functions) {
        const char *file = FileThatHas(function.address);
        if (!SameFile(file, library) || !IsMapped(file)) {
            fprintf(stderr, "cairn: bench: %s should come from %s, but comes from %s\n",
                    function.name, library, file);
            return false;
        }
    }
    return true;
}

} /* namespace bench */
