/* SPDX-License-Identifier: Apache-2.0
 *
 * The calls that led to a report: addresses by the unwinder of libgcc, modules by the loader. For a parent
 * process that can name functions and lines they go to CAIRN_REPORT_FD, too, one a line:
 *
 *   cairn-report PID
 *   cairn-frame MODULE OFFSET        OFFSET in hex, as in the file; of the call, not of what follows it
 */
#include "cairn/hooks/debug/frames.h"

#include <unistd.h>
#include <unwind.h>

#include "cairn/hooks/debug/debug_internal.h"
#include "cairn/hooks/debug/maps.h"

enum { FRAMES_MAX = 64 };

typedef struct trace {
    size_t count;
    uintptr_t addresses[FRAMES_MAX];
} trace;

static _Unwind_Reason_Code note_frame(struct _Unwind_Context *context, void *ctx)
{
    trace *self = ctx;
    int is_before = 0;
    uintptr_t address = _Unwind_GetIPInfo(context, &is_before);
    if (address == 0 || self->count == FRAMES_MAX) {
        return _URC_END_OF_STACK;
    }
    /* A return address may be the next function's first. */
    self->addresses[self->count++] = is_before != 0 ? address : address - 1;
    return _URC_NO_REASON;
}

static void print_frame(size_t number, uintptr_t address, cairn_print *out, cairn_print *parent)
{
    debug_module module;
    if (!debug_find_module((const void *)address, &module)) {
        cairn_printf(out, "    #%zu %p\n", number, (const void *)address);
        return;
    }
    size_t offset = address - module.base;
    cairn_printf(out, "    #%zu %p in %s+0x%zx\n", number, (const void *)address, module.path,
                 offset);
    if (parent != NULL) {
        cairn_printf(parent, "cairn-frame %s %zx\n", module.path, offset);
    }
}

void debug_print_frames(cairn_print *out)
{
    trace self = {0};
    cairn_print parent;
    bool has_parent = cairn_debug_report_fd >= 0;
    _Unwind_Backtrace(note_frame, &self);
    if (has_parent) {
        cairn_print_to_fd(&parent, cairn_debug_report_fd);
        cairn_printf(&parent, "cairn-report %d\n", (int)getpid());
    }
    cairn_printf(out, "Calls that led here (most recent first):\n");
    for (size_t i = 0; i < self.count; i++) {
        print_frame(i, self.addresses[i], out, has_parent ? &parent : NULL);
    }
    if (has_parent) {
        cairn_print_flush(&parent);
    }
}
