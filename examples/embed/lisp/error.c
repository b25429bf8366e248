/* SPDX-License-Identifier: Apache-2.0
 *
 * Reports an error and jumps out of the program. Nothing here allocates.
 */
#include "lisp/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/resource.h>

#include "lisp/gc.h"
#include "lisp/memory.h"
#include "lisp/printer.h"

enum { FILES_MAX = 256, C_STACK_MAX = 4 * 1024 * 1024 };

static const char *file_names[FILES_MAX] = {"prelude"};
static unsigned file_count = 1;
static uint16_t place_file;
static uint32_t place_line;
static const char *function_name = "";
static jmp_buf *handler;
static error_status caught;
static char *c_stack_start;
static size_t c_stack_max;

error_status error_catch(void (*body)(const void *argument), const void *argument)
{
    struct rlimit limit;
    jmp_buf here;
    c_stack_max = C_STACK_MAX;
    if (getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur / 2 < c_stack_max) {
        c_stack_max = (size_t)limit.rlim_cur / 2;
    }
    c_stack_start = __builtin_frame_address(0);
    handler = &here;
    caught = STATUS_FINE;
    if (setjmp(here) == 0) {
        body(argument);
    }
    gc_drop_to(0);
    handler = NULL;
    return caught;
}

uint16_t error_file_number(const char *name)
{
    if (file_count == FILES_MAX) {
        error_raise("there are more than %d files", FILES_MAX - 1);
    }
    file_names[file_count] = name;
    return (uint16_t)file_count++;
}

void error_set_line(uint16_t file, uint32_t line)
{
    if (file != 0 || place_file == 0) {
        place_file = file;
        place_line = line;
    }
}

void error_set_place(value pair_with_place)
{
    error_set_line(pair_with_place->file, pair_with_place->line);
}

void error_set_function(const char *name)
{
    function_name = name;
}

static void begin_line(void)
{
    fflush(stdout);
    if (place_line == 0) {
        fputs("lisp: ", stderr);
    } else {
        fprintf(stderr, "%s:%u: ", file_names[place_file], place_line);
    }
}

static _Noreturn void leave(error_status status)
{
    fputc('\n', stderr);
    caught = status;
    longjmp(*handler, 1);
}

void error_raise(const char *format, ...)
{
    va_list values;
    begin_line();
    va_start(values, format);
    vfprintf(stderr, format, values);
    va_end(values);
    leave(STATUS_ERROR);
}

void error_about(const char *sentence, value culprit)
{
    begin_line();
    fprintf(stderr, "%s: ", sentence);
    printer_write(stderr, culprit);
    leave(STATUS_ERROR);
}

void error_wants(const char *what, value culprit)
{
    begin_line();
    fprintf(stderr, "%s wants %s, not ", function_name, what);
    printer_write(stderr, culprit);
    leave(STATUS_ERROR);
}

void error_out_of_memory(void)
{
    begin_line();
    fputs("out of memory", stderr);
    if (memory_limit() != 0) {
        fprintf(stderr, ": objects and strings may take %zu bytes", memory_limit());
    }
    leave(STATUS_NO_MEMORY);
}

bool error_is_too_deep(void)
{
    char *now = __builtin_frame_address(0);
    return (size_t)(c_stack_start - now) > c_stack_max;
}

void error_check_depth(void)
{
    if (error_is_too_deep()) {
        error_raise("calls are nested too deeply");
    }
}
