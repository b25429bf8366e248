/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes one line, at once, so that lines of several processes do not mix.
 */
#include "message.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cairn/base/print.h"

static void say(const char *start_text, const char *format, va_list arguments)
{
    char line[16384];
    size_t start = strlen(start_text);
    memcpy(line, start_text, start);
    int length = vsnprintf(line + start, sizeof line - start - 1, format, arguments);
    size_t end = start + (length > 0 ? (size_t)length : 0);
    end = end < sizeof line - 2 ? end : sizeof line - 2;
    for (size_t i = start; i < end; i++) {
        line[i] = cairn_plain(line[i]);
    }
    line[end] = '\n';
    ssize_t ignored = write(STDERR_FILENO, line, end + 1);
    (void)ignored;
}

void cairn_say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say("cairn: ", format, arguments);
    va_end(arguments);
}

void cairn_say_more(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say("", format, arguments);
    va_end(arguments);
}

int cairn_fail(int status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say("cairn: ", format, arguments);
    va_end(arguments);
    return status;
}
