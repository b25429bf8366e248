/* SPDX-License-Identifier: Apache-2.0
 *
 * Domains whose hooks are put and removed in any order, below and above a table that is not ours, while blocks
 * of every age are live: each block keeps its contents and can be resized and freed, each hook sees the calls
 * that it should, and every request is answered as a list of what stands where says.
 */
#include "cairn/base/math.h"
#include "cairn/domains/hooks.h"
#include "cairn/fuzz/domain_blocks.h"
#include "cairn/fuzz/engine/target.h"
#include "cairn/fuzz/tally_hook.h"
#include "cairn/hooks/debug/debug.h"
#include "cairn/hooks/fail/fail.h"

enum { OPERATIONS_MAX = 300, HOOKS = 5, CHOICES = 10, PLACES_MAX = 2 * HOOKS };

typedef struct choice {
    const cairn_hook *hook;
    const char *options;
    bool is_wrong;
} choice;

static const choice choices[CHOICES] = {
    {&cairn_stats_hook, "", false},
    {&cairn_stats_hook, "x=1", true},
    {&fuzz_tally_hook, "", false},
    {&cairn_debug_hook, "quarantine=4K", false},
    {&cairn_debug_hook, "quarantine=0", false},
    {&cairn_debug_hook, "serial=1:quarantine=2K", false},
    {&cairn_fail_hook, "", false},
    {&cairn_fail_hook, "nth=3", false},
    {&cairn_fail_hook, "from=2:to=5:min_size=100", false},
    {&fuzz_unindexed_hook, "", true},
};

/* What stands on a domain, innermost first. */
typedef struct place {
    const cairn_hook *hook;
    const char *options;
    bool is_on;
} place;

typedef struct stack {
    place places[PLACES_MAX];
    size_t count;
    size_t foreign; /* so many are below the foreign table; SIZE_MAX: there is none */
    cairn_layer below_foreign;
    fuzz_relay relay; /* the foreign table */
} stack;

static stack stacks[CAIRN_DOMAINS_BUILT_IN];

static size_t first_seen(const stack *self)
{
    return self->foreign == SIZE_MAX ? 0 : self->foreign;
}

static place *find(stack *self, const cairn_hook *hook, size_t from, size_t end)
{
    for (size_t i = end; i-- > from;) {
        if (self->places[i].hook == hook) {
            return &self->places[i];
        }
    }
    return NULL;
}

static place *find_seen(stack *self, const cairn_hook *hook)
{
    return find(self, hook, first_seen(self), self->count);
}

static cairn_status expected_put(stack *self, const choice *what)
{
    place *at = find_seen(self, what->hook);
    if (at == NULL) {
        if (what->is_wrong) {
            return what->hook == &fuzz_unindexed_hook ? CAIRN_REFUSED : CAIRN_INVALID;
        }
        self->places[self->count++] = (place){what->hook, what->options, true};
        return CAIRN_OK;
    }
    if (what->hook != &cairn_fail_hook && what->options[0] != '\0' &&
        strcmp(what->options, at->options) != 0) {
        return CAIRN_REFUSED;
    }
    at->is_on = true;
    return CAIRN_OK;
}

static void put(fuzz_domains *world, unsigned domain, const choice *what)
{
    const char *error = NULL;
    cairn_status expected = expected_put(&stacks[domain], what);
    cairn_status status =
        cairn_domain_put_hook(&world->domains[domain], what->hook, what->options, &error);
    fuzz_domains_expect(status == expected);
    fuzz_domains_expect(status == CAIRN_OK || error[0] != '\0');
    fuzz_domains_expect(status != CAIRN_OK ||
                        cairn_domain_has_hook(&world->domains[domain], what->hook));
}

static cairn_status expected_remove(stack *self, const cairn_hook *hook)
{
    place *at = find_seen(self, hook);
    if (at == NULL) {
        place *hidden = find(self, hook, 0, first_seen(self));
        return hidden != NULL && hidden->is_on ? CAIRN_REFUSED : CAIRN_OK;
    }
    bool was_on = at->is_on;
    at->is_on = false;
    if (was_on && !hook->changes_layout && at == &self->places[self->count - 1]) {
        while (self->count > first_seen(self) && !self->places[self->count - 1].is_on &&
               !self->places[self->count - 1].hook->changes_layout) {
            self->count--;
        }
    }
    return CAIRN_OK;
}

static void take(fuzz_domains *world, unsigned domain, const cairn_hook *hook)
{
    const char *error = NULL;
    cairn_status expected = expected_remove(&stacks[domain], hook);
    cairn_status status = cairn_domain_remove_hook(&world->domains[domain], hook, &error);
    fuzz_domains_expect(status == expected);
    fuzz_domains_expect(status == CAIRN_OK || error[0] != '\0');
    fuzz_domains_expect(!cairn_domain_has_hook(&world->domains[domain], hook));
}

/* As a program would that knows nothing of hooks: its own table, which passes on to what was there. */
static void set_foreign(fuzz_domains *world, unsigned domain)
{
    stack *self = &stacks[domain];
    if (self->foreign == SIZE_MAX) {
        self->foreign = self->count;
        self->below_foreign = *cairn_domain_get(&world->domains[domain]);
        self->relay.target = self->below_foreign;
        fuzz_domains_expect(
            cairn_domain_set(&world->domains[domain], fuzz_relay_layer(&self->relay)) == CAIRN_OK);
    }
}

static void remove_all(fuzz_domains *world, unsigned domain)
{
    for (size_t i = 0; i < CHOICES; i++) {
        if (find_seen(&stacks[domain], choices[i].hook) != NULL) {
            take(world, domain, choices[i].hook);
        }
    }
}

/* In the order in which a program would, so that nothing is known to stand anywhere afterwards. */
static void clear(fuzz_domains *world, unsigned domain)
{
    stack *self = &stacks[domain];
    remove_all(world, domain);
    if (self->foreign != SIZE_MAX) {
        cairn_domain_set(&world->domains[domain], self->below_foreign);
        self->count = self->foreign;
        self->foreign = SIZE_MAX;
        remove_all(world, domain);
    }
    cairn_domain_set(&world->domains[domain], *world->domains[domain].built_in);
    self->count = 0;
}

/* What the hooks of a domain should see of a call; exact where none of them makes calls of its own, and where only one
 * can be it that lets a call fail. */
static fuzz_sight sight_of(const stack *self, const cairn_hook *hook)
{
    fuzz_sight sight = {.is_exact = true};
    bool may_fail_above = false;
    for (size_t i = self->count; i-- > 0;) {
        const place *at = &self->places[i];
        sight.is_exact = sight.is_exact && at->hook != &cairn_debug_hook;
        sight.may_fail = sight.may_fail || at->hook == &cairn_fail_hook;
        sight.is_measured = sight.is_measured || (at->hook == &cairn_debug_hook && at->is_on);
        if (at->hook == hook && at->is_on && !sight.is_seen && i >= first_seen(self)) {
            sight.is_seen = true;
            sight.is_below_fail = may_fail_above;
        }
        if (at->hook == &cairn_fail_hook && at->is_on) {
            sight.is_exact = sight.is_exact && !may_fail_above;
            may_fail_above = true;
        }
    }
    return sight;
}

static void operate(fuzz_domains *world)
{
    uint8_t operation = fuzz_byte(&world->input);
    unsigned domain = (unsigned)fuzz_below(&world->input, CAIRN_DOMAINS_BUILT_IN);
    const choice *what = &choices[fuzz_below(&world->input, CHOICES)];
    if (operation < 40) {
        put(world, domain, what);
    } else if (operation < 75) {
        take(world, domain, what->hook);
    } else if (operation < 80) {
        set_foreign(world, domain);
    } else {
        fuzz_sight stats = sight_of(&stacks[domain], &cairn_stats_hook);
        fuzz_sight tally = sight_of(&stacks[domain], &fuzz_tally_hook);
        fuzz_domains_work(world, domain, operation, &stats, &tally);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static fuzz_domains world;
    const char *error;
    world.input = (fuzz_input){data, size};
    fuzz_domains_open(&world);
    for (unsigned i = 0; i < CAIRN_DOMAINS_BUILT_IN; i++) {
        stacks[i].foreign = SIZE_MAX;
    }
    for (int i = 0; i < OPERATIONS_MAX && world.input.left > 0; i++) {
        operate(&world);
    }
    cairn_fail_set("", &error);
    fuzz_domains_drain(&world);
    for (unsigned i = 0; i < CAIRN_DOMAINS_BUILT_IN; i++) {
        clear(&world, i);
    }
    fuzz_relay_close(&world.bottom, 0);
    return 0;
}
