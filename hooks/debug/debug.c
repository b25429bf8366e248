/* SPDX-License-Identifier: Apache-2.0
 *
 * The calls of the debug hook that its bodies leave: every option, blocks that are not small, the first
 * call of a state.
 */
#include "cairn/hooks/debug/debug.h"

#include "cairn/base/options.h"
#include "cairn/base/print.h"
#include "cairn/hooks/debug/index.h"
#include "cairn/hooks/debug/quarantine.h"

static bool put_over_used(cairn_layer below, const char *domain, const char *options,
                          cairn_layer *out, const char **error)
{
    char text[CAIRN_OPTION_TEXT_MAX];
    cairn_format(text, sizeof text, "index=1%s%s", options[0] != '\0' ? ":" : "", options);
    return cairn_debug_hook.put_over(below, domain, text, out, error);
}

CAIRN_DEFINE_HOOK_WITH(cairn_debug, "debug", true, put_over_used, NULL)

CAIRN_THREAD_LOCAL uint8_t cairn_debug_calls[CAIRN_DEBUG_SLOTS];

/* While this thread probes a table: the domain that it looks for. */
static CAIRN_THREAD_LOCAL const char *probed_domain;
static CAIRN_THREAD_LOCAL bool probe_arrived;

/* With every byte set no call is quick, so that the probe is seen by whoever it reaches. */
bool cairn_debug_is_reached_by(const cairn_allocator *table, const char *domain, bool *block_failed)
{
    uint8_t before[CAIRN_DEBUG_SLOTS];
    memcpy(before, cairn_debug_calls, sizeof before);
    probed_domain = domain;
    probe_arrived = false;
    memset(cairn_debug_calls, UINT8_MAX, sizeof before);
    void *block = (table->malloc)(table->ctx, 1);
    probed_domain = NULL;
    memcpy(cairn_debug_calls, before, sizeof before);
    if (block_failed != NULL) {
        *block_failed = block == NULL;
    }
    if (block != NULL) {
        (table->free)(table->ctx, block);
    }
    return probe_arrived;
}

/* At the start and the end of each outlined call. */
CAIRN_INLINE void begin(cairn_debug_state *state, uint8_t call)
{
    if (CAIRN_UNLIKELY(state->word == 0)) {
        debug_wake(state);
    }
    if (CAIRN_UNLIKELY(probed_domain != NULL)) {
        probe_arrived = probe_arrived || strcmp(probed_domain, state->node.domain) == 0;
        return;
    }
    uint8_t outer = cairn_debug_calls[state->slot];
    if (CAIRN_UNLIKELY(outer != 0) && !state->may_nest) {
        debug_report_nested(state, outer, call);
    }
    if (CAIRN_UNLIKELY(state->check_every != 0)) {
        cairn_lock_acquire(&state->serialised);
        debug_count_call(state);
    }
    cairn_debug_enter(state, call);
}

CAIRN_INLINE void end(cairn_debug_state *state)
{
    if (CAIRN_UNLIKELY(probed_domain != NULL)) {
        return;
    }
    cairn_debug_leave(state);
    if (CAIRN_UNLIKELY(state->check_every != 0)) {
        cairn_lock_release(&state->serialised);
    }
}

void debug_dress(const cairn_debug_state *state, const debug_block *block, size_t serial)
{
    uint64_t size_word = debug_size_word(block->size, block->alignment_log2);
    char *tail = block->user + block->size;
    cairn_debug_store_number(block->base, size_word);
    cairn_debug_store(block->base + CAIRN_DEBUG_WORD, state->word);
    cairn_debug_store_number(block->user - CAIRN_DEBUG_HEADER, size_word);
    cairn_debug_store(block->user - CAIRN_DEBUG_WORD, state->word);
    cairn_debug_store(tail, CAIRN_DEBUG_ALL(CAIRN_DEBUG_FORBIDDEN));
    if (debug_extra_behind(state) > CAIRN_DEBUG_TAIL) {
        cairn_debug_store_number(tail + CAIRN_DEBUG_TAIL, serial);
    }
}

static char *ask_once(const cairn_debug_state *state, size_t total, unsigned alignment_log2,
                      bool is_zero)
{
    cairn_layer below = state->node.below;
    if (alignment_log2 != 0) {
        return cairn_layer_aligned_alloc(below, (size_t)1 << alignment_log2, total);
    }
    return is_zero ? cairn_layer_calloc(below, 1, total) : cairn_layer_malloc(below, total);
}

/* What is kept back is given up before a request fails for want of it. */
static char *ask_below(cairn_debug_state *state, size_t total, unsigned alignment_log2,
                       bool is_zero)
{
    char *base = ask_once(state, total, alignment_log2, is_zero);
    if (CAIRN_UNLIKELY(base == NULL) && debug_quarantine_drain(state)) {
        base = ask_once(state, total, alignment_log2, is_zero);
    }
    return base;
}

/* Clause C1.2: what cannot fit is not asked for. */
char *debug_make(cairn_debug_state *state, size_t size, unsigned alignment_log2, bool is_zero)
{
    debug_block block = {.size = size, .alignment_log2 = alignment_log2};
    block.offset = alignment_log2 == 0 ? CAIRN_DEBUG_HEADER : (size_t)1 << alignment_log2;
    size_t extra = block.offset + debug_extra_behind(state);
    if (size > PTRDIFF_MAX - extra) {
        return NULL;
    }
    block.base = ask_below(state, size + extra, alignment_log2, is_zero);
    if (block.base == NULL) {
        return NULL;
    }
    block.user = block.base + block.offset;
    if (state->index != NULL && !debug_index_add(state->index, block.user)) {
        cairn_layer_free(state->node.below, block.base);
        return NULL;
    }
    if (!is_zero) {
        memset(block.user, CAIRN_DEBUG_CLEAN, size);
    }
    debug_dress(state, &block, debug_next_serial(state));
    if (!state->is_open) {
        debug_note_early(state);
    }
    return block.user;
}

/* Two threads may free one block at once: to one of them the index does not have it any more. */
void debug_release(cairn_debug_state *state, const debug_block *block)
{
    if (state->index != NULL && !debug_index_remove(state->index, block->user) &&
        debug_has_exact_index(state)) {
        debug_report(state, block->user, DEBUG_FREE, DEBUG_NOT_READABLE);
    }
    if (block->offset != CAIRN_DEBUG_HEADER) {
        memset(block->base, CAIRN_DEBUG_DEAD, cairn_min(block->offset, CAIRN_DEBUG_ERASED_OFFSET));
    }
    cairn_debug_fill(block->user - CAIRN_DEBUG_HEADER, CAIRN_DEBUG_DEAD,
                     block->size + debug_extra(state));
    if (state->quarantine == NULL ||
        !debug_quarantine_put(state, block->base, block->user, debug_total(state, block))) {
        debug_note_freed(state, block);
        cairn_layer_free(state->node.below, block->base);
    }
}

void *cairn_debug_malloc_slow(cairn_debug_state *state, size_t size)
{
    begin(state, CAIRN_DEBUG_IN_MALLOC);
    debug_check_lock(state, "_PyMem_DebugMalloc");
    char *user = debug_make(state, size, 0, false);
    end(state);
    return user;
}

/* The layer below had no memory: another try if there was something in quarantine. */
void *cairn_debug_malloc_again(cairn_debug_state *state, size_t size)
{
    return debug_quarantine_drain(state) ? cairn_debug_malloc_slow(state, size) : NULL;
}

void *cairn_debug_calloc_slow(cairn_debug_state *state, size_t count, size_t size)
{
    begin(state, CAIRN_DEBUG_IN_MALLOC);
    debug_check_lock(state, "_PyMem_DebugCalloc");
    size_t bytes;
    char *user = cairn_multiply(count, size, &bytes) ? debug_make(state, bytes, 0, true) : NULL;
    end(state);
    return user;
}

void cairn_debug_free_slow(cairn_debug_state *state, void *ptr)
{
    begin(state, CAIRN_DEBUG_IN_FREE);
    debug_check_lock(state, "_PyMem_DebugFree");
    if (ptr != NULL) {
        debug_block block = debug_verify(state, ptr, DEBUG_FREE);
        debug_release(state, &block);
    }
    end(state);
}

/* In realloc.c. */
void *debug_resize(cairn_debug_state *state, const debug_block *block, size_t size);

void *cairn_debug_realloc_slow(cairn_debug_state *state, void *ptr, size_t size)
{
    char *user;
    begin(state, CAIRN_DEBUG_IN_REALLOC);
    debug_check_lock(state, "_PyMem_DebugRealloc");
    if (ptr == NULL) {
        user = debug_make(state, size, 0, false);
    } else {
        debug_block block = debug_verify(state, ptr, DEBUG_REALLOC);
        user = debug_resize(state, &block, size);
    }
    end(state);
    return user;
}

void *cairn_debug_aligned_alloc_slow(cairn_debug_state *state, size_t alignment, size_t size)
{
    if (!cairn_is_power_of_two(alignment)) {
        return NULL;
    }
    begin(state, CAIRN_DEBUG_IN_MALLOC);
    debug_check_lock(state, "_PyMem_DebugMalloc");
    unsigned alignment_log2 = alignment <= CAIRN_DEBUG_HEADER ? 0 : cairn_log2_floor(alignment);
    char *user =
        alignment <= PTRDIFF_MAX / 2 ? debug_make(state, size, alignment_log2, false) : NULL;
    end(state);
    return user;
}

size_t cairn_debug_usable_size_slow(cairn_debug_state *state, const void *ptr)
{
    if (ptr == NULL) {
        return 0;
    }
    if (state->word == 0) {
        debug_wake(state);
    }
    return debug_verify(state, (void *)(uintptr_t)ptr, DEBUG_USABLE_SIZE).size;
}

/* Where a header with our word lies at the start of the block below, it tells where the user's part is;
 * a freed one is taken for plain. */
void *cairn_debug_block_start_slow(cairn_debug_state *state, const void *address)
{
    debug_block block;
    char *base = cairn_layer_block_start(state->node.below, address);
    if (base == NULL) {
        return NULL;
    }
    block.user = base + CAIRN_DEBUG_HEADER;
    debug_split_size_word(cairn_debug_load_number(base), &block);
    bool is_dressed = cairn_debug_load(base + CAIRN_DEBUG_WORD) == state->word;
    char *user = base + (is_dressed ? block.offset : CAIRN_DEBUG_HEADER);
    return !debug_has_exact_index(state) || debug_index_has(state->index, user) ? user : NULL;
}

bool cairn_debug_owns_slow(cairn_debug_state *state, const void *ptr)
{
    if (!debug_has_exact_index(state)) {
        return cairn_layer_owns(state->node.below, ptr);
    }
    return cairn_debug_block_start_slow(state, ptr) != NULL;
}

bool cairn_debug_owns_block_slow(cairn_debug_state *state, const void *ptr)
{
    debug_write freed;
    const cairn_debug_state *owner;
    if (debug_has_exact_index(state)) {
        /* What is none of our blocks, but lies in one or was one, must not go to an older generation: it
         * would free what is live or in quarantine. */
        return debug_index_has(state->index, ptr) ||
               (debug_find_in_quarantine(ptr, &freed, &owner) && owner == state) ||
               cairn_debug_owns_slow(state, ptr);
    }
    return cairn_layer_owns_block(state->node.below, ptr) ||
           cairn_layer_owns(state->node.below, ptr);
}

size_t cairn_debug_trim_slow(cairn_debug_state *state)
{
    debug_quarantine_drain(state);
    return cairn_layer_trim(state->node.below);
}

static void subtract_quarantine(const cairn_debug_state *state, cairn_report *report)
{
    size_t blocks;
    size_t bytes;
    if (state->quarantine != NULL && cairn_report_enter(report, state) &&
        report->totals.counts_blocks) {
        debug_quarantine_totals(state, &blocks, &bytes);
        report->totals.live_blocks -= cairn_min(blocks, report->totals.live_blocks);
        report->totals.live_bytes -= cairn_min(bytes, report->totals.live_bytes);
    }
}

/* What is in quarantine is live to the layer below only, which other domains may share. */
void cairn_debug_stats_slow(cairn_debug_state *state, cairn_report *report)
{
    cairn_layer_stats(state->node.below, report);
    subtract_quarantine(state, report);
    for (cairn_debug_state *each = debug_first_state(); each != NULL; each = each->next_state) {
        if (each->node.below.allocator.ctx == state->node.below.allocator.ctx) {
            subtract_quarantine(each, report);
        }
    }
}

cairn_debug_state *cairn_debug_of(cairn_layer layer)
{
    return cairn_hook_find(layer, &cairn_debug_hook);
}

bool cairn_debug_is_freed(const void *ptr)
{
    uint64_t value = (uintptr_t)ptr;
    return value == 0 || value == CAIRN_DEBUG_ALL(CAIRN_DEBUG_CLEAN) ||
           value == CAIRN_DEBUG_ALL(CAIRN_DEBUG_DEAD) ||
           value == CAIRN_DEBUG_ALL(CAIRN_DEBUG_FORBIDDEN);
}
