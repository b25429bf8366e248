/* SPDX-License-Identifier: Apache-2.0
 *
 * Leaves by longjmp, which the contract of fatal handlers allows; file descriptor 2 is a file in memory
 * meanwhile.
 */
#include "cairn/fuzz/catch.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cairn/base/check.h"

/* The sanitizers' own reports go where they always went. */
void __sanitizer_set_report_fd(void *fd) CAIRN_WEAK;

static jmp_buf back;
static bool is_armed;
static fuzz_caught caught;
static int file = -1;
static int real = -1;

static void leave(const char *line)
{
    caught.is_fatal = true;
    strncpy(caught.line, line, sizeof caught.line - 1);
    longjmp(back, 1);
}

/* libc's, unless an action runs. */
__attribute__((noreturn)) void _exit(int status)
{
    if (is_armed) {
        caught.has_exited = true;
        caught.status = status;
        longjmp(back, 1);
    }
    for (;;) {
        syscall(SYS_exit_group, status);
    }
}

static void open_file(void)
{
    if (file < 0) {
        file = memfd_create("caught", MFD_CLOEXEC);
        real = dup(2);
        if (__sanitizer_set_report_fd != NULL) {
            __sanitizer_set_report_fd((void *)(intptr_t)real);
        }
    }
    fuzz_expect(file >= 0 && real >= 0, "a file in memory", "", "");
    fuzz_expect(ftruncate(file, 0) == 0 && lseek(file, 0, SEEK_SET) == 0, "an empty file", "", "");
}

static void read_file(void)
{
    ssize_t count = pread(file, caught.text, sizeof caught.text - 1, 0);
    caught.text[count > 0 ? count : 0] = '\0';
    for (ssize_t i = 0; i < count; i++) {
        caught.text[i] = caught.text[i] != '\0' ? caught.text[i] : '?';
    }
}

const fuzz_caught *fuzz_catch(void (*action)(void *arg), void *arg)
{
    open_file();
    caught.is_fatal = caught.has_exited = false;
    caught.status = 0;
    caught.line[0] = '\0';
    cairn_fatal_handler before = cairn_set_fatal_handler(leave);
    dup2(file, 2);
    is_armed = true;
    if (setjmp(back) == 0) {
        action(arg);
    }
    is_armed = false;
    dup2(real, 2);
    cairn_set_fatal_handler(before);
    read_file();
    return &caught;
}

void fuzz_expect(bool holds, const char *what, const char *first, const char *second)
{
    if (!holds) {
        dprintf(real >= 0 ? real : 2, "cairn: fuzz: not so: %s\n  '%s'\n  '%s'\n", what, first,
                second);
        abort();
    }
}
