/* SPDX-License-Identifier: Apache-2.0
 *
 * The formatter behind print.h and its two receivers, a file descriptor and a buffer.
 */
#include "cairn/base/print.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

typedef struct conversion {
    bool left;
    bool zero;
    bool grouped;
    bool wide;
    size_t width;
} conversion;

static void write_to_fd(void *ctx, const char *text, size_t count)
{
    int fd = (int)(intptr_t)ctx;
    int saved = errno;
    while (count > 0) {
        ssize_t written = write(fd, text, count);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            break;
        }
        text += written;
        count -= (size_t)written;
    }
    errno = saved;
}

void cairn_print_to_fd(cairn_print *print, int fd)
{
    cairn_print_to(print, write_to_fd, (void *)(intptr_t)fd);
}

void cairn_print_to(cairn_print *print, cairn_write_function write, void *ctx)
{
    print->write = write;
    print->ctx = ctx;
    print->used_bytes = 0;
}

void cairn_print_flush(cairn_print *print)
{
    if (print->used_bytes > 0) {
        print->write(print->ctx, print->buffer, print->used_bytes);
        print->used_bytes = 0;
    }
}

static void put(cairn_print *print, const char *text, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (print->used_bytes == sizeof print->buffer) {
            cairn_print_flush(print);
        }
        print->buffer[print->used_bytes++] = text[i];
    }
}

static void put_fill(cairn_print *print, const char *fill, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        put(print, fill, 1);
    }
}

/* Zeroes stand between the prefix, such as a sign, and the text. */
static void put_padded(cairn_print *print, const conversion *c, const char *prefix,
                       const char *text, size_t count)
{
    size_t all = strlen(prefix) + count;
    size_t padding = c->width > all ? c->width - all : 0;
    bool is_zeroed = c->zero && !c->left;
    put_fill(print, " ", c->left || is_zeroed ? 0 : padding);
    put(print, prefix, strlen(prefix));
    put_fill(print, "0", is_zeroed ? padding : 0);
    put(print, text, count);
    put_fill(print, " ", c->left ? padding : 0);
}

static void put_number(cairn_print *print, const conversion *c, const char *prefix, uint64_t value,
                       unsigned base)
{
    char text[40];
    size_t at = sizeof text;
    unsigned digits = 0;
    do {
        if (c->grouped && digits > 0 && digits % 3 == 0) {
            text[--at] = ',';
        }
        text[--at] = "0123456789abcdef"[value % base];
        value /= base;
        digits++;
    } while (value != 0);
    put_padded(print, c, prefix, text + at, sizeof text - at);
}

static const char *parse(const char *format, conversion *c)
{
    memset(c, 0, sizeof *c);
    for (;; format++) {
        if (*format == '-') {
            c->left = true;
        } else if (*format == '0') {
            c->zero = true;
        } else if (*format == '\'') {
            c->grouped = true;
        } else {
            break;
        }
    }
    for (; *format >= '0' && *format <= '9'; format++) {
        c->width = c->width * 10 + (size_t)(*format - '0');
    }
    for (; *format == 'z' || *format == 'l'; format++) {
        c->wide = true;
    }
    return format;
}

static void put_conversion(cairn_print *print, char kind, conversion *c, va_list *arguments)
{
    if (kind == 's') {
        const char *text = va_arg(*arguments, const char *);
        text = text != NULL ? text : "(null)";
        put_padded(print, c, "", text, strlen(text));
    } else if (kind == 'c') {
        char letter = (char)va_arg(*arguments, int);
        put_padded(print, c, "", &letter, 1);
    } else if (kind == 'd') {
        int64_t value = c->wide ? va_arg(*arguments, long) : va_arg(*arguments, int);
        uint64_t magnitude = value < 0 ? ~(uint64_t)value + 1 : (uint64_t)value;
        put_number(print, c, value < 0 ? "-" : "", magnitude, 10);
    } else if (kind == 'u' || kind == 'x') {
        uint64_t value = c->wide ? va_arg(*arguments, size_t) : va_arg(*arguments, unsigned);
        put_number(print, c, "", value, kind == 'x' ? 16 : 10);
    } else if (kind == 'p') {
        put_number(print, c, "0x", (uintptr_t)va_arg(*arguments, void *), 16);
    } else {
        put(print, &kind, 1);
    }
}

void cairn_vprintf(cairn_print *print, const char *format, va_list arguments)
{
    va_list copy;
    va_copy(copy, arguments);
    while (*format != '\0') {
        size_t plain = strcspn(format, "%");
        put(print, format, plain);
        format += plain;
        if (format[0] == '%' && format[1] != '\0') {
            conversion c;
            format = parse(format + 1, &c);
            put_conversion(print, *format, &c, &copy);
            format++;
        } else if (format[0] == '%') {
            break;
        }
    }
    va_end(copy);
}

void cairn_printf(cairn_print *print, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    cairn_vprintf(print, format, arguments);
    va_end(arguments);
}

typedef struct text_buffer {
    char *text;
    size_t capacity;
    size_t used;
} text_buffer;

static void write_to_buffer(void *ctx, const char *text, size_t count)
{
    text_buffer *out = ctx;
    size_t room = out->capacity - 1 - out->used;
    count = count < room ? count : room;
    memcpy(out->text + out->used, text, count);
    out->used += count;
}

size_t cairn_format(char *buffer, size_t capacity, const char *format, ...)
{
    text_buffer out = {buffer, capacity, 0};
    cairn_print print;
    va_list arguments;
    if (capacity == 0) {
        return 0;
    }
    cairn_print_to(&print, write_to_buffer, &out);
    va_start(arguments, format);
    cairn_vprintf(&print, format, arguments);
    va_end(arguments);
    cairn_print_flush(&print);
    buffer[out.used] = '\0';
    return out.used;
}
