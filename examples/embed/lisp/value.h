/* SPDX-License-Identifier: Apache-2.0
 *
 * What Lisp values look like, and how they are made.
 *
 * A value is a pointer to an object of the collector (gc.h). The functions that make one may collect
 * garbage first; they keep their own arguments alive meanwhile, and nothing else.
 */
#ifndef LISP_VALUE_H_
#define LISP_VALUE_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum kind {
    KIND_CONSTANT, /* one of the three below */
    KIND_PAIR,
    KIND_INTEGER,
    KIND_FLOAT,
    KIND_STRING,
    KIND_SYMBOL,
    KIND_CLOSURE,
    KIND_BUILTIN,
    KIND_SCOPE,   /* never seen by programs, as the next */
    KIND_BINDING, /* a name and its value in a scope */
    KINDS,
} kind;

typedef struct object {
    struct object *next; /* all objects, for the sweep */
    struct object *gray; /* those that are reached but not looked into, for the mark */
    uint8_t kind;
    bool reached;
    uint16_t file; /* where the reader found it; only pairs have a place */
    uint32_t line;
} object;

typedef object *value;

typedef struct pair {
    object object; /* first, as in all below */
    value head;
    value tail;
} pair;

typedef struct integer {
    object object;
    int64_t number;
} integer;

typedef struct real {
    object object;
    double number;
} real;

typedef struct string {
    object object;
    size_t length;
    char *bytes; /* ends with a zero that length does not count */
} string;

struct form;

typedef struct symbol {
    object object;
    value name;              /* a string */
    value global;            /* NULL while it has none */
    const struct form *form; /* of a name such as "if" */
    struct symbol *chain;    /* in the symbol table */
} symbol;

typedef struct closure {
    object object;
    value name; /* a symbol, or lisp_nil */
    value parameters;
    value body;
    value scope;
} closure;

/* What a function in C is called with. The values lie on the collector's stack: they are kept alive, and
 * the function may put others in their place. */
typedef struct arguments {
    size_t count;
    value *at;
} arguments;

typedef struct builtin {
    const char *name;
    value (*run)(arguments given);
    size_t minimum;
    size_t maximum;
} builtin;

typedef struct builtin_object {
    object object;
    const builtin *builtin;
} builtin_object;

typedef struct binding {
    object object;
    value name;
    value bound;
    value next;
} binding;

typedef struct scope {
    object object;
    value bindings; /* lisp_nil after the last */
    value parent;   /* lisp_nil: the globals */
} scope;

/* The empty list, which is also the scope of the globals; and the booleans. */
extern object lisp_nil_object;
extern object lisp_true_object;
extern object lisp_false_object;
#define lisp_nil (&lisp_nil_object)
#define lisp_true (&lisp_true_object)
#define lisp_false (&lisp_false_object)

value new_pair(value head, value tail);
value new_integer(int64_t number);
value new_float(double number);
value new_string(const char *bytes, size_t length);
value new_string_of_length(size_t length); /* to be filled in */
value new_symbol(value name);              /* for symbols.c only: see symbol_of */
value new_closure(value name, value parameters, value body, value scope_of_it);
value new_builtin(const builtin *what);
value new_scope(value parent);
void scope_bind(value in, value name, value bound);

/* The items in a row, as a list. */
value new_list(size_t count, const value *items);

/* No checks: the caller knows the kind. */
static inline bool is(value v, kind k)
{
    return v->kind == k;
}

static inline bool is_true(value v)
{
    return v != lisp_false;
}

static inline value boolean(bool truth)
{
    return truth ? lisp_true : lisp_false;
}

static inline value head(value v)
{
    return ((pair *)v)->head;
}

static inline value tail(value v)
{
    return ((pair *)v)->tail;
}

static inline string *as_string(value v)
{
    return (string *)v;
}

static inline symbol *as_symbol(value v)
{
    return (symbol *)v;
}

static inline const char *symbol_text(value v)
{
    return as_string(as_symbol(v)->name)->bytes;
}

#endif /* LISP_VALUE_H_ */
