/* SPDX-License-Identifier: Apache-2.0
 *
 * Resizing under the debug hook (clause C4), over a bottom whose realloc stays, moves or fails as told and
 * which keeps what it was shown.
 */
#include "cairn/tests/hooks/debug_stack.h"

#include <cstring>
#include <string>

#include "cairn/tests/support/blocks.h"

namespace cairn_test {

namespace {

enum class Behaviour { kStays, kMoves, kFails };

/* Two places for one block. */
struct Script {
    Behaviour behaviour = Behaviour::kStays;
    bool malloc_fails = false;
    alignas(16) char places[2][4096];
    int current = 0;
    std::string shown; /* the bytes when realloc was called */
    size_t shown_bytes = 0;
    size_t asked = 0;
    int frees = 0;
};

Script script;

void *ScriptMalloc(void *, size_t)
{
    return script.malloc_fails ? nullptr : script.places[script.current ^= 1];
}

void *ScriptRealloc(void *, void *ptr, size_t size)
{
    script.shown = Bytes(ptr, script.shown_bytes);
    script.asked = size;
    if (script.behaviour == Behaviour::kFails) {
        return nullptr;
    }
    if (script.behaviour == Behaviour::kStays) {
        return ptr;
    }
    script.current ^= 1;
    return memcpy(script.places[script.current], ptr, 2000);
}

void ScriptFree(void *, void *)
{
    script.frees++;
}

class DebugRealloc : public DebugStack {
  protected:
    DebugRealloc()
    {
        script = Script();
    }

    cairn_layer Over(const char *options)
    {
        cairn_layer layer = {{nullptr, ScriptMalloc, nullptr, ScriptRealloc, ScriptFree},
                             &cairn_nothing_more};
        return DebugOver(layer, "mem", options);
    }
};

std::string Times(const char *byte, size_t count)
{
    std::string text;
    for (size_t i = 0; i < count; i++) {
        text += byte;
    }
    return text;
}

/* A block of size bytes, the first being 0, then 1, ... */
char *Numbered(cairn_layer layer, size_t size)
{
    auto *block = static_cast<char *>(cairn_layer_malloc(layer, size));
    for (size_t i = 0; i < size; i++) {
        block[i] = static_cast<char>(i % 200);
    }
    return block;
}

bool IsNumbered(const char *block, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        if (block[i] != static_cast<char>(i % 200)) {
            return false;
        }
    }
    return true;
}

TEST_F(DebugRealloc, C4_2_ShortBlocksLookFreedMeanwhile)
{
    for (size_t size : {0, 1, 16, 127, 128}) {
        cairn_layer layer = Over("compat=1");
        char *block = Numbered(layer, size);
        script.shown_bytes = size + 24;
        char *same = Realloc(layer, block, 200);
        EXPECT_EQ(same, block);
        EXPECT_EQ(script.asked, 200u + 24);
        EXPECT_EQ(script.shown, Times(" dd", size + 24)) << size;
        EXPECT_TRUE(IsNumbered(block, 0, size));
        EXPECT_EQ(Bytes(block + size, 208 - size), Times(" cd", 200 - size) + Times(" fd", 8));
    }
}

TEST_F(DebugRealloc, C4_2_OfLongBlocksTheEndsLookFreedMeanwhile)
{
    for (const char *options : {"compat=1", "compat=1:serial=1"}) {
        cairn_layer layer = Over(options);
        char *block = Numbered(layer, 300);
        size_t behind = strstr(options, "serial") != nullptr ? 16 : 8;
        std::string middle = Bytes(block + 64, 300 - 128);
        script.shown_bytes = 16 + 300 + behind;
        Realloc(layer, block, 400);
        EXPECT_EQ(script.shown, Times(" dd", 16 + 64) + middle + Times(" dd", 64 + behind));
        EXPECT_TRUE(IsNumbered(block, 0, 300));
        EXPECT_EQ(Bytes(block + 300, 108), Times(" cd", 100) + Times(" fd", 8));
    }
}

TEST_F(DebugRealloc, C4_3_FailureLeavesTheBlockAsItWas)
{
    script.behaviour = Behaviour::kFails;
    script.malloc_fails = false;
    for (const char *options : {"compat=1", "compat=1:serial=1"}) {
        for (size_t size : {0, 5, 128, 129, 1000}) {
            cairn_layer layer = Over(options);
            char *block = Numbered(layer, size);
            std::string before = Bytes(block - 16, size + 40);
            EXPECT_EQ(Realloc(layer, block, 2000), nullptr);
            EXPECT_EQ(Bytes(block - 16, size + 40), before) << options << " " << size;
            EXPECT_EQ(Realloc(layer, block, size / 2), nullptr);
            EXPECT_EQ(Bytes(block - 16, size + 40), before) << options << " " << size;
        }
    }
}

TEST_F(DebugRealloc, C4_4_ContentsAreKeptInPlaceAndMoved)
{
    for (Behaviour behaviour : {Behaviour::kStays, Behaviour::kMoves}) {
        script.behaviour = behaviour;
        for (size_t from : {1, 60, 128, 129, 190, 500}) {
            for (size_t to : {0, 1, 63, 65, 100, 129, 191, 499, 501, 1500}) {
                cairn_layer layer = Over("compat=1:serial=1");
                char *block = Numbered(layer, from);
                uint64_t serial = cairn_debug_load_number(block + from + 8);
                block = Realloc(layer, block, to);
                size_t kept = std::min(from, to);
                ASSERT_TRUE(IsNumbered(block, 0, kept)) << from << " " << to;
                EXPECT_EQ(Bytes(block + kept, to - kept + 8),
                          Times(" cd", to - kept) + Times(" fd", 8));
                EXPECT_EQ(cairn_debug_load_number(block - 16), to);
                EXPECT_EQ(cairn_debug_load_number(block + to + 8), serial + 1);
            }
        }
    }
}

TEST_F(DebugRealloc, C4_5_CompatLeavesTheMiddleOfWhatIsDiscarded)
{
    cairn_layer layer = Over("compat=1");
    char *block = Numbered(layer, 300);
    Realloc(layer, block, 150);
    EXPECT_EQ(Bytes(block + 150, 8), Times(" fd", 8));
    EXPECT_TRUE(IsNumbered(block, 158, 236)); /* 78 bytes */
    EXPECT_EQ(Bytes(block + 236, 72), Times(" dd", 72));
}

TEST_F(DebugRealloc, G11_C4_5_ShrinkErasesAllThatIsDiscarded)
{
    for (const char *options : {"", "quarantine=0", "serial=1"}) {
        cairn_layer layer = Over(options);
        char *block = Numbered(layer, 300);
        size_t behind = strstr(options, "serial") != nullptr ? 16 : 8;
        char *same = Realloc(layer, block, 150);
        EXPECT_EQ(same, block);
        EXPECT_TRUE(IsNumbered(block, 0, 150));
        EXPECT_EQ(Bytes(block + 150, 8), Times(" fd", 8));
        EXPECT_EQ(Bytes(block + 150 + behind, 150), Times(" dd", 150)) << options;
    }
}

TEST_F(DebugRealloc, G11_C4_5_AllOfABlockThatMovedIsErased)
{
    for (size_t to : {20, 900}) {
        cairn_layer layer = Over("");
        char *block = Numbered(layer, 300);
        char *moved = Realloc(layer, block, to);
        EXPECT_NE(moved, block);
        EXPECT_TRUE(IsNumbered(moved, 0, std::min<size_t>(to, 300)));
        EXPECT_EQ(Bytes(block - 16, 324), Times(" dd", 324)) << to;
        cairn_layer_trim(layer); /* its place is used again */
    }
}

TEST_F(DebugRealloc, AShrinkThatCannotMoveStays)
{
    cairn_layer layer = Over("");
    char *block = Numbered(layer, 300);
    script.malloc_fails = true;
    EXPECT_EQ(Realloc(layer, block, 20), block);
    EXPECT_TRUE(IsNumbered(block, 0, 20));
    EXPECT_EQ(Bytes(block + 20, 8 + 280), Times(" fd", 8) + Times(" dd", 280));
    EXPECT_EQ(Realloc(layer, block, 900), nullptr);
    EXPECT_TRUE(IsNumbered(block, 0, 20));
    EXPECT_EQ(cairn_layer_usable_size(layer, block), 20u);
}

TEST_F(DebugRealloc, EverySizeToEverySize)
{
    for (const char *options : {"", "compat=1", "quarantine=0:serial=1", "index=1"}) {
        cairn_layer layer = Debug("mem", options);
        for (size_t from = 0; from < 1500; from += 37) {
            for (size_t to = 0; to < 1500; to += 41) {
                char *block = Realloc(layer, Numbered(layer, from), to);
                ASSERT_TRUE(IsNumbered(block, 0, std::min(from, to))) << from << " " << to;
                ASSERT_EQ(cairn_layer_usable_size(layer, block), to);
                cairn_layer_free(layer, block);
            }
        }
    }
}

TEST_F(DebugRealloc, BlocksAboveAMebibyteGrowAndShrink)
{
    for (const char *options : {"", "compat=1", "serial=1", "index=1"}) {
        cairn_layer layer = Debug("mem", options);
        char *block = Malloc(layer, 3 << 20);
        Fill(block, 3 << 20, 1);
        for (size_t to : {5 << 20, 40 << 20, 80 << 20, 2 << 20, 1500000}) {
            block = Realloc(layer, block, to);
            ASSERT_TRUE(block != nullptr);
            EXPECT_TRUE(Holds(block, 3 << 20, std::min<size_t>(to, 1500000), 1)) << to;
            EXPECT_EQ(cairn_layer_usable_size(layer, block), to);
            EXPECT_EQ(cairn_debug_load(block + to), CAIRN_DEBUG_ALL(0xFD));
        }
        cairn_layer_free(layer, block);
    }
}

} // namespace

} // namespace cairn_test
