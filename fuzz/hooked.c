/* SPDX-License-Identifier: Apache-2.0
 *
 * The domains, what passes on for them, and the operations on their hooks.
 */
#include "cairn/fuzz/hooked.h"

#include <string.h>

#include "cairn/domains/hooks.h"
#include "cairn/hooks/debug/debug.h"
#include "cairn/hooks/fail/fail.h"
#include "cairn/hooks/stats/stats.h"

/* --- Passing on ---------------------------------------------------------------------------------------- */

/* What serves each place for the present input. */
static cairn_layer targets[CAIRN_FUZZ_PLACES_MAX];

static cairn_layer target_of(void *ctx)
{
    return *(const cairn_layer *)ctx;
}

static void *pass_malloc(void *ctx, size_t size)
{
    return cairn_layer_malloc(target_of(ctx), size);
}

static void *pass_calloc(void *ctx, size_t count, size_t size)
{
    return cairn_layer_calloc(target_of(ctx), count, size);
}

static void *pass_realloc(void *ctx, void *ptr, size_t size)
{
    return cairn_layer_realloc(target_of(ctx), ptr, size);
}

static void pass_free(void *ctx, void *ptr)
{
    cairn_layer_free(target_of(ctx), ptr);
}

static size_t pass_usable_size(void *ctx, const void *ptr)
{
    return cairn_layer_usable_size(target_of(ctx), ptr);
}

static void *pass_aligned_alloc(void *ctx, size_t alignment, size_t size)
{
    return cairn_layer_aligned_alloc(target_of(ctx), alignment, size);
}

static void *pass_block_start(void *ctx, const void *address)
{
    return cairn_layer_block_start(target_of(ctx), address);
}

static bool pass_owns(void *ctx, const void *ptr)
{
    return cairn_layer_owns(target_of(ctx), ptr);
}

static size_t pass_trim(void *ctx)
{
    return cairn_layer_trim(target_of(ctx));
}

static bool pass_check(void *ctx)
{
    return cairn_layer_check(target_of(ctx));
}

static void pass_stats(void *ctx, cairn_report *report)
{
    cairn_layer_stats(target_of(ctx), report);
}

static bool pass_owns_block(void *ctx, const void *ptr)
{
    return cairn_layer_owns_block(target_of(ctx), ptr);
}

static bool pass_walk(void *ctx, cairn_block_visit *visit, void *arg)
{
    return cairn_layer_walk(target_of(ctx), visit, arg);
}

static const cairn_allocator_more pass_more = {
    pass_usable_size, pass_aligned_alloc, pass_block_start, pass_owns, pass_trim,
    pass_check,       pass_stats,         pass_owns_block,  pass_walk, NULL,
};

/* Over what does not know its own blocks. */
static const cairn_allocator_more pass_less = {
    .usable_size = pass_usable_size,
    .aligned_alloc = pass_aligned_alloc,
    .trim = pass_trim,
    .check = pass_check,
    .stats = pass_stats,
};

/* A second one of the same kind, to switch to. */
static void *other_malloc(void *ctx, size_t size)
{
    return pass_malloc(ctx, size);
}

/* --- Domains ------------------------------------------------------------------------------------------- */

static const cairn_hook *const hooks[3] = {&cairn_stats_hook, &cairn_fail_hook, &cairn_debug_hook};

enum { HOOKS = 3, DEBUG = 2 };

/* For each of the hooks. The debug hook keeps nothing back, for its blocks would outlive the input. */
static const char *const options[HOOKS][4] = {
    {"", "", "", ""},
    {"nth=3", "from=2:to=5", "probability=0.25:seed=7", ""},
    {"quarantine=0", "quarantine=0:serial=1", "quarantine=0:check=16", "compat=1"},
};

static struct fuzz_domain {
    cairn_domain domain;
    cairn_layer first[2]; /* without and with owns */
    cairn_layer other[2];
    bool owns;
    bool had_debug;
} domains[CAIRN_FUZZ_PLACES_MAX];

static void begin_domain(struct fuzz_domain *it, unsigned number, cairn_layer target)
{
    static const char *const names[CAIRN_FUZZ_PLACES_MAX] = {"top", "bottom", "third", "fourth"};
    targets[number] = target;
    it->owns = target.more->owns != NULL;
    it->had_debug = false;
    for (unsigned owns = 0; owns < 2; owns++) {
        cairn_layer layer = {
            {&targets[number], pass_malloc, pass_calloc, pass_realloc, pass_free},
            owns != 0 ? &pass_more : &pass_less,
        };
        it->first[owns] = layer;
        it->other[owns] = layer;
        it->other[owns].allocator.malloc = other_malloc;
    }
    memset(&it->domain, 0, sizeof it->domain);
    it->domain.name = names[number];
    it->domain.id = (char)('a' + number);
    it->domain.layer = &it->first[it->owns];
    it->domain.built_in = it->domain.layer;
}

/* Its statistics, and its walk, are about blocks as they are below the debug hook. */
static void note_debug(cairn_fuzz_machine *machine, unsigned number)
{
    domains[number].had_debug = true;
    for (unsigned i = 0; i < machine->place_count; i++) {
        machine->places[i].counts = 0;
        machine->places[i].walks = 0;
    }
}

bool cairn_fuzz_put_hook(cairn_domain *domain, unsigned what)
{
    const cairn_hook *hook = hooks[what % HOOKS];
    const char *error = NULL;
    cairn_status status =
        cairn_domain_put_hook(domain, hook, options[what % HOOKS][what / HOOKS % 4], &error);
    CAIRN_FUZZ_EXPECT(status == CAIRN_OK || error != NULL, "hook %s: no sentence", hook->name);
    CAIRN_FUZZ_EXPECT(status != CAIRN_OK || cairn_domain_has_hook(domain, hook),
                      "hook %s was put and is not there", hook->name);
    return what % HOOKS == DEBUG;
}

void cairn_fuzz_remove_hook(cairn_domain *domain, unsigned what)
{
    const cairn_hook *hook = hooks[what % HOOKS];
    const char *error = NULL;
    cairn_status status = cairn_domain_remove_hook(domain, hook, &error);
    CAIRN_FUZZ_EXPECT(status == CAIRN_OK || error != NULL, "hook %s: no sentence", hook->name);
    CAIRN_FUZZ_EXPECT(status != CAIRN_OK || !cairn_domain_has_hook(domain, hook),
                      "hook %s was removed and is there", hook->name);
}

static void put(cairn_fuzz_machine *machine, unsigned number, unsigned what)
{
    if (cairn_fuzz_put_hook(&domains[number].domain, what)) {
        note_debug(machine, number);
    }
}

/* Only while all blocks look the same with and without what is dropped. */
static void switch_stack(unsigned number, unsigned what)
{
    struct fuzz_domain *it = &domains[number];
    if (!it->had_debug) {
        cairn_status status = cairn_domain_set(&it->domain, what % 2 != 0 ? it->other[it->owns]
                                                                          : it->first[it->owns]);
        CAIRN_FUZZ_EXPECT(status == CAIRN_OK, "a domain could not be set: %d", (int)status);
    }
}

static void change(cairn_fuzz_machine *machine, const cairn_fuzz_op *op)
{
    switch (op->kind) {
    case CAIRN_FUZZ_PUT_HOOK:
        put(machine, op->place, op->count);
        break;
    case CAIRN_FUZZ_REMOVE_HOOK:
        cairn_fuzz_remove_hook(&domains[op->place].domain, op->count);
        break;
    case CAIRN_FUZZ_SWITCH:
        switch_stack(op->place, op->count);
        break;
    default:
        break;
    }
}

void cairn_fuzz_hooked_begin(cairn_fuzz_machine *machine, unsigned at_first)
{
    machine->change = change;
    for (unsigned i = 0; i < machine->place_count; i++) {
        begin_domain(&domains[i], i, machine->places[i].layer);
        machine->places[i].domain = &domains[i].domain;
        for (unsigned hook = 0; hook < HOOKS; hook++) {
            if ((at_first >> hook & 1) != 0) {
                put(machine, i, hook);
            }
        }
    }
}

void cairn_fuzz_hooked_end(void)
{
    const char *error;
    cairn_fail_set("", &error);
}
