/* SPDX-License-Identifier: Apache-2.0
 *
 * Strings of bytes, which never change once they are made.
 */
#include <string.h>

#include "lisp/builtins.h"
#include "lisp/error.h"
#include "lisp/gc.h"
#include "lisp/printer.h"
#include "lisp/reader.h"
#include "lisp/symbols.h"

static string *need_string(value v)
{
    if (!is(v, KIND_STRING)) {
        error_wants("a string", v);
    }
    return as_string(v);
}

/* An index from 0 to limit. */
static size_t need_index(value v, size_t limit)
{
    if (!is(v, KIND_INTEGER)) {
        error_wants("an integer", v);
    }
    int64_t index = ((integer *)v)->number;
    if (index < 0 || (uint64_t)index > limit) {
        error_about("this index is not inside the string", v);
    }
    return (size_t)index;
}

static value run_append(arguments given)
{
    size_t length = 0;
    for (size_t i = 0; i < given.count; i++) {
        length += need_string(given.at[i])->length;
    }
    value made = new_string_of_length(length);
    char *end = as_string(made)->bytes;
    for (size_t i = 0; i < given.count; i++) {
        memcpy(end, as_string(given.at[i])->bytes, as_string(given.at[i])->length);
        end += as_string(given.at[i])->length;
    }
    return made;
}

static value run_length(arguments given)
{
    return new_integer((int64_t)need_string(given.at[0])->length);
}

/* (substring text start end), or to the end of the text. */
static value run_substring(arguments given)
{
    string *text = need_string(given.at[0]);
    size_t end = given.count == 3 ? need_index(given.at[2], text->length) : text->length;
    size_t start = need_index(given.at[1], end);
    return new_string(text->bytes + start, end - start);
}

/* The index of the first occurrence from start on, or #f. */
static value run_search(arguments given)
{
    string *text = need_string(given.at[0]);
    string *wanted = need_string(given.at[1]);
    size_t start = given.count == 3 ? need_index(given.at[2], text->length) : 0;
    char *found = memmem(text->bytes + start, text->length - start, wanted->bytes, wanted->length);
    return found != NULL ? new_integer(found - text->bytes) : lisp_false;
}

static value run_equals(arguments given)
{
    need_string(given.at[0]);
    need_string(given.at[1]);
    return boolean(is_equal(given.at[0], given.at[1]));
}

static value run_less(arguments given)
{
    string *a = need_string(given.at[0]);
    string *b = need_string(given.at[1]);
    size_t common = a->length < b->length ? a->length : b->length;
    int order = memcmp(a->bytes, b->bytes, common);
    return boolean(order < 0 || (order == 0 && a->length < b->length));
}

static value run_from_number(arguments given)
{
    char buffer[PRINTER_NUMBER_MAX];
    if (!is(given.at[0], KIND_INTEGER) && !is(given.at[0], KIND_FLOAT)) {
        error_wants("a number", given.at[0]);
    }
    return new_string(buffer, printer_number(buffer, given.at[0]));
}

/* #f when the text spells no number. */
static value run_to_number(arguments given)
{
    string *text = need_string(given.at[0]);
    value number = reader_number(text->bytes, text->length);
    return number != NULL ? number : lisp_false;
}

static value run_from_symbol(arguments given)
{
    if (!is(given.at[0], KIND_SYMBOL)) {
        error_wants("a symbol", given.at[0]);
    }
    return as_symbol(given.at[0])->name;
}

static value run_to_symbol(arguments given)
{
    string *text = need_string(given.at[0]);
    return symbol_of(text->bytes, text->length);
}

static value run_is_string(arguments given)
{
    return boolean(is(given.at[0], KIND_STRING));
}

static const builtin functions[] = {
    {"string-append", run_append, 0, SIZE_MAX},
    {"string-length", run_length, 1, 1},
    {"substring", run_substring, 2, 3},
    {"string-search", run_search, 2, 3},
    {"string=?", run_equals, 2, 2},
    {"string<?", run_less, 2, 2},
    {"number->string", run_from_number, 1, 1},
    {"string->number", run_to_number, 1, 1},
    {"symbol->string", run_from_symbol, 1, 1},
    {"string->symbol", run_to_symbol, 1, 1},
    {"string?", run_is_string, 1, 1},
};

void strings_define(void)
{
    symbols_define_builtins(functions, sizeof functions / sizeof *functions);
}
