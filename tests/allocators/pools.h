/* SPDX-License-Identifier: Apache-2.0
 *
 * An instance of pymalloc over fakes, and what tests of its clauses ask of it.
 */
#ifndef CAIRN_TESTS_ALLOCATORS_POOLS_H_
#define CAIRN_TESTS_ALLOCATORS_POOLS_H_

#include <vector>

#include <gtest/gtest.h>

#include "cairn/allocators/pymalloc/pymalloc.h"
#include "cairn/allocators/pymalloc/single.h"
#include "cairn/allocators/pymalloc/statistics.h"
#include "cairn/allocators/system/system.h"
#include "cairn/tests/support/layer.h"
#include "cairn/tests/support/provider.h"

namespace cairn_test {

enum class Face { kSingle, kThreaded };

/* Pools over a counting provider and a recording fallback over libc. Everything is given back when it
 * goes, which both fakes verify. */
class Pools {
  public:
    explicit Pools(Face face = Face::kSingle, const cairn_pymalloc_options *options = nullptr)
        : fallback(cairn_system), face_(face)
    {
        instance = face == Face::kSingle
                       ? cairn_pymalloc_single_create(provider.source(), fallback.bare(), options)
                       : cairn_pymalloc_create(provider.source(), fallback.bare(), options);
        EXPECT_NE(instance, nullptr);
        layer = cairn_pymalloc_layer(instance);
        fallback.calls.clear();
    }

    ~Pools()
    {
        if (face_ == Face::kSingle) {
            cairn_pymalloc_single_destroy(instance);
        } else {
            cairn_pymalloc_destroy(instance);
        }
        EXPECT_EQ(fallback.live(), 0u) << "blocks of the fallback that were not given back";
    }

    Pools(const Pools &) = delete;
    Pools &operator=(const Pools &) = delete;

    void *Malloc(size_t size)
    {
        return cairn_layer_malloc(layer, size);
    }

    char *Block(size_t size)
    {
        return static_cast<char *>(cairn_layer_malloc(layer, size));
    }

    void *Realloc(void *ptr, size_t size)
    {
        return cairn_layer_realloc(layer, ptr, size);
    }

    void Free(void *ptr)
    {
        cairn_layer_free(layer, ptr);
    }

    void FreeAll(const std::vector<void *> &blocks)
    {
        for (void *block : blocks) {
            Free(block);
        }
    }

    /* Blocks of one size until each of so many pools is full. */
    std::vector<void *> FillPools(size_t size, size_t pools);

    /* Blocks of one size until each of so many arenas has no room left. */
    std::vector<void *> FillArenas(size_t size, size_t arenas);

    cairn_pymalloc_statistics Statistics()
    {
        cairn_pymalloc_statistics statistics;
        cairn_pymalloc_get_statistics(instance, &statistics);
        return statistics;
    }

    Provider provider;
    Layer fallback;
    cairn_pymalloc *instance;
    cairn_layer layer;

  private:
    Face face_;
};

/* The pool that a block lies in, and the number of the arena that its pool lies in. */
inline char *PoolOf(const void *block)
{
    return reinterpret_cast<char *>(reinterpret_cast<uintptr_t>(block) &
                                    ~(uintptr_t)(CAIRN_POOL_BYTES - 1));
}

size_t ArenaOf(const std::vector<char *> &arenas, const void *block);

/* Whether the identity of clause B10.4 holds. */
testing::AssertionResult Balances(const cairn_pymalloc_statistics &statistics);

} // namespace cairn_test

#endif /* CAIRN_TESTS_ALLOCATORS_POOLS_H_ */
