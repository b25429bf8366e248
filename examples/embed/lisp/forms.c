/* SPDX-License-Identifier: Apache-2.0
 *
 * The special forms. The evaluator has checked the number of their operands.
 *
 * What a form still needs across an evaluation it keeps in frame->result, which is kept alive and has
 * no meaning before the form returns.
 */
#include "lisp/error.h"
#include "lisp/eval.h"
#include "lisp/gc.h"

static value operand(const eval_frame *frame, size_t index)
{
    value rest = tail(frame->expression);
    while (index-- > 0) {
        rest = tail(rest);
    }
    return head(rest);
}

static value evaluate(const eval_frame *frame, value expression)
{
    return eval(expression, frame->scope);
}

static bool give(eval_frame *frame, value result)
{
    frame->result = result;
    return false;
}

static bool continue_with(eval_frame *frame, value expression)
{
    frame->expression = expression;
    return true;
}

static value need_name(value v)
{
    if (!is(v, KIND_SYMBOL) || as_symbol(v)->form != NULL) {
        error_about("this cannot be the name of a variable", v);
    }
    return v;
}

static bool run_quote(eval_frame *frame)
{
    return give(frame, operand(frame, 0));
}

static bool run_if(eval_frame *frame)
{
    value branches = tail(tail(frame->expression));
    if (is_true(evaluate(frame, operand(frame, 0)))) {
        return continue_with(frame, head(branches));
    }
    return tail(branches) == lisp_nil ? give(frame, lisp_nil)
                                      : continue_with(frame, head(tail(branches)));
}

static bool run_else(eval_frame *frame)
{
    error_about("else stands outside of cond", frame->expression);
}

static bool is_else(value test)
{
    return is(test, KIND_SYMBOL) && as_symbol(test)->form != NULL &&
           as_symbol(test)->form->run == run_else;
}

static bool run_cond(eval_frame *frame)
{
    for (value rest = tail(frame->expression); rest != lisp_nil; rest = tail(rest)) {
        value clause = head(rest);
        error_set_place(rest);
        if (!is(clause, KIND_PAIR)) {
            error_about("this is not a clause of cond", clause);
        }
        frame->result = is_else(head(clause)) ? lisp_true : evaluate(frame, head(clause));
        if (is_true(frame->result)) {
            return is(tail(clause), KIND_PAIR) && eval_body(frame, tail(clause));
        }
    }
    return give(frame, lisp_nil);
}

static bool run_and(eval_frame *frame)
{
    value rest = tail(frame->expression);
    if (rest == lisp_nil) {
        return give(frame, lisp_true);
    }
    for (; tail(rest) != lisp_nil; rest = tail(rest)) {
        if (!is_true(evaluate(frame, head(rest)))) {
            return give(frame, lisp_false);
        }
    }
    return continue_with(frame, head(rest));
}

static bool run_or(eval_frame *frame)
{
    value rest = tail(frame->expression);
    if (rest == lisp_nil) {
        return give(frame, lisp_false);
    }
    for (; tail(rest) != lisp_nil; rest = tail(rest)) {
        frame->result = evaluate(frame, head(rest));
        if (is_true(frame->result)) {
            return false;
        }
    }
    return continue_with(frame, head(rest));
}

static bool run_while(eval_frame *frame)
{
    while (is_true(evaluate(frame, operand(frame, 0)))) {
        for (value rest = tail(tail(frame->expression)); rest != lisp_nil; rest = tail(rest)) {
            error_set_place(rest);
            evaluate(frame, head(rest));
        }
    }
    return give(frame, lisp_nil);
}

static bool run_begin(eval_frame *frame)
{
    return eval_body(frame, tail(frame->expression));
}

static value make_closure(value name, value parameters, value body, value scope_of_it)
{
    value rest = parameters;
    for (; is(rest, KIND_PAIR); rest = tail(rest)) {
        need_name(head(rest));
    }
    if (rest != lisp_nil) {
        need_name(rest);
    }
    return new_closure(name, parameters, body, scope_of_it);
}

static bool run_lambda(eval_frame *frame)
{
    value body = tail(tail(frame->expression));
    return give(frame, make_closure(lisp_nil, operand(frame, 0), body, frame->scope));
}

static bool run_define(eval_frame *frame)
{
    value name = operand(frame, 0);
    value rest = tail(tail(frame->expression));
    if (is(name, KIND_PAIR)) { /* (define (name parameter ...) body ...) */
        frame->result = make_closure(head(name), tail(name), rest, frame->scope);
        name = head(name);
    } else if (tail(rest) != lisp_nil) {
        error_about("a variable has one value", frame->expression);
    } else {
        frame->result = evaluate(frame, head(rest));
    }
    need_name(name);
    if (frame->scope == lisp_nil) {
        as_symbol(name)->global = frame->result;
    } else {
        scope_bind(frame->scope, name, frame->result);
    }
    return give(frame, name);
}

static bool run_set(eval_frame *frame)
{
    frame->result = evaluate(frame, operand(frame, 1));
    eval_assign(need_name(operand(frame, 0)), frame->scope, frame->result);
    return false;
}

/* The bindings of a let, checked: a list of (name expression). */
static value need_bindings(value bindings)
{
    value rest = bindings;
    for (; is(rest, KIND_PAIR); rest = tail(rest)) {
        value one = head(rest);
        error_set_place(rest);
        if (!is(one, KIND_PAIR) || !is(tail(one), KIND_PAIR) || tail(tail(one)) != lisp_nil) {
            error_about("let wants (NAME VALUE) here", one);
        }
        need_name(head(one));
    }
    if (rest != lisp_nil) {
        error_about("let wants a list of (NAME VALUE)", bindings);
    }
    return bindings;
}

/* (let name ((parameter first-value) ...) body ...): defines a function and calls it. */
static bool run_named_let(eval_frame *frame)
{
    size_t height = gc_height();
    size_t count = 0;
    value name = operand(frame, 0);
    value bindings = need_bindings(operand(frame, 1));
    value body = tail(tail(tail(frame->expression)));
    if (body == lisp_nil) {
        error_about("this form has a wrong number of parts", frame->expression);
    }
    value *names = gc_push(lisp_nil);
    for (value rest = bindings; rest != lisp_nil; rest = tail(rest)) {
        gc_push(head(head(rest)));
        count++;
    }
    *names = new_list(count, names + 1);
    gc_drop_to(height + 1);
    frame->result = new_scope(frame->scope);
    value *function = gc_push(new_closure(name, *names, body, frame->result));
    scope_bind(frame->result, name, *function);
    for (value rest = bindings; rest != lisp_nil; rest = tail(rest)) {
        error_set_place(rest);
        gc_push(evaluate(frame, head(tail(head(rest)))));
    }
    bool more = eval_enter(frame, *function, (arguments){count, function + 1});
    gc_drop_to(height);
    return more;
}

static bool run_let(eval_frame *frame)
{
    if (is(operand(frame, 0), KIND_SYMBOL)) {
        return run_named_let(frame);
    }
    value rest = need_bindings(operand(frame, 0));
    frame->result = new_scope(frame->scope);
    for (; rest != lisp_nil; rest = tail(rest)) {
        error_set_place(rest);
        scope_bind(frame->result, head(head(rest)), evaluate(frame, head(tail(head(rest)))));
    }
    frame->scope = frame->result;
    return eval_body(frame, tail(tail(frame->expression)));
}

static bool run_let_in_turn(eval_frame *frame)
{
    for (value rest = need_bindings(operand(frame, 0)); rest != lisp_nil; rest = tail(rest)) {
        error_set_place(rest);
        frame->result = evaluate(frame, head(tail(head(rest))));
        frame->scope = new_scope(frame->scope);
        scope_bind(frame->scope, head(head(rest)), frame->result);
    }
    return eval_body(frame, tail(tail(frame->expression)));
}

const form eval_forms[] = {
    {"and", run_and, 0, SIZE_MAX},
    {"begin", run_begin, 1, SIZE_MAX},
    {"cond", run_cond, 1, SIZE_MAX},
    {"define", run_define, 2, SIZE_MAX},
    {"else", run_else, 0, SIZE_MAX},
    {"if", run_if, 2, 3},
    {"lambda", run_lambda, 2, SIZE_MAX},
    {"let", run_let, 2, SIZE_MAX},
    {"let*", run_let_in_turn, 2, SIZE_MAX},
    {"or", run_or, 0, SIZE_MAX},
    {"quote", run_quote, 1, 1},
    {"set!", run_set, 2, 2},
    {"while", run_while, 2, SIZE_MAX},
};

const size_t eval_form_count = sizeof eval_forms / sizeof *eval_forms;
