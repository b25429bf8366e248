/* SPDX-License-Identifier: Apache-2.0
 *
 * The functions that are written in C. What can be written in Lisp stands in prelude.lisp.
 */
#ifndef LISP_BUILTINS_H_
#define LISP_BUILTINS_H_

#include "lisp/value.h"

/* Each defines its functions; for the start. */
void lists_define(void);
void numbers_define(void);
void strings_define(void);

/* The text of prelude.lisp: prelude.c is made from it by the build. */
extern const char lisp_prelude[];

/* The same value for programs: equal contents, or the same object. */
bool is_equal(value a, value b);

#endif /* LISP_BUILTINS_H_ */
