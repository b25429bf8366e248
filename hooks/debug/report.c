/* SPDX-License-Identifier: Apache-2.0
 *
 * Reports: a sentence, the block in C6's form, where it was allocated, the calls that led here, the end.
 * With compat=1 the order and the texts of clauses C5 to C7.
 */
#include <stdlib.h>

#include "cairn/base/check.h"
#include "cairn/base/lock.h"
#include "cairn/hooks/debug/describe.h"
#include "cairn/hooks/debug/frames.h"
#include "cairn/hooks/sites.h"

static cairn_lock lock; /* one report at a time; who waits is ended by the first */
static CAIRN_THREAD_LOCAL bool is_reporting;

/* A fault inside a report ends the process at once (C5.2). */
static void begin_report(cairn_print *out)
{
    if (is_reporting) {
        abort();
    }
    is_reporting = true;
    cairn_lock_acquire(&lock);
    cairn_print_to_fd(out, 2);
}

static void end_report(cairn_print *out)
{
    cairn_print_flush(out);
    is_reporting = false;
    cairn_lock_release(&lock);
}

/* A handler may leave by longjmp: to this thread no call of ours is under way any more. */
__attribute__((noreturn)) static void die(cairn_debug_state *state, cairn_print *out,
                                          const char *line)
{
    end_report(out);
    if (state->check_every != 0) {
        cairn_lock_release(&state->serialised);
    }
    memset(cairn_debug_calls, 0, sizeof cairn_debug_calls);
    cairn_fatal_reported(line);
}

/* Text that gets a heading when there is any. */
typedef struct site_text {
    cairn_print *out;
    const char *heading;
    bool has_begun;
} site_text;

static void write_site(void *ctx, const char *text, size_t count)
{
    site_text *self = ctx;
    if (!self->has_begun) {
        cairn_printf(self->out, "%s (most recent call first):\n", self->heading);
        self->has_begun = true;
    }
    cairn_print_flush(self->out);
    self->out->write(self->out->ctx, text, count);
}

static void print_site(bool (*write)(const void *, cairn_print *), const char *heading,
                       const void *user, cairn_print *out)
{
    cairn_print lines;
    site_text text = {out, heading, false};
    cairn_print_to(&lines, write_site, &text);
    if (write(user, &lines)) {
        cairn_print_flush(&lines);
        cairn_printf(out, "\n");
    }
}

/* Clause C7. The hint is CPython's; where no tracemalloc is, it would mislead. */
static void print_sites(const cairn_debug_state *state, const void *user, bool was_freed,
                        cairn_print *out)
{
    const cairn_sites *sites = cairn_sites_registered();
    if (sites == NULL || !sites->is_recording()) {
        if (state->is_compat) {
            cairn_printf(out,
                         "Enable tracemalloc to get the memory block allocation traceback\n\n");
        }
        return;
    }
    print_site(sites->write_allocation, "Memory block allocated at", user, out);
    if (!state->is_compat && was_freed && sites->write_free != NULL) {
        print_site(sites->write_free, "Memory block freed at", user, out);
    }
}

/* Clause C5.2: the line that is CPython's last, and what the host adds. */
__attribute__((noreturn)) static void die_as_python(cairn_debug_state *state, cairn_print *out,
                                                    const char *function, const char *message)
{
    char line[400];
    const cairn_debug_host *host = debug_host();
    cairn_format(line, sizeof line, "Fatal Python error: %s: %s", function, message);
    cairn_printf(out, "%s\n", line);
    cairn_print_flush(out);
    if (host != NULL && host->print_state != NULL) {
        host->print_state(2);
    }
    die(state, out, line);
}

/* What CPython says of a header: the first of C5.1's tests that fails. */
static void python_message(const cairn_debug_state *state, const void *ptr, debug_fault fault,
                           char *out, size_t capacity)
{
    uint8_t word[CAIRN_DEBUG_WORD] = {0};
    debug_peek(word, (const void *)((uintptr_t)ptr - sizeof word), sizeof word);
    if (word[0] != (uint8_t)state->id) {
        cairn_format(out, capacity, "bad ID: Allocated using API '%c', verified using API '%c'",
                     (char)word[0], state->id);
    } else if (fault == DEBUG_BAD_TAIL || fault == DEBUG_BAD_SIZE) {
        cairn_format(out, capacity, "bad trailing pad byte");
    } else {
        cairn_format(out, capacity, "bad leading pad byte");
    }
}

__attribute__((noreturn)) static void report_as_python(cairn_debug_state *state, const void *ptr,
                                                       debug_call call, debug_fault fault)
{
    static const char *const functions[] = {"_PyMem_DebugRawFree", "_PyMem_DebugRawRealloc",
                                            "_PyMem_DebugRawUsableSize", "_PyMem_DebugRawCheck"};
    cairn_print out;
    char message[100];
    begin_report(&out);
    debug_print_block(state, ptr, &out);
    print_sites(state, ptr, false, &out);
    python_message(state, ptr, fault, message, sizeof message);
    die_as_python(state, &out, functions[call], message);
}

static void print_finding(const cairn_debug_state *state, const debug_finding *finding,
                          cairn_print *out)
{
    cairn_printf(out, "%s\n", finding->line);
    if (finding->block != NULL && finding->was_freed) {
        debug_print_freed(finding->block, finding->size, out);
    } else if (finding->block != NULL) {
        debug_print_block(state, finding->block, out);
    }
    if (finding->block != NULL) {
        print_sites(state, finding->block, finding->was_freed, out);
    }
    debug_print_frames(out);
}

CAIRN_SLOW_PATH void debug_report(cairn_debug_state *state, const void *ptr, debug_call call,
                                  debug_fault fault)
{
    cairn_print out;
    debug_finding finding;
    if (state->is_compat) {
        report_as_python(state, ptr, call, fault);
    }
    begin_report(&out);
    debug_describe(state, ptr, call, fault, &finding);
    print_finding(state, &finding, &out);
    die(state, &out, finding.line);
}

CAIRN_SLOW_PATH void debug_report_write(cairn_debug_state *state, const debug_write *write)
{
    cairn_print out;
    debug_finding finding;
    begin_report(&out);
    debug_describe_write(state, write, &finding);
    print_finding(state, &finding, &out);
    die(state, &out, finding.line);
}

CAIRN_SLOW_PATH void debug_warn_of(cairn_debug_state *state, const debug_damage *damage)
{
    cairn_print out;
    debug_finding finding;
    begin_report(&out);
    if (damage->fault == DEBUG_SOUND) {
        debug_describe_write(state, &damage->write, &finding);
    } else {
        debug_describe(state, damage->user, DEBUG_CHECK, damage->fault, &finding);
    }
    print_finding(state, &finding, &out);
    end_report(&out);
}

CAIRN_SLOW_PATH void debug_report_lock(cairn_debug_state *state, const char *function)
{
    cairn_print out;
    char line[300];
    const cairn_debug_host *host = debug_host();
    const char *message = host != NULL && host->lock_message != NULL
                              ? host->lock_message
                              : "Python memory allocator called without holding the GIL";
    begin_report(&out);
    if (state->is_compat) {
        die_as_python(state, &out, function, message);
    }
    cairn_format(line, sizeof line, "cairn: domain %s: %s", state->node.domain, message);
    cairn_printf(&out, "%s\n", line);
    debug_print_frames(&out);
    die(state, &out, line);
}

CAIRN_SLOW_PATH void debug_report_nested(cairn_debug_state *state, uint8_t outer, uint8_t inner)
{
    static const char *const calls[] = {"a call", "malloc", "free", "realloc"};
    cairn_print out;
    char line[200];
    begin_report(&out);
    cairn_format(line, sizeof line,
                 "cairn: %s called inside %s of the same thread, as from a signal handler (%s)",
                 calls[inner], calls[outer], state->node.domain);
    cairn_printf(&out, "%s\n", line);
    debug_print_frames(&out);
    die(state, &out, line);
}
