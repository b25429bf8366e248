/* SPDX-License-Identifier: Apache-2.0
 *
 * All memory of the interpreter, and the only place that knows Cairn.
 *
 * Objects, the bytes of strings, and tables are three domains of the heap in BUILD, so that each can
 * have other parts under it and shows up on its own in the statistics. NULL means no memory.
 */
#ifndef LISP_MEMORY_H_
#define LISP_MEMORY_H_

#include <stddef.h>

/* Objects of the collector: many, small, all of a few sizes. */
void *memory_object_new(size_t size);
void memory_object_free(void *object);

/* The bytes of strings. */
char *memory_string_new(size_t size);
char *memory_string_resize(char *bytes, size_t size);
void memory_string_free(char *bytes);

/* Tables and stacks: few, and some are large. They come from plain malloc, which is Cairn's as well:
 * so are the line buffers that libc allocates for us. */
void *memory_table_new(size_t count, size_t item_size);
void memory_table_free(void *table);

/* The most bytes that objects and strings may take together; 0 for no limit. */
void memory_set_limit(size_t bytes);
size_t memory_limit(void);

/* What they take now. */
size_t memory_used(void);

/* Cairn's statistics, on file descriptor 2. */
void memory_write_stats(void);

#endif /* LISP_MEMORY_H_ */
