/* SPDX-License-Identifier: Apache-2.0
 *
 * All live blocks of a domain: from the index, or by a walk of the layer below, which may have blocks of
 * other domains, and freed ones that are in quarantine.
 */
#include "cairn/base/check.h"
#include "cairn/hooks/debug/index.h"
#include "cairn/hooks/debug/quarantine.h"

/* Called with each block's address and the room of it, 0 if that is not known; false ends the walk. */
typedef bool visit_block(void *arg, char *user, size_t room);

typedef struct walker {
    cairn_debug_state *state;
    visit_block *visit;
    void *arg;
} walker;

/* Where in a block below the user's part begins. The alignment may be what was overwritten: it counts where one
 * word of the header's copy, of which the other may be damaged, is there. */
static size_t offset_in(const char *base, uint64_t word, size_t usable)
{
    debug_block block = {.user = NULL};
    uint64_t size_word = cairn_debug_load_number(base);
    debug_split_size_word(size_word, &block);
    if (block.alignment_log2 <= 4 || block.alignment_log2 > 62 || block.offset >= usable) {
        return CAIRN_DEBUG_HEADER;
    }
    const char *copy = base + block.offset - CAIRN_DEBUG_HEADER;
    bool has_copy = cairn_debug_load_number(copy) == size_word ||
                    cairn_debug_load(copy + CAIRN_DEBUG_WORD) == word;
    return has_copy ? block.offset : CAIRN_DEBUG_HEADER;
}

/* A block of the layer below, which must not be called here. A header with our word is ours, and so is one
 * that is damaged: most of its pads are there. */
static bool pass_on(void *arg, void *base, size_t usable)
{
    const walker *self = arg;
    unsigned intact = 0;
    if (usable < CAIRN_DEBUG_EXTRA) {
        return true;
    }
    uint64_t word = cairn_debug_load((char *)base + CAIRN_DEBUG_WORD);
    for (unsigned shift = 0; shift < 64; shift += 8) {
        intact += (uint8_t)(word >> shift) == CAIRN_DEBUG_FORBIDDEN;
    }
    bool is_foreign_id = intact == CAIRN_DEBUG_WORD - 1 && word != self->state->word &&
                         debug_is_word_of_a_domain(word);
    if (intact < CAIRN_DEBUG_WORD / 2 || is_foreign_id) {
        return true;
    }
    size_t offset = word == self->state->word ? offset_in(base, word, usable) : CAIRN_DEBUG_HEADER;
    return self->visit(self->arg, (char *)base + offset, usable - offset);
}

static bool pass_on_address(void *arg, char *user)
{
    const walker *self = arg;
    debug_block block = {.user = user};
    debug_split_size_word(cairn_debug_load_number(user - CAIRN_DEBUG_HEADER), &block);
    bool is_sound = cairn_debug_load(user - CAIRN_DEBUG_WORD) == self->state->word;
    size_t room = is_sound && block.alignment_log2 == 0
                      ? cairn_layer_room(self->state->node.below, block.base)
                      : 0;
    return self->visit(self->arg, user, room > block.offset ? room - block.offset : 0);
}

static bool walk(cairn_debug_state *state, visit_block *visit, void *arg)
{
    walker self = {state, visit, arg};
    return state->index != NULL ? debug_index_walk(state->index, pass_on_address, &self)
                                : cairn_layer_walk(state->node.below, pass_on, &self);
}

typedef struct outer_walk {
    cairn_block_visit *visit;
    void *arg;
    bool is_ended;
} outer_walk;

static bool pass_out(void *arg, char *user, size_t room)
{
    outer_walk *self = arg;
    debug_block block = {.user = user};
    debug_split_size_word(cairn_debug_load_number(user - CAIRN_DEBUG_HEADER), &block);
    bool is_believed = room == 0 || block.size <= room;
    self->is_ended = is_believed && !self->visit(self->arg, user, block.size);
    return !self->is_ended;
}

bool cairn_debug_walk_slow(cairn_debug_state *state, cairn_block_visit *visit, void *arg)
{
    outer_walk self = {visit, arg, false};
    return walk(state, pass_out, &self) && !self.is_ended;
}

typedef struct damage_search {
    const cairn_debug_state *state;
    debug_damage *out;
    bool is_found;
} damage_search;

static bool look(void *arg, char *user, size_t room)
{
    damage_search *self = arg;
    debug_block block;
    debug_fault fault = debug_look_at_live(self->state, user, room, &block);
    if (fault != DEBUG_SOUND) {
        self->out->fault = fault;
        self->out->user = user;
        self->is_found = true;
    }
    return !self->is_found;
}

bool debug_find_damage(cairn_debug_state *state, debug_damage *out)
{
    damage_search search = {state, out, false};
    walk(state, look, &search);
    if (!search.is_found && debug_quarantine_is_touched(state, &out->write)) {
        out->fault = DEBUG_SOUND;
        search.is_found = true;
    }
    return search.is_found;
}

/* Once for each domain: cairn_check_all may be called often. */
static void say_that_it_cannot(cairn_debug_state *state)
{
    if (!state->has_said) {
        state->has_said = true;
        cairn_warn("debug: blocks of domain %s cannot be walked, so that a check looks at none of "
                   "them; use index=1",
                   state->node.domain);
    }
}

bool cairn_debug_check_slow(cairn_debug_state *state)
{
    debug_damage damage;
    if (state->index == NULL && state->node.below.more->walk == NULL) {
        say_that_it_cannot(state);
    }
    if (state->word != 0 && debug_find_damage(state, &damage)) {
        debug_warn_of(state, &damage);
        return false;
    }
    return cairn_layer_check(state->node.below);
}

void debug_count_call(cairn_debug_state *state)
{
    debug_damage damage;
    if (++state->calls < state->check_every) {
        return;
    }
    state->calls = 0;
    if (!debug_find_damage(state, &damage)) {
        return;
    }
    if (damage.fault == DEBUG_SOUND) {
        debug_report_write(state, &damage.write);
    }
    debug_report(state, damage.user, DEBUG_CHECK, damage.fault);
}
