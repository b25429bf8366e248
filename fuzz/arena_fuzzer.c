/* SPDX-License-Identifier: Apache-2.0
 *
 * Every arena provider, by the first byte: arenas do not overlap, are aligned, zero where that is promised,
 * inside of the region that is described, and keep their contents.
 */
#include <errno.h>
#include <string.h>

#include "cairn/allocators/arena/fixed.h"
#include "cairn/allocators/arena/malloc.h"
#include "cairn/allocators/arena/mmap.h"
#include "cairn/allocators/large/large.h"
#include "cairn/fuzz/engine/target.h"
#include "cairn/fuzz/op_stream.h"
#include "cairn/fuzz/provider.h"
#include "cairn/fuzz/shadow.h"

enum { OPS_MAX = 512, LIVE_MAX = 8 << 20, BUFFER_BYTES = 6 << 20, UNTOUCHED = 7777 };

enum { FIXED, MMAP, MALLOC, RUNS_OF_LARGE, CHOICES };

static struct subject {
    unsigned choice;
    cairn_arena_source source;
    cairn_large *large;
    cairn_fuzz_provider below; /* of large */
    cairn_fuzz_shadow shadow;
} subject;

/* Into a buffer of a size and at a place that the input chooses; false when it is too small. */
static bool make_fixed(cairn_fuzz_stream *in)
{
    static char buffer[BUFFER_BYTES];
    size_t offset = cairn_fuzz_byte(in);
    size_t bytes = cairn_fuzz_size(in);
    bytes = bytes < sizeof buffer - offset ? bytes : sizeof buffer - offset;
    bool is_made = cairn_arena_fixed_init(buffer + offset, bytes, &subject.source);
    CAIRN_FUZZ_EXPECT(is_made == (bytes >= CAIRN_ARENA_FIXED_MIN_BYTES),
                      "a buffer of %zu bytes was %s", bytes, is_made ? "taken" : "refused");
    return is_made;
}

static bool make_runs_of_large(cairn_fuzz_stream *in)
{
    cairn_fuzz_provider_begin(&subject.below, cairn_fuzz_byte(in), cairn_fuzz_byte(in));
    subject.large = cairn_large_create(cairn_fuzz_provider_source(&subject.below), NULL);
    cairn_arena_source runs = CAIRN_LARGE_ARENA_SOURCE_INITIALISER(subject.large);
    subject.source = runs;
    return subject.large != NULL;
}

static bool begin(cairn_fuzz_stream *in)
{
    cairn_fuzz_shadow_clear(&subject.shadow);
    subject.choice = cairn_fuzz_byte(in) % CHOICES;
    subject.large = NULL;
    switch (subject.choice) {
    case FIXED:
        return make_fixed(in);
    case MMAP:
        subject.source = cairn_arena_mmap;
        return true;
    case MALLOC:
        subject.source = cairn_arena_malloc;
        return true;
    default:
        return make_runs_of_large(in);
    }
}

static void enter(char *ptr, size_t size, size_t alignment)
{
    cairn_arena_region region = cairn_arena_describe(subject.source);
    cairn_fuzz_block block = {ptr, size, size, alignment, 0, 0};
    CAIRN_FUZZ_EXPECT(size < CAIRN_FUZZ_IMPOSSIBLE, "an arena of %zu bytes was had", size);
    CAIRN_FUZZ_EXPECT(errno == UNTOUCHED, "errno is %d after an arena was had", errno);
    CAIRN_FUZZ_EXPECT(region.bytes == 0 || (ptr >= (char *)region.base &&
                                            ptr + size <= (char *)region.base + region.bytes),
                      "the arena at %p is outside of the region", (void *)ptr);
    cairn_fuzz_shadow_put(&subject.shadow, block);
}

static bool has_room(size_t size)
{
    return size != 0 && subject.shadow.count < CAIRN_FUZZ_BLOCKS_MAX &&
           (size >= CAIRN_FUZZ_IMPOSSIBLE || subject.shadow.live_bytes + size < LIVE_MAX);
}

static void expect_zero(const char *ptr, size_t size)
{
    if (subject.source.more->is_zeroed) {
        cairn_fuzz_verify_zero(ptr, size);
    }
}

static void alloc(size_t size, size_t alignment)
{
    const cairn_arena_more *more = subject.source.more;
    bool is_aligned = alignment != 0 && more->alloc_aligned != NULL;
    if (!has_room(size) || (alignment & (alignment - 1)) != 0) {
        return;
    }
    errno = UNTOUCHED;
    char *ptr = is_aligned ? more->alloc_aligned(subject.source.provider.ctx, size, alignment)
                           : cairn_arena_alloc(subject.source, size);
    if (ptr != NULL) {
        expect_zero(ptr, size);
        enter(ptr, size, is_aligned && alignment > CAIRN_ALIGNMENT ? alignment : CAIRN_ALIGNMENT);
    }
}

static void give_back(size_t number)
{
    cairn_fuzz_block old = cairn_fuzz_shadow_take(&subject.shadow, number);
    errno = UNTOUCHED;
    cairn_arena_free(subject.source, old.ptr, old.size);
    CAIRN_FUZZ_EXPECT(errno == UNTOUCHED, "errno is %d after an arena went", errno);
}

static void remap(size_t number, size_t size)
{
    if (!has_room(size) || subject.source.more->remap == NULL || subject.shadow.count == 0) {
        return;
    }
    cairn_fuzz_block old = cairn_fuzz_shadow_take(&subject.shadow, number);
    errno = UNTOUCHED;
    char *ptr = subject.source.more->remap(subject.source.provider.ctx, old.ptr, old.size, size);
    if (ptr == NULL) {
        cairn_fuzz_verify_kept(&old, old.ptr, old.usable);
        cairn_fuzz_shadow_put_back(&subject.shadow, old);
        return;
    }
    cairn_fuzz_verify_kept(&old, ptr, old.size < size ? old.size : size);
    enter(ptr, size, CAIRN_ALIGNMENT);
}

/* A part of an arena; what lies around it keeps its contents. */
static void purge(size_t number, size_t from)
{
    if (subject.shadow.count == 0) {
        return;
    }
    cairn_fuzz_block old = cairn_fuzz_shadow_take(&subject.shadow, number);
    from %= old.size;
    size_t bytes = old.size - from > 3 ? (old.size - from) * 3 / 4 : 1;
    errno = UNTOUCHED;
    bool is_done = cairn_arena_purge(subject.source, old.ptr + from, bytes);
    CAIRN_FUZZ_EXPECT(errno == UNTOUCHED, "errno is %d after a purge", errno);
    cairn_fuzz_verify_kept(&old, old.ptr, is_done ? from : old.size);
    if (is_done && subject.source.more->page_size != NULL) {
        size_t page = subject.source.more->page_size(subject.source.provider.ctx);
        uintptr_t start = ((uintptr_t)old.ptr + from + page - 1) & ~(page - 1);
        uintptr_t end = ((uintptr_t)old.ptr + from + bytes) & ~(page - 1);
        expect_zero((const char *)start, end > start ? end - start : 0);
    }
    cairn_fuzz_shadow_put(&subject.shadow, old);
}

static void carry_out(const cairn_fuzz_op *op)
{
    const cairn_fuzz_shadow *shadow = &subject.shadow;
    switch (op->kind) {
    case CAIRN_FUZZ_ALIGNED:
        alloc(op->size, op->alignment);
        break;
    case CAIRN_FUZZ_RESIZE:
        remap(op->block, op->size);
        break;
    case CAIRN_FUZZ_FREE:
        if (shadow->count > 0) {
            give_back(op->block);
        }
        break;
    case CAIRN_FUZZ_FREE_MANY:
        for (unsigned i = 0; i < op->count && shadow->count > 0; i++) {
            give_back(op->block + i);
        }
        break;
    case CAIRN_FUZZ_WRITE:
    case CAIRN_FUZZ_QUERY:
        purge(op->block, op->block * 257u);
        break;
    case CAIRN_FUZZ_VERIFY:
        cairn_fuzz_shadow_verify(shadow);
        break;
    default:
        alloc(op->size, 0);
    }
}

/* What is not handed out is all there, in one piece. */
static void end(void)
{
    while (subject.shadow.count > 0) {
        give_back(subject.shadow.count / 2);
    }
    if (subject.choice == FIXED) {
        size_t bytes = cairn_arena_describe(subject.source).bytes;
        CAIRN_FUZZ_EXPECT(cairn_arena_fixed_used(subject.source) == 0, "%zu bytes are in use",
                          cairn_arena_fixed_used(subject.source));
        void *all = cairn_arena_alloc(subject.source, bytes);
        CAIRN_FUZZ_EXPECT(all != NULL, "all %zu bytes are free, and cannot be had", bytes);
        cairn_arena_free(subject.source, all, bytes);
    }
    if (subject.large != NULL) {
        cairn_large_destroy(subject.large);
    }
    if (subject.choice == RUNS_OF_LARGE) {
        cairn_fuzz_provider_end(&subject.below);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cairn_fuzz_stream in = cairn_fuzz_stream_of(data, size, OPS_MAX);
    cairn_fuzz_op op;
    if (begin(&in)) {
        while (cairn_fuzz_next(&in, &op)) {
            carry_out(&op);
        }
        end();
    }
    return 0;
}
