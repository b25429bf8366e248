/* SPDX-License-Identifier: Apache-2.0
 *
 * Lines of the probe's report. Without stdio: libc's own constructors may not have run yet.
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "probe.h"

enum { LINE_SIZE = 8192 };

static int report = -1;
static char line[LINE_SIZE];
static size_t line_length;

static void put(const char *text)
{
    size_t length = strlen(text);
    if (length > sizeof line - 1 - line_length) {
        length = sizeof line - 1 - line_length;
    }
    memcpy(line + line_length, text, length);
    line_length += length;
}

bool report_open(const char *path)
{
    report = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    return report >= 0;
}

void report_kind(const char *kind)
{
    put(kind);
}

void report_field(const char *text)
{
    put("\t");
    put(text);
}

void report_number(int value)
{
    char digits[12];
    char *start = digits + sizeof digits - 1;
    unsigned rest = value < 0 ? 0U - (unsigned)value : (unsigned)value;
    *start = '\0';
    do {
        *--start = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (value < 0) {
        *--start = '-';
    }
    report_field(start);
}

void report_end_line(void)
{
    put("\n");
    for (size_t done = 0; done < line_length;) {
        ssize_t written = write(report, line + done, line_length - done);
        if (written <= 0) {
            _exit(1);
        }
        done += (size_t)written;
    }
    line_length = 0;
}
