/* SPDX-License-Identifier: Apache-2.0
 *
 * The bookkeeping of a heap in use, as it reports it itself, beside what it holds: below 2 %.
 */
#include <cstdio>
#include <vector>

#include <gtest/gtest.h>

#include "cairn/cairn.h"

namespace {

constexpr size_t kPercent = 2;

/* Sizes of low to high bytes, until so many bytes are live. */
std::vector<void *> Fill(size_t low, size_t high, size_t bytes)
{
    std::vector<void *> blocks;
    uint64_t random = 1;
    for (size_t live = 0; live < bytes;) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        size_t size = low + (random >> 33) % (high - low + 1);
        blocks.push_back(cairn_malloc(size));
        live += size;
    }
    return blocks;
}

class Metadata : public testing::TestWithParam<std::pair<size_t, size_t>> {};

TEST_P(Metadata, IsBelowTwoPercent)
{
    cairn_totals before, after;
    cairn_stats_totals(&before);
    std::vector<void *> blocks = Fill(GetParam().first, GetParam().second, 256u << 20);
    cairn_stats_totals(&after);
    size_t headers = after.header_bytes - before.header_bytes;
    size_t live = after.live_bytes - before.live_bytes;
    printf("%zu bytes of headers for %zu live ones: %.2f %%\n", headers, live,
           100 * (double)headers / (double)live);
    EXPECT_LT(100 * headers, kPercent * live);
    for (void *block : blocks) {
        cairn_free(block);
    }
}

INSTANTIATE_TEST_SUITE_P(Sizes, Metadata,
                         testing::Values(std::pair{1, 512}, std::pair{16, 16},
                                         std::pair{1024, 32768}, std::pair{65536, 8u << 20}),
                         [](const auto &range) {
                             return "From" + std::to_string(range.param.first) + "To" +
                                    std::to_string(range.param.second);
                         });

} // namespace
