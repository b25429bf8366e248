/* SPDX-License-Identifier: Apache-2.0
 *
 * The debug hook's layout and fills, to the byte (clauses C1 to C3), and what it offers besides.
 */
#include "cairn/tests/hooks/debug_stack.h"

#include <climits>
#include <cstring>
#include <string>
#include <thread>

#include "cairn/allocators/system/system.h"
#include "cairn/tests/support/blocks.h"

namespace cairn_test {

namespace {

class DebugHook : public DebugStack {};

std::string Plain(const char *id, const char *size, const std::string &data)
{
    return " 00 00 00 00 00 00 " + std::string(size) + " " + id + " fd fd fd fd fd fd fd" + data +
           " fd fd fd fd fd fd fd fd";
}

std::string Times(const char *byte, size_t count)
{
    std::string text;
    for (size_t i = 0; i < count; i++) {
        text += byte;
    }
    return text;
}

TEST_F(DebugHook, C1_LayoutOfABlock)
{
    for (const char *options : {"", "compat=1", "quarantine=0"}) {
        char *block = Malloc(Debug("mem", options), 5);
        EXPECT_EQ(below().calls.back().result, block - 16);
        EXPECT_EQ(below().calls.back().first, 5u + 24);
        EXPECT_EQ(Bytes(block - 16, 29), Plain("6d", "00 05", Times(" cd", 5))) << options;
    }
}

TEST_F(DebugHook, C1_EachDomainHasItsId)
{
    EXPECT_EQ(Malloc(Debug("raw"), 1)[-8], 'r');
    EXPECT_EQ(Malloc(Debug("mem"), 1)[-8], 'm');
    EXPECT_EQ(Malloc(Debug("obj"), 1)[-8], 'o');
    EXPECT_EQ(Malloc(Debug("textures"), 1)[-8], 't');
    cairn_layer other = Debug("things");
    cairn_debug_set_id(cairn_debug_of(other), 'T');
    char *block = Malloc(other, 1);
    EXPECT_EQ(block[-8], 'T');
    cairn_layer_free(other, block);
}

TEST_F(DebugHook, C1_1_SerialNumbersTakeEightBytesMore)
{
    for (const char *options : {"serial=1", "compat=1:serial=1"}) {
        cairn_layer layer = Debug("mem", options);
        size_t before = cairn_debug_serial_count();
        char *block = Malloc(layer, 300);
        EXPECT_EQ(below().calls.back().first, 300u + 32);
        EXPECT_EQ(cairn_debug_load_number(block + 308), before + 1);
        EXPECT_EQ(Bytes(block - 16, 18), " 00 00 00 00 00 00 01 2c 6d fd fd fd fd fd fd fd cd cd");
        cairn_layer_free(layer, block);
    }
}

TEST_F(DebugHook, C1_2_WhatCannotFitIsNotAskedFor)
{
    cairn_layer layer = Debug("mem", "compat=1");
    char *block = Malloc(layer, 10);
    size_t calls = below().calls.size();
    for (size_t size : {(size_t)PTRDIFF_MAX, (size_t)PTRDIFF_MAX - 23, SIZE_MAX}) {
        EXPECT_EQ(Malloc(layer, size), nullptr);
        EXPECT_EQ(cairn_layer_calloc(layer, 1, size), nullptr);
        EXPECT_EQ(Realloc(layer, block, size), nullptr);
        EXPECT_EQ(cairn_layer_aligned_alloc(layer, 64, size), nullptr);
    }
    EXPECT_EQ(cairn_layer_calloc(layer, SIZE_MAX / 2, 3), nullptr);
    EXPECT_EQ(below().calls.size(), calls);
    EXPECT_EQ(Bytes(block, 10), Times(" cd", 10));
}

TEST_F(DebugHook, C1_4_PoolsServeUpTo488)
{
    EXPECT_TRUE(cairn_layer_malloc(Debug("mem"), 488) != nullptr);
    EXPECT_EQ(below().calls.back().first, 512u);
}

TEST_F(DebugHook, C3_1_ZeroBytesAreAHeaderAndATail)
{
    cairn_layer layer = Debug("obj");
    EXPECT_EQ(Bytes(Malloc(layer, 0) - 16, 24), Plain("6f", "00 00", ""));
    void *zero = cairn_layer_calloc(layer, 0, 8);
    EXPECT_EQ(Bytes(static_cast<char *>(zero) - 16, 24), Plain("6f", "00 00", ""));
}

TEST_F(DebugHook, C3_CallocAsksForOneBlockAndLeavesZeroes)
{
    cairn_layer layer = Debug("mem");
    auto *block = static_cast<char *>(cairn_layer_calloc(layer, 3, 7));
    EXPECT_EQ(below().calls.back().name, "calloc");
    EXPECT_EQ(below().calls.back().first, 1u);
    EXPECT_EQ(below().calls.back().second, 21u + 24);
    EXPECT_EQ(Bytes(block, 29), Times(" 00", 21) + Times(" fd", 8));
}

TEST_F(DebugHook, C3_FreeOfNullIsNotPassedOn)
{
    cairn_layer_free(Debug("mem"), nullptr);
    EXPECT_EQ(below().names(), "");
}

/* A bottom that looks at what it gets back. */
std::string freed_bytes;

void *LookMalloc(void *, size_t size)
{
    return cairn_layer_malloc(cairn_system, size);
}

void LookFree(void *, void *ptr)
{
    freed_bytes = Bytes(ptr, 40);
    cairn_layer_free(cairn_system, ptr);
}

TEST_F(DebugHook, C3_2_FreePassesOnABlockThatIsAllDead)
{
    for (const char *options :
         {"quarantine=0", "compat=1", "compat=1:serial=1", "index=1:quarantine=0"}) {
        cairn_layer look = cairn_system;
        look.allocator.malloc = LookMalloc;
        look.allocator.free = LookFree;
        cairn_layer layer = DebugOver(look, "mem", options);
        size_t size = strstr(options, "serial") != nullptr ? 8 : 16;
        freed_bytes.clear();
        cairn_layer_free(layer, Malloc(layer, size));
        EXPECT_EQ(freed_bytes, Times(" dd", 40)) << options;
    }
}

TEST_F(DebugHook, EverySizeIsFilledAndBoundedExactly)
{
    for (const char *options : {"", "quarantine=0", "compat=1", "serial=1"}) {
        cairn_layer layer = Debug("raw", options);
        for (size_t size = 0; size < 1200; size++) {
            char *block = Malloc(layer, size);
            ASSERT_EQ(Bytes(block, size), Times(" cd", size)) << options << " " << size;
            ASSERT_EQ(cairn_debug_load(block + size), CAIRN_DEBUG_ALL(0xFD)) << size;
            ASSERT_EQ(cairn_debug_load_number(block - 16), size);
            ASSERT_EQ(cairn_layer_usable_size(layer, block), size);
            cairn_layer_free(layer, block);
        }
    }
}

TEST_F(DebugHook, UsableSizeIsWhatWasAskedForAtEveryAlignment)
{
    for (const char *options : {"", "compat=1", "serial=1:index=1", "quarantine=0"}) {
        cairn_layer layer = Debug("mem", options);
        for (size_t alignment = 1; alignment <= 1 << 20; alignment *= 2) {
            for (size_t size : {0, 1, 100, 5000, 100000}) {
                auto *block =
                    static_cast<char *>(cairn_layer_aligned_alloc(layer, alignment, size));
                ASSERT_TRUE(IsAligned(block, alignment)) << alignment;
                EXPECT_EQ(cairn_layer_usable_size(layer, block), size);
                EXPECT_EQ(cairn_debug_load(block + size), CAIRN_DEBUG_ALL(0xFD));
                EXPECT_EQ(block[-8], 'm');
                EXPECT_EQ(cairn_layer_block_start(layer, block + size / 2), block) << alignment;
                block = Realloc(layer, block, size + 50);
                EXPECT_EQ(cairn_layer_usable_size(layer, block), size + 50);
                cairn_layer_free(layer, block);
            }
        }
    }
}

TEST_F(DebugHook, G12_AlignmentOfTheLayerBelowIsKept)
{
    cairn_layer layer = Debug("mem");
    for (size_t size = 0; size < 3000; size += 7) {
        EXPECT_TRUE(IsAligned(Malloc(layer, size), CAIRN_ALIGNMENT)) << size;
    }
}

TEST_F(DebugHook, WorksOverALayerThatOffersNothing)
{
    for (const char *options : {"", "compat=1", "serial=1", "index=1", "check=1"}) {
        cairn_layer layer = DebugOver(below().bare(), "mem", options);
        char *block = Malloc(layer, 100);
        Fill(block, 100, 1);
        block = Realloc(layer, block, 1000);
        EXPECT_TRUE(Holds(block, 100, 1000, 1)) << options;
        EXPECT_EQ(cairn_layer_usable_size(layer, block), 1000u);
        cairn_layer_free(layer, block);
        EXPECT_EQ(cairn_layer_aligned_alloc(layer, 64, 10), nullptr);
    }
}

TEST_F(DebugHook, G11_C8_1_SerialNumbersOfThreadsAreDistinct)
{
    cairn_layer layer = Debug("raw", "serial=1");
    size_t before = cairn_debug_serial_count();
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; i++) {
        threads.emplace_back([&] {
            for (int j = 0; j < 500; j++) {
                cairn_layer_free(layer, Malloc(layer, 10));
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    EXPECT_EQ(cairn_debug_serial_count(), before + 2000);
}

TEST_F(DebugHook, C8_1_FailedCallsTakeNoNumber)
{
    cairn_layer layer = Debug("raw", "serial=1:compat=1");
    char *block = Malloc(layer, 10);
    size_t before = cairn_debug_serial_count();
    below().plan.FailFrom(1);
    EXPECT_EQ(Malloc(layer, 10), nullptr);
    EXPECT_EQ(cairn_layer_calloc(layer, 10, 2), nullptr);
    EXPECT_EQ(Realloc(layer, block, 1000), nullptr);
    EXPECT_EQ(cairn_debug_serial_count(), before);
    EXPECT_EQ(cairn_debug_load_number(block + 18), before);
}

const void *AsPointer(int byte)
{
    void *pointer;
    memset(&pointer, byte, sizeof pointer);
    return pointer;
}

TEST(DebugIsFreed, F5_NullIsFreed)
{
    EXPECT_TRUE(cairn_debug_is_freed(nullptr));
}

TEST_F(DebugHook, F6_UninitialisedIsFreed)
{
    void *member;
    memcpy(&member, Malloc(Debug("obj"), 16), sizeof member);
    EXPECT_TRUE(cairn_debug_is_freed(member));
}

TEST_F(DebugHook, F7_ForbiddenBytesAreFreed)
{
    void *member;
    memcpy(&member, Malloc(Debug("obj"), 16) + 16, sizeof member);
    EXPECT_TRUE(cairn_debug_is_freed(member));
}

TEST_F(DebugHook, F8_FreedIsFreed)
{
    cairn_layer layer = Debug("obj");
    char *block = Malloc(layer, 16);
    cairn_layer_free(layer, block);
    uint64_t member = cairn_poison_load(block); /* in quarantine, so that it is there */
    EXPECT_TRUE(cairn_debug_is_freed(reinterpret_cast<void *>(member)));
}

TEST(DebugIsFreed, C2_1_OtherPointersAreNot)
{
    int local = 0;
    EXPECT_FALSE(cairn_debug_is_freed(&local));
    EXPECT_FALSE(cairn_debug_is_freed(AsPointer(0xDC)));
    EXPECT_FALSE(cairn_debug_is_freed(static_cast<const char *>(AsPointer(0xDD)) + 1));
    EXPECT_TRUE(cairn_debug_is_freed(AsPointer(0xCD)));
    EXPECT_TRUE(cairn_debug_is_freed(AsPointer(0xDD)));
    EXPECT_TRUE(cairn_debug_is_freed(AsPointer(0xFD)));
}

} // namespace

} // namespace cairn_test
