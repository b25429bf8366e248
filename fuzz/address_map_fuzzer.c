/* SPDX-License-Identifier: Apache-2.0
 *
 * The address map against a plain list of what was noted: reserving, with memory that fails, setting and
 * looking up, over the whole address space or a region.
 */
#include "cairn/allocators/address_map.h"

#include <stdlib.h>

#include "cairn/base/math.h"
#include "cairn/fuzz/engine/target.h"
#include "cairn/fuzz/input.h"

enum { OPERATIONS_MAX = 200, RANGES_MAX = 64, LEAVES_MAX = 8 };

typedef struct range {
    uintptr_t start;
    size_t bytes;
    uintptr_t note; /* of those that were set */
} range;

typedef struct world {
    cairn_address_map map;
    size_t live;     /* blocks that the map has */
    bool is_failing; /* there is no memory */
    range reserved[RANGES_MAX];
    size_t reserved_count;
    range set[OPERATIONS_MAX];
    size_t set_count;
    fuzz_input input;
} world;

/* Zero outside of its leaves, as it must be again at the end. */
static uintptr_t root[CAIRN_MAP_ROOT_ENTRIES + 1];

static void expect(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void *memory_calloc(void *ctx, size_t count, size_t size)
{
    world *self = ctx;
    void *block = self->is_failing ? NULL : calloc(count, size);
    self->live += block != NULL ? 1 : 0;
    return block;
}

static void memory_free(void *ctx, void *block)
{
    ((world *)ctx)->live--;
    free(block);
}

/* No other function is called. */
static cairn_layer memory_of(world *self)
{
    cairn_layer layer = {{self, NULL, memory_calloc, NULL, memory_free}, &cairn_nothing_more};
    return layer;
}

/* The last of what was set there, granule by granule. */
static uintptr_t expected_note(const world *self, uintptr_t address)
{
    uintptr_t granule = cairn_align_down(address, CAIRN_GRANULE_BYTES);
    for (size_t i = self->set_count; i-- > 0;) {
        const range *each = &self->set[i];
        if (granule >= cairn_align_down(each->start, CAIRN_GRANULE_BYTES) &&
            granule < each->start + each->bytes) {
            return each->note;
        }
    }
    return 0;
}

static void check_address(const world *self, uintptr_t address)
{
    uintptr_t note = cairn_address_map_note(self->map.root, self->map.origin, self->map.span,
                                            (const void *)address);
    expect(note == expected_note(self, address));
    expect(cairn_note_of(cairn_note_descriptor(note), cairn_note_class(note)) == note);
}

/* Often near the edges of the map, of its leaves, and of what is there already. */
static uintptr_t pick_address(world *self)
{
    uint8_t kind = fuzz_byte(&self->input);
    uintptr_t nearby = fuzz_number(&self->input, 3) - (1 << 23);
    uintptr_t leaf = (uintptr_t)fuzz_byte(&self->input) << CAIRN_MAP_LEAF_SHIFT;
    if (kind % 5 == 0) {
        return fuzz_number(&self->input, 8);
    }
    if (kind % 5 == 1 && self->reserved_count > 0) {
        return self->reserved[kind / 5 % self->reserved_count].start + nearby;
    }
    if (kind % 5 == 2) {
        return self->map.origin + self->map.span + nearby;
    }
    return self->map.origin + leaf % self->map.span + nearby;
}

static size_t pick_bytes(world *self)
{
    size_t bytes = fuzz_number(&self->input, 3) + 1;
    return fuzz_byte(&self->input) % 16 == 0 ? bytes << 8 : bytes;
}

static void reserve(world *self)
{
    range wanted = {pick_address(self), pick_bytes(self), 0};
    uintptr_t offset = wanted.start - self->map.origin;
    bool is_inside = offset < self->map.span && wanted.bytes <= self->map.span - offset;
    size_t before = self->live;
    if (self->reserved_count == RANGES_MAX || self->map.leaf_count >= LEAVES_MAX) {
        return;
    }
    bool is_reserved = cairn_address_map_reserve(&self->map, memory_of(self),
                                                 (const void *)wanted.start, wanted.bytes);
    expect(is_reserved ? is_inside : !is_inside || self->is_failing);
    expect(is_inside || self->live == before);
    if (is_reserved) {
        self->reserved[self->reserved_count++] = wanted;
    }
}

static void prepare(world *self)
{
    bool had_spare = self->map.spare != NULL;
    bool is_whole = self->map.span == CAIRN_MAP_WHOLE_SPAN;
    if (is_whole) {
        bool is_there = cairn_address_map_prepare(&self->map, memory_of(self));
        expect(is_there == (had_spare || !self->is_failing));
        expect(is_there == (self->map.spare != NULL));
    }
}

/* Inside of a range that was reserved. */
static void set(world *self)
{
    if (self->reserved_count == 0) {
        return;
    }
    const range *within = &self->reserved[fuzz_below(&self->input, self->reserved_count)];
    range change = {within->start + fuzz_number(&self->input, 4) % within->bytes, 1, 0};
    size_t most = within->start + within->bytes - change.start;
    change.bytes = cairn_min(1 + fuzz_number(&self->input, 3), most);
    change.note = cairn_note_of((const void *)(fuzz_number(&self->input, 5) << 6),
                                fuzz_byte(&self->input) & 63);
    if (change.bytes == 1) {
        cairn_address_map_set_one(&self->map, (const void *)change.start, change.note);
    } else {
        cairn_address_map_set(&self->map, (const void *)change.start, change.bytes, change.note);
    }
    self->set[self->set_count++] = change;
    check_address(self, change.start);
    check_address(self, change.start + change.bytes - 1);
    check_address(self, change.start - CAIRN_GRANULE_BYTES);
    check_address(self, change.start + change.bytes - 1 + CAIRN_GRANULE_BYTES);
}

static void open_map(world *self)
{
    cairn_arena_region region = {NULL, 0};
    if (fuzz_byte(&self->input) % 2 == 0) {
        region.base = (void *)(fuzz_number(&self->input, 6) & (((uintptr_t)1 << 46) - 1));
        region.bytes = 1 + (fuzz_number(&self->input, 5) & (((size_t)1 << 33) - 1));
    }
    self->map = cairn_address_map_over(region);
    expect(cairn_address_map_root_bytes(&self->map) <= sizeof root);
    expect(region.bytes == 0 ||
           (self->map.origin <= (uintptr_t)region.base &&
            (uintptr_t)region.base + region.bytes <= self->map.origin + self->map.span &&
            self->map.span < region.bytes + 2 * CAIRN_GRANULE_BYTES));
    self->map.root = root;
}

static void close_map(world *self)
{
    for (size_t i = 0; i < self->set_count; i++) {
        check_address(self, self->set[i].start);
        check_address(self, self->set[i].start + self->set[i].bytes - 1);
    }
    expect(self->live == self->map.leaf_count + (self->map.spare != NULL ? 1 : 0));
    cairn_address_map_fini(&self->map, memory_of(self));
    expect(self->live == 0 && self->map.leaf_count == 0);
    for (size_t i = 0; i < self->set_count; i++) {
        expect(root[(self->set[i].start - self->map.origin) >> CAIRN_MAP_LEAF_SHIFT] == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static world self;
    self = (world){.input = {data, size}};
    open_map(&self);
    for (int i = 0; self.input.left > 0 && i < OPERATIONS_MAX; i++) {
        switch (fuzz_byte(&self.input) % 8) {
        case 0:
        case 1:
            reserve(&self);
            break;
        case 2:
            prepare(&self);
            break;
        case 3:
            self.is_failing = !self.is_failing;
            break;
        case 4:
            check_address(&self, pick_address(&self));
            break;
        default:
            set(&self);
        }
    }
    close_map(&self);
    return 0;
}
