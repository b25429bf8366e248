/* SPDX-License-Identifier: Apache-2.0
 *
 * The lines that the cairn command writes to stderr, and its exit statuses.
 */
#ifndef CAIRN_TOOLS_MESSAGE_H_
#define CAIRN_TOOLS_MESSAGE_H_

#include "cairn/base/compiler.h"

enum {
    CAIRN_EXIT_USAGE = 2,
    CAIRN_EXIT_OWN_ERROR = 125,
    CAIRN_EXIT_NOT_EXECUTABLE = 126,
    CAIRN_EXIT_NOT_FOUND = 127,
    CAIRN_EXIT_SIGNAL = 128, /* plus its number */
};

/* Writes "cairn: " and the message as one line, whatever characters names in it have. */
void cairn_say(const char *format, ...) CAIRN_PRINTF(1, 2);

/* A further line of what cairn_say has begun, without "cairn: ". */
void cairn_say_more(const char *format, ...) CAIRN_PRINTF(1, 2);

/* As cairn_say; returns status, for `return cairn_fail(...)`. */
int cairn_fail(int status, const char *format, ...) CAIRN_PRINTF(2, 3);

#endif /* CAIRN_TOOLS_MESSAGE_H_ */
