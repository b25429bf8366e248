/* SPDX-License-Identifier: Apache-2.0
 *
 * What a pointer that was refused is, in one sentence, and which block a report should show.
 */
#ifndef CAIRN_HOOKS_DEBUG_DESCRIBE_H_
#define CAIRN_HOOKS_DEBUG_DESCRIBE_H_

#include "cairn/hooks/debug/debug_internal.h"

typedef struct debug_finding {
    char line[400];    /* "cairn: ..." */
    const void *block; /* to be shown in C6's form; NULL: none */
    bool was_freed;    /* that block: only its size and its bytes are to be shown */
    size_t size;       /* of a freed one; SIZE_MAX: not known */
} debug_finding;

void debug_describe(cairn_debug_state *state, const void *ptr, debug_call call, debug_fault fault,
                    debug_finding *out);

/* Writes what lies at an address of which no allocator of ours knows: "on the stack of this thread",
 * "in static data of /bin/x". */
void debug_describe_region(const void *address, char *out, size_t capacity);

/* A write to a freed block. */
void debug_describe_write(const cairn_debug_state *state, const debug_write *write,
                          debug_finding *out);

#endif /* CAIRN_HOOKS_DEBUG_DESCRIBE_H_ */
