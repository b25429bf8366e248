/* SPDX-License-Identifier: Apache-2.0
 *
 * The stacks, and operations that programs may do.
 */
#include "cairn/fuzz/debug_world.h"

#include "cairn/base/math.h"
#include "cairn/fuzz/catch.h"

enum { CLEAN = 0xCD, PERIOD = 0x7e, SIZE_LIMIT = 1200000 };

const char *const fuzz_domain_names[FUZZ_DOMAINS] = {"raw", "mem", "obj"};

/* All of them have room for 27 states, so that each notices calls inside of calls. */
static fuzz_variant variants[FUZZ_VARIANTS] = {
    {.options = "", .quarantine = 256 << 10},
    {.options = "quarantine=0"},
    {.options = "quarantine=4K", .quarantine = 4 << 10},
    {.options = "serial=1", .quarantine = 256 << 10},
    {.options = "index=1", .is_found_by_check = true, .quarantine = 256 << 10},
    {.options = "check=7", .is_found_by_check = true, .quarantine = 256 << 10},
    {.options = "serial=1:index=1:quarantine=2K", .is_found_by_check = true, .quarantine = 2 << 10},
    {.options = "compat=1", .is_compat = true},
    {.options = "compat=1:serial=1", .is_compat = true},
};

void fuzz_world_expect(const fuzz_world *world, bool holds, const char *what)
{
    fuzz_expect(holds, what, world->variant->options, "");
}

static void open_variant(fuzz_variant *variant)
{
    const char *error = "";
    variant->relay.target = cairn_no_memory; /* reports ask all of them */
    for (unsigned i = 0; i < FUZZ_DOMAINS && variant->layers[i].more == NULL; i++) {
        bool is_put =
            cairn_debug_hook.put_over(fuzz_relay_layer(&variant->relay), fuzz_domain_names[i],
                                      variant->options, &variant->layers[i], &error);
        fuzz_expect(is_put, "the hook takes its options", variant->options, error);
    }
}

void fuzz_world_open(fuzz_world *world)
{
    for (unsigned i = 0; i < FUZZ_VARIANTS; i++) {
        open_variant(&variants[i]);
    }
    world->variant = &variants[fuzz_below(&world->input, FUZZ_VARIANTS)];
    memset(world->blocks, 0, sizeof world->blocks);
    fuzz_relay_open(&world->variant->relay);
}

size_t fuzz_world_live(const fuzz_world *world)
{
    size_t live = 0;
    for (unsigned i = 0; i < FUZZ_BLOCKS; i++) {
        live += world->blocks[i].start != NULL ? 1 : 0;
    }
    return live;
}

cairn_layer fuzz_world_layer(const fuzz_world *world, const fuzz_block *block)
{
    return world->variant->layers[block->domain];
}

static void free_block(fuzz_world *world, fuzz_block *block)
{
    fuzz_block_compare(block, block->size);
    cairn_layer_free(fuzz_world_layer(world, block), block->start);
    block->start = NULL;
}

void fuzz_world_close(fuzz_world *world, size_t lost)
{
    world->variant->relay.failures_to_come = 0;
    for (unsigned i = 0; i < FUZZ_BLOCKS; i++) {
        free_block(world, &world->blocks[i]);
    }
    for (unsigned i = 0; i < FUZZ_DOMAINS; i++) {
        cairn_layer_trim(world->variant->layers[i]);
    }
    fuzz_relay_close(&world->variant->relay, lost);
}

size_t fuzz_pick_size(fuzz_input *input)
{
    uint8_t kind = fuzz_byte(input);
    if (kind < 160) {
        return fuzz_below(input, kind < 80 ? 64 : 256);
    }
    if (kind < 224) {
        return fuzz_number(input, 2) % 2000;
    }
    return kind < 250 ? fuzz_number(input, 2) * 2 : fuzz_number(input, 3) % SIZE_LIMIT;
}

/* Never what the hook writes, nor 0. In pieces, since an engine watches each comparison. */
static const char *piece(uint8_t seed)
{
    static char bytes[2 * PERIOD];
    for (size_t at = 0; bytes[0] == 0 && at < sizeof bytes; at++) {
        bytes[sizeof bytes - 1 - at] = (char)(1 + (sizeof bytes - 1 - at) % PERIOD);
    }
    return bytes + seed % PERIOD;
}

void fuzz_block_fill(fuzz_block *block)
{
    for (size_t at = 0; at < block->size; at += PERIOD) {
        memcpy(block->start + at, piece(block->seed), cairn_min(PERIOD, block->size - at));
    }
}

void fuzz_block_compare(const fuzz_block *block, size_t size)
{
    for (size_t at = 0; block->start != NULL && at < size; at += PERIOD) {
        fuzz_expect(memcmp(block->start + at, piece(block->seed), cairn_min(PERIOD, size - at)) ==
                        0,
                    "contents are kept", "", "");
    }
}

static bool has_only(const char *from, size_t count, uint8_t value)
{
    return count == 0 || ((uint8_t)from[0] == value && memcmp(from, from + 1, count - 1) == 0);
}

/* The block is new, or was resized to more than kept bytes. */
static void take(fuzz_world *world, fuzz_block *block, char *start, uint8_t value, size_t kept)
{
    cairn_layer layer = world->variant->layers[block->domain];
    block->start = start;
    if (kept < block->size) {
        fuzz_world_expect(world, has_only(start + kept, block->size - kept, value),
                          "new bytes have their value");
    }
    fuzz_world_expect(world, cairn_layer_usable_size(layer, start) == block->size,
                      "all that was asked for is usable, and no more");
    size_t alignment = block->is_resized ? 0 : block->alignment;
    fuzz_world_expect(world, (uintptr_t)start % cairn_max(alignment, CAIRN_ALIGNMENT) == 0,
                      "a block is aligned");
    fuzz_block_fill(block);
}

static void allocate(fuzz_world *world, fuzz_block *block)
{
    fuzz_input *input = &world->input;
    uint8_t how = fuzz_byte(input);
    bool may_fail = world->variant->relay.failures_to_come > 0;
    *block = (fuzz_block){.domain = how % FUZZ_DOMAINS, .size = fuzz_pick_size(input)};
    block->seed = fuzz_byte(input);
    cairn_layer layer = world->variant->layers[block->domain];
    char *start = NULL;
    if (how < 140) {
        start = cairn_layer_malloc(layer, block->size);
    } else if (how < 180) {
        start = cairn_layer_realloc(layer, NULL, block->size);
    } else if (how < 220) {
        start = cairn_layer_calloc(layer, block->size, 1);
    } else {
        block->alignment = (size_t)1 << fuzz_below(input, 16);
        start = cairn_layer_aligned_alloc(layer, block->alignment, block->size);
    }
    fuzz_world_expect(world, start != NULL || may_fail, "there is memory");
    if (start != NULL) {
        take(world, block, start, how >= 180 && how < 220 ? 0 : CLEAN, 0);
    }
}

static void resize(fuzz_world *world, fuzz_block *block)
{
    size_t size = fuzz_pick_size(&world->input);
    size_t kept = cairn_min(size, block->size);
    bool may_fail = world->variant->relay.failures_to_come > 0;
    char *start = cairn_layer_realloc(fuzz_world_layer(world, block), block->start, size);
    fuzz_world_expect(world, start != NULL || may_fail, "there is memory");
    if (start != NULL) {
        fuzz_block moved = *block;
        moved.start = start;
        fuzz_block_compare(&moved, kept);
        block->size = size;
        block->is_resized = true;
        block->seed = fuzz_byte(&world->input);
        take(world, block, start, CLEAN, kept);
    }
}

static void ask(fuzz_world *world, const fuzz_block *block)
{
    cairn_layer layer = fuzz_world_layer(world, block);
    size_t within = block->size > 0 ? fuzz_number(&world->input, 2) % block->size : 0;
    fuzz_world_expect(world, cairn_layer_usable_size(layer, block->start) == block->size,
                      "the size of a block");
    fuzz_world_expect(world, cairn_layer_block_start(layer, block->start + within) == block->start,
                      "the start of a block");
    fuzz_world_expect(world, cairn_layer_owns_block(layer, block->start), "whose block it is");
    fuzz_block_compare(block, block->size);
}

/* Of the bottom's live blocks those in quarantine are none of the program's. */
static void count(const fuzz_world *world)
{
    static cairn_report report;
    memset(&report, 0, sizeof report);
    for (unsigned i = 0; i < FUZZ_DOMAINS; i++) {
        cairn_layer_stats(world->variant->layers[i], &report);
    }
    fuzz_world_expect(world, report.totals.live_blocks == fuzz_world_live(world),
                      "the number of live blocks");
}

static bool count_visit(void *arg, void *block, size_t usable)
{
    const fuzz_world *world = arg;
    size_t found = 0;
    for (unsigned i = 0; i < FUZZ_BLOCKS; i++) {
        found += world->blocks[i].start == block && world->blocks[i].size == usable;
    }
    fuzz_world_expect(world, found == 1, "a walk visits live blocks");
    return true;
}

static void look_at_all(fuzz_world *world)
{
    for (unsigned i = 0; i < FUZZ_DOMAINS; i++) {
        cairn_layer layer = world->variant->layers[i];
        fuzz_world_expect(world, cairn_layer_check(layer), "nothing is damaged");
        fuzz_world_expect(world, cairn_layer_walk(layer, count_visit, world), "a walk ends");
    }
    count(world);
}

void fuzz_world_operate(fuzz_world *world)
{
    uint8_t operation = fuzz_byte(&world->input);
    fuzz_block *block = &world->blocks[fuzz_below(&world->input, FUZZ_BLOCKS)];
    if (operation >= 240) {
        look_at_all(world);
    } else if (operation >= 230) {
        cairn_layer_trim(world->variant->layers[block->domain]);
    } else if (operation >= 220) {
        world->variant->relay.failures_to_come = fuzz_byte(&world->input) % 4;
    } else if (block->start == NULL) {
        allocate(world, block);
    } else if (operation >= 150) {
        resize(world, block);
    } else if (operation >= 110) {
        ask(world, block);
    } else {
        free_block(world, block);
    }
}
