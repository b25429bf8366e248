/* SPDX-License-Identifier: Apache-2.0
 *
 * Looks beside the command's own binary, in whatever way it was built or installed.
 */
#include "library.h"

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "message.h"

#define LIBRARY "libcairn_malloc.so"

/* Our binary's path, PATH_MAX bytes; "" without /proc. */
static void own_path(char *out)
{
    ssize_t length = readlink("/proc/self/exe", out, PATH_MAX - 1);
    out[length > 0 ? length : 0] = '\0';
}

/* Joins texts; false when they are too long. */
static bool join(char *out, const char *folder, const char *rest)
{
    int length = snprintf(out, PATH_MAX, "%s%s", folder, rest);
    return length > 0 && length < PATH_MAX;
}

static bool is_there(const char *path)
{
    return access(path, R_OK) == 0;
}

/* Under the name that this repository has in the workspace, which we need not know. */
static bool find_in_runfiles(const char *exe, char *out)
{
    char pattern[PATH_MAX];
    glob_t found;
    if (!join(pattern, exe, ".runfiles/*/tools/" LIBRARY) || glob(pattern, 0, NULL, &found) != 0) {
        return false;
    }
    bool fits = join(out, found.gl_pathv[0], "");
    globfree(&found);
    return fits && is_there(out);
}

static bool find_by_binary(char *out)
{
    char exe[PATH_MAX];
    char folder[PATH_MAX];
    own_path(exe);
    char *slash = strrchr(exe, '/');
    if (slash == NULL) {
        return false;
    }
    snprintf(folder, sizeof folder, "%.*s", (int)(slash + 1 - exe), exe);
    return (join(out, folder, LIBRARY) && is_there(out)) || find_in_runfiles(exe, out) ||
           (join(out, folder, "../lib/" LIBRARY) && is_there(out));
}

static bool can_be_preloaded(const char *path)
{
    /* What the dynamic loader splits LD_PRELOAD at, or expands. */
    if (strpbrk(path, " :$") != NULL) {
        cairn_say(
            "%s: LD_PRELOAD cannot hold a path with a space, ':' or '$'; set CAIRN_LIBRARY to "
            "a copy elsewhere",
            path);
        return false;
    }
    return true;
}

bool cairn_library_find(char *out)
{
    const char *given = getenv("CAIRN_LIBRARY");
    if (given != NULL && given[0] != '\0') {
        if (realpath(given, out) == NULL || !is_there(out)) {
            cairn_say("CAIRN_LIBRARY=%s: %s; set it to the path of " LIBRARY, given,
                      strerror(errno));
            return false;
        }
    } else if (!find_by_binary(out)) {
        cairn_say(LIBRARY " is not beside the cairn command; set CAIRN_LIBRARY to its path");
        return false;
    }
    return can_be_preloaded(out);
}

bool cairn_enter_callers_directory(void)
{
    char here[PATH_MAX];
    char runfiles[PATH_MAX];
    const char *caller = getenv("BUILD_WORKING_DIRECTORY");
    own_path(runfiles);
    strncat(runfiles, ".runfiles/", sizeof runfiles - strlen(runfiles) - 1);
    /* Whoever was started by `bazel run` and went elsewhere, then called us, wants to be there. */
    if (caller == NULL || getcwd(here, sizeof here) == NULL ||
        strncmp(here, runfiles, strlen(runfiles)) != 0) {
        return true;
    }
    if (chdir(caller) != 0) {
        cairn_say("BUILD_WORKING_DIRECTORY=%s: %s", caller, strerror(errno));
        return false;
    }
    setenv("PWD", caller, 1);
    return true;
}
