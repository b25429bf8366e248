/* SPDX-License-Identifier: Apache-2.0
 *
 * The fills of every small size to the byte, over a layer that hands out one buffer (clauses C1, C2 and C4).
 */
#include "cairn/tests/hooks/debug_stack.h"

#include <algorithm>
#include <cstring>
#include <string>

namespace cairn_test {

namespace {

constexpr size_t kCell = 2048;
constexpr char kUntouched = '\x11';

/* Two cells that are handed out in turn; nothing happens to what is freed. */
alignas(16) char cells[2][kCell];
size_t given;

void *Give(size_t size)
{
    char *cell = cells[given++ % 2];
    memset(cell, kUntouched, kCell);
    return size <= kCell ? cell : nullptr;
}

/* It has no sizes to tell, so that what grows moves, and what shrinks to less than half. */
const cairn_layer two_cells = {
    {nullptr, [](void *, size_t size) { return Give(size); },
     [](void *, size_t count, size_t size) { return Give(count * size); },
     [](void *, void *, size_t size) { return Give(size); }, [](void *, void *) {}},
    &cairn_nothing_more};

/* The same with room for more in each. */
size_t room;
const cairn_allocator_more with_room = [] {
    cairn_allocator_more more = cairn_nothing_more;
    more.usable_size = [](void *, const void *) { return room; };
    return more;
}();

class DebugFill : public DebugStack {
  protected:
    static std::string All(char byte, size_t count)
    {
        return std::string(count, byte);
    }

    static std::string Header(size_t size)
    {
        std::string header = All('\0', 6);
        header += static_cast<char>(size >> 8);
        header += static_cast<char>(size);
        return header + 'm' + All('\xfd', 7);
    }

    static std::string Whole(const char *user)
    {
        return {user - 16, kCell};
    }

    static std::string Live(const std::string &data)
    {
        std::string block = Header(data.size()) + data + All('\xfd', 8);
        return block + All(kUntouched, kCell - block.size());
    }

    static std::string Freed(size_t size)
    {
        return All('\xdd', size + 24) + All(kUntouched, kCell - size - 24);
    }
};

TEST_F(DebugFill, C2_EverySizeToTheByte)
{
    for (const char *options : {"quarantine=0", "compat=1"}) {
        cairn_layer layer = DebugOver(two_cells, "mem", options);
        for (size_t size = 0; size <= 1000; size++) {
            char *block = Malloc(layer, size);
            ASSERT_EQ(Whole(block), Live(All('\xcd', size))) << options << " " << size;
            cairn_layer_free(layer, block);
            ASSERT_EQ(Whole(block), Freed(size)) << options << " " << size;
        }
    }
}

std::string Numbered(size_t count)
{
    std::string data;
    for (size_t i = 0; i < count; i++) {
        data += static_cast<char>(i * 7 + i / 251 + 1);
    }
    return data;
}

const size_t kSizes[] = {0,  1,  7,   8,   9,   15,  16,  17,  31,  32,  33,  47,  63, 64,
                         65, 95, 127, 128, 129, 200, 255, 256, 257, 487, 488, 489, 700};

TEST_F(DebugFill, C4_MovedFromEverySizeToEveryOther)
{
    cairn_layer layer = DebugOver(two_cells, "mem", "quarantine=0");
    for (size_t old_size : kSizes) {
        for (size_t size : kSizes) {
            if (size <= old_size && size >= old_size / 2) {
                continue; /* stays */
            }
            std::string data = Numbered(old_size);
            char *block = Malloc(layer, old_size);
            memcpy(block, data.data(), old_size);
            char *moved = Realloc(layer, block, size);
            data.resize(size, '\xcd');
            ASSERT_EQ(Whole(moved), Live(data)) << old_size << " to " << size;
            ASSERT_EQ(Whole(block), Freed(old_size)) << old_size << " to " << size;
            cairn_layer_free(layer, moved);
        }
    }
}

/* Clause C4.5: what is discarded is erased, the tail that ended it included. */
TEST_F(DebugFill, C4_5_InPlaceFromEverySizeToEveryOther)
{
    cairn_layer layer = DebugOver({two_cells.allocator, &with_room}, "mem", "quarantine=0");
    for (size_t old_size : kSizes) {
        for (size_t size : kSizes) {
            if (size < old_size / 2) {
                continue; /* moves */
            }
            room = std::max(size, old_size) + 24;
            std::string data = Numbered(old_size);
            char *block = Malloc(layer, old_size);
            memcpy(block, data.data(), old_size);
            ASSERT_EQ(Realloc(layer, block, size), block);
            data.resize(size, '\xcd');
            std::string expected = Live(data);
            if (size < old_size) {
                expected.replace(size + 24, old_size - size, old_size - size, '\xdd');
            }
            ASSERT_EQ(Whole(block), expected) << old_size << " to " << size;
            cairn_layer_free(layer, block);
        }
    }
}

/* Without memory for the new block the old one is as it was. */
TEST_F(DebugFill, C4_NothingChangesWithoutMemory)
{
    cairn_layer empty = two_cells;
    static bool is_empty;
    is_empty = false;
    empty.allocator.malloc = [](void *, size_t size) { return is_empty ? nullptr : Give(size); };
    cairn_layer layer = DebugOver(empty, "mem");
    char *block = Malloc(layer, 100);
    memcpy(block, Numbered(100).data(), 100);
    is_empty = true;
    EXPECT_EQ(Realloc(layer, block, 200), nullptr);
    EXPECT_EQ(Whole(block), Live(Numbered(100)));
    is_empty = false;
    cairn_layer_free(layer, block);
}

} // namespace

} // namespace cairn_test
