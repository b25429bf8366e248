/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract of allocators/arena.h, on every arena provider.
 */
#include <cerrno>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "cairn/allocators/arena/fixed.h"
#include "cairn/allocators/arena/malloc.h"
#include "cairn/allocators/arena/mmap.h"
#include "cairn/base/math.h"
#include "cairn/tests/support/blocks.h"
#include "cairn/tests/support/fatal.h"

namespace cairn_test {

namespace {

constexpr size_t kBufferBytes = 64 << 20;

struct Source {
    const char *name;
    std::function<cairn_arena_source(char *buffer)> make;
};

cairn_arena_source fixed_at(char *buffer)
{
    cairn_arena_source source = cairn_arena_malloc;
    EXPECT_TRUE(cairn_arena_fixed_init(buffer, kBufferBytes - 100, &source));
    return source;
}

const Source kSources[] = {
    {"mmap", [](char *) { return cairn_arena_mmap; }},
    {"malloc", [](char *) { return cairn_arena_malloc; }},
    {"fixed", fixed_at},
    {"fixed_at_odd_address", [](char *buffer) { return fixed_at(buffer + 99); }},
};

class Arena : public testing::TestWithParam<Source> {
  protected:
    Arena()
        : buffer_(static_cast<char *>(cairn_arena_alloc(cairn_arena_mmap, kBufferBytes))),
          source_(GetParam().make(buffer_))
    {
    }

    ~Arena() override
    {
        cairn_arena_free(cairn_arena_mmap, buffer_, kBufferBytes);
    }

    void *AllocAligned(size_t size, size_t alignment)
    {
        return source_.more->alloc_aligned(source_.provider.ctx, size, alignment);
    }

    char *buffer_;
    cairn_arena_source source_;
};

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
    bool is_fragile = CAIRN_SANITIZED && std::string(GetParam().name) == "malloc";
    for (size_t size : {(size_t)PTRDIFF_MAX, (size_t)PTRDIFF_MAX + 1, SIZE_MAX - 4096, SIZE_MAX}) {
        EXPECT_EQ(cairn_arena_alloc(source_, size), nullptr) << size;
        if (!is_fragile) {
            EXPECT_EQ(AllocAligned(size, 1 << 20), nullptr) << size;
        }
    }
    if (!is_fragile) {
        EXPECT_EQ(AllocAligned(4096, (size_t)1 << 63), nullptr);
    }
}

TEST_P(Arena, ReadsAsZeroIfItSaysSo)
{
    if (!source_.more->is_zeroed) {
        return;
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
        return;
    }
    size_t page = source_.more->page_size(source_.provider.ctx);
    auto *arena = static_cast<char *>(cairn_arena_alloc(source_, 16 * page));
    memset(arena, 0xFF, 16 * page);
    /* Only pages that lie wholly inside. */
    EXPECT_TRUE(cairn_arena_purge(source_, arena + 1, 4 * page));
    EXPECT_EQ(arena[0], (char)0xFF);
    EXPECT_EQ(arena[page - 1], (char)0xFF);
    EXPECT_TRUE(IsZero(arena + page, 3 * page));
    EXPECT_EQ(arena[4 * page], (char)0xFF);
    EXPECT_FALSE(cairn_arena_purge(source_, arena + 8 * page + 1, page));
    EXPECT_EQ(arena[9 * page], (char)0xFF);
    memset(arena, 0x11, 16 * page);
    EXPECT_EQ(arena[2 * page], 0x11);
    cairn_arena_free(source_, arena, 16 * page);
}

TEST_P(Arena, AlignsAsAskedFor)
{
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
        return;
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
    bool is_bounded = region.bytes != 0;
    EXPECT_EQ(is_bounded, std::string(GetParam().name).compare(0, 5, "fixed") == 0);
    if (is_bounded) {
        EXPECT_GE(arena, static_cast<char *>(region.base));
        EXPECT_LE(arena + 100000, static_cast<char *>(region.base) + region.bytes);
        EXPECT_GE(static_cast<char *>(region.base), buffer_);
        EXPECT_LE(static_cast<char *>(region.base) + region.bytes, buffer_ + kBufferBytes);
    }
    cairn_arena_free(source_, arena, 100000);
}

TEST_P(Arena, HasItsName)
{
    EXPECT_EQ(
        std::string(GetParam().name).compare(0, strlen(source_.more->name), source_.more->name), 0);
}

TEST(ArenaFixed, RefusesBuffersThatAreTooSmall)
{
    static char buffer[CAIRN_ARENA_FIXED_MIN_BYTES];
    cairn_arena_source source = cairn_arena_mmap;
    EXPECT_FALSE(cairn_arena_fixed_init(nullptr, 1 << 20, &source));
    EXPECT_FALSE(cairn_arena_fixed_init(buffer, sizeof buffer - 1, &source));
    EXPECT_FALSE(cairn_arena_fixed_init(buffer, 0, &source));
    EXPECT_TRUE(cairn_arena_fixed_init(buffer, sizeof buffer, &source));
}

TEST(ArenaFixed, WorksAtAnyAddressAndStaysInItsBuffer)
{
    constexpr size_t kBytes = 200000;
    std::vector<char> memory(kBytes + 4096 + 64);
    for (size_t shift : {0, 1, 7, 8, 63, 4095}) {
        memory.assign(memory.size(), 0x5A);
        char *buffer = memory.data() + shift;
        cairn_arena_source source;
        ASSERT_TRUE(cairn_arena_fixed_init(buffer, kBytes, &source));
        std::vector<void *> arenas;
        for (void *arena; (arena = cairn_arena_alloc(source, 4096)) != nullptr;) {
            memset(arena, 0xFF, 4096);
            arenas.push_back(arena);
        }
        EXPECT_GE(arenas.size(), kBytes / 4096 - 2);
        EXPECT_EQ(cairn_arena_fixed_used(source), arenas.size() * 4096);
        for (size_t i = 0; i < shift; i++) {
            ASSERT_EQ(memory[i], 0x5A);
        }
        for (size_t i = shift + kBytes; i < memory.size(); i++) {
            ASSERT_EQ(memory[i], 0x5A);
        }
        for (void *arena : arenas) {
            cairn_arena_free(source, arena, 4096);
        }
        EXPECT_EQ(cairn_arena_fixed_used(source), 0u);
    }
}

TEST(ArenaFixed, FullIsExactlyNullAndAllComesBack)
{
    std::vector<char> memory(256 << 10);
    cairn_arena_source source;
    ASSERT_TRUE(cairn_arena_fixed_init(memory.data(), memory.size(), &source));
    cairn_arena_region region = cairn_arena_describe(source);
    for (size_t size : {4096, 8192, 40960, 1}) {
        size_t unit = cairn_max(size, 4096);
        std::vector<void *> arenas;
        for (void *arena; (arena = cairn_arena_alloc(source, size)) != nullptr;) {
            arenas.push_back(arena);
        }
        EXPECT_EQ(arenas.size(), region.bytes / unit) << size;
        EXPECT_EQ(cairn_arena_alloc(source, size), nullptr);
        /* The place that was freed is the place that is found, wherever it is. */
        void *middle = arenas[arenas.size() / 2];
        cairn_arena_free(source, middle, size);
        EXPECT_EQ(cairn_arena_alloc(source, size), middle);
        for (void *arena : arenas) {
            cairn_arena_free(source, arena, size);
        }
    }
    void *all = cairn_arena_alloc(source, region.bytes);
    EXPECT_EQ(all, region.base);
    EXPECT_EQ(cairn_arena_alloc(source, 1), nullptr);
    cairn_arena_free(source, all, region.bytes);
    EXPECT_EQ(cairn_arena_alloc(source, region.bytes + 1), nullptr);
}

TEST(ArenaFixed, RefusesWhatIsNotItsArena)
{
    static char memory[128 << 10];
    char outside[16];
    for (int kind = 0; kind < 4; kind++) { /* a failed free keeps its lock */
        cairn_arena_source source;
        ASSERT_TRUE(cairn_arena_fixed_init(memory, sizeof memory, &source));
        auto *arena = static_cast<char *>(cairn_arena_alloc(source, 8192));
        std::string line = FatalLineOf([&] {
            switch (kind) {
            case 0:
                cairn_arena_free(source, outside, 4096);
                break;
            case 1:
                cairn_arena_free(source, arena + 16, 4096);
                break;
            case 2:
                cairn_arena_free(source, arena + 8192, 4096); /* not handed out */
                break;
            default:
                cairn_arena_free(source, arena, 12288); /* too long */
            }
        });
        EXPECT_EQ(line.compare(0, 37, "cairn: arena provider fixed: free of "), 0) << line;
    }
}

INSTANTIATE_TEST_SUITE_P(All, Arena, testing::ValuesIn(kSources),
                         [](const testing::TestParamInfo<Source> &info) {
                             return std::string(info.param.name);
                         });

} // namespace

} // namespace cairn_test
