/* SPDX-License-Identifier: Apache-2.0
 *
 * Values as text.
 */
#ifndef LISP_PRINTER_H_
#define LISP_PRINTER_H_

#include <stdio.h>

#include "lisp/value.h"

/* For people: strings as they are. */
void printer_display(FILE *out, value v);

/* For the reader: strings in quotes. */
void printer_write(FILE *out, value v);

/* A number as text, in a buffer of PRINTER_NUMBER_MAX bytes; returns its length. */
enum { PRINTER_NUMBER_MAX = 40 };
size_t printer_number(char *buffer, value number);

#endif /* LISP_PRINTER_H_ */
