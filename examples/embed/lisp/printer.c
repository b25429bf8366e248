/* SPDX-License-Identifier: Apache-2.0
 *
 * Prints values. Used in the middle of errors, too: it raises none and allocates nothing.
 */
#include "lisp/printer.h"

#include <inttypes.h>
#include <string.h>

#include "lisp/error.h"

static void print(FILE *out, value v, bool in_quotes);

size_t printer_number(char *buffer, value number)
{
    if (is(number, KIND_INTEGER)) {
        return (size_t)snprintf(buffer, PRINTER_NUMBER_MAX, "%" PRId64,
                                ((integer *)number)->number);
    }
    int length = snprintf(buffer, PRINTER_NUMBER_MAX, "%.15g", ((real *)number)->number);
    /* A float reads as one again: 2.0, not 2; inf and nan have an n. */
    if (strpbrk(buffer, ".en") == NULL) {
        strcpy(buffer + length, ".0");
        length += 2;
    }
    return (size_t)length;
}

static void print_string(FILE *out, const string *text)
{
    fputc('"', out);
    for (size_t i = 0; i < text->length; i++) {
        char c = text->bytes[i];
        if (c == '"' || c == '\\') {
            fputc('\\', out);
        }
        if (c == '\n') {
            fputs("\\n", out);
        } else {
            fputc(c, out);
        }
    }
    fputc('"', out);
}

static void print_list(FILE *out, value list, bool in_quotes)
{
    const char *before = "(";
    for (; is(list, KIND_PAIR); list = tail(list)) {
        fputs(before, out);
        print(out, head(list), in_quotes);
        before = " ";
    }
    if (list != lisp_nil) {
        fputs(" . ", out);
        print(out, list, in_quotes);
    }
    fputc(')', out);
}

static void print_closure(FILE *out, value v)
{
    value name = ((closure *)v)->name;
    fprintf(out, "#<function%s%s>", name == lisp_nil ? "" : " ",
            name == lisp_nil ? "" : symbol_text(name));
}

static void print(FILE *out, value v, bool in_quotes)
{
    char number[PRINTER_NUMBER_MAX];
    if (error_is_too_deep()) {
        fputs("...", out);
        return;
    }
    switch ((kind)v->kind) {
    case KIND_PAIR:
        print_list(out, v, in_quotes);
        break;
    case KIND_INTEGER:
    case KIND_FLOAT:
        fwrite(number, 1, printer_number(number, v), out);
        break;
    case KIND_STRING:
        if (in_quotes) {
            print_string(out, as_string(v));
        } else {
            fwrite(as_string(v)->bytes, 1, as_string(v)->length, out);
        }
        break;
    case KIND_SYMBOL:
        fputs(symbol_text(v), out);
        break;
    case KIND_CLOSURE:
        print_closure(out, v);
        break;
    case KIND_BUILTIN:
        fprintf(out, "#<function %s>", ((builtin_object *)v)->builtin->name);
        break;
    default:
        fputs(v == lisp_nil ? "()" : v == lisp_true ? "#t" : "#f", out);
        break;
    }
}

void printer_display(FILE *out, value v)
{
    print(out, v, false);
}

void printer_write(FILE *out, value v)
{
    print(out, v, true);
}
