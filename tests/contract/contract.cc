/* SPDX-License-Identifier: Apache-2.0
 *
 * Before and after each test of the contract suite, and its instantiation.
 */
#include "cairn/tests/contract/contract.h"

#include "cairn/tests/support/report.h"

namespace cairn_test {

namespace {

struct Member {
    unsigned offer;
    bool (*is_there)(const cairn_allocator_more *more);
};

const Member kMembers[] = {
    {CAIRN_OFFERS_ALIGNED_ALLOC,
     [](const cairn_allocator_more *more) { return more->aligned_alloc != nullptr; }},
    {CAIRN_OFFERS_BLOCK_START,
     [](const cairn_allocator_more *more) { return more->block_start != nullptr; }},
    {CAIRN_OFFERS_CHECK, [](const cairn_allocator_more *more) { return more->check != nullptr; }},
    {CAIRN_OFFERS_OWNS, [](const cairn_allocator_more *more) { return more->owns != nullptr; }},
    {CAIRN_OFFERS_STATS, [](const cairn_allocator_more *more) { return more->stats != nullptr; }},
    {CAIRN_OFFERS_TRIM, [](const cairn_allocator_more *more) { return more->trim != nullptr; }},
    {CAIRN_OFFERS_USABLE_SIZE,
     [](const cairn_allocator_more *more) { return more->usable_size != nullptr; }},
    {CAIRN_OFFERS_WALK, [](const cairn_allocator_more *more) { return more->walk != nullptr; }},
};

TEST_P(Contract, WhatIsOfferedIsThere)
{
    for (const Member &member : kMembers) {
        if (Offers(member.offer)) {
            EXPECT_TRUE(member.is_there(layer_.more)) << "offer " << member.offer;
        }
    }
    if (Offers(CAIRN_OFFERS_ALL_OWNED)) {
        EXPECT_TRUE(Offers(CAIRN_OFFERS_OWNS)) << "all_owned without owns";
    }
    if (Offers(CAIRN_OFFERS_COUNTS_BLOCKS)) {
        EXPECT_TRUE(TotalsOf(layer_).counts_blocks);
    }
}

} // namespace

unsigned OffersOf(cairn_layer layer)
{
    unsigned offers = 0;
    for (const Member &member : kMembers) {
        /* How far a walk goes is not to be seen in the table. */
        bool counts = member.offer != CAIRN_OFFERS_WALK && member.is_there(layer.more);
        offers |= counts ? member.offer : 0;
    }
    return offers;
}

void Contract::SetUp()
{
    GetParam().build(&subject_);
    layer_ = subject_.layer;
    counts_blocks_ = Offers(CAIRN_OFFERS_COUNTS_BLOCKS);
    live_blocks_ = counts_blocks_ ? TotalsOf(layer_).live_blocks : 0;
}

void Contract::TearDown()
{
    EXPECT_TRUE(cairn_layer_check(layer_));
    if (counts_blocks_) {
        EXPECT_EQ(TotalsOf(layer_).live_blocks, live_blocks_);
    }
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Contract);
INSTANTIATE_TEST_SUITE_P(All, Contract, testing::ValuesIn(AllSubjects()),
                         [](const testing::TestParamInfo<SubjectFactory> &info) {
                             return info.param.name;
                         });

} // namespace cairn_test
