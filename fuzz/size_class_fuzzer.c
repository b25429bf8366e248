/* SPDX-License-Identifier: Apache-2.0
 *
 * Size classes: of any size the class is the smallest that it fits, what that wastes is bounded, and more
 * bytes are never fewer. Then the same of blocks from pools and from large, by what may be used of them.
 */
#include <stdlib.h>

#include "cairn/allocators/arena/mmap.h"
#include "cairn/allocators/large/large.h"
#include "cairn/allocators/pymalloc/pymalloc.h"
#include "cairn/base/math.h"
#include "cairn/fuzz/engine/target.h"
#include "cairn/fuzz/input.h"
#include "cairn/hooks/stats/stats.h"

enum { BLOCKS_MAX = 64, ALIGNMENT_SHIFT_MAX = 21 };

static cairn_layer pools;
static cairn_layer large;

static void expect(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void open_once(void)
{
    static cairn_large *large_instance;
    if (large_instance == NULL) {
        large_instance = cairn_large_create(cairn_arena_mmap, NULL);
        large = cairn_large_layer(large_instance);
        pools = cairn_pymalloc_layer(cairn_pymalloc_create(cairn_arena_mmap, large, NULL));
    }
}

static void check_small(size_t size)
{
    if (cairn_small_serves(size)) {
        unsigned c = cairn_small_class(size);
        expect(size >= 1 && size <= CAIRN_SMALL_MAX && c >= 1 && c <= CAIRN_SMALL_CLASSES);
        expect(cairn_small_class_bytes(c) >= size);
        expect(cairn_small_class_bytes(c - 1) < size);
        expect(cairn_small_fast_class(size) == c);
    } else {
        size_t c = cairn_small_fast_class(size);
        expect(size == 0 || size > CAIRN_SMALL_MAX);
        expect(c == 0 || c > CAIRN_SMALL_CLASSES);
    }
}

static void check_large(size_t size)
{
    if (size > CAIRN_LARGE_POOLED_MAX) {
        return;
    }
    unsigned c = cairn_large_class(size);
    size_t bytes = cairn_large_class_bytes(c);
    expect(c >= 1 && c <= CAIRN_LARGE_CLASSES && bytes >= size);
    expect(c == 1 || cairn_large_class_bytes(c - 1) < size);
    expect(c == 1 || (bytes - size) * 8 <= bytes);
    expect(bytes % CAIRN_ALIGNMENT == 0);
    size_t pool = cairn_large_class_granules(c) * CAIRN_GRANULE_BYTES;
    expect(pool >= 8 * bytes && (pool == CAIRN_GRANULE_BYTES || pool < 16 * bytes));
}

static void check_bucket(size_t usable)
{
    unsigned bucket = cairn_stats_bucket(usable);
    expect(bucket < CAIRN_STATS_BUCKETS);
    expect(usable == 0 || cairn_stats_bucket_min(bucket) <= usable);
    expect(cairn_stats_bucket_max(bucket) >= usable || bucket == CAIRN_STATS_BUCKETS - 1);
    expect(bucket == 0 || cairn_stats_bucket_max(bucket - 1) < usable);
}

/* The most that a block of a size may have. */
static size_t most_usable(size_t size)
{
    if (size <= CAIRN_SMALL_MAX) {
        return size < CAIRN_ALIGNMENT ? CAIRN_LARGE_SMALLEST
                                      : cairn_align_up(size, CAIRN_ALIGNMENT);
    }
    if (size <= CAIRN_LARGE_POOLED_MAX) {
        return size + size / 7;
    }
    return size + CAIRN_GRANULE_BYTES;
}

static size_t check_block(cairn_layer layer, size_t size, size_t alignment)
{
    char *block = alignment == 0 ? cairn_layer_malloc(layer, size)
                                 : cairn_layer_aligned_alloc(layer, alignment, size);
    if (block == NULL) {
        expect(size > (size_t)1 << 30);
        return SIZE_MAX;
    }
    size_t usable = cairn_layer_usable_size(layer, block);
    expect((uintptr_t)block % cairn_max(alignment, CAIRN_ALIGNMENT) == 0 && usable >= size);
    expect(cairn_layer_owns_block(layer, block));
    expect(cairn_layer_block_start(layer, block + size / 2) == block);
    check_bucket(usable);
    if (size > 0 && size < 1 << 20) {
        block[0] = block[size - 1] = 1;
    }
    cairn_layer_free(layer, block);
    return usable;
}

static void check_blocks(size_t size, size_t larger)
{
    expect(cairn_small_class(size % 600) <= cairn_small_class(size % 600 + 1));
    size_t usable = check_block(pools, size, 0);
    expect(usable == SIZE_MAX || usable <= most_usable(size));
    expect(size == 0 || usable <= check_block(pools, larger, 0) || larger > PTRDIFF_MAX);
    usable = check_block(large, size, 0);
    expect(usable <= check_block(large, larger, 0));
}

/* Sizes of every magnitude, and those at powers of two and around them. */
static size_t pick_size(fuzz_input *input)
{
    uint8_t kind = fuzz_byte(input);
    size_t size = fuzz_number(input, 1 + kind % 4);
    if (kind >= 192) {
        return ((size_t)1 << kind % 64) + (size & 15) - 8;
    }
    return kind % 8 == 0 ? size * CAIRN_GRANULE_BYTES : size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input input = {data, size};
    open_once();
    for (int i = 0; input.left > 0 && i < BLOCKS_MAX; i++) {
        size_t one = pick_size(&input);
        size_t other = pick_size(&input);
        unsigned shift = (unsigned)fuzz_below(&input, ALIGNMENT_SHIFT_MAX);
        check_small(one);
        check_large(one);
        check_bucket(one);
        expect(one > CAIRN_LARGE_POOLED_MAX || other > one ||
               cairn_large_class(other) <= cairn_large_class(one));
        check_blocks(cairn_min(one, other), cairn_max(one, other));
        check_block(pools, one, (size_t)1 << shift);
        check_block(large, one, (size_t)1 << shift);
    }
    expect(cairn_layer_check(pools) && cairn_layer_check(large));
    return 0;
}
