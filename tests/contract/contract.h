/* SPDX-License-Identifier: Apache-2.0
 *
 * The fixture of the contract suite: a fresh stack for each test, checked and destroyed afterwards.
 */
#ifndef CAIRN_TESTS_CONTRACT_CONTRACT_H_
#define CAIRN_TESTS_CONTRACT_CONTRACT_H_

#include <gtest/gtest.h>

#include "cairn/tests/contract/stacks.h"
#include "cairn/tests/support/blocks.h"

namespace cairn_test {

class Contract : public testing::TestWithParam<StackFactory> {
  protected:
    void SetUp() override
    {
        GetParam().build(&stack_);
    }

    void TearDown() override
    {
        EXPECT_TRUE(cairn_layer_check(stack_.layer));
    }

    void *Malloc(size_t size)
    {
        return cairn_layer_malloc(stack_.layer, size);
    }

    void *Calloc(size_t count, size_t size)
    {
        return cairn_layer_calloc(stack_.layer, count, size);
    }

    void *Realloc(void *ptr, size_t size)
    {
        return cairn_layer_realloc(stack_.layer, ptr, size);
    }

    void Free(void *ptr)
    {
        cairn_layer_free(stack_.layer, ptr);
    }

    void *AlignedAlloc(size_t alignment, size_t size)
    {
        return cairn_layer_aligned_alloc(stack_.layer, alignment, size);
    }

    size_t UsableSize(const void *ptr)
    {
        return cairn_layer_usable_size(stack_.layer, ptr);
    }

    Stack stack_;
};

/* Gives each stack its name in the names of the tests. */
inline std::string StackName(const testing::TestParamInfo<StackFactory> &info)
{
    return info.param.name;
}

#define CAIRN_CONTRACT_SUITE()                                                                     \
    INSTANTIATE_TEST_SUITE_P(All, Contract, testing::ValuesIn(AllStacks()), StackName)

/* Sizes at every border of a class, a run and a mapping: the border, one less and one more. */
std::vector<size_t> BorderSizes(size_t largest);

} // namespace cairn_test

#endif /* CAIRN_TESTS_CONTRACT_CONTRACT_H_ */
