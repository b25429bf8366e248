/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes the stack and reads reports.
 */
#include "cairn/tests/hooks/debug_stack.h"

#include <cstdio>
#include <sstream>

#include "cairn/allocators/arena/mmap.h"
#include "cairn/allocators/large/large.h"
#include "cairn/allocators/pymalloc/pymalloc.h"
#include "cairn/base/poison.h"
#include "cairn/tests/support/fatal.h"

namespace cairn_test {

DebugStack::DebugStack()
    : large_(cairn_large_create(cairn_arena_mmap, nullptr)),
      pools_(cairn_pymalloc_create(cairn_arena_mmap, cairn_large_layer(large_), nullptr)),
      below_(cairn_pymalloc_layer(pools_))
{
}

DebugStack::~DebugStack()
{
    for (auto state = states_.rbegin(); state != states_.rend(); ++state) {
        cairn_debug_close(*state);
    }
    cairn_debug_set_host(nullptr);
    cairn_pymalloc_destroy(pools_);
    cairn_large_destroy(large_);
}

cairn_layer DebugStack::DebugOver(cairn_layer below, const char *domain, const char *options)
{
    cairn_layer layer = below;
    const char *error = "";
    EXPECT_TRUE(cairn_debug_hook.put_over(below, domain, options, &layer, &error)) << error;
    states_.push_back(cairn_debug_of(layer));
    return layer;
}

cairn_layer DebugStack::Debug(const char *domain, const char *options)
{
    return DebugOver(below_.layer(), domain, options);
}

std::string LineOf(const std::function<void()> &action)
{
    std::string line;
    StderrOf([&] { line = FatalLineOf(action); });
    return line;
}

std::string ReportOf(const std::function<void()> &action)
{
    std::istringstream all(StderrOf([&] { FatalLineOf(action); }));
    std::string line;
    std::string kept;
    while (std::getline(all, line)) {
        if (line.rfind("    #", 0) != 0) {
            kept += line + "\n";
        }
    }
    return kept;
}

std::string Hex(const void *address)
{
    char text[32];
    snprintf(text, sizeof text, "%p", address);
    return text;
}

namespace {

/* Also where a sanitizer was told that nobody may. */
CAIRN_UNWATCHED unsigned char ByteAt(const void *from, size_t offset)
{
    return static_cast<const unsigned char *>(from)[offset];
}

} // namespace

std::string Bytes(const void *from, size_t count)
{
    std::string text;
    for (size_t i = 0; i < count; i++) {
        char digits[8];
        snprintf(digits, sizeof digits, " %02x", ByteAt(from, i));
        text += digits;
    }
    return text;
}

} // namespace cairn_test
