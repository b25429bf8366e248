/* SPDX-License-Identifier: Apache-2.0
 *
 * The fixture of the contract suite. A test asks of a layer what it offers, and no sizes that it has no
 * room for; afterwards the layer must be sound and have its blocks back.
 */
#ifndef CAIRN_TESTS_CONTRACT_CONTRACT_H_
#define CAIRN_TESTS_CONTRACT_CONTRACT_H_

#include <gtest/gtest.h>

#include "cairn/tests/contract/subject.h"
#include "cairn/tests/support/blocks.h"

namespace cairn_test {

class Contract : public testing::TestWithParam<SubjectFactory> {
  protected:
    void SetUp() override;
    void TearDown() override;

    void *Malloc(size_t size)
    {
        return cairn_layer_malloc(layer_, size);
    }

    void *Calloc(size_t count, size_t size)
    {
        return cairn_layer_calloc(layer_, count, size);
    }

    void *Realloc(void *ptr, size_t size)
    {
        return cairn_layer_realloc(layer_, ptr, size);
    }

    void Free(void *ptr)
    {
        cairn_layer_free(layer_, ptr);
    }

    void *AlignedAlloc(size_t alignment, size_t size)
    {
        return cairn_layer_aligned_alloc(layer_, alignment, size);
    }

    bool Offers(unsigned what) const
    {
        return (subject_.offers & what) == what;
    }

    /* What can be used of a block of size bytes. */
    size_t UsableSize(const void *ptr, size_t size) const
    {
        return Offers(CAIRN_OFFERS_USABLE_SIZE) ? cairn_layer_usable_size(layer_, ptr) : size;
    }

    /* The size, or the largest of which the layer can hold four; less for one of many. */
    size_t Limited(size_t size) const
    {
        return std::min(size, subject_.is_quick ? 2 << 20 : subject_.room / 4);
    }

    /* A count of repetitions that is a tenth under a sanitizer, and less for one of many. */
    size_t Often(size_t count) const
    {
        return cairn_test::Often(subject_.is_quick ? count / 8 : count);
    }

    /* The step through a range of sizes. */
    size_t Stride(size_t usual, size_t rare) const
    {
        return CAIRN_SANITIZED || subject_.is_quick ? rare : usual;
    }

    bool IsBounded() const
    {
        return subject_.room != SIZE_MAX;
    }

    /* Whether owns has to know a block of that size. Any other block is known as a whole or not. Who
     * does not own all passes requests for nothing on, too. */
    bool MustOwn(size_t size) const
    {
        return Offers(CAIRN_OFFERS_ALL_OWNED) || (size > 0 && size <= subject_.largest_owned);
    }

    Subject subject_;
    cairn_layer layer_;

  private:
    bool counts_blocks_ = false;
    size_t live_blocks_ = 0;
};

/* For the start of a test. */
#define CAIRN_NEEDS(what)                                                                          \
    if (!Offers(what)) {                                                                           \
        GTEST_SKIP() << "not offered";                                                             \
    }

/* Sizes at every border of a class, a run and a mapping: the border, one less and one more. */
std::vector<size_t> BorderSizes(size_t largest);

} // namespace cairn_test

#endif /* CAIRN_TESTS_CONTRACT_CONTRACT_H_ */
