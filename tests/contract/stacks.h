/* SPDX-License-Identifier: Apache-2.0
 *
 * The stacks that the contract suite runs on: a new allocator or hook joins by a line in the table of
 * stacks.cc.
 */
#ifndef CAIRN_TESTS_CONTRACT_STACKS_H_
#define CAIRN_TESTS_CONTRACT_STACKS_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cairn/allocators/allocator.h"

namespace cairn_test {

/* A stack that exists for one test. Its destructor gives everything back. */
struct Stack {
    cairn_layer layer;
    /* owns and block_start know blocks of up to so many bytes. */
    size_t largest_known = SIZE_MAX;
    bool is_bounded = false;                     /* large requests may fail for lack of room */
    std::vector<std::function<void()>> teardown; /* the last one first */

    ~Stack()
    {
        for (auto step = teardown.rbegin(); step != teardown.rend(); ++step) {
            (*step)();
        }
    }
};

struct StackFactory {
    std::string name;
    std::function<void(Stack *)> build;
};

/* Each bottom, by itself and under the stats hook. */
const std::vector<StackFactory> &AllStacks();

} // namespace cairn_test

#endif /* CAIRN_TESTS_CONTRACT_STACKS_H_ */
