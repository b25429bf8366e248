/* SPDX-License-Identifier: Apache-2.0
 *
 * Making instances and taking them down; what their own statistics must say.
 */
#include "cairn/fuzz/instances.h"

#include <string.h>

#include "cairn/allocators/pymalloc/single.h"
#include "cairn/allocators/pymalloc/statistics.h"
#include "cairn/allocators/system/system.h"
#include "cairn/fuzz/crew.h"

/* The bits of the byte behind the provider's. */
enum {
    THREADS = 3,
    MAY_FORK = 1 << 2,
    LEAVES_LIVE = 1 << 3,
    FAILS_EARLY = 1 << 4,
    FAILS_AT_SHIFT = 5,
};

/* Requests that the machine makes of a layer that has memory. */
enum { SURE_BYTES = 4 << 20 };

/* --- What must be true --------------------------------------------------------------------------------- */

static void verify_pools(const cairn_fuzz_instances *it)
{
    cairn_pymalloc_statistics s;
    cairn_pymalloc_get_statistics(it->pools, &s);
    size_t sum = s.live_bytes + s.available_bytes + s.unused_pools * s.pool_unit_bytes +
                 s.header_bytes + s.quantization_bytes + s.alignment_bytes;
    CAIRN_FUZZ_EXPECT(sum == s.arena_bytes, "pools account for %zu bytes of %zu (B10.4)", sum,
                      s.arena_bytes);
    size_t blocks = 0;
    for (size_t i = 0; i < it->machine.shadow->count; i++) {
        blocks += it->machine.shadow->blocks[i].place == 0 || it->large != NULL ? 1 : 0;
    }
    size_t counted = cairn_pymalloc_allocated_blocks(it->pools);
    CAIRN_FUZZ_EXPECT(counted == blocks, "%zu blocks are live, pools have %zu (B9.1)", blocks,
                      counted);
    CAIRN_FUZZ_EXPECT(it->arenas_are_of_large || s.arena_bytes <= it->provider.live_bytes,
                      "pools have %zu bytes of arenas, and the provider gave %zu", s.arena_bytes,
                      it->provider.live_bytes);
}

static void verify_large(const cairn_fuzz_instances *it)
{
    const cairn_regions *regions = &it->large->regions;
    size_t sum = regions->live_bytes + regions->map_bytes + it->large->self_bytes;
    bool is_alone = it->pools == NULL || it->arenas_are_of_large;
    CAIRN_FUZZ_EXPECT(!is_alone || sum == it->provider.live_bytes,
                      "large has %zu bytes, and the provider gave %zu", sum,
                      it->provider.live_bytes);
}

static void verify(cairn_fuzz_machine *machine)
{
    const cairn_fuzz_instances *it = machine->ctx;
    if (it->pools != NULL) {
        verify_pools(it);
    }
    if (it->large != NULL) {
        verify_large(it);
    }
}

/* --- Making -------------------------------------------------------------------------------------------- */

cairn_fuzz_instances *cairn_fuzz_instances_begin(const uint8_t *data, size_t size)
{
    static cairn_fuzz_instances instances;
    cairn_fuzz_instances *it = &instances;
    cairn_fuzz_stream in = cairn_fuzz_stream_of(data, size, CAIRN_FUZZ_OPS_MAX);
    unsigned provider = cairn_fuzz_byte(&in);
    unsigned flags = cairn_fuzz_byte(&in);
    cairn_fuzz_machine_begin(&it->machine, in);
    cairn_fuzz_provider_begin(&it->provider, provider & 7, provider >> 3);
    it->large = NULL;
    it->pools = NULL;
    it->arenas_are_of_large = false;
    it->machine.ctx = it;
    it->machine.verify = verify;
    it->machine.providers[it->machine.provider_count++] = &it->provider;
    it->machine.threads = flags & THREADS;
    it->machine.may_fork = (flags & MAY_FORK) != 0;
    it->leaves_live = (flags & LEAVES_LIVE) != 0;
    if ((flags & FAILS_EARLY) != 0) {
        cairn_fuzz_provider_fail(&it->provider, 1 + (flags >> FAILS_AT_SHIFT), 0);
    }
    return it;
}

/* In front of those that there are, whose numbers and bits grow by one. */
static cairn_fuzz_place *push_place(cairn_fuzz_machine *machine, cairn_layer layer)
{
    memmove(&machine->places[1], &machine->places[0],
            machine->place_count * sizeof machine->places[0]);
    machine->place_count++;
    for (unsigned i = 1; i < machine->place_count; i++) {
        machine->places[i].counts <<= 1;
        machine->places[i].walks <<= 1;
    }
    cairn_fuzz_place *place = &machine->places[0];
    memset(place, 0, sizeof *place);
    place->layer = layer;
    place->counts = CAIRN_FUZZ_BIT(0);
    place->walks = CAIRN_FUZZ_BIT(0);
    place->owns_all = true;
    return place;
}

static bool put_large(cairn_fuzz_instances *it)
{
    cairn_large_options options = {0};
    unsigned chosen = cairn_fuzz_byte(&it->machine.in);
    options.region_bytes = (size_t)(chosen % 64) * 65536;
    it->large = cairn_large_create(cairn_fuzz_provider_source(&it->provider), &options);
    if (it->large == NULL) {
        return false;
    }
    push_place(&it->machine, cairn_large_layer(it->large))->sure_bytes = SURE_BYTES;
    return true;
}

bool cairn_fuzz_instances_put_bottom(cairn_fuzz_instances *it, cairn_fuzz_bottom bottom)
{
    if (bottom == CAIRN_FUZZ_LARGE) {
        return put_large(it);
    }
    cairn_fuzz_place *place =
        push_place(&it->machine, bottom == CAIRN_FUZZ_SYSTEM ? cairn_system : cairn_no_memory);
    place->owns_all = false;
    place->counts = 0;
    place->walks = 0;
    place->sure_bytes = bottom == CAIRN_FUZZ_SYSTEM ? SURE_BYTES : 0;
    it->leaves_live = it->leaves_live && bottom != CAIRN_FUZZ_SYSTEM;
    return true;
}

/* Small arenas, so that there are many. */
static cairn_pymalloc_options read_options(cairn_fuzz_stream *in)
{
    cairn_pymalloc_options options = {0, 0, 0, 0};
    unsigned pools = cairn_fuzz_byte(in);
    unsigned rest = cairn_fuzz_byte(in);
    options.pool_bytes = (size_t)16384 << (pools % 3);
    options.arena_bytes = options.pool_bytes * (2 + (pools / 3) % 24);
    options.magazine_blocks = (rest & 15) * (rest & 15) / 2;
    options.depot_bytes = (rest & 64) != 0 ? (size_t)(rest >> 4) * 8192 : 0;
    return options;
}

static cairn_arena_source arenas_of(const cairn_fuzz_instances *it)
{
    cairn_arena_source of_large = CAIRN_LARGE_ARENA_SOURCE_INITIALISER(it->large);
    return it->arenas_are_of_large
               ? of_large
               : cairn_fuzz_provider_source((cairn_fuzz_provider *)&it->provider);
}

/* What stands below, if it is large, is counted and walked with the pools, and not by itself, for they have
 * memory of it for themselves. */
static void place_pools(cairn_fuzz_instances *it, bool has_memory)
{
    cairn_fuzz_place *top = push_place(&it->machine, cairn_pymalloc_layer(it->pools));
    bool is_system = it->large == NULL && has_memory;
    top->sure_bytes = has_memory ? SURE_BYTES : 0;
    top->owns_all = !is_system;
    top->counts = is_system ? 0 : CAIRN_FUZZ_BIT(0) | CAIRN_FUZZ_BIT(1);
    top->walks = top->counts;
    it->machine.places[1].counts = 0;
    it->machine.places[1].walks = 0;
}

bool cairn_fuzz_instances_put_pools(cairn_fuzz_instances *it, bool is_single)
{
    cairn_layer fallback = it->machine.places[0].layer;
    cairn_pymalloc_options options = read_options(&it->machine.in);
    bool has_memory = fallback.allocator.malloc != cairn_no_memory.allocator.malloc;
    it->arenas_are_of_large = it->large != NULL && cairn_fuzz_byte(&it->machine.in) % 2 != 0;
    it->pools_are_single = is_single;
    it->pools = (is_single ? cairn_pymalloc_single_create
                           : cairn_pymalloc_create)(arenas_of(it), fallback, &options);
    if (it->pools != NULL) {
        place_pools(it, has_memory);
    }
    return it->pools != NULL;
}

/* --- Taking down --------------------------------------------------------------------------------------- */

void cairn_fuzz_instances_end(cairn_fuzz_instances *it)
{
    cairn_fuzz_provider_fail(&it->provider, SIZE_MAX / 2, 0);
    if (!it->leaves_live) {
        cairn_fuzz_machine_free_all(&it->machine);
    } else {
        cairn_fuzz_shadow_verify(it->machine.shadow);
    }
    if (it->pools != NULL) {
        (it->pools_are_single ? cairn_pymalloc_single_destroy : cairn_pymalloc_destroy)(it->pools);
    }
    if (it->large != NULL) {
        cairn_large_destroy(it->large);
    }
    cairn_fuzz_machine_end(&it->machine);
}

int cairn_fuzz_pools(const uint8_t *data, size_t size, bool is_single)
{
    cairn_fuzz_instances *it = cairn_fuzz_instances_begin(data, size);
    cairn_fuzz_bottom bottom = (cairn_fuzz_bottom)(cairn_fuzz_byte(&it->machine.in) % 3);
    if (cairn_fuzz_instances_put_bottom(it, bottom) &&
        cairn_fuzz_instances_put_pools(it, is_single)) {
        cairn_fuzz_machine_run(&it->machine);
    }
    cairn_fuzz_instances_end(it);
    return 0;
}
