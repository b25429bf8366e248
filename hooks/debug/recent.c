/* SPDX-License-Identifier: Apache-2.0
 *
 * The last blocks that were too large to be kept: addresses only. Notes of two threads may mix, which a
 * report that names the wrong size is the worst of.
 */
#include "cairn/hooks/debug/quarantine.h"

enum { NOTES = 64 };

typedef struct note {
    const void *user;
    const char *domain;
    size_t size;
} note;

static note notes[NOTES];
static size_t noted;

void debug_note_freed(const cairn_debug_state *state, const debug_block *block)
{
    note *at = &notes[__atomic_fetch_add(&noted, 1, __ATOMIC_RELAXED) % NOTES];
    __atomic_store_n(&at->domain, state->node.domain, __ATOMIC_RELAXED);
    __atomic_store_n(&at->size, block->size, __ATOMIC_RELAXED);
    __atomic_store_n(&at->user, block->user, __ATOMIC_RELAXED);
}

/* The newest first: blocks of two domains may have been at one address in turn. */
const char *debug_find_noted(const void *user, size_t *size)
{
    size_t next = __atomic_load_n(&noted, __ATOMIC_RELAXED);
    for (size_t age = 1; age <= NOTES; age++) {
        const note *at = &notes[(next - age) % NOTES];
        if (__atomic_load_n(&at->user, __ATOMIC_RELAXED) == user) {
            *size = __atomic_load_n(&at->size, __ATOMIC_RELAXED);
            return __atomic_load_n(&at->domain, __ATOMIC_RELAXED);
        }
    }
    return NULL;
}
