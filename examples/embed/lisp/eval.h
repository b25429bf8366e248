/* SPDX-License-Identifier: Apache-2.0
 *
 * The evaluator. A call in tail position takes no stack: the frame of the caller becomes its own.
 */
#ifndef LISP_EVAL_H_
#define LISP_EVAL_H_

#include "lisp/value.h"

value eval(value expression, value scope);
value apply(value function, arguments given);

/* Makes the names of special forms known; for the start. */
void eval_define_forms(void);

/* What is being evaluated; it lies on the collector's stack, so that all members are kept alive. */
typedef struct eval_frame {
    value expression;
    value scope;
    value result;
} eval_frame;

/* A special form, such as "if". Its function gets the whole expression in the frame. It returns false
 * when the result is in the frame; true when what the expression and scope of the frame say now is
 * still to be evaluated, in tail position. */
typedef struct form {
    const char *name;
    bool (*run)(eval_frame *frame);
    size_t minimum; /* of operands */
    size_t maximum;
} form;

/* In forms.c. */
extern const form eval_forms[];
extern const size_t eval_form_count;

/* For forms: all of a list of expressions, the last of them in tail position. */
bool eval_body(eval_frame *frame, value body);

/* For named let: as a call of the function, in tail position. */
bool eval_enter(eval_frame *frame, value function, arguments given);

/* For set!: gives the variable that the name means in the scope another value. */
void eval_assign(value name, value scope, value new_value);

#endif /* LISP_EVAL_H_ */
