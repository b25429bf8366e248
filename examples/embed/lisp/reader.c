/* SPDX-License-Identifier: Apache-2.0
 *
 * A reader by recursive descent. Every pair of a list notes the line on which its item begins.
 */
#include "lisp/reader.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lisp/error.h"
#include "lisp/gc.h"
#include "lisp/memory.h"
#include "lisp/symbols.h"

enum { NUMBER_MAX = 64 };

static value read_value(reader *from);

static int peek(const reader *from)
{
    return from->at < from->length ? (unsigned char)from->text[from->at] : -1;
}

static int skip_blanks(reader *from)
{
    int c;
    while ((c = peek(from)) == ';' || isspace(c)) {
        if (c == ';') {
            const char *newline = memchr(from->text + from->at, '\n', from->length - from->at);
            from->at = newline != NULL ? (size_t)(newline - from->text) : from->length;
        } else {
            from->line += c == '\n';
            from->at++;
        }
    }
    return c;
}

static _Noreturn void complain(const reader *from, const char *sentence)
{
    error_set_line(from->file, from->line);
    error_raise("%s", sentence);
}

static value pair_here(const reader *from, value first, uint32_t line)
{
    value made = new_pair(first, lisp_nil);
    made->file = from->file;
    made->line = line;
    return made;
}

/* Reads what follows a dot: one value and the closing parenthesis. */
static value read_after_dot(reader *from)
{
    from->at++;
    value last = read_value(from);
    if (skip_blanks(from) != ')') {
        complain(from, "one value must stand between a dot and ')'");
    }
    return last;
}

static bool is_dot(const reader *from)
{
    bool ends = from->at + 1 == from->length || strchr(" \t\n()", from->text[from->at + 1]) != NULL;
    return from->text[from->at] == '.' && ends;
}

static value read_list(reader *from)
{
    size_t height = gc_height();
    value *first = gc_push(lisp_nil);
    value last = lisp_nil;
    uint32_t opened = from->line;
    int c;
    from->at++;
    while ((c = skip_blanks(from)) != ')') {
        uint32_t line = from->line;
        if (c == -1) {
            from->line = opened;
            complain(from, "this list has no closing ')'");
        }
        if (last != lisp_nil && is_dot(from)) {
            ((pair *)last)->tail = read_after_dot(from);
            break;
        }
        value next = pair_here(from, read_value(from), line);
        if (last == lisp_nil) {
            *first = next;
        } else {
            ((pair *)last)->tail = next;
        }
        last = next;
    }
    from->at++;
    value list = *first;
    gc_drop_to(height);
    return list;
}

static void append(reader *from, size_t at, char c)
{
    if (at == from->capacity) {
        size_t capacity = from->capacity > 0 ? 2 * from->capacity : 32;
        char *larger = memory_string_resize(from->buffer, capacity);
        if (larger == NULL) {
            error_out_of_memory();
        }
        from->buffer = larger;
        from->capacity = capacity;
    }
    from->buffer[at] = c;
}

static char unescape(char c)
{
    return c == 'n' ? '\n' : c == 't' ? '\t' : c;
}

static value read_string(reader *from)
{
    uint32_t opened = from->line;
    size_t length = 0;
    int c;
    from->at++;
    while ((c = peek(from)) != '"') {
        from->at++;
        if (c == '\\') {
            c = peek(from);
            from->at++;
        }
        if (c == -1) {
            from->line = opened;
            complain(from, "this string has no closing '\"'");
        }
        from->line += c == '\n';
        bool escaped = from->text[from->at - 2] == '\\';
        append(from, length++, escaped ? unescape((char)c) : (char)c);
    }
    from->at++;
    return new_string(from->buffer != NULL ? from->buffer : "", length);
}

value reader_number(const char *text, size_t length)
{
    char digits[NUMBER_MAX];
    char *end;
    /* strtod knows words such as "nan" and "infinity", which are names here. */
    size_t sign = length > 0 && (text[0] == '-' || text[0] == '+');
    size_t first = sign + (length > sign && text[sign] == '.');
    if (length >= sizeof digits || first >= length || !isdigit((unsigned char)text[first])) {
        return NULL;
    }
    memcpy(digits, text, length);
    digits[length] = '\0';
    errno = 0;
    long long whole = strtoll(digits, &end, 10);
    if (*end == '\0' && errno == 0) {
        return new_integer(whole);
    }
    double number = strtod(digits, &end);
    return *end == '\0' ? new_float(number) : NULL;
}

static value read_atom(reader *from)
{
    const char *start = from->text + from->at;
    size_t length = 0;
    while (from->at < from->length && strchr(" \t\r\n\f\v()\"';", start[length]) == NULL) {
        from->at++;
        length++;
    }
    if (length == 2 && start[0] == '#' && (start[1] == 't' || start[1] == 'f')) {
        return boolean(start[1] == 't');
    }
    value number = reader_number(start, length);
    return number != NULL ? number : symbol_of(start, length);
}

static value read_quoted(reader *from)
{
    uint32_t line = from->line;
    from->at++;
    size_t height = gc_height();
    value quoted = *gc_push(pair_here(from, read_value(from), line));
    value list = pair_here(from, symbol_of("quote", 5), line);
    ((pair *)list)->tail = quoted;
    gc_drop_to(height);
    return list;
}

static value read_value(reader *from)
{
    int c = skip_blanks(from);
    error_set_line(from->file, from->line);
    error_check_depth();
    switch (c) {
    case -1:
        complain(from, "the text ends where a value should stand");
    case '(':
        return read_list(from);
    case ')':
        complain(from, "this ')' closes nothing");
    case '"':
        return read_string(from);
    case '\'':
        return read_quoted(from);
    default:
        return read_atom(from);
    }
}

bool reader_next(reader *from, value *out)
{
    if (skip_blanks(from) == -1) {
        return false;
    }
    *out = read_value(from);
    return true;
}

void reader_close(reader *from)
{
    memory_string_free(from->buffer);
    from->buffer = NULL;
    from->capacity = 0;
}
