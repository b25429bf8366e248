/* SPDX-License-Identifier: Apache-2.0
 *
 * The fatal path: formats into a buffer on the stack, tells the handler, aborts.
 */
#include "cairn/base/check.h"

#include <stdlib.h>

#include "cairn/base/print.h"

static cairn_fatal_handler installed_handler;

cairn_fatal_handler cairn_set_fatal_handler(cairn_fatal_handler handler)
{
    return __atomic_exchange_n(&installed_handler, handler, __ATOMIC_ACQ_REL);
}

typedef struct line_buffer {
    size_t used;
    char text[512];
} line_buffer;

static void append(void *ctx, const char *text, size_t count)
{
    line_buffer *line = ctx;
    for (size_t i = 0; i < count && line->used + 1 < sizeof line->text; i++) {
        line->text[line->used++] = text[i];
    }
    line->text[line->used] = '\0';
}

static void format_line(line_buffer *line, const char *format, va_list arguments)
{
    cairn_print print;
    line->used = 0;
    cairn_print_to(&print, append, line);
    cairn_printf(&print, "cairn: ");
    cairn_vprintf(&print, format, arguments);
    cairn_print_flush(&print);
}

/* One write, so that the lines of two threads do not mix. */
static void print_line(const line_buffer *line)
{
    cairn_print print;
    cairn_print_to_fd(&print, 2);
    cairn_printf(&print, "%s\n", line->text);
    cairn_print_flush(&print);
}

void cairn_fatal(const char *format, ...)
{
    static CAIRN_THREAD_LOCAL bool failing;
    line_buffer line;
    va_list arguments;
    if (failing) {
        abort();
    }
    failing = true;
    va_start(arguments, format);
    format_line(&line, format, arguments);
    va_end(arguments);
    cairn_fatal_handler handler = __atomic_load_n(&installed_handler, __ATOMIC_ACQUIRE);
    if (handler != NULL) {
        failing = false;
        handler(line.text);
    } else {
        print_line(&line);
    }
    abort();
}

void cairn_fatal_reported(const char *line)
{
    cairn_fatal_handler handler = __atomic_load_n(&installed_handler, __ATOMIC_ACQUIRE);
    if (handler != NULL) {
        handler(line);
    }
    abort();
}

void cairn_warn(const char *format, ...)
{
    line_buffer line;
    va_list arguments;
    va_start(arguments, format);
    format_line(&line, format, arguments);
    va_end(arguments);
    print_line(&line);
}
