/* SPDX-License-Identifier: Apache-2.0
 *
 * Text as values.
 */
#ifndef LISP_READER_H_
#define LISP_READER_H_

#include "lisp/value.h"

typedef struct reader {
    const char *text; /* the caller's */
    size_t length;
    size_t at;
    uint16_t file;
    uint32_t line;
    char *buffer; /* of the string that is being read */
    size_t capacity;
} reader;

/* Reads the next value into *out; false at the end of the text. */
bool reader_next(reader *from, value *out);

/* Frees what the reader allocated; it may be used again. */
void reader_close(reader *from);

/* The number that the text spells, or NULL if it spells none. */
value reader_number(const char *text, size_t length);

#endif /* LISP_READER_H_ */
