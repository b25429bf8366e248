/* SPDX-License-Identifier: Apache-2.0
 *
 * The symbol table: one symbol for each name, for as long as the program runs. Global variables are
 * the values of symbols.
 */
#ifndef LISP_SYMBOLS_H_
#define LISP_SYMBOLS_H_

#include "lisp/value.h"

/* Returns false when there is no memory. */
bool symbols_start(void);

value symbol_of(const char *text, size_t length);

/* Makes each of the functions the value of its name. */
void symbols_define_builtins(const builtin *builtins, size_t count);

/* For the collector. */
void symbols_reach_all(void);
void symbols_forget_all(void);

#endif /* LISP_SYMBOLS_H_ */
