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
 * tells apart (config/generation.h).
 */
#ifndef CAIRN_HOOKS_DEBUG_DEBUG_H_
#define CAIRN_HOOKS_DEBUG_DEBUG_H_

#include "cairn/base/lock.h"
#include "cairn/hooks/debug/layout.h"
#include "cairn/hooks/hook.h"

CAIRN_EXTERN_C_BEGIN

struct cairn_debug_index;
struct cairn_debug_quarantine;

/* The members are private: they are here so that the bodies below can be inlined into a stack. */
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

/* Which call of each state is under way in this thread; 0: none. States beyond share the last byte. */
enum { CAIRN_DEBUG_SLOTS = 32 };
enum { CAIRN_DEBUG_IN_MALLOC = 1, CAIRN_DEBUG_IN_FREE = 2, CAIRN_DEBUG_IN_REALLOC = 3 };
extern CAIRN_THREAD_LOCAL uint8_t cairn_debug_calls[CAIRN_DEBUG_SLOTS];

/* The bodies. What is not plain is outlined; node.below is what they call. */
void *cairn_debug_malloc_slow(cairn_debug_state *state, size_t size);
void *cairn_debug_malloc_again(cairn_debug_state *state, size_t size);
void *cairn_debug_calloc_slow(cairn_debug_state *state, size_t count, size_t size);
void *cairn_debug_realloc_slow(cairn_debug_state *state, void *ptr, size_t size);
void cairn_debug_free_slow(cairn_debug_state *state, void *ptr);
void cairn_debug_keep(cairn_debug_state *state, char *user, size_t size);
void *cairn_debug_aligned_alloc_slow(cairn_debug_state *state, size_t alignment, size_t size);
size_t cairn_debug_usable_size_slow(cairn_debug_state *state, const void *ptr);
void *cairn_debug_block_start_slow(cairn_debug_state *state, const void *address);
bool cairn_debug_owns_slow(cairn_debug_state *state, const void *ptr);
bool cairn_debug_owns_block_slow(cairn_debug_state *state, const void *ptr);
size_t cairn_debug_trim_slow(cairn_debug_state *state);
bool cairn_debug_check_slow(cairn_debug_state *state);
bool cairn_debug_walk_slow(cairn_debug_state *state, cairn_block_visit *visit, void *arg);
void cairn_debug_stats_slow(cairn_debug_state *state, cairn_report *report);

/* A signal handler that runs between the two sees the mark. */
CAIRN_INLINE void cairn_debug_enter(const cairn_debug_state *state, uint8_t call)
{
    cairn_debug_calls[state->slot] = call;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

CAIRN_INLINE void cairn_debug_leave(const cairn_debug_state *state)
{
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    cairn_debug_calls[state->slot] = 0;
}

CAIRN_INLINE bool cairn_debug_is_quick(const cairn_debug_state *state)
{
    return CAIRN_LIKELY(state->is_plain) && CAIRN_LIKELY(cairn_debug_calls[state->slot] == 0);
}

/* Whether the layer below may have a block at base; it is asked before base is read. */
CAIRN_INLINE bool cairn_debug_may_read(cairn_layer next, const char *base)
{
    return (next.more->owns_block == NULL && next.more->owns == NULL && base != NULL) ||
           cairn_layer_owns_block(next, base);
}

/* The size of a small block of ours that is as it must be; else SIZE_MAX. */
CAIRN_INLINE size_t cairn_debug_sound_size(const cairn_debug_state *state, cairn_layer next,
                                           const char *ptr)
{
    if (CAIRN_UNLIKELY((uintptr_t)ptr <= CAIRN_DEBUG_HEADER ||
                       !cairn_debug_may_read(next, ptr - CAIRN_DEBUG_HEADER)) ||
        CAIRN_UNLIKELY(cairn_debug_load(ptr - CAIRN_DEBUG_WORD) != state->word)) {
        return SIZE_MAX;
    }
    uint64_t size = cairn_debug_load_number(ptr - CAIRN_DEBUG_HEADER);
    bool is_sound =
        CAIRN_LIKELY(size <= CAIRN_DEBUG_SMALL) &&
        CAIRN_LIKELY(cairn_debug_load(ptr + size) == CAIRN_DEBUG_ALL(CAIRN_DEBUG_FORBIDDEN));
    return is_sound ? size : SIZE_MAX;
}

CAIRN_INLINE void *cairn_debug_malloc_over(cairn_debug_state *state, cairn_layer next, size_t size)
{
    if (CAIRN_UNLIKELY(!cairn_debug_is_quick(state) || size > CAIRN_DEBUG_SMALL)) {
        return cairn_debug_malloc_slow(state, size);
    }
    cairn_debug_enter(state, CAIRN_DEBUG_IN_MALLOC);
    char *base = (char *)cairn_layer_malloc(next, size + CAIRN_DEBUG_EXTRA);
    cairn_debug_leave(state);
    if (CAIRN_UNLIKELY(base == NULL)) {
        return cairn_debug_malloc_again(state, size);
    }
    return cairn_debug_dress_new(base, state->word, size);
}

CAIRN_INLINE void cairn_debug_free_over(cairn_debug_state *state, cairn_layer next, void *ptr)
{
    char *user = (char *)ptr;
    size_t size =
        cairn_debug_is_quick(state) ? cairn_debug_sound_size(state, next, user) : SIZE_MAX;
    if (CAIRN_UNLIKELY(size == SIZE_MAX)) {
        cairn_debug_free_slow(state, ptr);
        return;
    }
    cairn_debug_enter(state, CAIRN_DEBUG_IN_FREE);
    if (state->quarantine != NULL) {
        cairn_debug_keep(state, user, size);
    } else {
        cairn_debug_fill(user - CAIRN_DEBUG_HEADER, CAIRN_DEBUG_DEAD, size + CAIRN_DEBUG_EXTRA);
        cairn_layer_free(next, user - CAIRN_DEBUG_HEADER);
    }
    cairn_debug_leave(state);
}

CAIRN_INLINE void *cairn_debug_calloc_over(cairn_debug_state *state, cairn_layer next, size_t count,
                                           size_t size)
{
    (void)next;
    return cairn_debug_calloc_slow(state, count, size);
}

CAIRN_INLINE void *cairn_debug_realloc_over(cairn_debug_state *state, cairn_layer next, void *ptr,
                                            size_t size)
{
    (void)next;
    return cairn_debug_realloc_slow(state, ptr, size);
}

CAIRN_INLINE void *cairn_debug_aligned_alloc_over(cairn_debug_state *state, cairn_layer next,
                                                  size_t alignment, size_t size)
{
    (void)next;
    return cairn_debug_aligned_alloc_slow(state, alignment, size);
}

CAIRN_INLINE size_t cairn_debug_usable_size_over(cairn_debug_state *state, cairn_layer next,
                                                 const void *ptr)
{
    size_t size =
        state->is_plain ? cairn_debug_sound_size(state, next, (const char *)ptr) : SIZE_MAX;
    return CAIRN_LIKELY(size != SIZE_MAX) ? size : cairn_debug_usable_size_slow(state, ptr);
}

CAIRN_INLINE void *cairn_debug_block_start_over(cairn_debug_state *state, cairn_layer next,
                                                const void *address)
{
    (void)next;
    return cairn_debug_block_start_slow(state, address);
}

CAIRN_INLINE bool cairn_debug_owns_over(cairn_debug_state *state, cairn_layer next, const void *ptr)
{
    (void)next;
    return cairn_debug_owns_slow(state, ptr);
}

CAIRN_INLINE bool cairn_debug_owns_block_over(cairn_debug_state *state, cairn_layer next,
                                              const void *ptr)
{
    (void)next;
    return cairn_debug_owns_block_slow(state, ptr);
}

CAIRN_INLINE size_t cairn_debug_trim_over(cairn_debug_state *state, cairn_layer next)
{
    (void)next;
    return cairn_debug_trim_slow(state);
}

CAIRN_INLINE bool cairn_debug_check_over(cairn_debug_state *state, cairn_layer next)
{
    (void)next;
    return cairn_debug_check_slow(state);
}

CAIRN_INLINE void cairn_debug_stats_over(cairn_debug_state *state, cairn_layer next,
                                         cairn_report *report)
{
    (void)next;
    cairn_debug_stats_slow(state, report);
}

CAIRN_INLINE bool cairn_debug_walk_over(cairn_debug_state *state, cairn_layer next,
                                        cairn_block_visit *visit, void *arg)
{
    (void)next;
    return cairn_debug_walk_slow(state, visit, arg);
}

bool cairn_debug_open(cairn_debug_state *state, const char *options, const char **error);

CAIRN_EXTERN_C_END

#endif /* CAIRN_HOOKS_DEBUG_DEBUG_H_ */
