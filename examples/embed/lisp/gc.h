/* SPDX-License-Identifier: Apache-2.0
 *
 * The garbage collector: mark and sweep.
 *
 * It collects when a new object or string would bring the bytes past a threshold, which each
 * collection sets to twice what it kept. What must live is reachable from the symbol table or from
 * the stack below, on which C code pushes every value that it still needs across a call that may
 * make objects. The stack never moves, so that arguments of calls are handed on as pointers into it.
 */
#ifndef LISP_GC_H_
#define LISP_GC_H_

#include "lisp/value.h"

/* Returns false when there is no memory for the stack. */
bool gc_start(void);

/* Frees all objects; none may be used afterwards. */
void gc_end(void);

/* Pushes a value and returns where it lies now; raises an error when the stack is full. */
value *gc_push(value v);
size_t gc_height(void);
void gc_drop_to(size_t height);

/* An object of that kind, zero but for its header. Raises an error when there is no memory, even
 * after a collection; so does gc_new_bytes, whose result belongs into a string object. */
void *gc_new(kind k);
char *gc_new_bytes(size_t size);

void gc_collect(void);

/* Called by the symbol table, for each of its symbols, when gc_collect asks it to. */
void gc_reach(value v);

/* Collects at every allocation, which brings out values that nobody keeps alive. */
void gc_set_stress(void);

typedef struct gc_counts {
    size_t collections;
    size_t live_objects;
    size_t live_bytes;
    size_t freed_objects;
    size_t freed_bytes;
} gc_counts;

gc_counts gc_get_counts(void);

#endif /* LISP_GC_H_ */
