/* SPDX-License-Identifier: Apache-2.0
 *
 * Formatted output that never allocates, takes no lock and works in the middle of a failing heap.
 * The caller owns the cairn_print, usually on its stack.
 */
#ifndef CAIRN_BASE_PRINT_H_
#define CAIRN_BASE_PRINT_H_

#include <stdarg.h>

#include "cairn/base/compiler.h"

CAIRN_EXTERN_C_BEGIN

/* Receives text in pieces; count is in bytes, the text is not terminated. */
typedef void (*cairn_write_function)(void *ctx, const char *text, size_t count);

typedef struct cairn_print {
    cairn_write_function write;
    void *ctx;
    size_t used_bytes;
    char buffer[512];
} cairn_print;

/* c, or '?' for a control character: names and values from outside may hold anything, a terminal's control
 * sequences among it. */
CAIRN_INLINE char cairn_plain(char c)
{
    return (unsigned char)c < ' ' || c == 0x7f ? '?' : c;
}

/* Starts output to a file descriptor. Interrupted and short writes are continued; other errors are
 * ignored, since there is nobody to tell. errno is kept. */
void cairn_print_to_fd(cairn_print *print, int fd);

/* Starts output to any receiver. */
void cairn_print_to(cairn_print *print, cairn_write_function write, void *ctx);

/* Understands %s %c %d %u %zu %lu %x %zx %p %%, a width, the flags '-' and '0', and the apostrophe
 * flag, which groups decimal digits by commas whatever the locale. */
void cairn_printf(cairn_print *print, const char *format, ...) CAIRN_PRINTF(2, 3);
void cairn_vprintf(cairn_print *print, const char *format, va_list arguments);

/* Hands what is buffered to the receiver. Must be called last. */
void cairn_print_flush(cairn_print *print);

/* As printf into a buffer of capacity bytes, always terminated; returns the bytes written. */
size_t cairn_format(char *buffer, size_t capacity, const char *format, ...) CAIRN_PRINTF(3, 4);

CAIRN_EXTERN_C_END

#endif /* CAIRN_BASE_PRINT_H_ */
