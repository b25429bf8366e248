/* SPDX-License-Identifier: Apache-2.0
 *
 * Hook "debug": finds writes outside of blocks and after free, double frees, frees through the wrong
 * domain and of what is no block (clauses C1 to C8 of docs/behaviour.md; docs/debug.md).
 *
 * Each block has 24 bytes more (layout.h). New bytes are filled with 0xCD, freed ones with 0xDD, the bytes
 * around a block with 0xFD; free, realloc and usable_size look at them. What they find is reported on file
 * descriptor 2 and ends the process by way of cairn_set_fatal_handler's handler and abort.
 * With compat=1 bytes, order and texts are CPython's; without it more is found, and named.
 *
 * Options, separated by colons:
 *   compat=0|1        as CPython does it, to the byte; no quarantine, index or check. Default 0
 *   quarantine=BYTES  freed blocks are kept back up to so many bytes, and looked at when they leave;
 *                     0: none. Default 256K
 *   serial=0|1        eight bytes more with the number of the call that made the block. Default 0
 *   check=N           all live blocks are looked at every N calls, one thread at a time; 0: never. Default 0
 *   index=0|1         live blocks are kept in a table: exact answers for any pointer. Default 0
 *
 * Alignment: that of the layer below, and any power of two. usable_size: exactly what was asked for.
 * block_start gives the user's address. Blocks from before it was installed have no header, so that it
 * must stand in the stack before the first block or, with index=1, over older blocks that somebody else
 * tells apart (domains/generation.h).
 */
#ifndef CAIRN_HOOKS_DEBUG_DEBUG_H_
#define CAIRN_HOOKS_DEBUG_DEBUG_H_

#include "cairn/base/lock.h"
#include "cairn/hooks/hook.h"

CAIRN_EXTERN_C_BEGIN

struct cairn_debug_index;
struct cairn_debug_quarantine;

/* The members are private: they are here so that bodies.h can be inlined into a stack. */
typedef struct cairn_debug_state {
    cairn_hook_node node; /* must be first */
    uint64_t word;        /* id byte and pads, as a load gives them; 0 before the first call */
    uint8_t slot;         /* this state's byte in cairn_debug_calls */
    bool is_plain;        /* no option asks for more than the bodies do, except for a quarantine */
    bool is_open;         /* the options were read */
    bool is_compat;
    bool has_serial;
    bool may_nest; /* re-entry is nothing to report: in compat, or where the bits are shared */
    bool had_early_blocks; /* from before is_open, with room for a serial number */
    bool sees_unowned;     /* the layer below hands out blocks that its owns does not know */
    bool wants_lock;       /* mem and obj: the host's lock must be held (C5.6) */
    bool has_said;         /* that its blocks cannot be walked */
    char id;
    size_t check_every;
    size_t calls;          /* since the last check */
    cairn_lock serialised; /* held by each call while check_every is not 0 */
    struct cairn_debug_index *index;
    struct cairn_debug_quarantine *quarantine;
    struct cairn_debug_state *next_state; /* of all there are */
} cairn_debug_state;

extern const cairn_hook cairn_debug_hook;

/* What a host such as an interpreter supplies. Members may be NULL. */
typedef struct cairn_debug_host {
    /* Whether the calling thread holds the lock without which mem and obj must not be called (C5.6). */
    bool (*holds_lock)(void);

    /* Writes lines on the host's own state, those that follow a fatal error (C5.2), to fd. Never
     * allocates. */
    void (*print_state)(int fd);

    /* The message when the lock is not held; NULL: CPython's, with the name of its lock. */
    const char *lock_message;
} cairn_debug_host;

/* Sets the host for all domains; it must stay as it is for ever. NULL: none. To be called while no other
 * thread is inside. */
void cairn_debug_set_host(const cairn_debug_host *host);

/* The state of the outermost debug hook among the hooks of a layer; NULL when there is none. */
cairn_debug_state *cairn_debug_of(cairn_layer layer);

/* To be called before what the layer stands over is destroyed, when no thread is inside: lets the
 * quarantine go, and reports do not look at this layer's blocks any more. */
void cairn_debug_close(cairn_debug_state *state);

/* Sets the id byte of a domain of the user's own, which else is the first letter of its name. Only
 * before the first block. */
void cairn_debug_set_id(cairn_debug_state *state, char id);

/* Whether the value of a pointer is one that freed, fresh or forbidden memory holds, or NULL (C2.1):
 * nothing is read. */
bool cairn_debug_is_freed(const void *ptr);

/* Serial numbers that were given so far (C8). */
size_t cairn_debug_serial_count(void);

/* Whether a request of one byte through the table, made and freed by this, arrives at a debug hook of the
 * domain of that name: for tables of which nothing else is known. *block_failed, which may be NULL, tells
 * whether the request failed, so that the answer means little. */
bool cairn_debug_is_reached_by(const cairn_allocator *table, const char *domain,
                               bool *block_failed);

bool cairn_debug_open(cairn_debug_state *state, const char *options, const char **error);

CAIRN_EXTERN_C_END

#include "cairn/hooks/debug/bodies.h"

#endif /* CAIRN_HOOKS_DEBUG_DEBUG_H_ */
