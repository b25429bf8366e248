/* SPDX-License-Identifier: Apache-2.0
 *
 * The state machine on a configuration, as cairn_config makes it: the first byte says which, and which of its
 * domains. Its instances live as long as the program, so that one input begins where the one before has
 * freed all.
 */
#include "cairn/fuzz/config.h"

#include <string.h>

#include "cairn/fuzz/crew.h"
#include "cairn/fuzz/engine/target.h"
#include "cairn/fuzz/hooked.h"
#include "cairn/fuzz/machine.h"
#include "cairn/hooks/hook.h"

enum { CONFIGS_MAX = 64 };

/* Each counts what a configuration asks its own provider for, and can fail. */
static struct {
    bool is_begun;
    bool has_arenas;
    cairn_fuzz_provider provider;
} known[CONFIGS_MAX];

/* --- Domains by their named functions ------------------------------------------------------------------ */

static const cairn_fuzz_config *chosen;

static const cairn_fuzz_config_domain *names_of(void *ctx)
{
    return ctx;
}

static cairn_layer layer_of(void *ctx)
{
    return *cairn_domain_get(&chosen->table->domains[names_of(ctx)->number]);
}

static void *by_name_malloc(void *ctx, size_t size)
{
    return (names_of(ctx)->malloc)(size);
}

static void *by_name_calloc(void *ctx, size_t count, size_t size)
{
    return (names_of(ctx)->calloc)(count, size);
}

static void *by_name_realloc(void *ctx, void *ptr, size_t size)
{
    return (names_of(ctx)->realloc)(ptr, size);
}

static void by_name_free(void *ctx, void *ptr)
{
    (names_of(ctx)->free)(ptr);
}

static size_t by_name_usable_size(void *ctx, const void *ptr)
{
    return (names_of(ctx)->usable_size)(ptr);
}

static void *by_name_aligned_alloc(void *ctx, size_t alignment, size_t size)
{
    return (names_of(ctx)->aligned_alloc)(alignment, size);
}

static size_t by_name_trim(void *ctx)
{
    (void)ctx;
    return chosen->trim();
}

static bool by_name_check(void *ctx)
{
    (void)ctx;
    return chosen->check_all();
}

static void by_name_stats(void *ctx, cairn_report *report)
{
    cairn_layer_stats(layer_of(ctx), report);
}

static const cairn_allocator_more by_name_more = {
    .usable_size = by_name_usable_size,
    .aligned_alloc = by_name_aligned_alloc,
    .trim = by_name_trim,
    .check = by_name_check,
    .stats = by_name_stats,
};

/* Of a layer that does not offer usable_size, its name answers 0. */
static const cairn_allocator_more by_name_less = {
    .aligned_alloc = by_name_aligned_alloc,
    .trim = by_name_trim,
    .check = by_name_check,
    .stats = by_name_stats,
};

/* --- The run ------------------------------------------------------------------------------------------- */

static void change(cairn_fuzz_machine *machine, const cairn_fuzz_op *op)
{
    cairn_domain *domain = machine->places[op->place].domain;
    if (domain != NULL && op->kind == CAIRN_FUZZ_PUT_HOOK) {
        cairn_fuzz_put_hook(domain, op->count);
    } else if (domain != NULL && op->kind == CAIRN_FUZZ_REMOVE_HOOK) {
        cairn_fuzz_remove_hook(domain, op->count);
    }
}

static void remove_hooks(const cairn_fuzz_machine *machine)
{
    for (unsigned i = 0; i < machine->place_count; i++) {
        for (unsigned hook = 0; machine->places[i].domain != NULL && hook < 3; hook++) {
            cairn_fuzz_remove_hook(machine->places[i].domain, hook);
        }
    }
}

static void put_place(cairn_fuzz_machine *machine, const cairn_fuzz_config_domain *names,
                      bool by_name)
{
    cairn_fuzz_place *place = &machine->places[machine->place_count++];
    cairn_domain *domain = &chosen->table->domains[names->number];
    if (by_name) {
        bool has_usable_size = cairn_domain_get(domain)->more->usable_size != NULL;
        cairn_layer layer = {
            {(void *)names, by_name_malloc, by_name_calloc, by_name_realloc, by_name_free},
            has_usable_size ? &by_name_more : &by_name_less,
        };
        place->layer = layer;
    } else {
        place->domain = domain;
    }
}

/* Puts a counting provider over the configuration's own, once. */
static void begin_config(cairn_fuzz_machine *machine, size_t number)
{
    cairn_fuzz_provider *provider = &known[number].provider;
    if (!known[number].is_begun) {
        cairn_arena_source own;
        known[number].is_begun = true;
        known[number].has_arenas = chosen->arena_source_get(&own);
        if (known[number].has_arenas) {
            cairn_fuzz_provider_begin_over(provider, own);
            cairn_status status = chosen->arena_source_set(cairn_fuzz_provider_source(provider));
            CAIRN_FUZZ_EXPECT(status == CAIRN_OK, "the arena provider cannot be set");
        }
    }
    if (known[number].has_arenas) {
        machine->providers[machine->provider_count++] = provider;
        cairn_fuzz_provider_fail(provider, SIZE_MAX / 2, 0);
    }
}

static size_t live_blocks(void)
{
    cairn_totals totals;
    memset(&totals, 0, sizeof totals);
    chosen->stats_totals(&totals);
    return totals.live_blocks;
}

/* Whether a hook in a domain keeps blocks back, or dresses them. */
static bool is_plain(void)
{
    for (size_t i = 0; i < chosen->count; i++) {
        cairn_layer layer = *cairn_domain_get(&chosen->table->domains[chosen->domains[i].number]);
        while (layer.more->hook != NULL) {
            if (layer.more->hook->changes_layout) {
                return false;
            }
            layer = ((const cairn_hook_node *)layer.allocator.ctx)->below;
        }
    }
    return true;
}

static size_t configs(void)
{
    size_t count = 0;
    while (cairn_fuzz_configs[count].name != NULL && count < CONFIGS_MAX) {
        count++;
    }
    return count;
}

/* The bits of the second byte. */
enum { THREADS = 3, MAY_FORK = 1 << 2, BY_NAME = 1 << 3, FIRST_DOMAIN_SHIFT = 4 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cairn_fuzz_machine machine;
    cairn_fuzz_stream in = cairn_fuzz_stream_of(data, size, CAIRN_FUZZ_OPS_MAX);
    size_t number = cairn_fuzz_byte(&in) % configs();
    unsigned flags = cairn_fuzz_byte(&in);
    chosen = &cairn_fuzz_configs[number];
    cairn_fuzz_machine_begin(&machine, in);
    begin_config(&machine, number);
    machine.change = change;
    machine.threads = flags & THREADS;
    machine.may_fork = (flags & MAY_FORK) != 0;
    for (size_t i = 0; i < chosen->count && machine.place_count < CAIRN_FUZZ_PLACES_MAX; i++) {
        size_t domain = (i + (flags >> FIRST_DOMAIN_SHIFT)) % chosen->count;
        put_place(&machine, &chosen->domains[domain], (flags & BY_NAME) != 0);
    }
    bool was_plain = is_plain();
    size_t before = live_blocks();
    cairn_fuzz_machine_run(&machine);
    cairn_fuzz_machine_free_all(&machine);
    remove_hooks(&machine);
    cairn_fuzz_hooked_end();
    CAIRN_FUZZ_EXPECT(chosen->check_all(), "configuration %s found damage", chosen->name);
    CAIRN_FUZZ_EXPECT(!was_plain || !is_plain() || !machine.is_exact || live_blocks() == before,
                      "configuration %s has %zu live blocks more than at first", chosen->name,
                      live_blocks() - before);
    chosen->trim();
    machine.provider_count = 0;
    cairn_fuzz_machine_end(&machine);
    return 0;
}
