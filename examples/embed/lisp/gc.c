/* SPDX-License-Identifier: Apache-2.0
 *
 * Mark and sweep. Marking keeps its list inside the objects, so that collecting needs no memory:
 * when there is none left is just when it has to work.
 */
#include "lisp/gc.h"

#include <string.h>

#include "lisp/error.h"
#include "lisp/memory.h"
#include "lisp/symbols.h"

enum {
    FIRST_THRESHOLD = 256 * 1024, /* bytes; it is never lower */
    STACK_VALUES = 256 * 1024,    /* more than C's own stack lets a program use */
};

static struct {
    object *all;
    object *grays;
    value *stack;
    size_t height;
    size_t threshold;
    bool stress;
    gc_counts counts;
} gc = {.threshold = FIRST_THRESHOLD};

static const uint8_t sizes[KINDS] = {
    [KIND_PAIR] = sizeof(pair),       [KIND_INTEGER] = sizeof(integer),
    [KIND_FLOAT] = sizeof(real),      [KIND_STRING] = sizeof(string),
    [KIND_SYMBOL] = sizeof(symbol),   [KIND_CLOSURE] = sizeof(closure),
    [KIND_SCOPE] = sizeof(scope),     [KIND_BUILTIN] = sizeof(builtin_object),
    [KIND_BINDING] = sizeof(binding),
};

bool gc_start(void)
{
    gc.stack = memory_table_new(STACK_VALUES, sizeof(value));
    return gc.stack != NULL;
}

value *gc_push(value v)
{
    if (gc.height == STACK_VALUES) {
        error_raise("calls are nested too deeply");
    }
    gc.stack[gc.height] = v;
    return &gc.stack[gc.height++];
}

size_t gc_height(void)
{
    return gc.height;
}

void gc_drop_to(size_t height)
{
    gc.height = height;
}

void gc_reach(value v)
{
    if (v != NULL && !v->reached) {
        v->reached = true;
        v->gray = gc.grays;
        gc.grays = v;
    }
}

static void look_into(value v)
{
    switch ((kind)v->kind) {
    case KIND_PAIR:
        gc_reach(head(v));
        gc_reach(tail(v));
        break;
    case KIND_SYMBOL:
        gc_reach(as_symbol(v)->name);
        gc_reach(as_symbol(v)->global);
        break;
    case KIND_CLOSURE:
        gc_reach(((closure *)v)->name);
        gc_reach(((closure *)v)->parameters);
        gc_reach(((closure *)v)->body);
        gc_reach(((closure *)v)->scope);
        break;
    case KIND_SCOPE:
        gc_reach(((scope *)v)->bindings);
        gc_reach(((scope *)v)->parent);
        break;
    case KIND_BINDING:
        gc_reach(((binding *)v)->name);
        gc_reach(((binding *)v)->bound);
        gc_reach(((binding *)v)->next);
        break;
    default: /* nothing inside */
        break;
    }
}

static void mark(void)
{
    for (size_t i = 0; i < gc.height; i++) {
        gc_reach(gc.stack[i]);
    }
    symbols_reach_all();
    while (gc.grays != NULL) {
        object *next = gc.grays;
        gc.grays = next->gray;
        look_into(next);
    }
}

static size_t bytes_of(const object *o)
{
    const string *text = (const string *)o;
    bool has_text = o->kind == KIND_STRING && text->bytes != NULL;
    return sizes[o->kind] + (has_text ? text->length + 1 : 0);
}

static void release(object *o)
{
    size_t bytes = bytes_of(o);
    gc.counts.freed_objects++;
    gc.counts.freed_bytes += bytes;
    gc.counts.live_objects--;
    gc.counts.live_bytes -= bytes;
    if (o->kind == KIND_STRING) {
        memory_string_free(((string *)o)->bytes);
    }
    memory_object_free(o);
}

static void sweep(void)
{
    object **link = &gc.all;
    while (*link != NULL) {
        object *o = *link;
        if (o->reached) {
            o->reached = false;
            link = &o->next;
        } else {
            *link = o->next;
            release(o);
        }
    }
}

void gc_collect(void)
{
    mark();
    sweep();
    gc.counts.collections++;
    gc.threshold = 2 * gc.counts.live_bytes;
    if (gc.threshold < FIRST_THRESHOLD) {
        gc.threshold = FIRST_THRESHOLD;
    }
}

static void make_room(size_t size)
{
    if (gc.stress || gc.counts.live_bytes + size > gc.threshold) {
        gc_collect();
    }
}

void *gc_new(kind k)
{
    make_room(sizes[k]);
    object *made = memory_object_new(sizes[k]);
    if (made == NULL) {
        gc_collect();
        made = memory_object_new(sizes[k]);
    }
    if (made == NULL) {
        error_out_of_memory();
    }
    memset(made, 0, sizes[k]);
    made->kind = (uint8_t)k;
    made->next = gc.all;
    gc.all = made;
    gc.counts.live_objects++;
    gc.counts.live_bytes += sizes[k];
    return made;
}

char *gc_new_bytes(size_t size)
{
    make_room(size);
    char *bytes = memory_string_new(size);
    if (bytes == NULL) {
        gc_collect();
        bytes = memory_string_new(size);
    }
    if (bytes == NULL) {
        error_out_of_memory();
    }
    gc.counts.live_bytes += size;
    return bytes;
}

void gc_set_stress(void)
{
    gc.stress = true;
}

gc_counts gc_get_counts(void)
{
    return gc.counts;
}

void gc_end(void)
{
    gc.height = 0;
    symbols_forget_all();
    sweep();
    memory_table_free(gc.stack);
}
