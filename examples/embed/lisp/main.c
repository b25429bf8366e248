/* SPDX-License-Identifier: Apache-2.0
 *
 * The command: lisp [OPTION...] FILE...
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lisp/builtins.h"
#include "lisp/error.h"
#include "lisp/eval.h"
#include "lisp/gc.h"
#include "lisp/memory.h"
#include "lisp/printer.h"
#include "lisp/reader.h"
#include "lisp/symbols.h"

static const char usage[] = "usage: lisp [--stats] [--heap-limit=BYTES] [--gc-stress] FILE...\n"
                            "       lisp [OPTION...] -e EXPRESSION\n"
                            "\n"
                            "  --stats             says on standard error what memory was used\n"
                            "  --heap-limit=BYTES  the most that objects and strings may take\n"
                            "  --gc-stress         collects garbage at every allocation\n";

static struct {
    bool stats;
    const char *expression;
    const char **files;
    size_t file_count;
    size_t heap_limit;
    bool gc_stress;
} options;

/* Outside of the functions that use it, so that an error in the middle of reading leaks nothing. */
static reader source;

/* Returns the value of the last expression. */
static value run_text(const char *name, const char *text, size_t length)
{
    size_t height = gc_height();
    value *last = gc_push(lisp_nil);
    source.text = text;
    source.length = length;
    source.at = 0;
    source.line = 1;
    source.file = name != NULL ? error_file_number(name) : 0;
    while (reader_next(&source, last)) {
        *last = eval(*last, lisp_nil);
    }
    gc_drop_to(height);
    return *last;
}

static void start(const void *unused)
{
    (void)unused;
    eval_define_forms();
    lists_define();
    numbers_define();
    strings_define();
    run_text(NULL, lisp_prelude, strlen(lisp_prelude));
}

static void run_expression(const void *unused)
{
    (void)unused;
    value result = run_text("-e", options.expression, strlen(options.expression));
    if (result != lisp_nil) {
        printer_write(stdout, result);
        putchar('\n');
    }
}

typedef struct loaded_file {
    const char *name;
    char *text;
    size_t length;
} loaded_file;

static void run_loaded_file(const void *argument)
{
    const loaded_file *file = argument;
    run_text(file->name, file->text, file->length);
}

/* libc allocates the text, with malloc: that is Cairn's. Returns false when there is no such text; a
 * zero byte would end it too early. */
static bool load_file(loaded_file *file)
{
    size_t capacity = 0;
    FILE *in = fopen(file->name, "r");
    ssize_t length = in != NULL ? getdelim(&file->text, &capacity, '\0', in) : -1;
    bool is_read = in != NULL && (length >= 0 || feof(in));
    file->length = length > 0 ? (size_t)length : 0;
    if (!is_read) {
        fprintf(stderr, "lisp: cannot read %s: %s\n", file->name, strerror(errno));
    } else if (file->length > 0 && file->text[file->length - 1] == '\0') {
        fprintf(stderr, "lisp: %s is not text: it has a zero byte\n", file->name);
        is_read = false;
    }
    if (in != NULL) {
        fclose(in);
    }
    return is_read;
}

static error_status run_file(const char *name)
{
    loaded_file file = {name, NULL, 0};
    error_status status = load_file(&file) ? error_catch(run_loaded_file, &file) : STATUS_ERROR;
    free(file.text);
    return status;
}

static error_status run_all(void)
{
    error_status status = error_catch(start, NULL);
    if (options.gc_stress) {
        gc_set_stress();
    }
    if (status == STATUS_FINE && options.expression != NULL) {
        status = error_catch(run_expression, NULL);
    }
    for (size_t i = 0; status == STATUS_FINE && i < options.file_count; i++) {
        status = run_file(options.files[i]);
    }
    reader_close(&source);
    return status;
}

static void write_stats(void)
{
    gc_counts counts = gc_get_counts();
    fprintf(stderr, "lisp: %zu collections freed %zu objects and %zu bytes\n", counts.collections,
            counts.freed_objects, counts.freed_bytes);
    fprintf(stderr, "lisp: %zu objects are live; %zu bytes were asked for, blocks have %zu\n",
            counts.live_objects, counts.live_bytes, memory_used());
    memory_write_stats();
}

/* Returns false on an option that is none. */
static bool read_option(const char *option)
{
    char *end = NULL;
    if (strcmp(option, "--stats") == 0) {
        options.stats = true;
    } else if (strcmp(option, "--gc-stress") == 0) {
        options.gc_stress = true;
    } else if (strncmp(option, "--heap-limit=", 13) == 0 && option[13] >= '1' &&
               option[13] <= '9') {
        errno = 0;
        options.heap_limit = strtoull(option + 13, &end, 10);
        return *end == '\0' && errno == 0;
    } else {
        return false;
    }
    return true;
}

static bool read_command_line(int count, char **words)
{
    int i = 1;
    while (i < count && strncmp(words[i], "--", 2) == 0) {
        if (!read_option(words[i++])) {
            return false;
        }
    }
    if (i + 1 < count && strcmp(words[i], "-e") == 0) {
        options.expression = words[i + 1];
        i += 2;
    }
    options.files = (const char **)words + i;
    options.file_count = (size_t)(count - i);
    return (options.expression != NULL) != (options.file_count > 0);
}

int main(int count, char **words)
{
    if (!read_command_line(count, words)) {
        fputs(usage, stderr);
        return STATUS_USAGE;
    }
    memory_set_limit(options.heap_limit);
    if (!gc_start() || !symbols_start()) {
        fputs("lisp: out of memory at the start\n", stderr);
        return STATUS_NO_MEMORY;
    }
    error_status status = run_all();
    fflush(stdout);
    if (options.stats) {
        write_stats();
    }
    gc_end();
    return (int)status;
}
