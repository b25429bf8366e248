/* SPDX-License-Identifier: Apache-2.0
 *
 * A second start for the preloaded library, of what cannot be done in its constructor. That runs
 * before libc's own, when libraries cannot be opened yet; this runs when the program's first
 * instructions call __libc_start_main, which is ours: all libraries have been initialised, the
 * program's own constructors have not run.
 * A program that starts without libc's help, as some of Go's do, has no second start.
 */
#include <dlfcn.h>

#include "cairn/base/check.h"
#include "cairn/config/start.h"

/* What start.c reads: that it may put things off. */
bool cairn_starts_late = true;

typedef int (*main_function)(int argc, char **argv, char **envp);
typedef void (*plain_function)(void);
typedef int (*start_function)(main_function program, int argc, char **argv, plain_function init,
                              plain_function fini, plain_function loader_fini, void *stack_end);

int __libc_start_main(main_function program, int argc, char **argv, plain_function init,
                      plain_function fini, plain_function loader_fini, void *stack_end);

/* Programs linked before glibc 2.34 pass init and fini, newer ones pass NULL: it is one function
 * behind both versions of the name, so that either may be called. */
CAIRN_EXPORT int __libc_start_main(main_function program, int argc, char **argv,
                                   plain_function init, plain_function fini,
                                   plain_function loader_fini, void *stack_end)
{
    start_function next = (start_function)(uintptr_t)dlsym(RTLD_NEXT, "__libc_start_main");
    CAIRN_CHECK(next != NULL, "libc has no __libc_start_main");
    cairn_start_late();
    return next(program, argc, argv, init, fini, loader_fini, stack_end);
}
