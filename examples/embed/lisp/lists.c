/* SPDX-License-Identifier: Apache-2.0
 *
 * Lists, comparison, calls, output, and the collector as functions.
 */
#include <stdio.h>
#include <string.h>

#include "lisp/builtins.h"
#include "lisp/error.h"
#include "lisp/eval.h"
#include "lisp/gc.h"
#include "lisp/printer.h"
#include "lisp/symbols.h"

static value need_pair(value v)
{
    if (!is(v, KIND_PAIR)) {
        error_wants("a pair", v);
    }
    return v;
}

static value run_cons(arguments given)
{
    return new_pair(given.at[0], given.at[1]);
}

static value run_car(arguments given)
{
    return head(need_pair(given.at[0]));
}

static value run_cdr(arguments given)
{
    return tail(need_pair(given.at[0]));
}

static value run_list(arguments given)
{
    return new_list(given.count, given.at);
}

static value run_length(arguments given)
{
    int64_t length = 0;
    value rest = given.at[0];
    for (; is(rest, KIND_PAIR); rest = tail(rest)) {
        length++;
    }
    if (rest != lisp_nil) {
        error_wants("a list", given.at[0]);
    }
    return new_integer(length);
}

static value run_is_null(arguments given)
{
    return boolean(given.at[0] == lisp_nil);
}

static value run_is_pair(arguments given)
{
    return boolean(is(given.at[0], KIND_PAIR));
}

static value run_is_symbol(arguments given)
{
    return boolean(is(given.at[0], KIND_SYMBOL));
}

static value run_is_function(arguments given)
{
    return boolean(is(given.at[0], KIND_CLOSURE) || is(given.at[0], KIND_BUILTIN));
}

bool is_equal(value a, value b)
{
    error_check_depth();
    for (; is(a, KIND_PAIR) && is(b, KIND_PAIR); a = tail(a), b = tail(b)) {
        if (!is_equal(head(a), head(b))) {
            return false;
        }
    }
    if (a == b || a->kind != b->kind) {
        return a == b;
    }
    switch ((kind)a->kind) {
    case KIND_INTEGER:
        return ((integer *)a)->number == ((integer *)b)->number;
    case KIND_FLOAT:
        return ((real *)a)->number == ((real *)b)->number;
    case KIND_STRING:
        return as_string(a)->length == as_string(b)->length &&
               memcmp(as_string(a)->bytes, as_string(b)->bytes, as_string(a)->length) == 0;
    default:
        return false;
    }
}

static value run_is_equal(arguments given)
{
    return boolean(is_equal(given.at[0], given.at[1]));
}

/* Numbers are compared by value: whether two equal ones are one object is nobody's business. */
static value run_is_same(arguments given)
{
    value a = given.at[0];
    value b = given.at[1];
    bool by_value = is(a, KIND_INTEGER) || is(a, KIND_FLOAT);
    return boolean(a == b || (by_value && is_equal(a, b)));
}

static value run_not(arguments given)
{
    return boolean(!is_true(given.at[0]));
}

static value run_apply(arguments given)
{
    value rest = given.at[1];
    value *first = gc_push(lisp_nil) + 1;
    size_t count = 0;
    for (; is(rest, KIND_PAIR); rest = tail(rest), count++) {
        gc_push(head(rest));
    }
    if (rest != lisp_nil) {
        error_wants("a list of arguments", given.at[1]);
    }
    return apply(given.at[0], (arguments){count, first});
}

static value run_display(arguments given)
{
    for (size_t i = 0; i < given.count; i++) {
        printer_display(stdout, given.at[i]);
    }
    return lisp_nil;
}

static value run_print(arguments given)
{
    run_display(given);
    putchar('\n');
    return lisp_nil;
}

static value run_write(arguments given)
{
    printer_write(stdout, given.at[0]);
    return lisp_nil;
}

static value run_error(arguments given)
{
    string *text = as_string(given.at[0]);
    if (!is(given.at[0], KIND_STRING)) {
        error_wants("a string", given.at[0]);
    }
    if (given.count == 2) {
        error_about(text->bytes, given.at[1]);
    }
    error_raise("%s", text->bytes);
}

static value run_collect(arguments given)
{
    (void)given;
    gc_collect();
    return new_integer((int64_t)gc_get_counts().live_objects);
}

static const builtin functions[] = {
    {"cons", run_cons, 2, 2},
    {"car", run_car, 1, 1},
    {"cdr", run_cdr, 1, 1},
    {"list", run_list, 0, SIZE_MAX},
    {"length", run_length, 1, 1},
    {"null?", run_is_null, 1, 1},
    {"pair?", run_is_pair, 1, 1},
    {"symbol?", run_is_symbol, 1, 1},
    {"procedure?", run_is_function, 1, 1},
    {"eq?", run_is_same, 2, 2},
    {"equal?", run_is_equal, 2, 2},
    {"not", run_not, 1, 1},
    {"apply", run_apply, 2, 2},
    {"display", run_display, 0, SIZE_MAX},
    {"print", run_print, 0, SIZE_MAX},
    {"write", run_write, 1, 1},
    {"error", run_error, 1, 2},
    {"collect-garbage", run_collect, 0, 0},
};

void lists_define(void)
{
    symbols_define_builtins(functions, sizeof functions / sizeof *functions);
}
