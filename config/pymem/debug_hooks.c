/* SPDX-License-Identifier: Apache-2.0
 *
 * Putting the debug hook over the three domains, once (clauses A10.4, A10.5). Where a table that is not ours
 * stands on top, and the hook may stand below it, a request of one byte through that table tells.
 */
#include "cairn/base/check.h"
#include "cairn/domains/domain.h"
#include "cairn/domains/hooks.h"
#include "cairn/domains/pymem.h"
#include "cairn/hooks/debug/debug.h"

/* What is below gets the calls that it would get from CPython's hooks, and at once. */
static const char options[] = "quarantine=0";

/* Whether the hook may stand where it cannot be seen: it was put once, or belongs to the stack. */
static bool may_be_hidden(const cairn_domain *domain)
{
    cairn_domain as_built = {.layer = domain->built_in};
    return cairn_domain_had_hook(domain, &cairn_debug_hook) ||
           cairn_domain_has_hook(&as_built, &cairn_debug_hook);
}

static void set_up(cairn_domain *domain)
{
    const cairn_allocator *table = &cairn_domain_get(domain)->allocator;
    const char *error = NULL;
    if (cairn_domain_has_hook(domain, &cairn_debug_hook) ||
        (may_be_hidden(domain) && cairn_debug_is_reached_by(table, domain->name, NULL))) {
        return;
    }
    cairn_status status = cairn_domain_put_hook(domain, &cairn_debug_hook, options, &error);
    if (status == CAIRN_REFUSED) { /* it stands there, turned off, with options that it keeps */
        status = cairn_domain_put_hook(domain, &cairn_debug_hook, "", &error);
    }
    CAIRN_CHECK(status == CAIRN_OK, "PyMem_SetupDebugHooks: %s", error);
}

void PyMem_SetupDebugHooks(void)
{
    for (size_t i = 0; i < CAIRN_DOMAINS_BUILT_IN; i++) {
        set_up(&cairn_domains[i]);
    }
}
