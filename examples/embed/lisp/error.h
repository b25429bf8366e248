/* SPDX-License-Identifier: Apache-2.0
 *
 * Errors of Lisp programs: one line "file:line: sentence" on standard error, then the program ends.
 */
#ifndef LISP_ERROR_H_
#define LISP_ERROR_H_

#include "lisp/value.h"

typedef enum error_status {
    STATUS_FINE = 0,
    STATUS_ERROR = 1,
    STATUS_USAGE = 2,
    STATUS_NO_MEMORY = 3,
} error_status;

/* Runs body(argument); STATUS_FINE, or what the error was that ended it. */
error_status error_catch(void (*body)(const void *argument), const void *argument);

/* Gives a file a number, for the places of pairs; name must stay. Number 0 is the prelude, whose
 * errors are reported at the line that called it. */
uint16_t error_file_number(const char *name);

/* The program is now here. */
void error_set_place(value pair_with_place);
void error_set_line(uint16_t file, uint32_t line);

/* The function whose arguments error_wants speaks of. */
void error_set_function(const char *name);

_Noreturn void error_raise(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* "sentence: culprit" */
_Noreturn void error_about(const char *sentence, value culprit);

/* "FUNCTION wants WHAT, not culprit" */
_Noreturn void error_wants(const char *what, value culprit);

_Noreturn void error_out_of_memory(void);

/* Raises an error when C's own stack is nearly full: to be called by what calls itself. */
void error_check_depth(void);
bool error_is_too_deep(void);

#endif /* LISP_ERROR_H_ */
