/* SPDX-License-Identifier: Apache-2.0
 *
 * Tells before the start why LD_PRELOAD would be without effect, instead of running without Cairn.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "elf_file.h"
#include "message.h"
#include "program.h"

/* As many as the kernel follows. */
enum { INTERPRETERS_MAX = 5 };

static bool has_file_capabilities(const char *path)
{
    return getuid() != 0 && getxattr(path, "security.capability", NULL, 0) > 0;
}

/* The kernel gives it rights that we do not have: then the loader ignores LD_PRELOAD. */
static bool is_privileged(const char *path)
{
    struct stat info;
    struct statvfs system;
    if (stat(path, &info) != 0 || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ||
        (statvfs(path, &system) == 0 && (system.f_flag & ST_NOSUID) != 0)) {
        return false;
    }
    bool sets_uid = (info.st_mode & S_ISUID) != 0 && info.st_uid != getuid();
    bool sets_gid =
        (info.st_mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP) && info.st_gid != getgid();
    return sets_uid || sets_gid || has_file_capabilities(path);
}

/* The dynamic loader, called by name to start a program, looks static but preloads. */
static bool is_the_loader(const char *path)
{
    char loader[CAIRN_INTERPRETER_MAX];
    struct stat file;
    struct stat ours;
    return cairn_file_examine("/proc/self/exe", loader) == CAIRN_FILE_DYNAMIC &&
           stat(path, &file) == 0 && stat(loader, &ours) == 0 && file.st_dev == ours.st_dev &&
           file.st_ino == ours.st_ino;
}

static int unreachable(const char *name, const char *what)
{
    return cairn_fail(CAIRN_EXIT_OWN_ERROR, "%s: %s", name, what);
}

static int check_dynamic(const char *name, const char *path, const char *loader)
{
    if (access(loader, X_OK) != 0) {
        return cairn_fail(CAIRN_EXIT_NOT_EXECUTABLE,
                          "%s: its loader %s is missing; install the C "
                          "library that it was built for",
                          name, loader);
    }
    if (strstr(loader, "ld-musl") != NULL) {
        return unreachable(name, "uses the C library musl, which cannot load our library, built "
                                 "for glibc; build the program with //:malloc instead");
    }
    if (is_privileged(path)) {
        return unreachable(name, "gets rights of another user or group (set-uid, set-gid or file "
                                 "capabilities), so that preloading is ignored; run it as that "
                                 "user, or run a copy without these bits");
    }
    return 0;
}

static int check_script(const char *name, const char *interpreter)
{
    struct stat info;
    if (stat(interpreter, &info) != 0) {
        return cairn_fail(CAIRN_EXIT_NOT_EXECUTABLE,
                          "%s: its interpreter %s is missing; install it or mend the first line",
                          name, interpreter);
    }
    if (S_ISDIR(info.st_mode) || faccessat(AT_FDCWD, interpreter, X_OK, AT_EACCESS) != 0) {
        return cairn_fail(CAIRN_EXIT_NOT_EXECUTABLE,
                          "%s: its interpreter %s cannot be run; mend the first line", name,
                          interpreter);
    }
    return 0;
}

static int check_file(const char *name, const char *path, cairn_file_kind kind,
                      const char *interpreter)
{
    switch (kind) {
    case CAIRN_FILE_STATIC:
        return is_the_loader(path)
                   ? 0
                   : unreachable(name, "statically linked, which preloading cannot reach; build "
                                       "it with malloc = //:malloc, or link it dynamically");
    case CAIRN_FILE_OTHER_CLASS:
        return unreachable(name, sizeof(void *) == 8
                                     ? "a 32-bit program, and our library is 64-bit; build Cairn "
                                       "for 32 bits, or use a 64-bit program"
                                     : "a 64-bit program, and our library is 32-bit; build Cairn "
                                       "for 64 bits, or use a 32-bit program");
    case CAIRN_FILE_OTHER_MACHINE:
        return unreachable(name, "built for another machine than our library; build Cairn for "
                                 "that machine");
    case CAIRN_FILE_DYNAMIC:
        return check_dynamic(name, path, interpreter);
    case CAIRN_FILE_SCRIPT:
        return check_script(name, interpreter);
    case CAIRN_FILE_OTHER:
        break;
    }
    return 0;
}

int cairn_program_check(const char *name, const char *path)
{
    char interpreters[2][CAIRN_INTERPRETER_MAX];
    if (getauxval(AT_SECURE) != 0) {
        return unreachable("cairn run", "started with another user's rights, which the program "
                                        "would keep, so that preloading is ignored; drop them");
    }
    for (unsigned depth = 0; depth <= INTERPRETERS_MAX; depth++) {
        char *interpreter = interpreters[depth % 2];
        cairn_file_kind kind = cairn_file_examine(path, interpreter);
        int status = check_file(name, path, kind, interpreter);
        if (status != 0 || kind != CAIRN_FILE_SCRIPT) {
            return status;
        }
        path = interpreter;
    }
    return cairn_fail(CAIRN_EXIT_NOT_EXECUTABLE,
                      "%s: its interpreter is a script, and so on; end the chain in a program",
                      name);
}
