/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes values. Arguments go on the collector's stack while the new object is made.
 */
#include "lisp/value.h"

#include <string.h>

#include "lisp/gc.h"

/* They count as reached for ever, so that the collector never looks at them. */
object lisp_nil_object = {.kind = KIND_CONSTANT, .reached = true};
object lisp_true_object = {.kind = KIND_CONSTANT, .reached = true};
object lisp_false_object = {.kind = KIND_CONSTANT, .reached = true};

value new_pair(value first, value rest)
{
    size_t height = gc_height();
    gc_push(first);
    gc_push(rest);
    pair *made = gc_new(KIND_PAIR);
    made->head = first;
    made->tail = rest;
    gc_drop_to(height);
    return &made->object;
}

value new_integer(int64_t number)
{
    integer *made = gc_new(KIND_INTEGER);
    made->number = number;
    return &made->object;
}

value new_float(double number)
{
    real *made = gc_new(KIND_FLOAT);
    made->number = number;
    return &made->object;
}

value new_string_of_length(size_t length)
{
    size_t height = gc_height();
    string *made = gc_new(KIND_STRING);
    gc_push(&made->object);
    made->bytes = gc_new_bytes(length + 1);
    made->bytes[length] = '\0';
    made->length = length;
    gc_drop_to(height);
    return &made->object;
}

value new_string(const char *bytes, size_t length)
{
    value made = new_string_of_length(length);
    memcpy(as_string(made)->bytes, bytes, length);
    return made;
}

value new_symbol(value name)
{
    size_t height = gc_height();
    gc_push(name);
    symbol *made = gc_new(KIND_SYMBOL);
    made->name = name;
    gc_drop_to(height);
    return &made->object;
}

value new_closure(value name, value parameters, value body, value scope_of_it)
{
    size_t height = gc_height();
    gc_push(name);
    gc_push(parameters);
    gc_push(body);
    gc_push(scope_of_it);
    closure *made = gc_new(KIND_CLOSURE);
    made->name = name;
    made->parameters = parameters;
    made->body = body;
    made->scope = scope_of_it;
    gc_drop_to(height);
    return &made->object;
}

value new_builtin(const builtin *what)
{
    builtin_object *made = gc_new(KIND_BUILTIN);
    made->builtin = what;
    return &made->object;
}

value new_scope(value parent)
{
    size_t height = gc_height();
    gc_push(parent);
    scope *made = gc_new(KIND_SCOPE);
    made->bindings = lisp_nil;
    made->parent = parent;
    gc_drop_to(height);
    return &made->object;
}

void scope_bind(value in, value name, value bound)
{
    size_t height = gc_height();
    gc_push(in);
    gc_push(name);
    gc_push(bound);
    binding *made = gc_new(KIND_BINDING);
    made->name = name;
    made->bound = bound;
    made->next = ((scope *)in)->bindings;
    ((scope *)in)->bindings = &made->object;
    gc_drop_to(height);
}

value new_list(size_t count, const value *items)
{
    value list = lisp_nil;
    while (count > 0) {
        list = new_pair(items[--count], list);
    }
    return list;
}
