/* SPDX-License-Identifier: Apache-2.0
 *
 * Arithmetic on integers of 64 bits and on floats. A float among the operands makes the result one;
 * an integer that does not fit is an error, never a wrong number.
 */
#include <math.h>

#include "lisp/builtins.h"
#include "lisp/error.h"
#include "lisp/symbols.h"

static double to_double(value v)
{
    if (is(v, KIND_INTEGER)) {
        return (double)((integer *)v)->number;
    }
    if (!is(v, KIND_FLOAT)) {
        error_wants("a number", v);
    }
    return ((real *)v)->number;
}

static int64_t to_integer(value v)
{
    if (!is(v, KIND_INTEGER)) {
        error_wants("an integer", v);
    }
    return ((integer *)v)->number;
}

static bool are_integers(value a, value b)
{
    return is(a, KIND_INTEGER) && is(b, KIND_INTEGER);
}

static value fitting(bool overflows, int64_t result)
{
    if (overflows) {
        error_raise("the result does not fit into 64 bits");
    }
    return new_integer(result);
}

static value add(value a, value b)
{
    int64_t sum;
    if (!are_integers(a, b)) {
        return new_float(to_double(a) + to_double(b));
    }
    bool overflows = __builtin_add_overflow(to_integer(a), to_integer(b), &sum);
    return fitting(overflows, sum);
}

static value subtract(value a, value b)
{
    int64_t difference;
    if (!are_integers(a, b)) {
        return new_float(to_double(a) - to_double(b));
    }
    bool overflows = __builtin_sub_overflow(to_integer(a), to_integer(b), &difference);
    return fitting(overflows, difference);
}

static value multiply(value a, value b)
{
    int64_t product;
    if (!are_integers(a, b)) {
        return new_float(to_double(a) * to_double(b));
    }
    bool overflows = __builtin_mul_overflow(to_integer(a), to_integer(b), &product);
    return fitting(overflows, product);
}

static int64_t divisor(value v)
{
    if (to_integer(v) == 0) {
        error_raise("division by zero");
    }
    return to_integer(v);
}

/* An integer where there is one. */
static value divide(value a, value b)
{
    if (!are_integers(a, b)) {
        return new_float(to_double(a) / to_double(b));
    }
    int64_t by = divisor(b);
    if (by == -1) {
        return subtract(new_integer(0), a);
    }
    return to_integer(a) % by == 0 ? new_integer(to_integer(a) / by)
                                   : new_float(to_double(a) / to_double(b));
}

/* given.at[0] is kept alive by the caller, and each result in its place. */
static value fold(value (*operation)(value a, value b), arguments given)
{
    for (size_t i = 1; i < given.count; i++) {
        given.at[0] = operation(given.at[0], given.at[i]);
    }
    to_double(given.at[0]);
    return given.at[0];
}

static value run_add(arguments given)
{
    return given.count == 0 ? new_integer(0) : fold(add, given);
}

static value run_multiply(arguments given)
{
    return given.count == 0 ? new_integer(1) : fold(multiply, given);
}

static value run_subtract(arguments given)
{
    return given.count == 1 ? subtract(new_integer(0), given.at[0]) : fold(subtract, given);
}

static value run_divide(arguments given)
{
    return given.count == 1 ? divide(new_integer(1), given.at[0]) : fold(divide, given);
}

static value run_quotient(arguments given)
{
    int64_t by = divisor(given.at[1]);
    bool overflows = to_integer(given.at[0]) == INT64_MIN && by == -1;
    return fitting(overflows, overflows ? 0 : to_integer(given.at[0]) / by);
}

static int64_t remainder_of(arguments given)
{
    int64_t by = divisor(given.at[1]);
    int64_t number = to_integer(given.at[0]);
    /* The machine's division traps on the least integer and -1. */
    return by == -1 ? 0 : number % by;
}

static value run_remainder(arguments given)
{
    return new_integer(remainder_of(given));
}

/* Takes the sign of the divisor. */
static value run_modulo(arguments given)
{
    int64_t by = divisor(given.at[1]);
    int64_t rest = remainder_of(given);
    return new_integer(rest != 0 && (rest < 0) != (by < 0) ? rest + by : rest);
}

static int compare(value a, value b)
{
    if (are_integers(a, b)) {
        return (to_integer(a) > to_integer(b)) - (to_integer(a) < to_integer(b));
    }
    double left = to_double(a);
    double right = to_double(b);
    return (left > right) - (left < right);
}

/* Whether all neighbours compare to one of the two results. */
static value in_order(arguments given, int allowed, int allowed_too)
{
    to_double(given.at[0]);
    for (size_t i = 1; i < given.count; i++) {
        int order = compare(given.at[i - 1], given.at[i]);
        if (order != allowed && order != allowed_too) {
            return lisp_false;
        }
    }
    return lisp_true;
}

static value run_equals(arguments given)
{
    return in_order(given, 0, 0);
}

static value run_less(arguments given)
{
    return in_order(given, -1, -1);
}

static value run_greater(arguments given)
{
    return in_order(given, 1, 1);
}

static value run_at_most(arguments given)
{
    return in_order(given, -1, 0);
}

static value run_at_least(arguments given)
{
    return in_order(given, 1, 0);
}

static value run_sqrt(arguments given)
{
    return new_float(sqrt(to_double(given.at[0])));
}

/* To an integer, towards zero. */
static value run_truncate(arguments given)
{
    double number = trunc(to_double(given.at[0]));
    if (is(given.at[0], KIND_INTEGER)) {
        return given.at[0];
    }
    /* The largest double below 2^63; not a number fails the comparison, too. */
    bool fits = number >= -0x1p63 && number < 0x1p63;
    return fitting(!fits, fits ? (int64_t)number : 0);
}

static value run_is_number(arguments given)
{
    return boolean(is(given.at[0], KIND_INTEGER) || is(given.at[0], KIND_FLOAT));
}

static value run_is_integer(arguments given)
{
    return boolean(is(given.at[0], KIND_INTEGER));
}

static const builtin functions[] = {
    {"+", run_add, 0, SIZE_MAX},      {"-", run_subtract, 1, SIZE_MAX},
    {"*", run_multiply, 0, SIZE_MAX}, {"/", run_divide, 1, SIZE_MAX},
    {"quotient", run_quotient, 2, 2}, {"remainder", run_remainder, 2, 2},
    {"modulo", run_modulo, 2, 2},     {"=", run_equals, 1, SIZE_MAX},
    {"<", run_less, 1, SIZE_MAX},     {">", run_greater, 1, SIZE_MAX},
    {"<=", run_at_most, 1, SIZE_MAX}, {">=", run_at_least, 1, SIZE_MAX},
    {"sqrt", run_sqrt, 1, 1},         {"truncate", run_truncate, 1, 1},
    {"number?", run_is_number, 1, 1}, {"integer?", run_is_integer, 1, 1},
};

void numbers_define(void)
{
    symbols_define_builtins(functions, sizeof functions / sizeof *functions);
}
