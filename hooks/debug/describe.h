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
    bool was_freed;    /* that block */
    bool has_size;     /* a header that can be believed */
} debug_finding;

void debug_describe(cairn_debug_state *state, const void *ptr, debug_call call, debug_fault fault,
                    debug_finding *out);

/* The name of the domain with that id byte, or NULL. */
const char *debug_domain_of_id(uint8_t id);

/* Writes what lies at an address of which no allocator of ours knows: "on the stack of this thread",
 * "in static data of /bin/x". */
void debug_describe_region(const void *address, char *out, size_t capacity);

/* Whether a block of that address is in quarantine: the same address, or one inside of it. */
bool debug_find_in_quarantine(const cairn_debug_state *state, const void *address,
                              const char **user);

#endif /* CAIRN_HOOKS_DEBUG_DESCRIBE_H_ */
