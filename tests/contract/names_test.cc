/* SPDX-License-Identifier: Apache-2.0
 *
 * The named functions of every domain of a table: the size rules of clause A2 in front of the layer, and
 * setting the domain (A3), which a static configuration refuses.
 */
#include <gtest/gtest.h>

#include "cairn/tests/contract/subject.h"
#include "cairn/tests/support/blocks.h"
#include "cairn/tests/support/layer.h"

namespace cairn_test {

namespace {

/* Through volatiles, so that compilers do not warn of what is meant. */
volatile size_t kAboveMax = (size_t)PTRDIFF_MAX + 1;
volatile size_t kMax = SIZE_MAX;

class Names : public testing::TestWithParam<const cairn_contract_domain *> {
  protected:
    Names()
        : names_(*GetParam()), domain_(&names_.table->domains[names_.number]),
          before_(*cairn_domain_get(domain_))
    {
    }

    ~Names() override
    {
        if (!domain_->is_fixed) {
            EXPECT_EQ(cairn_domain_set(domain_, before_), CAIRN_OK);
        }
    }

    const cairn_contract_domain &names_;
    cairn_domain *domain_;
    cairn_layer before_;
};

TEST_P(Names, RefuseSizesAboveTheLimit)
{
    void *block = (names_.malloc)(100);
    Fill(block, 100, 1);
    EXPECT_EQ((names_.malloc)(kAboveMax), nullptr);
    EXPECT_EQ((names_.calloc)(2, kAboveMax / 2), nullptr);
    EXPECT_EQ((names_.calloc)(kMax, kMax), nullptr);
    EXPECT_EQ((names_.realloc)(block, kAboveMax), nullptr);
    EXPECT_EQ((names_.realloc)(nullptr, kMax), nullptr);
    EXPECT_EQ((names_.aligned_alloc)(16, kAboveMax), nullptr);
    EXPECT_EQ(names_.usable_size(nullptr), 0u);
    EXPECT_TRUE(Holds(block, 100, 100, 1));
    (names_.free)(block);
    (names_.free)(nullptr);
}

TEST_P(Names, AndTheDomainAreOne)
{
    void *block = (names_.malloc)(100);
    block = cairn_domain_realloc(domain_, block, 600);
    ASSERT_NE(block, nullptr);
    EXPECT_EQ(names_.usable_size(block), cairn_domain_usable_size(domain_, block));
    (names_.free)(block);
    block = cairn_domain_calloc(domain_, 10, 10);
    block = (names_.realloc)(block, 5);
    ASSERT_NE(block, nullptr);
    cairn_domain_free(domain_, block);
}

TEST_P(Names, CallTheLayerThatIsSetOrCannotBeSet)
{
    Layer hook(before_);
    if (domain_->is_fixed) {
        EXPECT_EQ(cairn_domain_set(domain_, hook.layer()), CAIRN_REFUSED);
        (names_.free)((names_.malloc)(42));
        EXPECT_EQ(hook.names(), "");
        return;
    }
    ASSERT_EQ(cairn_domain_set(domain_, hook.layer()), CAIRN_OK);
    void *block = (names_.malloc)(42);
    block = (names_.realloc)(block, 200);
    (names_.free)(block);
    (names_.free)((names_.calloc)(2, 5));
    (names_.free)((names_.aligned_alloc)(16, 0));
    (names_.free)(nullptr);
    EXPECT_EQ((names_.malloc)(kAboveMax), nullptr);
    EXPECT_EQ((names_.calloc)(2, kAboveMax / 2), nullptr);
    EXPECT_EQ((names_.realloc)(nullptr, kAboveMax), nullptr);
    EXPECT_EQ((names_.aligned_alloc)(16, kAboveMax), nullptr);
    bool can_align = before_.more->aligned_alloc != nullptr; /* else a plain request will do */
    EXPECT_EQ(hook.names(), std::string("malloc realloc free calloc free ") +
                                (can_align ? "aligned_alloc" : "malloc") + " free free");
    EXPECT_EQ(hook.calls[0].first, 42u);
    EXPECT_EQ(hook.calls[1].first, 200u);
    EXPECT_EQ(hook.calls[3].second, 5u);
    EXPECT_EQ(hook.live(), 0u);
}

std::vector<const cairn_contract_domain *> domains()
{
    std::vector<const cairn_contract_domain *> all;
    for (const cairn_contract_domain *each = cairn_contract.domains; each->name != nullptr;
         each++) {
        all.push_back(each);
    }
    return all;
}

INSTANTIATE_TEST_SUITE_P(All, Names, testing::ValuesIn(domains()),
                         [](const testing::TestParamInfo<const cairn_contract_domain *> &info) {
                             return std::string(info.param->name);
                         });

} // namespace

} // namespace cairn_test
