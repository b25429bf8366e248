/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls, and the model of what they leave.
 */
#include "cairn/fuzz/domain_blocks.h"

#include <stdlib.h>

#include "cairn/base/math.h"
#include "cairn/fuzz/tally_hook.h"

enum { SIZE_LIMIT = 100000, PERIOD = 256 };

/* What hooks have counted. */
typedef struct counts {
    uint64_t calls;
    uint64_t failures;
    uint64_t live;
    uint64_t tally;
} counts;

void fuzz_domains_expect(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void open_once(fuzz_domains *world)
{
    static const char *const names[] = {"raw", "mem", "obj"};
    static cairn_layer bottom;
    bottom = fuzz_relay_layer(&world->bottom);
    for (unsigned i = 0; i < CAIRN_DOMAINS_BUILT_IN; i++) {
        world->domains[i] = (cairn_domain){.layer = &bottom,
                                           .name = names[i],
                                           .id = names[i][0],
                                           .built_in = &bottom,
                                           .take = cairn_domain_take,
                                           .give = cairn_domain_give};
    }
    world->table = (cairn_domain_table){world->domains, CAIRN_DOMAINS_BUILT_IN, true};
}

void fuzz_domains_open(fuzz_domains *world)
{
    if (world->table.count == 0) {
        open_once(world);
    }
    memset(world->blocks, 0, sizeof world->blocks);
    fuzz_relay_open(&world->bottom);
}

static counts count(const fuzz_domains *world, unsigned domain)
{
    counts now = {0, 0, 0, 0};
    cairn_layer layer = *cairn_domain_get(&world->domains[domain]);
    cairn_stats_state *stats = cairn_stats_of(layer);
    const fuzz_tally_state *tally = cairn_hook_find(layer, &fuzz_tally_hook);
    if (stats != NULL) {
        const cairn_stats_counters *c = cairn_stats_counters_of(stats);
        now.calls = c->mallocs + c->callocs + c->reallocs + c->aligned_allocs + c->frees;
        now.failures = c->failures;
        now.live = c->live_blocks;
    }
    now.tally = tally != NULL ? tally->calls : 0;
    return now;
}

/* Of a hook that counts: whether it should have seen a call that failed or did not. */
static bool should_see(const fuzz_sight *sight, bool has_failed)
{
    return sight->is_seen && !(has_failed && sight->is_below_fail);
}

/* change: of live blocks. */
static void compare(const fuzz_domains *world, unsigned domain, const counts *before,
                    bool has_failed, uint64_t change, const fuzz_sight *stats,
                    const fuzz_sight *tally)
{
    counts now = count(world, domain);
    bool is_seen = should_see(stats, has_failed);
    fuzz_domains_expect(!has_failed || stats->may_fail);
    if (stats->is_exact) {
        fuzz_domains_expect(now.calls - before->calls == (is_seen ? 1 : 0));
        fuzz_domains_expect(now.failures - before->failures == (is_seen && has_failed ? 1 : 0));
        fuzz_domains_expect(now.live - before->live == (is_seen && !has_failed ? change : 0));
        fuzz_domains_expect(now.tally - before->tally == (should_see(tally, has_failed) ? 1 : 0));
    }
}

/* A block's bytes count on from its seed; written and compared in pieces, since an engine watches each
 * comparison. */
static const unsigned char *piece(uint8_t seed)
{
    static unsigned char bytes[2 * PERIOD];
    for (size_t at = 0; bytes[1] == 0 && at < sizeof bytes; at++) {
        bytes[sizeof bytes - 1 - at] = (unsigned char)(sizeof bytes - 1 - at);
    }
    return bytes + seed;
}

static void fill(const fuzz_domain_block *block)
{
    for (size_t at = 0; at < block->size; at += PERIOD) {
        memcpy(block->start + at, piece(block->seed), cairn_min(PERIOD, block->size - at));
    }
}

static void compare_contents(const unsigned char *start, uint8_t seed, size_t size)
{
    for (size_t at = 0; at < size; at += PERIOD) {
        fuzz_domains_expect(memcmp(start + at, piece(seed), cairn_min(PERIOD, size - at)) == 0);
    }
}

static void *allocate(fuzz_domains *world, fuzz_domain_block *block)
{
    cairn_domain *domain = &world->domains[block->domain];
    uint8_t how = fuzz_byte(&world->input);
    size_t alignment = (size_t)16 << how % 8;
    unsigned char *start = NULL;
    if (how < 128) {
        start = cairn_domain_malloc(domain, block->size);
    } else if (how < 180) {
        start = cairn_domain_calloc(domain, block->size, 1);
        fuzz_domains_expect(start == NULL || block->size == 0 ||
                            (start[0] == 0 && memcmp(start, start + 1, block->size - 1) == 0));
    } else if (how < 220) {
        start = cairn_domain_realloc(domain, NULL, block->size);
    } else {
        start = cairn_domain_aligned_alloc(domain, alignment, block->size);
        fuzz_domains_expect((uintptr_t)start % alignment == 0);
    }
    fuzz_domains_expect(cairn_domain_usable_size(domain, start) >= (start ? block->size : 0));
    return start;
}

static size_t pick_size(fuzz_input *input)
{
    uint8_t kind = fuzz_byte(input);
    return kind < 200 ? fuzz_byte(input) : fuzz_number(input, 3) % SIZE_LIMIT;
}

/* The whole of all domains, at some moment: nothing is damaged, and no block is missed. */
static void look(const fuzz_domains *world)
{
    for (unsigned i = 0; i < CAIRN_DOMAINS_BUILT_IN; i++) {
        fuzz_domains_expect(cairn_layer_check(*cairn_domain_get(&world->domains[i])));
    }
    for (unsigned i = 0; i < FUZZ_DOMAIN_BLOCKS; i++) {
        const fuzz_domain_block *block = &world->blocks[i];
        if (block->start != NULL) {
            cairn_layer layer = *cairn_domain_get(&world->domains[block->domain]);
            compare_contents(block->start, block->seed, block->size);
            fuzz_domains_expect(cairn_layer_usable_size(layer, block->start) >= block->size);
            fuzz_domains_expect(cairn_layer_owns_block(layer, block->start));
            fuzz_domains_expect(cairn_layer_block_start(layer, block->start) == block->start);
        }
    }
}

static bool resize(fuzz_domains *world, fuzz_domain_block *block)
{
    size_t size = pick_size(&world->input);
    unsigned char *start = cairn_domain_realloc(&world->domains[block->domain], block->start, size);
    if (start == NULL) {
        compare_contents(block->start, block->seed, block->size);
        return false;
    }
    compare_contents(start, block->seed, cairn_min(size, block->size));
    block->start = start;
    block->size = size;
    fill(block);
    return true;
}

static void free_block(fuzz_domains *world, fuzz_domain_block *block)
{
    compare_contents(block->start, block->seed, block->size);
    cairn_domain_free(&world->domains[block->domain], block->start);
    block->start = NULL;
}

void fuzz_domains_work(fuzz_domains *world, unsigned domain, uint8_t operation,
                       const fuzz_sight *stats, const fuzz_sight *tally)
{
    fuzz_domain_block *block = &world->blocks[fuzz_below(&world->input, FUZZ_DOMAIN_BLOCKS)];
    counts before = count(world, domain);
    if (operation >= 245) {
        look(world);
    } else if (operation >= 240) {
        cairn_layer_trim(*cairn_domain_get(&world->domains[domain]));
    } else if (block->start == NULL) {
        *block = (fuzz_domain_block){NULL, pick_size(&world->input), domain, operation};
        block->start = allocate(world, block);
        compare(world, domain, &before, block->start == NULL, 1, stats, tally);
        if (block->start != NULL) {
            size_t usable = cairn_domain_usable_size(&world->domains[domain], block->start);
            fuzz_domains_expect(!stats->is_measured || usable == block->size);
            fill(block);
        }
    } else if (block->domain == domain && operation >= 150) {
        bool is_resized = resize(world, block);
        compare(world, domain, &before, !is_resized, 0, stats, tally);
    } else if (block->domain == domain) {
        fuzz_sight cannot_fail = *stats;
        cannot_fail.may_fail = false;
        free_block(world, block);
        compare(world, domain, &before, false, ~(uint64_t)0, &cannot_fail, tally);
    }
}

void fuzz_domains_drain(fuzz_domains *world)
{
    look(world);
    for (unsigned i = 0; i < FUZZ_DOMAIN_BLOCKS; i++) {
        if (world->blocks[i].start != NULL) {
            free_block(world, &world->blocks[i]);
        }
    }
    for (unsigned i = 0; i < CAIRN_DOMAINS_BUILT_IN; i++) {
        cairn_layer_trim(*cairn_domain_get(&world->domains[i]));
    }
}
