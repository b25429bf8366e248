/* SPDX-License-Identifier: Apache-2.0
 *
 * An instance of large over a provider that counts.
 */
#ifndef CAIRN_TESTS_ALLOCATORS_LARGE_FIXTURE_H_
#define CAIRN_TESTS_ALLOCATORS_LARGE_FIXTURE_H_

#include <gtest/gtest.h>

#include "cairn/allocators/arena/mmap.h"
#include "cairn/allocators/large/large.h"
#include "cairn/tests/support/provider.h"

namespace cairn_test {

class Large : public testing::Test {
  protected:
    Large() : provider(cairn_arena_mmap)
    {
        instance = cairn_large_create(provider.source(), nullptr);
        layer = cairn_large_layer(instance);
    }

    ~Large() override
    {
        EXPECT_TRUE(cairn_layer_check(layer));
        cairn_large_destroy(instance);
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

    Provider provider;
    cairn_large *instance;
    cairn_layer layer;
};

} // namespace cairn_test

#endif /* CAIRN_TESTS_ALLOCATORS_LARGE_FIXTURE_H_ */
