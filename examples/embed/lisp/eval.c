/* SPDX-License-Identifier: Apache-2.0
 *
 * Evaluates one expression after another in one frame, until there is no tail call left.
 */
#include "lisp/eval.h"

#include <string.h>

#include "lisp/error.h"
#include "lisp/gc.h"
#include "lisp/symbols.h"

void eval_define_forms(void)
{
    for (size_t i = 0; i < eval_form_count; i++) {
        const char *name = eval_forms[i].name;
        as_symbol(symbol_of(name, strlen(name)))->form = &eval_forms[i];
    }
}

/* Where the value of the variable lies; NULL for a global without one. */
static value *find_variable(value name, value where)
{
    for (; where != lisp_nil; where = ((scope *)where)->parent) {
        value next = ((scope *)where)->bindings;
        for (; next != lisp_nil; next = ((binding *)next)->next) {
            if (((binding *)next)->name == name) {
                return &((binding *)next)->bound;
            }
        }
    }
    return as_symbol(name)->global != NULL ? &as_symbol(name)->global : NULL;
}

static value *need_variable(value name, value where)
{
    value *variable = find_variable(name, where);
    if (variable == NULL) {
        error_about("there is no variable of this name", name);
    }
    return variable;
}

void eval_assign(value name, value where, value new_value)
{
    *need_variable(name, where) = new_value;
}

bool eval_body(eval_frame *frame, value body)
{
    /* The frame keeps the body alive: the closure that it is of may be gone by now. */
    frame->expression = body;
    for (; is(tail(body), KIND_PAIR); body = tail(body)) {
        error_set_place(body);
        eval(head(body), frame->scope);
    }
    error_set_place(body);
    frame->expression = head(body);
    return true;
}

static void bind_parameters(value in, closure *function, arguments given)
{
    size_t used = 0;
    value names = function->parameters;
    for (; is(names, KIND_PAIR) && used < given.count; names = tail(names)) {
        scope_bind(in, head(names), given.at[used++]);
    }
    if (is(names, KIND_SYMBOL)) {
        scope_bind(in, names, new_list(given.count - used, given.at + used));
    } else if (names != lisp_nil || used < given.count) {
        error_about(used < given.count ? "too many arguments" : "too few arguments",
                    &function->object);
    }
}

bool eval_enter(eval_frame *frame, value function, arguments given)
{
    if (is(function, KIND_BUILTIN)) {
        const builtin *what = ((builtin_object *)function)->builtin;
        if (given.count < what->minimum || given.count > what->maximum) {
            error_about(given.count < what->minimum ? "too few arguments" : "too many arguments",
                        function);
        }
        error_set_function(what->name);
        frame->result = what->run(given);
        return false;
    }
    if (!is(function, KIND_CLOSURE)) {
        error_about("this is not a function", function);
    }
    closure *called = (closure *)function;
    value *inner = gc_push(new_scope(called->scope));
    bind_parameters(*inner, called, given);
    frame->scope = *inner;
    return eval_body(frame, called->body);
}

/* Evaluates the function and its arguments on the stack, then calls it. */
static bool call(eval_frame *frame)
{
    size_t height = gc_height();
    size_t count = 0;
    value expression = frame->expression;
    value *function = gc_push(eval(head(expression), frame->scope));
    value rest = tail(expression);
    for (; is(rest, KIND_PAIR); rest = tail(rest)) {
        error_set_place(rest);
        gc_push(eval(head(rest), frame->scope));
        count++;
    }
    error_set_place(expression);
    if (rest != lisp_nil) {
        error_about("a call must be a whole list", expression);
    }
    bool more = eval_enter(frame, *function, (arguments){count, function + 1});
    gc_drop_to(height);
    return more;
}

static void check_operands(const form *what, value expression)
{
    size_t count = 0;
    value rest = tail(expression);
    for (; is(rest, KIND_PAIR); rest = tail(rest)) {
        count++;
    }
    if (rest != lisp_nil || count < what->minimum || count > what->maximum) {
        error_about("this form has a wrong number of parts", expression);
    }
}

/* Returns as a form does. */
static bool step(eval_frame *frame)
{
    value expression = frame->expression;
    if (is(expression, KIND_SYMBOL)) {
        frame->result = *need_variable(expression, frame->scope);
        return false;
    }
    if (!is(expression, KIND_PAIR)) {
        frame->result = expression;
        return false;
    }
    error_set_place(expression);
    value first = head(expression);
    const form *what = is(first, KIND_SYMBOL) ? as_symbol(first)->form : NULL;
    if (what == NULL) {
        return call(frame);
    }
    check_operands(what, expression);
    return what->run(frame);
}

static eval_frame *push_frame(value expression, value in)
{
    error_check_depth();
    eval_frame *frame = (eval_frame *)gc_push(expression);
    gc_push(in);
    gc_push(lisp_nil);
    return frame;
}

value eval(value expression, value in)
{
    size_t height = gc_height();
    eval_frame *frame = push_frame(expression, in);
    while (step(frame)) {
    }
    value result = frame->result;
    gc_drop_to(height);
    return result;
}

value apply(value function, arguments given)
{
    size_t height = gc_height();
    eval_frame *frame = push_frame(lisp_nil, lisp_nil);
    gc_push(function);
    bool more = eval_enter(frame, function, given);
    while (more) {
        more = step(frame);
    }
    value result = frame->result;
    gc_drop_to(height);
    return result;
}
