/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of the debug hook share. Private to it.
 */
#ifndef CAIRN_HOOKS_DEBUG_DEBUG_INTERNAL_H_
#define CAIRN_HOOKS_DEBUG_DEBUG_INTERNAL_H_

#include "cairn/base/math.h"
#include "cairn/base/print.h"
#include "cairn/hooks/debug/debug.h"

/* --- Blocks ------------------------------------------------------------------------------------------ */

/* A live block as its header says. */
typedef struct debug_block {
    char *base; /* of the layer below */
    char *user;
    size_t size;
    size_t offset; /* user - base: 16, or the alignment of an over-aligned block */
    unsigned alignment_log2;
} debug_block;

/* Before the options are known a serial number may still be wanted. */
CAIRN_INLINE size_t debug_extra_behind(const cairn_debug_state *state)
{
    return state->is_open && !state->has_serial ? CAIRN_DEBUG_TAIL
                                                : CAIRN_DEBUG_TAIL + CAIRN_DEBUG_SERIAL;
}

CAIRN_INLINE size_t debug_extra(const cairn_debug_state *state)
{
    return CAIRN_DEBUG_HEADER + debug_extra_behind(state);
}

/* All bytes of a block, from base on. */
CAIRN_INLINE size_t debug_total(const cairn_debug_state *state, const debug_block *block)
{
    return block->offset + block->size + debug_extra_behind(state);
}

/* The size word of a header. */
CAIRN_INLINE uint64_t debug_size_word(size_t size, unsigned alignment_log2)
{
    return size | (uint64_t)(alignment_log2 << 8 | alignment_log2) << CAIRN_DEBUG_ALIGNMENT_SHIFT;
}

/* No alignment: what a header has where the two logarithms differ. */
enum { DEBUG_BAD_ALIGNMENT = 63 };

CAIRN_INLINE void debug_split_size_word(uint64_t size_word, debug_block *block)
{
    unsigned both = (unsigned)(size_word >> CAIRN_DEBUG_ALIGNMENT_SHIFT);
    bool is_good = both >> 8 == (both & 0xff);
    block->alignment_log2 = is_good ? both >> 8 : DEBUG_BAD_ALIGNMENT;
    block->size = size_word & (((uint64_t)1 << CAIRN_DEBUG_ALIGNMENT_SHIFT) - 1);
    block->offset =
        both == 0 || !is_good ? CAIRN_DEBUG_HEADER : (size_t)1 << (block->alignment_log2 & 63);
    block->base = (char *)((uintptr_t)block->user - block->offset);
}

/* That there are blocks which the index does not have. */
CAIRN_INLINE void debug_note_early(cairn_debug_state *state)
{
    __atomic_store_n(&state->had_early_blocks, true, __ATOMIC_RELAXED);
}

/* Whether the index knows every block. */
CAIRN_INLINE bool debug_has_exact_index(const cairn_debug_state *state)
{
    return state->index != NULL && !__atomic_load_n(&state->had_early_blocks, __ATOMIC_RELAXED);
}

/* Writes header and tail of a block whose place and size are known, and its serial number where there is
 * room for one. */
void debug_dress(const cairn_debug_state *state, const debug_block *block, size_t serial);

/* A new block that is filled with clean bytes, or zero. alignment_log2 is 0 for a plain one. */
char *debug_make(cairn_debug_state *state, size_t size, unsigned alignment_log2, bool is_zero);

/* Erases a block and gives it to the quarantine or to the layer below. */
void debug_release(cairn_debug_state *state, const debug_block *block);

/* --- Serial numbers ---------------------------------------------------------------------------------- */

/* The only state that all share. */
extern bool cairn_debug_counts_serials; /* a break was asked for */
extern size_t cairn_debug_break_serial;
/* CAIRN_REPORT_FILE, or "". */
enum { CAIRN_DEBUG_FILE_MAX = 64 };
extern char cairn_debug_report_file[CAIRN_DEBUG_FILE_MAX];

/* The next number; raises SIGTRAP at CAIRN_DEBUG_BREAK_SERIAL. A place for a breakpoint. */
size_t cairn_debug_bump_serial(void);

CAIRN_INLINE size_t debug_next_serial(const cairn_debug_state *state)
{
    return state->has_serial || cairn_debug_counts_serials ? cairn_debug_bump_serial() : 0;
}

/* --- States ------------------------------------------------------------------------------------------ */

/* Makes a state work that was zero so far. */
void debug_wake(cairn_debug_state *state);
void debug_set_plain(cairn_debug_state *state);
cairn_debug_state *debug_first_state(void);
bool debug_is_word_of_a_domain(uint64_t word);
const cairn_debug_host *debug_host(void);

/* --- Checks ------------------------------------------------------------------------------------------ */

typedef enum debug_call { DEBUG_FREE, DEBUG_REALLOC, DEBUG_USABLE_SIZE, DEBUG_CHECK } debug_call;

/* What is wrong with a block, in the order of C5.1. */
typedef enum debug_fault {
    DEBUG_SOUND,
    DEBUG_NOT_READABLE, /* no block of ours can be here: nothing was read */
    DEBUG_BAD_WORD,     /* id or leading pads */
    DEBUG_BAD_SIZE,     /* longer than the block below */
    DEBUG_BAD_TAIL,
} debug_fault;

/* Reads and verifies the block at ptr; *block is filled in from DEBUG_BAD_SIZE on. */
debug_fault debug_look(cairn_debug_state *state, const char *ptr, debug_block *block);

/* The same, reporting what is wrong: does not return then. */
debug_block debug_verify(cairn_debug_state *state, void *ptr, debug_call call);

/* Clause C5.6. function is the CPython name of the call. */
void debug_ask_for_lock(cairn_debug_state *state, const char *function);
CAIRN_INLINE void debug_check_lock(cairn_debug_state *state, const char *function)
{
    if (CAIRN_UNLIKELY(state->wants_lock)) {
        debug_ask_for_lock(state, function);
    }
}

/* The same where the address is known to be that of a live block: from the index, or from a walk of the
 * layer below; room is what that has from user on, 0 if it is not known. */
debug_fault debug_look_at_live(const cairn_debug_state *state, char *user, size_t room,
                               debug_block *block);

typedef struct debug_write {
    const char *address; /* of the first byte that was written to, in a freed block */
    const char *user;
    size_t size;
} debug_write;

typedef struct debug_damage {
    debug_fault fault; /* DEBUG_SOUND: it is a write after free */
    const char *user;
    debug_write write;
} debug_damage;

/* The first damaged block of a state, live or freed: true with what to report. No other thread may be
 * inside of the state. */
bool debug_find_damage(cairn_debug_state *state, debug_damage *out);

/* Every check_every calls; the state's calls are under a lock then. */
void debug_count_call(cairn_debug_state *state);

/* --- Reports ----------------------------------------------------------------------------------------- */

/* Copies up to count bytes from anywhere, mapped or not; returns how many there were. */
size_t debug_peek(void *to, const void *from, size_t count);

/* Clause C6: the block at user, of which nothing is believed. */
void debug_print_block(const cairn_debug_state *state, const void *user, cairn_print *out);

/* A freed one, whose header is erased; size is SIZE_MAX when it is not known. */
void debug_print_freed(const void *user, size_t size, cairn_print *out);

/* Ends the process with a report on ptr. */
__attribute__((noreturn, cold)) void debug_report(cairn_debug_state *state, const void *ptr,
                                                  debug_call call, debug_fault fault);

__attribute__((noreturn, cold)) void debug_report_write(cairn_debug_state *state,
                                                        const debug_write *write);

/* What a check has found: a report after which the process goes on. */
void debug_warn_of(cairn_debug_state *state, const debug_damage *damage);

/* The same for calls that are wrong whatever they are given. */
__attribute__((noreturn, cold)) void debug_report_lock(cairn_debug_state *state,
                                                       const char *function);
__attribute__((noreturn, cold)) void debug_report_nested(cairn_debug_state *state, uint8_t outer,
                                                         uint8_t inner);

#endif /* CAIRN_HOOKS_DEBUG_DEBUG_INTERNAL_H_ */
