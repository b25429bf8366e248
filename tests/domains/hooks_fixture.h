/* SPDX-License-Identifier: Apache-2.0
 *
 * A domain that hooks are put on and removed from.
 */
#ifndef CAIRN_TESTS_DOMAINS_HOOKS_FIXTURE_H_
#define CAIRN_TESTS_DOMAINS_HOOKS_FIXTURE_H_

#include <gtest/gtest.h>

#include "cairn/cairn.h"
#include "cairn/domains/hooks.h"
#include "cairn/hooks/fail/fail.h"
#include "cairn/hooks/stats/stats.h"

namespace cairn_test {

/* A domain as the program starts with it, which it is again at the end. */
class Hooks : public testing::Test {
  protected:
    Hooks() : domain(&cairn_domains[CAIRN_DOMAIN_OBJ]), before(*cairn_domain_get(domain))
    {
    }

    ~Hooks() override
    {
        EXPECT_EQ(cairn_domain_set(domain, before), CAIRN_OK);
        EXPECT_TRUE(cairn_fail_set("", &error));
        EXPECT_TRUE(cairn_check_all());
    }

    cairn_status Put(const cairn_hook &hook, const char *options = "")
    {
        return cairn_domain_put_hook(domain, &hook, options, &error);
    }

    cairn_status Remove(const cairn_hook &hook)
    {
        return cairn_domain_remove_hook(domain, &hook, &error);
    }

    bool Has(const cairn_hook &hook)
    {
        return cairn_domain_has_hook(domain, &hook);
    }

    bool IsAsBefore()
    {
        return cairn_domain_get(domain) == domain->built_in;
    }

    size_t Counted()
    {
        cairn_stats_state *stats = cairn_stats_of(*cairn_domain_get(domain));
        return stats != nullptr ? cairn_stats_counters_of(stats)->mallocs : 0;
    }

    static void Work()
    {
        cairn_obj_free(cairn_obj_malloc(100));
    }

    cairn_domain *domain;
    cairn_layer before;
    const char *error = nullptr;
};

} // namespace cairn_test

#endif /* CAIRN_TESTS_DOMAINS_HOOKS_FIXTURE_H_ */
