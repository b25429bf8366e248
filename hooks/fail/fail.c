/* SPDX-License-Identifier: Apache-2.0
 *
 * The plan in force, whom it hits, and what the hook reports.
 */
#include "cairn/hooks/fail/fail.h"

#include <string.h>

#include "cairn/base/lock.h"
#include "cairn/base/permanent.h"
#include "cairn/base/print.h"
#include "cairn/hooks/fail/plan.h"

static bool take_options(void *state, const char *options, const char **error)
{
    (void)state;
    return cairn_fail_set(options, error);
}

CAIRN_DEFINE_HOOK_WITH(cairn_fail, "fail", false, NULL, take_options)

struct cairn_fail_plan *cairn_fail_in_force;

/* Every plan that was ever set: requests may still be inside of it. */
static cairn_fail_plan *plans;
static cairn_lock lock;

static cairn_fail_plan *known_plan(const char *text)
{
    cairn_fail_plan *plan = plans;
    while (plan != NULL && strcmp(plan->text, text) != 0) {
        plan = plan->next;
    }
    return plan;
}

static cairn_fail_plan *new_plan(const cairn_fail_plan *read, const char **error)
{
    cairn_fail_plan *plan = cairn_permanent_alloc(sizeof *plan);
    if (plan == NULL) {
        *error = "out of memory for the plan";
        return NULL;
    }
    *plan = *read;
    plan->next = plans;
    plans = plan;
    return plan;
}

static void publish(cairn_fail_plan *plan)
{
    if (plan != NULL) {
        __atomic_store_n(&plan->counts.requests, 0, __ATOMIC_RELAXED);
        __atomic_store_n(&plan->counts.failures, 0, __ATOMIC_RELAXED);
    }
    __atomic_store_n(&cairn_fail_in_force, plan, __ATOMIC_RELEASE);
}

bool cairn_fail_set(const char *text, const char **error)
{
    cairn_fail_plan read;
    memset(&read, 0, sizeof read);
    if (text[0] != '\0' && !cairn_fail_read(&read, text, error)) {
        return false;
    }
    cairn_lock_acquire(&lock);
    cairn_fail_plan *plan = text[0] != '\0' ? known_plan(text) : NULL;
    plan = plan == NULL && text[0] != '\0' ? new_plan(&read, error) : plan;
    bool is_set = plan != NULL || text[0] == '\0';
    if (is_set) {
        publish(plan);
    }
    cairn_lock_release(&lock);
    return is_set;
}

cairn_fail_counts cairn_fail_counted(void)
{
    const cairn_fail_plan *plan = __atomic_load_n(&cairn_fail_in_force, __ATOMIC_ACQUIRE);
    cairn_fail_counts counts = {0, 0};
    if (plan != NULL) {
        counts.requests = __atomic_load_n(&plan->counts.requests, __ATOMIC_RELAXED);
        counts.failures = __atomic_load_n(&plan->counts.failures, __ATOMIC_RELAXED);
    }
    return counts;
}

/* Whether a name is in "mem+obj". */
static bool is_among(const char *domains, const char *name)
{
    size_t length = strlen(name);
    while (*domains != '\0') {
        size_t here = strcspn(domains, "+");
        if (here == length && memcmp(domains, name, length) == 0) {
            return true;
        }
        domains += here + (domains[here] == '+' ? 1 : 0);
    }
    return false;
}

static bool is_about(const cairn_fail_plan *plan, const char *domain, size_t size)
{
    return size >= plan->min_size && size <= plan->max_size &&
           (plan->domains[0] == '\0' || is_among(plan->domains, domain));
}

/* A number that looks random of each request: a bijective mix of multiplications and shifts. */
static uint64_t draw(uint64_t seed, uint64_t request)
{
    uint64_t bits = seed * 0xD1342543DE82EF95u + request * 0x9E3779B97F4A7C15u;
    for (int round = 0; round < 3; round++) {
        bits ^= bits >> 32;
        bits *= 0xD6E8FEB86659FD93u;
    }
    return bits ^ bits >> 32;
}

static bool fails(const cairn_fail_plan *plan, uint64_t request)
{
    if (request < plan->from || request > plan->to) {
        return false;
    }
    return plan->probability == CAIRN_FAIL_PARTS ||
           draw(plan->seed, request) % CAIRN_FAIL_PARTS < plan->probability;
}

/* Of both counts at least the one of the plan, which gives the request its number. */
static bool count(cairn_fail_plan *plan, cairn_fail_counts *total)
{
    uint64_t request = __atomic_add_fetch(&plan->counts.requests, 1, __ATOMIC_RELAXED);
    bool is_hit = fails(plan, request);
    __atomic_fetch_add(&total->requests, 1, __ATOMIC_RELAXED);
    if (is_hit) {
        __atomic_fetch_add(&plan->counts.failures, 1, __ATOMIC_RELAXED);
        __atomic_fetch_add(&total->failures, 1, __ATOMIC_RELAXED);
    }
    return is_hit;
}

static bool fails_in(const char *domain, size_t size, cairn_fail_counts *total)
{
    cairn_fail_plan *plan = __atomic_load_n(&cairn_fail_in_force, __ATOMIC_ACQUIRE);
    return plan != NULL && is_about(plan, domain, size) && count(plan, total);
}

CAIRN_SLOW_PATH bool cairn_fail_by_plan(cairn_fail_state *state, size_t size)
{
    return fails_in(state->node.domain, size, &state->total);
}

bool cairn_fail_now(const char *domain, size_t size)
{
    cairn_fail_counts total = {0, 0};
    return fails_in(domain, size, &total);
}

bool cairn_fail_open(cairn_fail_state *state, const char *options, const char **error)
{
    const cairn_fail_plan *plan = __atomic_load_n(&cairn_fail_in_force, __ATOMIC_ACQUIRE);
    (void)state;
    /* The same plan for one more domain does not start again. */
    return options[0] == '\0' || (plan != NULL && strcmp(plan->text, options) == 0) ||
           cairn_fail_set(options, error);
}

void cairn_fail_stats_over(cairn_fail_state *state, cairn_layer next, cairn_report *report)
{
    if (cairn_report_enter(report, state) && report->out != NULL) {
        const cairn_fail_plan *plan = __atomic_load_n(&cairn_fail_in_force, __ATOMIC_ACQUIRE);
        const char *text = plan != NULL ? plan->text : "";
        size_t requests = (size_t)__atomic_load_n(&state->total.requests, __ATOMIC_RELAXED);
        size_t failures = (size_t)__atomic_load_n(&state->total.failures, __ATOMIC_RELAXED);
        cairn_report_begin_section(report);
        if (report->format == CAIRN_REPORT_JSON) {
            cairn_printf(report->out,
                         "{\"domain\": \"%s\", \"fail\": {\"plan\": \"%s\", \"requests\": %zu, "
                         "\"failures\": %zu}}",
                         state->node.domain, text, requests, failures);
        } else {
            cairn_printf(report->out, "domain %s: %s%s\n\n", state->node.domain,
                         text[0] != '\0' ? "plan " : "no plan to fail", text);
            cairn_printf(report->out, "%-35s=%'21zu\n", "# requests that the plan is about",
                         requests);
            cairn_printf(report->out, "%-35s=%'21zu\n", "# requests made to fail", failures);
        }
    }
    cairn_layer_stats(next, report);
}
