/* SPDX-License-Identifier: Apache-2.0
 *
 * The operations that only look: what a layer says of itself and of its blocks, held against the model.
 */
#include <string.h>

#include "cairn/base/print.h"
#include "cairn/fuzz/machine.h"

/* Where a call waits for a lock, another thread may go on that frees the block. */
static bool is_live(const cairn_fuzz_machine *machine, const cairn_fuzz_block *block)
{
    return cairn_fuzz_shadow_has(machine->shadow, block->ptr, block->usable);
}

static void query(const cairn_fuzz_machine *machine, const cairn_fuzz_op *op)
{
    const cairn_fuzz_shadow *shadow = machine->shadow;
    if (shadow->count == 0) {
        return;
    }
    const cairn_fuzz_block block = shadow->blocks[op->block % shadow->count];
    const cairn_fuzz_place *place = &machine->places[block.place];
    cairn_layer layer = cairn_fuzz_layer_of(place);
    CAIRN_FUZZ_EXPECT(layer.more->usable_size == NULL ||
                          cairn_layer_usable_size(layer, block.ptr) == block.usable,
                      "block %p has another usable size than before", (void *)block.ptr);
    if (!place->owns_all) {
        return;
    }
    char *inside = block.ptr + (block.usable > 0 ? (op->block * 31) % block.usable : 0);
    bool is_owned = cairn_layer_owns(layer, block.ptr) && cairn_layer_owns_block(layer, block.ptr);
    CAIRN_FUZZ_EXPECT(is_owned || !is_live(machine, &block), "block %p is not owned",
                      (void *)block.ptr);
    void *start = cairn_layer_block_start(layer, inside);
    CAIRN_FUZZ_EXPECT(start == block.ptr || !is_live(machine, &block),
                      "%p is in block %p, and the layer says that it is in %p", (void *)inside,
                      (void *)block.ptr, start);
    CAIRN_FUZZ_EXPECT(!cairn_layer_owns(layer, shadow), "what is the fuzzer's is owned");
}

static void ignore(void *ctx, const char *text, size_t count)
{
    (void)ctx;
    (void)text;
    (void)count;
}

/* Of the places in the set. */
static void count_live(const cairn_fuzz_machine *machine, unsigned places, size_t *blocks,
                       size_t *bytes)
{
    *blocks = 0;
    *bytes = 0;
    for (size_t i = 0; i < machine->shadow->count; i++) {
        const cairn_fuzz_block *block = &machine->shadow->blocks[i];
        if ((places & CAIRN_FUZZ_BIT(block->place)) != 0) {
            *blocks += 1;
            *bytes += block->usable;
        }
    }
}

static void statistics(cairn_fuzz_machine *machine, const cairn_fuzz_op *op)
{
    cairn_report report;
    const cairn_fuzz_place *place = &machine->places[op->place];
    cairn_print out;
    size_t begun = machine->begun;
    bool was_quiet = machine->inside <= 1;
    size_t blocks;
    size_t bytes;
    cairn_print_to(&out, ignore, NULL);
    memset(&report, 0, sizeof report);
    report.format = machine->shadow->count % 2 == 0 ? CAIRN_REPORT_TEXT : CAIRN_REPORT_JSON;
    report.out = &out;
    cairn_layer_stats(cairn_fuzz_layer_of(place), &report);
    cairn_print_flush(&out);
    if (!machine->is_exact || !was_quiet || machine->begun != begun) {
        return;
    }
    count_live(machine, place->counts, &blocks, &bytes);
    if (place->counts != 0) {
        CAIRN_FUZZ_EXPECT(report.totals.live_blocks == blocks && report.totals.live_bytes == bytes,
                          "%zu blocks of %zu bytes are live, the statistics have %zu of %zu",
                          blocks, bytes, report.totals.live_blocks, report.totals.live_bytes);
    }
    if (machine->verify != NULL) {
        machine->verify(machine);
    }
}

typedef struct tour {
    const cairn_fuzz_shadow *shadow;
    size_t blocks;
} tour;

static bool visit(void *arg, void *block, size_t usable)
{
    tour *its = arg;
    its->blocks++;
    CAIRN_FUZZ_EXPECT(cairn_fuzz_shadow_has(its->shadow, block, usable),
                      "the walk came to %p of %zu bytes, which is no live block", block, usable);
    return true;
}

static void walk(const cairn_fuzz_machine *machine, const cairn_fuzz_op *op)
{
    const cairn_fuzz_place *place = &machine->places[op->place];
    tour its = {machine->shadow, 0};
    size_t blocks;
    size_t bytes;
    if (place->walks == 0 || !machine->is_exact) {
        return;
    }
    count_live(machine, place->walks, &blocks, &bytes);
    size_t refused = cairn_fuzz_machine_refused(machine);
    bool is_whole = cairn_layer_walk(cairn_fuzz_layer_of(place), visit, &its);
    CAIRN_FUZZ_EXPECT(is_whole || refused != cairn_fuzz_machine_refused(machine),
                      "the walk ended early");
    CAIRN_FUZZ_EXPECT(!is_whole || its.blocks == blocks, "the walk came to %zu of %zu blocks",
                      its.blocks, blocks);
}

void cairn_fuzz_look(cairn_fuzz_machine *machine, const cairn_fuzz_op *op)
{
    switch (op->kind) {
    case CAIRN_FUZZ_VERIFY:
        cairn_fuzz_shadow_verify(machine->shadow);
        break;
    case CAIRN_FUZZ_QUERY:
        query(machine, op);
        break;
    case CAIRN_FUZZ_CHECK:
        CAIRN_FUZZ_EXPECT(cairn_layer_check(cairn_fuzz_layer_of(&machine->places[op->place])),
                          "the layer found its structures damaged");
        break;
    case CAIRN_FUZZ_STATISTICS:
        statistics(machine, op);
        break;
    case CAIRN_FUZZ_WALK:
        walk(machine, op);
        break;
    default:
        if (machine->change != NULL) {
            machine->change(machine, op);
        }
    }
}
