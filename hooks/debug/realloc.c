/* SPDX-License-Identifier: Apache-2.0
 *
 * Resizing: to the letter of clause C4 with compat=1. Without it a block moves by a new one and a copy, so
 * that all of the old one is erased (and goes to the quarantine), or stays where it fits; blocks above a
 * mebibyte are left to the layer below, which may have cheaper ways, after what is discarded was erased.
 */
#include "cairn/hooks/debug/debug_internal.h"
#include "cairn/hooks/debug/index.h"
#include "cairn/hooks/debug/quarantine.h"

void *debug_resize(cairn_debug_state *state, const debug_block *block, size_t size);

enum {
    SAVED_EDGE = 64, /* bytes of each end that are kept while the block looks freed (C4.2) */
    MOVED_MAX = 1 << 20,
};

/* The bytes at both ends of a block while it is erased; all of it, when it is short. */
typedef struct edges {
    size_t head;
    size_t tail; /* 0 when head is all */
    char bytes[2 * SAVED_EDGE];
} edges;

static void save_and_erase(const cairn_debug_state *state, const debug_block *block, edges *saved)
{
    char *user = block->user;
    bool is_short = block->size <= sizeof saved->bytes;
    saved->head = is_short ? block->size : SAVED_EDGE;
    saved->tail = is_short ? 0 : SAVED_EDGE;
    char *from = user + block->size - saved->tail;
    memcpy(saved->bytes, user, saved->head);
    memcpy(saved->bytes + saved->head, from, saved->tail);
    memset(user - CAIRN_DEBUG_HEADER, CAIRN_DEBUG_DEAD, CAIRN_DEBUG_HEADER + saved->head);
    memset(from, CAIRN_DEBUG_DEAD, saved->tail);
    memset(user + block->size, CAIRN_DEBUG_DEAD, debug_extra_behind(state));
}

/* Into a block that is size bytes long and was old_size. */
static void restore(char *user, size_t size, size_t old_size, const edges *saved)
{
    memcpy(user, saved->bytes, cairn_min(saved->head, size));
    size_t at = old_size - saved->tail;
    if (at < size) {
        memcpy(user + at, saved->bytes + saved->head, cairn_min(saved->tail, size - at));
    }
}

static size_t serial_of(const cairn_debug_state *state, const debug_block *block)
{
    return debug_extra_behind(state) > CAIRN_DEBUG_TAIL
               ? cairn_debug_load_number(block->user + block->size + CAIRN_DEBUG_TAIL)
               : 0;
}

/* The address leaves the index before another thread can get it. Where there is no memory to have it back
 * the index is not exact any more. */
static char *ask_below(cairn_debug_state *state, const debug_block *block, size_t size)
{
    cairn_layer below = state->node.below;
    if (state->index != NULL) {
        debug_index_remove(state->index, block->user);
    }
    char *base = cairn_layer_realloc(below, block->base, size + debug_extra(state));
    if (base == NULL && debug_quarantine_drain(state)) {
        base = cairn_layer_realloc(below, block->base, size + debug_extra(state));
    }
    if (state->index == NULL) {
        return base;
    }
    if (!debug_index_add(state->index, base != NULL ? base + CAIRN_DEBUG_HEADER : block->user)) {
        debug_note_early(state);
    }
    return base;
}

static void *resize_below(cairn_debug_state *state, const debug_block *block, size_t size)
{
    edges saved;
    size_t serial = serial_of(state, block);
    if (size > PTRDIFF_MAX - debug_extra(state)) {
        return NULL;
    }
    save_and_erase(state, block, &saved);
    char *base = ask_below(state, block, size);
    if (base == NULL) {
        debug_dress(state, block, serial);
        restore(block->user, block->size, block->size, &saved);
        return NULL;
    }
    debug_block moved = {base, base + CAIRN_DEBUG_HEADER, size, CAIRN_DEBUG_HEADER, 0};
    debug_dress(state, &moved, debug_next_serial(state));
    restore(moved.user, size, block->size, &saved);
    if (size > block->size) {
        memset(moved.user + block->size, CAIRN_DEBUG_CLEAN, size - block->size);
    }
    return moved.user;
}

/* Bytes that the user can have in the block as it is; only the old size where the layer below cannot
 * tell. */
static size_t room_in_place(const cairn_debug_state *state, const debug_block *block)
{
    size_t below = cairn_layer_usable_size(state->node.below, block->base);
    size_t extra = block->offset + debug_extra_behind(state);
    return cairn_max(block->size, below > extra ? below - extra : 0);
}

static void *resize_in_place(const cairn_debug_state *state, const debug_block *block, size_t size)
{
    debug_block resized = *block;
    char *old_end = block->user + block->size + debug_extra_behind(state);
    resized.size = size;
    debug_dress(state, &resized, debug_next_serial(state));
    if (size > block->size) {
        memset(block->user + block->size, CAIRN_DEBUG_CLEAN, size - block->size);
    } else {
        char *end = block->user + size + debug_extra_behind(state);
        memset(end, CAIRN_DEBUG_DEAD, (size_t)(old_end - end));
    }
    return block->user;
}

static void *resize_by_copy(cairn_debug_state *state, const debug_block *block, size_t size)
{
    char *user = debug_make(state, size, 0, false);
    if (user != NULL) {
        memcpy(user, block->user, cairn_min(size, block->size));
        debug_release(state, block);
    }
    return user;
}

/* The new block of a small one that moves. What is filled begins before the end of what is copied, where that
 * is needed to fill 16 bytes. */
char *cairn_debug_dress_moved(const cairn_debug_state *state, char *base, size_t size,
                              const char *from, size_t old_size)
{
    char *user = base + CAIRN_DEBUG_HEADER;
    char *end = user + size + CAIRN_DEBUG_TAIL;
    size_t filled = CAIRN_DEBUG_TAIL + (size > old_size ? size - old_size : 0);
    filled = cairn_max(filled, 16);
    cairn_debug_fill(end - filled, CAIRN_DEBUG_CLEAN, filled);
    cairn_debug_store_number(base, size);
    cairn_debug_store(user - CAIRN_DEBUG_WORD, state->word);
    memcpy(user, from, cairn_min(size, old_size));
    cairn_debug_store(user + size, CAIRN_DEBUG_ALL(CAIRN_DEBUG_FORBIDDEN));
    return user;
}

/* A small block that stays. */
void *cairn_debug_resize_small(const cairn_debug_state *state, char *user, size_t old_size,
                               size_t size)
{
    debug_block block = {user - CAIRN_DEBUG_HEADER, user, old_size, CAIRN_DEBUG_HEADER, 0};
    return resize_in_place(state, &block, size);
}

void *debug_resize(cairn_debug_state *state, const debug_block *block, size_t size)
{
    bool is_plain = block->alignment_log2 == 0;
    if (state->is_compat) {
        return is_plain ? resize_below(state, block, size) : resize_by_copy(state, block, size);
    }
    if (size <= room_in_place(state, block) && size >= block->size / 2) {
        return resize_in_place(state, block, size);
    }
    bool is_shorter = size <= block->size;
    debug_block left = *block;
    if (is_plain && cairn_min(size, block->size) > MOVED_MAX) {
        if (is_shorter) {
            resize_in_place(state, block, size);
            left.size = size;
        }
        void *moved = resize_below(state, &left, size);
        return moved != NULL || !is_shorter ? moved : block->user;
    }
    void *moved = resize_by_copy(state, block, size);
    return moved != NULL || !is_shorter ? moved : resize_in_place(state, block, size);
}
