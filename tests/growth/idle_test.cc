/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory that a program has freed goes back to the system: at once by cairn_trim(), and without it while the
 * program goes on working with little, or when it goes on after a pause.
 */
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include "cairn/cairn.h"
#include "cairn/tests/support/resident.h"

using cairn_test::ResidentBytes;

namespace {

constexpr size_t kMiB = 1 << 20;
constexpr size_t kPeak = 256 * kMiB;
/* What a trimmed heap may keep: the records of its regions, and pools that a block or two hold. */
constexpr size_t kKept = 4 * kMiB;
constexpr size_t kLittle = kPeak / 20;
/* What it may keep for a program that goes on with little. */
constexpr size_t kKeptAtWork = kPeak / 4;

struct Sizes {
    const char *name;
    size_t low;
    size_t high;
};

class Idle : public testing::TestWithParam<Sizes> {
  protected:
    Idle()
    {
        cairn_trim();
        /* Resident from the start, so that it is not taken for the heap's. */
        blocks_.resize(3 * kPeak / (GetParam().low + GetParam().high), this);
        before_ = ResidentBytes();
    }

    size_t Random()
    {
        random_ = random_ * 6364136223846793005u + 1442695040888963407u;
        return random_ >> 33;
    }

    void *NewBlock(size_t *bytes)
    {
        *bytes = GetParam().low + Random() % (GetParam().high - GetParam().low + 1);
        char *block = static_cast<char *>(cairn_malloc(*bytes));
        for (size_t i = 0; i < *bytes; i += 4096) {
            block[i] = 1;
        }
        return block;
    }

    void FillAndFree(size_t total)
    {
        size_t count = 0, bytes = 0;
        for (size_t live = 0; live < total && count < blocks_.size(); live += bytes) {
            blocks_[count++] = NewBlock(&bytes);
        }
        most_ = std::max(most_, Held());
        /* In disorder, so that nothing is empty before the end. */
        for (size_t left = count; left > 0; left--) {
            void *&chosen = blocks_[Random() % left];
            cairn_free(chosen);
            chosen = blocks_[left - 1];
        }
    }

    size_t Held() const
    {
        size_t now = ResidentBytes();
        return now > before_ ? now - before_ : 0;
    }

    size_t most_ = 0;

  private:
    uint64_t random_ = 1;
    size_t before_;
    std::vector<void *> blocks_;
};

TEST_P(Idle, GoesBackByTrim)
{
    FillAndFree(kPeak);
    cairn_trim();
    printf("%zu KiB kept of %zu\n", Held() / 1024, most_ / 1024);
    EXPECT_GE(most_, kPeak * 3 / 4);
    EXPECT_LE(Held(), kKept);
}

TEST_P(Idle, GoesBackWhileTheProgramWorksWithLittle)
{
    FillAndFree(kPeak);
    const size_t after = Held();
    for (int i = 0; i < 60; i++) {
        FillAndFree(kLittle);
        /* What was not needed for a quarter of a second is idle. */
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    printf("%zu KiB kept of %zu, %zu before the work\n", Held() / 1024, most_ / 1024, after / 1024);
    EXPECT_LE(Held(), kKeptAtWork);
}

/* The first slow paths after it find that all was idle. */
TEST_P(Idle, GoesBackAfterAPause)
{
    FillAndFree(kPeak);
    const size_t after = Held();
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    std::vector<void *> few(2000);
    for (size_t i = 0; i < few.size(); i++) {
        few[i] = cairn_malloc(i % 2 == 0 ? 100 : 2000);
    }
    for (void *block : few) {
        cairn_free(block);
    }
    printf("%zu KiB kept of %zu, %zu before the pause\n", Held() / 1024, most_ / 1024,
           after / 1024);
    EXPECT_LE(Held(), kPeak / 20);
}

INSTANTIATE_TEST_SUITE_P(Sizes, Idle,
                         testing::Values(Sizes{"Small", 16, 512}, Sizes{"Medium", 1024, 32768},
                                         Sizes{"Large", 65536, 8 * kMiB}),
                         [](const auto &range) { return std::string(range.param.name); });

} // namespace
