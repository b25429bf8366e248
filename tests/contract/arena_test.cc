/* SPDX-License-Identifier: Apache-2.0
 *
 * The arena suite on the built-in providers, and what fixed promises beyond it.
 */
#include <cstring>

#include <gtest/gtest.h>

#include "cairn/allocators/arena/fixed.h"
#include "cairn/allocators/arena/malloc.h"
#include "cairn/allocators/arena/mmap.h"
#include "cairn/base/math.h"
#include "cairn/tests/contract/arena_subject.h"
#include "cairn/tests/support/fatal.h"

namespace cairn_test {

namespace {

cairn_arena_source fixed_at(size_t offset)
{
    constexpr size_t kBytes = 64 << 20;
    static auto *buffer = static_cast<char *>(cairn_arena_alloc(cairn_arena_mmap, kBytes));
    cairn_arena_source source = cairn_arena_malloc;
    EXPECT_TRUE(cairn_arena_fixed_init(buffer + offset, kBytes - 100, &source));
    cairn_arena_region region = cairn_arena_describe(source);
    EXPECT_GE(static_cast<char *>(region.base), buffer + offset);
    EXPECT_LE(static_cast<char *>(region.base) + region.bytes, buffer + offset + kBytes - 100);
    return source;
}

TEST(ArenaNames, AreThoseOfTheProviders)
{
    EXPECT_STREQ(cairn_arena_mmap.more->name, "mmap");
    EXPECT_STREQ(cairn_arena_malloc.more->name, "malloc");
    EXPECT_STREQ(fixed_at(0).more->name, "fixed");
    EXPECT_EQ(cairn_arena_describe(cairn_arena_mmap).bytes, 0u);
    EXPECT_EQ(cairn_arena_describe(cairn_arena_malloc).bytes, 0u);
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

} // namespace

const std::vector<ArenaSubject> &AllArenas()
{
    static const std::vector<ArenaSubject> all = {
        {"mmap", [] { return cairn_arena_mmap; }},
        {"malloc", [] { return cairn_arena_malloc; }},
        {"fixed", [] { return fixed_at(0); }},
        {"fixed_at_odd_address", [] { return fixed_at(99); }},
    };
    return all;
}

} // namespace cairn_test
