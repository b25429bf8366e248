/* SPDX-License-Identifier: Apache-2.0
 *
 * The debug hook over pools and large blocks, with a recording layer between, and what its reports say.
 */
#ifndef CAIRN_TESTS_HOOKS_DEBUG_STACK_H_
#define CAIRN_TESTS_HOOKS_DEBUG_STACK_H_

#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "cairn/hooks/debug/debug.h"
#include "cairn/tests/support/layer.h"

struct cairn_pymalloc;
struct cairn_large;

namespace cairn_test {

class DebugStack : public testing::Test {
  protected:
    DebugStack();
    ~DebugStack() override;

    /* The hook of a domain over the recorder; all domains share the bottom, as in the preset debug. */
    cairn_layer Debug(const char *domain, const char *options = "");

    /* The same over any other layer. */
    cairn_layer DebugOver(cairn_layer below, const char *domain, const char *options = "");

    static char *Malloc(cairn_layer layer, size_t size)
    {
        return static_cast<char *>(cairn_layer_malloc(layer, size));
    }

    static char *Realloc(cairn_layer layer, void *ptr, size_t size)
    {
        return static_cast<char *>(cairn_layer_realloc(layer, ptr, size));
    }

    Layer &below()
    {
        return below_;
    }

  private:
    cairn_large *large_;
    cairn_pymalloc *pools_;
    Layer below_;
    std::vector<cairn_debug_state *> states_;
};

/* The fatal line that an action ends in; what it writes is thrown away. */
std::string LineOf(const std::function<void()> &action);

/* All that it writes, without the lines of the stack. */
std::string ReportOf(const std::function<void()> &action);

/* "0x7f..." as reports write it. */
std::string Hex(const void *address);

/* So many bytes as two hex digits each, with a blank before each. */
std::string Bytes(const void *from, size_t count);

} // namespace cairn_test

#endif /* CAIRN_TESTS_HOOKS_DEBUG_STACK_H_ */
