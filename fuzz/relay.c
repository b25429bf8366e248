/* SPDX-License-Identifier: Apache-2.0
 *
 * Forwarders, and the instances behind them.
 */
#include "cairn/fuzz/relay.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "cairn/allocators/arena/fixed.h"
#include "cairn/allocators/large/large.h"
#include "cairn/allocators/pymalloc/pymalloc.h"

enum { BUFFER_BYTES = 128 << 20 };

static cairn_arena_source source;
static cairn_large *large;
static cairn_pymalloc *pools;

static bool fails(void *ctx)
{
    fuzz_relay *self = ctx;
    bool is_failing = self->failures_to_come > 0;
    self->failures_to_come -= is_failing;
    return is_failing;
}

static cairn_layer target(void *ctx)
{
    return ((const fuzz_relay *)ctx)->target;
}

static void *relay_malloc(void *ctx, size_t size)
{
    return fails(ctx) ? NULL : cairn_layer_malloc(target(ctx), size);
}

static void *relay_calloc(void *ctx, size_t count, size_t size)
{
    return fails(ctx) ? NULL : cairn_layer_calloc(target(ctx), count, size);
}

static void *relay_realloc(void *ctx, void *ptr, size_t size)
{
    return fails(ctx) ? NULL : cairn_layer_realloc(target(ctx), ptr, size);
}

static void relay_free(void *ctx, void *ptr)
{
    cairn_layer_free(target(ctx), ptr);
}

static size_t relay_usable_size(void *ctx, const void *ptr)
{
    return cairn_layer_usable_size(target(ctx), ptr);
}

static void *relay_aligned_alloc(void *ctx, size_t alignment, size_t size)
{
    return fails(ctx) ? NULL : cairn_layer_aligned_alloc(target(ctx), alignment, size);
}

static void *relay_block_start(void *ctx, const void *address)
{
    return cairn_layer_block_start(target(ctx), address);
}

static bool relay_owns(void *ctx, const void *ptr)
{
    return cairn_layer_owns(target(ctx), ptr);
}

static size_t relay_trim(void *ctx)
{
    return cairn_layer_trim(target(ctx));
}

static bool relay_check(void *ctx)
{
    return cairn_layer_check(target(ctx));
}

static void relay_stats(void *ctx, cairn_report *report)
{
    cairn_layer_stats(target(ctx), report);
}

static bool relay_owns_block(void *ctx, const void *ptr)
{
    return cairn_layer_owns_block(target(ctx), ptr);
}

static bool relay_walk(void *ctx, cairn_block_visit *visit, void *arg)
{
    return cairn_layer_walk(target(ctx), visit, arg);
}

static const cairn_allocator_more relay_more = {
    .usable_size = relay_usable_size,
    .aligned_alloc = relay_aligned_alloc,
    .block_start = relay_block_start,
    .owns = relay_owns,
    .trim = relay_trim,
    .check = relay_check,
    .stats = relay_stats,
    .owns_block = relay_owns_block,
    .walk = relay_walk,
};

cairn_layer fuzz_relay_layer(fuzz_relay *relay)
{
    cairn_layer layer = {{relay, relay_malloc, relay_calloc, relay_realloc, relay_free},
                         &relay_more};
    return layer;
}

/* One buffer for all inputs, with what earlier ones have left in it: a bounded provider is made and undone much
 * quicker than mappings and a map of the whole address space. */
static cairn_arena_source fresh_source(void)
{
    static void *buffer;
    cairn_arena_source fresh;
    if (buffer == NULL) {
        buffer = mmap(NULL, BUFFER_BYTES, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    }
    if (buffer == MAP_FAILED || !cairn_arena_fixed_init(buffer, BUFFER_BYTES, &fresh)) {
        abort();
    }
    return fresh;
}

void fuzz_relay_open(fuzz_relay *relay)
{
    source = fresh_source();
    large = cairn_large_create(source, NULL);
    pools = large != NULL ? cairn_pymalloc_create(source, cairn_large_layer(large), NULL) : NULL;
    if (pools == NULL) {
        abort();
    }
    relay->target = cairn_pymalloc_layer(pools);
    relay->failures_to_come = 0;
}

void fuzz_relay_close(fuzz_relay *relay, size_t live_blocks)
{
    static cairn_report report;
    memset(&report, 0, sizeof report);
    cairn_layer_stats(relay->target, &report);
    if (!cairn_layer_check(relay->target) || !report.totals.counts_blocks ||
        report.totals.live_blocks > live_blocks) {
        abort();
    }
    relay->target = cairn_no_memory;
    cairn_pymalloc_destroy(pools);
    cairn_large_destroy(large);
    if (cairn_arena_fixed_used(source) != 0) {
        abort();
    }
}
