/* SPDX-License-Identifier: Apache-2.0
 *
 * The operations that change something. A block is out of the model while an operation is at it, so that no
 * other one can take it meanwhile.
 */
#include "cairn/fuzz/machine.h"

#include <errno.h>

#include "cairn/hooks/fail/fail.h"

/* An errno that nobody sets. */
enum { UNTOUCHED = 7777 };

enum { SURE_ALIGNMENT = 1 << 16, LEAST_COUNT = 4 };

cairn_layer cairn_fuzz_layer_of(const cairn_fuzz_place *place)
{
    return place->domain != NULL ? *cairn_domain_get(place->domain) : place->layer;
}

size_t cairn_fuzz_machine_refused(const cairn_fuzz_machine *machine)
{
    size_t refused = (size_t)cairn_fail_counted().failures;
    for (unsigned i = 0; i < machine->provider_count; i++) {
        refused += machine->providers[i]->refused;
    }
    return refused;
}

/* --- Allocating ---------------------------------------------------------------------------------------- */

static bool has_room(const cairn_fuzz_machine *machine, size_t size)
{
    return machine->shadow->count < CAIRN_FUZZ_BLOCKS_MAX - 256 &&
           (size >= CAIRN_FUZZ_IMPOSSIBLE ||
            size + machine->shadow->live_bytes < machine->most_bytes);
}

/* What was asked of a layer, and what came of it. */
static void judge(cairn_fuzz_machine *machine, const cairn_fuzz_place *place, const void *ptr,
                  size_t size, size_t refused)
{
    if (ptr != NULL) {
        CAIRN_FUZZ_EXPECT(errno == UNTOUCHED, "errno is %d after a request that succeeded", errno);
        CAIRN_FUZZ_EXPECT(size < CAIRN_FUZZ_IMPOSSIBLE, "a block of %zu bytes was had", size);
        return;
    }
    CAIRN_FUZZ_EXPECT(size >= place->sure_bytes || refused != cairn_fuzz_machine_refused(machine),
                      "a request of %zu bytes failed, and no provider had refused anything", size);
}

static void enter_block(cairn_fuzz_machine *machine, unsigned place, void *ptr, size_t size,
                        size_t alignment)
{
    cairn_layer layer = cairn_fuzz_layer_of(&machine->places[place]);
    cairn_fuzz_block block = {
        .ptr = ptr,
        .size = size,
        .usable = layer.more->usable_size != NULL ? cairn_layer_usable_size(layer, ptr) : size,
        .alignment = alignment > CAIRN_ALIGNMENT ? alignment : CAIRN_ALIGNMENT,
        .place = place,
    };
    cairn_fuzz_shadow_put(machine->shadow, block);
}

static bool allocate(cairn_fuzz_machine *machine, unsigned number, size_t size)
{
    const cairn_fuzz_place *place = &machine->places[number];
    if (!has_room(machine, size)) {
        return false;
    }
    size_t refused = cairn_fuzz_machine_refused(machine);
    errno = UNTOUCHED;
    void *ptr = cairn_layer_malloc(cairn_fuzz_layer_of(place), size);
    judge(machine, place, ptr, size, refused);
    if (ptr != NULL) {
        enter_block(machine, number, ptr, size, 0);
    }
    return ptr != NULL;
}

/* The product is what is asked for, or overflows. */
static void allocate_zeroed(cairn_fuzz_machine *machine, const cairn_fuzz_op *op)
{
    const cairn_fuzz_place *place = &machine->places[op->place];
    size_t count = op->count < 128 ? op->count % 9 : 1;
    size_t size;
    if (__builtin_mul_overflow(count, op->size, &size)) {
        size = SIZE_MAX;
    }
    if (!has_room(machine, size)) {
        return;
    }
    size_t refused = cairn_fuzz_machine_refused(machine);
    errno = UNTOUCHED;
    char *ptr = cairn_layer_calloc(cairn_fuzz_layer_of(place), count, op->size);
    judge(machine, place, ptr, size, refused);
    if (ptr != NULL) {
        cairn_fuzz_verify_zero(ptr, size);
        enter_block(machine, op->place, ptr, size, 0);
    }
}

static void allocate_aligned(cairn_fuzz_machine *machine, const cairn_fuzz_op *op)
{
    const cairn_fuzz_place *place = &machine->places[op->place];
    bool is_valid = op->alignment != 0 && (op->alignment & (op->alignment - 1)) == 0;
    if (!has_room(machine, op->size)) {
        return;
    }
    size_t refused = cairn_fuzz_machine_refused(machine);
    cairn_layer layer = cairn_fuzz_layer_of(place);
    bool is_offered = layer.more->aligned_alloc != NULL;
    errno = UNTOUCHED;
    void *ptr = cairn_layer_aligned_alloc(layer, op->alignment, op->size);
    if (ptr != NULL || (is_valid && is_offered && op->alignment <= SURE_ALIGNMENT)) {
        judge(machine, place, ptr, op->size, refused);
    }
    CAIRN_FUZZ_EXPECT(ptr == NULL || is_valid || !is_offered, "a block at a multiple of %zu",
                      op->alignment);
    if (ptr != NULL) {
        enter_block(machine, op->place, ptr, op->size, is_valid ? op->alignment : 0);
    }
}

/* --- Resizing and freeing ------------------------------------------------------------------------------ */

static void resize(cairn_fuzz_machine *machine, const cairn_fuzz_op *op)
{
    if (machine->shadow->count == 0 || !has_room(machine, op->size)) {
        return;
    }
    cairn_fuzz_block old = cairn_fuzz_shadow_take(machine->shadow, op->block);
    const cairn_fuzz_place *place = &machine->places[old.place];
    size_t refused = cairn_fuzz_machine_refused(machine);
    errno = UNTOUCHED;
    void *ptr = cairn_layer_realloc(cairn_fuzz_layer_of(place), old.ptr, op->size);
    judge(machine, place, ptr, op->size, refused);
    if (ptr == NULL) {
        cairn_fuzz_verify_kept(&old, old.ptr, old.usable);
        cairn_fuzz_shadow_put_back(machine->shadow, old);
        return;
    }
    cairn_fuzz_verify_kept(&old, ptr, old.size < op->size ? old.size : op->size);
    enter_block(machine, old.place, ptr, op->size, 0);
}

static void free_block(cairn_fuzz_machine *machine, size_t number)
{
    if (machine->shadow->count > 0) {
        cairn_fuzz_block old = cairn_fuzz_shadow_take(machine->shadow, number);
        errno = UNTOUCHED;
        cairn_layer_free(cairn_fuzz_layer_of(&machine->places[old.place]), old.ptr);
        CAIRN_FUZZ_EXPECT(errno == UNTOUCHED, "errno is %d after free", errno);
    }
}

/* Every one from there on, or every second or third one. */
static void free_many(cairn_fuzz_machine *machine, const cairn_fuzz_op *op)
{
    size_t stride = op->count % 3;
    for (size_t i = 0; i <= op->count && machine->shadow->count > 0; i++) {
        free_block(machine, op->block + i * stride);
    }
}

static void write_again(cairn_fuzz_machine *machine, const cairn_fuzz_op *op)
{
    if (machine->shadow->count > 0) {
        cairn_fuzz_shadow_put(machine->shadow, cairn_fuzz_shadow_take(machine->shadow, op->block));
    }
}

/* --- One operation ------------------------------------------------------------------------------------- */

static void fail_provider(cairn_fuzz_machine *machine, const cairn_fuzz_op *op)
{
    if (machine->provider_count > 0) {
        size_t more = op->block % 4 == 3 ? 1000 : op->block % 4;
        cairn_fuzz_provider_fail(machine->providers[op->place % machine->provider_count],
                                 1 + op->count % 16, more);
    }
}

void cairn_fuzz_carry_out(cairn_fuzz_machine *machine, const cairn_fuzz_op *op)
{
    switch (op->kind) {
    case CAIRN_FUZZ_ALLOCATE:
        allocate(machine, op->place, op->size);
        break;
    case CAIRN_FUZZ_ALLOCATE_MANY:
        for (unsigned i = 0; i < op->count + LEAST_COUNT && allocate(machine, op->place, op->size);
             i++) {
        }
        break;
    case CAIRN_FUZZ_ZEROED:
        allocate_zeroed(machine, op);
        break;
    case CAIRN_FUZZ_ALIGNED:
        allocate_aligned(machine, op);
        break;
    case CAIRN_FUZZ_RESIZE:
        resize(machine, op);
        break;
    case CAIRN_FUZZ_FREE:
        free_block(machine, op->block);
        break;
    case CAIRN_FUZZ_FREE_MANY:
        free_many(machine, op);
        break;
    case CAIRN_FUZZ_WRITE:
        write_again(machine, op);
        break;
    case CAIRN_FUZZ_TRIM:
        cairn_layer_trim(cairn_fuzz_layer_of(&machine->places[op->place]));
        break;
    case CAIRN_FUZZ_FAIL:
        fail_provider(machine, op);
        break;
    case CAIRN_FUZZ_CLOCK:
        cairn_fuzz_clock_pass(op->size % 65536);
        break;
    default:
        cairn_fuzz_look(machine, op);
    }
}

void cairn_fuzz_machine_free_all(cairn_fuzz_machine *machine)
{
    cairn_fuzz_op op = {.kind = CAIRN_FUZZ_STATISTICS};
    while (machine->shadow->count > 0) {
        free_block(machine, 0);
    }
    for (op.place = 0; op.place < machine->place_count; op.place++) {
        CAIRN_FUZZ_EXPECT(cairn_layer_check(cairn_fuzz_layer_of(&machine->places[op.place])),
                          "the layer found its structures damaged");
        cairn_fuzz_look(machine, &op);
    }
}
