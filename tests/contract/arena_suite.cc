/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract of allocators/arena.h.
 */
#include <atomic>
#include <cerrno>
#include <cstring>
#include <thread>

#include <gtest/gtest.h>

#include "cairn/tests/contract/arena_subject.h"
#include "cairn/tests/support/blocks.h"

namespace cairn_test {

namespace {

class Arena : public testing::TestWithParam<ArenaSubject> {
  protected:
    Arena() : source_(GetParam().make())
    {
    }

    bool OffersAligned() const
    {
        return source_.more->alloc_aligned != nullptr;
    }

    void *AllocAligned(size_t size, size_t alignment)
    {
        return source_.more->alloc_aligned(source_.provider.ctx, size, alignment);
    }

    cairn_arena_source source_;
};

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Arena);
INSTANTIATE_TEST_SUITE_P(All, Arena, testing::ValuesIn(AllArenas()),
                         [](const testing::TestParamInfo<ArenaSubject> &info) {
                             return info.param.name;
                         });

const size_t kSizes[] = {1, 4095, 4096, 4097, 65536, 1 << 20, (1 << 20) + 4096, 8 << 20};

TEST_P(Arena, GivesDistinctAlignedMemoryOfTheSizeAskedFor)
{
    std::vector<void *> arenas;
    for (size_t size : kSizes) {
        void *arena = cairn_arena_alloc(source_, size);
        ASSERT_NE(arena, nullptr);
        EXPECT_TRUE(IsAligned(arena, 16));
        Fill(arena, size, size);
        arenas.push_back(arena);
    }
    for (size_t i = 0; i < arenas.size(); i++) {
        EXPECT_TRUE(Holds(arenas[i], kSizes[i], SIZE_MAX, kSizes[i])) << kSizes[i];
        cairn_arena_free(source_, arenas[i], kSizes[i]);
    }
}

TEST_P(Arena, KeepsErrno)
{
    errno = 12345;
    void *arena = cairn_arena_alloc(source_, 1 << 20);
    EXPECT_EQ(errno, 12345);
    cairn_arena_purge(source_, arena, 1 << 20);
    EXPECT_EQ(errno, 12345);
    cairn_arena_free(source_, arena, 1 << 20);
    EXPECT_EQ(errno, 12345);
    EXPECT_EQ(cairn_arena_alloc(source_, PTRDIFF_MAX - 4096), nullptr);
    EXPECT_EQ(errno, 12345) << "arena.h: errno is kept, on failure too";
}

TEST_P(Arena, RefusesSizesThatCannotBe)
{
    /* ASan's own posix_memalign fails a check of its own on such sizes. */
    bool can_align = OffersAligned() && !CAIRN_SANITIZED;
    for (size_t size : {(size_t)PTRDIFF_MAX, (size_t)PTRDIFF_MAX + 1, SIZE_MAX - 4096, SIZE_MAX}) {
        EXPECT_EQ(cairn_arena_alloc(source_, size), nullptr) << size;
        if (can_align) {
            EXPECT_EQ(AllocAligned(size, 1 << 20), nullptr) << size;
        }
    }
    if (can_align) {
        EXPECT_EQ(AllocAligned(4096, (size_t)1 << 63), nullptr);
    }
}

TEST_P(Arena, ReadsAsZeroIfItSaysSo)
{
    if (!source_.more->is_zeroed) {
        GTEST_SKIP() << "not offered";
    }
    for (int round = 0; round < 3; round++) {
        void *arena = cairn_arena_alloc(source_, 1 << 20);
        ASSERT_NE(arena, nullptr);
        EXPECT_TRUE(IsZero(arena, 1 << 20));
        memset(arena, 0xFF, 1 << 20);
        cairn_arena_free(source_, arena, 1 << 20);
    }
}

TEST_P(Arena, PurgeGivesWholePagesBack)
{
    if (source_.more->purge == nullptr) {
        GTEST_SKIP() << "not offered";
    }
    ASSERT_NE(source_.more->page_size, nullptr);
    size_t page = source_.more->page_size(source_.provider.ctx);
    auto *arena = static_cast<char *>(cairn_arena_alloc(source_, 16 * page));
    memset(arena, 0xFF, 16 * page);
    /* Only pages that lie wholly inside. */
    EXPECT_TRUE(cairn_arena_purge(source_, arena + 1, 4 * page));
    EXPECT_EQ(arena[0], (char)0xFF);
    EXPECT_EQ(arena[page - 1], (char)0xFF);
    EXPECT_TRUE(!source_.more->is_zeroed || IsZero(arena + page, 3 * page));
    EXPECT_EQ(arena[4 * page], (char)0xFF);
    EXPECT_FALSE(cairn_arena_purge(source_, arena + 8 * page + 1, page));
    EXPECT_EQ(arena[9 * page], (char)0xFF);
    memset(arena, 0x11, 16 * page);
    EXPECT_EQ(arena[2 * page], 0x11);
    cairn_arena_free(source_, arena, 16 * page);
}

TEST_P(Arena, AlignsAsAskedFor)
{
    if (!OffersAligned()) {
        GTEST_SKIP() << "not offered";
    }
    for (size_t alignment = 1; alignment <= 8 << 20; alignment *= 2) {
        for (size_t size : {4096, 100000}) {
            void *arena = AllocAligned(size, alignment);
            void *other = AllocAligned(size, alignment);
            ASSERT_NE(arena, nullptr) << alignment;
            ASSERT_NE(other, nullptr) << alignment;
            EXPECT_TRUE(IsAligned(arena, alignment));
            EXPECT_TRUE(IsAligned(other, alignment));
            memset(arena, 1, size);
            memset(other, 2, size);
            EXPECT_EQ(static_cast<char *>(arena)[size - 1], 1);
            cairn_arena_free(source_, arena, size);
            cairn_arena_free(source_, other, size);
        }
    }
}

TEST_P(Arena, RemapKeepsContents)
{
    if (source_.more->remap == nullptr) {
        GTEST_SKIP() << "not offered";
    }
    size_t size = 1 << 20;
    void *arena = cairn_arena_alloc(source_, size);
    for (size_t next : {(size_t)2 << 20, (size_t)24 << 20, (size_t)300000, (size_t)5 << 20}) {
        Fill(arena, size, next);
        arena = source_.more->remap(source_.provider.ctx, arena, size, next);
        ASSERT_NE(arena, nullptr);
        EXPECT_TRUE(Holds(arena, size, next, next)) << size << " to " << next;
        size = next;
    }
    Fill(arena, size, 1);
    EXPECT_EQ(source_.more->remap(source_.provider.ctx, arena, size, SIZE_MAX), nullptr);
    EXPECT_TRUE(Holds(arena, size, SIZE_MAX, 1));
    cairn_arena_free(source_, arena, size);
}

TEST_P(Arena, DescribesItsBounds)
{
    cairn_arena_region region = cairn_arena_describe(source_);
    auto *arena = static_cast<char *>(cairn_arena_alloc(source_, 100000));
    ASSERT_NE(arena, nullptr);
    if (region.bytes != 0) {
        EXPECT_GE(arena, static_cast<char *>(region.base));
        EXPECT_LE(arena + 100000, static_cast<char *>(region.base) + region.bytes);
        EXPECT_EQ(cairn_arena_alloc(source_, region.bytes + 1), nullptr);
    }
    cairn_arena_free(source_, arena, 100000);
}

TEST_P(Arena, HasItsName)
{
    ASSERT_NE(source_.more->name, nullptr);
    EXPECT_NE(source_.more->name[0], '\0');
}

TEST_P(Arena, ServesThreadsAtOnce)
{
    constexpr size_t kArenas = 4;
    constexpr size_t kBytes = 256 << 10;
    std::atomic<int> bad{0};
    std::vector<std::thread> threads;
    for (uint64_t number = 1; number <= 4; number++) {
        threads.emplace_back([this, number, &bad] {
            Random random(number);
            void *arenas[kArenas] = {};
            for (size_t i = 0; i < Often(500); i++) {
                size_t place = random.Below(kArenas);
                void *&arena = arenas[place];
                if (arena == nullptr) {
                    arena = cairn_arena_alloc(source_, kBytes);
                    bad += arena == nullptr ? 1 : 0;
                    Fill(arena, arena != nullptr ? kBytes : 0, number * kArenas + place);
                } else {
                    bad += Holds(arena, kBytes, kBytes, number * kArenas + place) ? 0 : 1;
                    cairn_arena_free(source_, arena, kBytes);
                    arena = nullptr;
                }
            }
            for (void *arena : arenas) {
                if (arena != nullptr) {
                    cairn_arena_free(source_, arena, kBytes);
                }
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    EXPECT_EQ(bad, 0);
}

} // namespace

} // namespace cairn_test
