/* SPDX-License-Identifier: Apache-2.0
 *
 * A buffer as an arena provider: a record with a bit for each unit at its start, units behind it.
 */
#include "cairn/allocators/arena/fixed.h"

#include <string.h>

#include "cairn/base/bitmap.h"
#include "cairn/base/check.h"
#include "cairn/base/lock.h"
#include "cairn/base/options.h"
#include "cairn/base/permanent.h"

enum { UNIT = 4096 };

/* used_units == number of set bits in used. */
typedef struct fixed_record {
    cairn_lock lock;
    char *base; /* of unit 0 */
    size_t units;
    size_t used_units;
    uint64_t used[];
} fixed_record;

static size_t units_for(size_t size)
{
    return size / UNIT + (size % UNIT != 0 || size == 0 ? 1 : 0);
}

/* The first place from which count units are free and which is aligned; units when there is none. */
static size_t find_place(const fixed_record *record, size_t count, size_t alignment)
{
    size_t at = 0;
    for (;;) {
        at = cairn_bitmap_find_clear(record->used, at, record->units, count);
        uintptr_t address = (uintptr_t)record->base + at * UNIT;
        uintptr_t aligned = cairn_align_up(address, alignment);
        if (at == record->units || aligned == address) {
            return at;
        }
        at += (aligned - address) / UNIT;
        if (at >= record->units) {
            return record->units;
        }
    }
}

static void *fixed_alloc_aligned(void *ctx, size_t size, size_t alignment)
{
    fixed_record *record = ctx;
    size_t count = units_for(size);
    void *ptr = NULL;
    if (count > record->units || alignment > PTRDIFF_MAX) {
        return NULL;
    }
    cairn_lock_acquire(&record->lock);
    size_t at = find_place(record, count, alignment > UNIT ? alignment : UNIT);
    if (at < record->units) {
        cairn_bitmap_change(record->used, at, count, true);
        record->used_units += count;
        ptr = record->base + at * UNIT;
    }
    cairn_lock_release(&record->lock);
    return ptr;
}

static void *fixed_alloc(void *ctx, size_t size)
{
    return fixed_alloc_aligned(ctx, size, UNIT);
}

static void fixed_free(void *ctx, void *ptr, size_t size)
{
    fixed_record *record = ctx;
    size_t offset = (uintptr_t)ptr - (uintptr_t)record->base;
    size_t at = offset / UNIT;
    size_t count = units_for(size);
    cairn_lock_acquire(&record->lock);
    CAIRN_CHECK(offset % UNIT == 0 && at < record->units && count <= record->units - at &&
                    cairn_bitmap_count(record->used, at, count) == count,
                "arena provider fixed: free of %p, %zu bytes, which is no arena of this buffer",
                ptr, size);
    cairn_bitmap_change(record->used, at, count, false);
    record->used_units -= count;
    cairn_lock_release(&record->lock);
}

static cairn_arena_region fixed_describe(void *ctx)
{
    const fixed_record *record = ctx;
    cairn_arena_region region = {record->base, record->units * UNIT};
    return region;
}

static size_t fixed_page_size(void *ctx)
{
    (void)ctx;
    return UNIT;
}

static const cairn_arena_more fixed_more = {
    .name = "fixed",
    .alloc_aligned = fixed_alloc_aligned,
    .describe = fixed_describe,
    .page_size = fixed_page_size,
};

bool cairn_arena_fixed_init(void *buffer, size_t bytes, cairn_arena_source *out)
{
    if (buffer == NULL || bytes < CAIRN_ARENA_FIXED_MIN_BYTES) {
        return false;
    }
    char *end = (char *)buffer + bytes;
    fixed_record *record =
        (fixed_record *)(void *)cairn_align_up((uintptr_t)buffer, _Alignof(fixed_record));
    char *bits = (char *)record->used;
    size_t room = (size_t)(end - bits);
    size_t bits_bytes = cairn_bitmap_words(room / UNIT) * sizeof(uint64_t);
    record->base = (char *)cairn_align_up((uintptr_t)bits + bits_bytes, UNIT);
    record->units = (size_t)(end - record->base) / UNIT;
    record->used_units = 0;
    record->lock.state = 0;
    memset(bits, 0, bits_bytes);
    out->provider.ctx = record;
    out->provider.alloc = fixed_alloc;
    out->provider.free = fixed_free;
    out->more = &fixed_more;
    return true;
}

size_t cairn_arena_fixed_used(cairn_arena_source source)
{
    fixed_record *record = source.provider.ctx;
    cairn_lock_acquire(&record->lock);
    size_t used = record->used_units * UNIT;
    cairn_lock_release(&record->lock);
    return used;
}

enum { PROGRAM_MIN_BYTES = 8 << 20 };

bool cairn_arena_fixed_make(const char *options, cairn_arena_source *out, const char **error)
{
    char text[CAIRN_OPTION_TEXT_MAX];
    size_t bytes = 0;
    if (!cairn_option_find(options, "size", text, sizeof text) ||
        !cairn_parse_bytes(text, &bytes) || bytes < PROGRAM_MIN_BYTES || bytes > PTRDIFF_MAX) {
        *error = "fixed needs size=BYTES of at least 8M for a whole program, as in fixed:size=64M";
        return false;
    }
    if (!cairn_arena_fixed_init(cairn_permanent_alloc(bytes), bytes, out)) {
        *error = "the system has no memory for a buffer of that size";
        return false;
    }
    return true;
}
