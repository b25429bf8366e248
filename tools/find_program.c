/* SPDX-License-Identifier: Apache-2.0
 *
 * Finds a program as a shell does, so that what is wrong can be said before anything is started.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "message.h"
#include "program.h"

/* 0, or the error that stands against running the file; EISDIR for a directory. */
static int error_of(const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0) {
        return errno;
    }
    if (S_ISDIR(info.st_mode)) {
        return EISDIR;
    }
    return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0 ? 0 : errno;
}

static int refuse(const char *name, const char *path, int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return cairn_fail(CAIRN_EXIT_NOT_FOUND, "%s: not found%s", name,
                          strchr(name, '/') != NULL ? "" : "; no folder of PATH has it");
    case EISDIR:
        return cairn_fail(CAIRN_EXIT_NOT_EXECUTABLE,
                          "%s: a directory; give the program's file in it", name);
    case EACCES:
        return cairn_fail(CAIRN_EXIT_NOT_EXECUTABLE,
                          "%s: not executable by you; try chmod +x %s, or name its interpreter",
                          name, path);
    default:
        return cairn_fail(CAIRN_EXIT_NOT_EXECUTABLE, "%s: cannot be run: %s", name,
                          strerror(error));
    }
}

/* Tries one folder of PATH; an empty one is the current. */
static int try_folder(const char *folder, size_t length, const char *name, char *out)
{
    int size =
        snprintf(out, PATH_MAX, "%.*s%s%s", (int)length, folder, length > 0 ? "/" : "./", name);
    return size < PATH_MAX ? error_of(out) : ENAMETOOLONG;
}

/* As a shell: a file that may not be run is passed over, but better reported than none. */
static int find_along_path(const char *name, char *out)
{
    char denied[PATH_MAX] = "";
    const char *folders = getenv("PATH");
    folders = folders != NULL ? folders : "/bin:/usr/bin";
    for (;;) {
        size_t length = strcspn(folders, ":");
        int error = try_folder(folders, length, name, out);
        if (error == 0) {
            return 0;
        }
        if (error == EACCES && denied[0] == '\0') {
            memcpy(denied, out, sizeof denied);
        }
        if (folders[length] == '\0') {
            return refuse(name, denied, denied[0] != '\0' ? EACCES : ENOENT);
        }
        folders += length + 1;
    }
}

int cairn_program_find(const char *name, char *out)
{
    if (name[0] == '\0') {
        return cairn_fail(CAIRN_EXIT_NOT_FOUND, "the program's name is empty; name a program");
    }
    if (strchr(name, '/') == NULL) {
        return find_along_path(name, out);
    }
    if (snprintf(out, PATH_MAX, "%s", name) >= PATH_MAX) {
        return refuse(name, name, ENAMETOOLONG);
    }
    int error = error_of(out);
    return error == 0 ? 0 : refuse(name, out, error);
}
