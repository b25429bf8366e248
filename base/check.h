/* SPDX-License-Identifier: Apache-2.0
 *
 * The three grades of checks, and what happens when one fails.
 *
 *   CAIRN_CHECK    always on: the caller broke a rule, or memory is damaged. One line, then abort.
 *   CAIRN_ASSERT   on in builds with assertions: Cairn itself broke a rule.
 *   CAIRN_AUDIT    on in audit builds: calls a cairn_x_check walker, which may be slow.
 *
 * The last two are `if (constant && ...)`, so that what they say is compiled in every build.
 */
#ifndef CAIRN_BASE_CHECK_H_
#define CAIRN_BASE_CHECK_H_

#include "cairn/base/compiler.h"

CAIRN_EXTERN_C_BEGIN

/* Called with the finished line (without its newline) instead of printing it. May leave by longjmp;
 * when it returns, the process aborts. */
typedef void (*cairn_fatal_handler)(const char *line);

/* Installs a handler for the whole process; NULL restores the default, which prints the line to
 * file descriptor 2. Returns the one before. Safe from any thread. */
cairn_fatal_handler cairn_set_fatal_handler(cairn_fatal_handler handler);

/* Reports "cairn: <text>" through the handler and aborts. A failure inside a failure aborts at
 * once. Never allocates. */
__attribute__((noreturn, cold)) void cairn_fatal(const char *format, ...) CAIRN_PRINTF(1, 2);

/* The end of a report that somebody has printed in full: calls the handler, if one is installed, with its
 * first line, and aborts. */
__attribute__((noreturn, cold)) void cairn_fatal_reported(const char *line);

/* Prints one line "cairn: <text>" on file descriptor 2 and goes on. Never allocates. */
void cairn_warn(const char *format, ...) CAIRN_PRINTF(1, 2);

#define CAIRN_CHECK(condition, ...)                                                                \
    do {                                                                                           \
        if (CAIRN_UNLIKELY(!(condition))) {                                                        \
            cairn_fatal(__VA_ARGS__);                                                              \
        }                                                                                          \
    } while (0)

/* 0 none, 1 assertions, 2 assertions and audits. */
#include "cairn/base/check_level.h"

#define CAIRN_ASSERT(condition)                                                                    \
    do {                                                                                           \
        if (CAIRN_CHECK_LEVEL >= 1 && CAIRN_UNLIKELY(!(condition))) {                              \
            cairn_fatal("internal error at %s:%d: %s", __FILE__, __LINE__, #condition);            \
        }                                                                                          \
    } while (0)

#define CAIRN_AUDIT(walker_call)                                                                   \
    do {                                                                                           \
        if (CAIRN_CHECK_LEVEL >= 2 && CAIRN_UNLIKELY(!(walker_call))) {                            \
            cairn_fatal("audit failed at %s:%d: %s", __FILE__, __LINE__, #walker_call);            \
        }                                                                                          \
    } while (0)

CAIRN_EXTERN_C_END

#endif /* CAIRN_BASE_CHECK_H_ */
