/* SPDX-License-Identifier: Apache-2.0
 *
 * Fills pools and arenas by looking at the addresses that come out.
 */
#include "cairn/tests/allocators/pools.h"

namespace cairn_test {

namespace {

size_t pools_with_room(const cairn_pymalloc_statistics &statistics, unsigned size_class)
{
    return statistics.classes[size_class].free_blocks > 0 ? 1 : 0;
}

} // namespace

std::vector<void *> Pools::FillPools(size_t size, size_t pools)
{
    std::vector<void *> blocks;
    unsigned size_class = cairn_small_class(size);
    size_t filled = 0;
    while (filled < pools) {
        void *block = Malloc(size);
        if (block == nullptr) {
            ADD_FAILURE() << "no memory for " << pools << " pools";
            break;
        }
        blocks.push_back(block);
        cairn_pymalloc_statistics statistics = Statistics();
        filled = statistics.classes[size_class].pools - pools_with_room(statistics, size_class);
    }
    return blocks;
}

std::vector<void *> Pools::FillArenas(size_t size, size_t arenas)
{
    std::vector<void *> blocks;
    size_t before = provider.allocs;
    while (provider.allocs <= before + arenas) {
        blocks.push_back(Malloc(size));
    }
    /* The last one opened one arena too many. */
    Free(blocks.back());
    blocks.pop_back();
    cairn_layer_trim(layer);
    return blocks;
}

size_t ArenaOf(const std::vector<char *> &arenas, const void *block)
{
    for (size_t i = 0; i < arenas.size(); i++) {
        if ((uintptr_t)block - (uintptr_t)arenas[i] < CAIRN_ARENA_BYTES) {
            return i;
        }
    }
    return SIZE_MAX;
}

testing::AssertionResult Balances(const cairn_pymalloc_statistics &s)
{
    size_t sum = s.live_bytes + s.available_bytes + s.unused_pools * s.pool_unit_bytes +
                 s.header_bytes + s.quantization_bytes + s.alignment_bytes;
    if (sum == s.arena_bytes) {
        return testing::AssertionSuccess();
    }
    return testing::AssertionFailure()
           << s.live_bytes << " + " << s.available_bytes << " + " << s.unused_pools << " * "
           << s.pool_unit_bytes << " + " << s.header_bytes << " + " << s.quantization_bytes << " + "
           << s.alignment_bytes << " = " << sum << ", not " << s.arena_bytes;
}

} // namespace cairn_test
