/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether a pointer is a block of the domain and sound: the tests of clause C5.1, each after what makes it
 * safe to read what it reads.
 */
#include "cairn/hooks/debug/debug_internal.h"
#include "cairn/hooks/debug/index.h"

static bool tells_its_own(cairn_layer below)
{
    return below.more->owns != NULL || below.more->owns_block != NULL;
}

/* The word of a block that the layer below does not know. Where one such was ours before, all are read
 * directly; else by a way that survives. */
static bool unowned_has_word(cairn_debug_state *state, const char *ptr)
{
    uint64_t word;
    if (__atomic_load_n(&state->sees_unowned, __ATOMIC_RELAXED)) {
        return cairn_debug_load(ptr - CAIRN_DEBUG_WORD) == state->word;
    }
    if (debug_peek(&word, ptr - CAIRN_DEBUG_WORD, sizeof word) < sizeof word ||
        word != state->word) {
        return false;
    }
    __atomic_store_n(&state->sees_unowned, true, __ATOMIC_RELAXED);
    return true;
}

static debug_fault look_at_word(cairn_debug_state *state, const char *ptr)
{
    cairn_layer below = state->node.below;
    if ((uintptr_t)ptr % sizeof(void *) != 0 || (uintptr_t)ptr < 4096) {
        return DEBUG_NOT_READABLE;
    }
    const char *base = ptr - CAIRN_DEBUG_HEADER;
    if (debug_has_exact_index(state)) {
        if (!debug_index_has(state->index, ptr)) {
            return DEBUG_NOT_READABLE;
        }
    } else if (tells_its_own(below) && !cairn_layer_owns_block(below, base) &&
               !cairn_layer_owns(below, base)) {
        return unowned_has_word(state, ptr) ? DEBUG_SOUND : DEBUG_NOT_READABLE;
    }
    return cairn_debug_load(ptr - CAIRN_DEBUG_WORD) == state->word ? DEBUG_SOUND : DEBUG_BAD_WORD;
}

/* The copy of an over-aligned block's header, where its size word says that the block below starts. */
static bool has_copy_at_base(const cairn_debug_state *state, const debug_block *block)
{
    char copy[CAIRN_DEBUG_HEADER];
    if (block->alignment_log2 <= 4 || block->alignment_log2 > 62 ||
        (uintptr_t)block->user % block->offset != 0) {
        return false;
    }
    if (cairn_layer_owns_block(state->node.below, block->base)) {
        cairn_debug_store(copy, cairn_debug_load(block->base));
        cairn_debug_store(copy + CAIRN_DEBUG_WORD,
                          cairn_debug_load((char *)block->base + CAIRN_DEBUG_WORD));
    } else if (debug_peek(copy, block->base, sizeof copy) < sizeof copy) {
        return false;
    }
    return memcmp(copy, block->user - CAIRN_DEBUG_HEADER, sizeof copy) == 0;
}

/* room is what the layer below has from user on; 0: not known. */
static debug_fault look_at_rest(const cairn_debug_state *state, const debug_block *block,
                                size_t room)
{
    if (room != 0 &&
        (room < debug_extra_behind(state) || block->size > room - debug_extra_behind(state))) {
        return DEBUG_BAD_SIZE;
    }
    const void *tail = (const void *)((uintptr_t)block->user + block->size);
    return cairn_debug_load(tail) == CAIRN_DEBUG_ALL(CAIRN_DEBUG_FORBIDDEN) ? DEBUG_SOUND
                                                                            : DEBUG_BAD_TAIL;
}

debug_fault debug_look(cairn_debug_state *state, const char *ptr, debug_block *block)
{
    debug_fault fault = look_at_word(state, ptr);
    if (fault != DEBUG_SOUND) {
        return fault;
    }
    block->user = (char *)(uintptr_t)ptr;
    debug_split_size_word(cairn_debug_load_number(ptr - CAIRN_DEBUG_HEADER), block);
    if (block->alignment_log2 != 0 && !has_copy_at_base(state, block)) {
        return DEBUG_BAD_SIZE;
    }
    size_t room = cairn_layer_usable_size(state->node.below, block->base);
    if (room != 0 && room <= block->offset) {
        return DEBUG_BAD_SIZE;
    }
    return look_at_rest(state, block, room != 0 ? room - block->offset : 0);
}

debug_fault debug_look_at_live(const cairn_debug_state *state, char *user, size_t room,
                               debug_block *block)
{
    block->user = user;
    if (cairn_debug_load(user - CAIRN_DEBUG_WORD) != state->word) {
        return DEBUG_BAD_WORD;
    }
    debug_split_size_word(cairn_debug_load_number(user - CAIRN_DEBUG_HEADER), block);
    if (block->alignment_log2 != 0 && !has_copy_at_base(state, block)) {
        return DEBUG_BAD_SIZE;
    }
    return look_at_rest(state, block, room);
}

debug_block debug_verify(cairn_debug_state *state, void *ptr, debug_call call)
{
    debug_block block;
    debug_fault fault = debug_look(state, ptr, &block);
    if (CAIRN_UNLIKELY(fault != DEBUG_SOUND)) {
        debug_report(state, ptr, call, fault);
    }
    return block;
}

void debug_ask_for_lock(cairn_debug_state *state, const char *function)
{
    const cairn_debug_host *host = debug_host();
    if (host != NULL && host->holds_lock != NULL && !host->holds_lock()) {
        debug_report_lock(state, function);
    }
}
