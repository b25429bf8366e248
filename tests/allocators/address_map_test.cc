/* SPDX-License-Identifier: Apache-2.0
 *
 * The address map by itself.
 */
#include "cairn/allocators/address_map.h"

#include <vector>

#include <gtest/gtest.h>

#include "cairn/allocators/system/system.h"
#include "cairn/tests/support/layer.h"

namespace cairn_test {

namespace {

const void *At(uintptr_t address)
{
    return reinterpret_cast<const void *>(address);
}

class Map {
  public:
    Map(uintptr_t origin, uintptr_t span)
        : memory(cairn_system), root_((span >> CAIRN_MAP_LEAF_SHIFT) + 1)
    {
        map.origin = origin;
        map.span = span;
        map.root = root_.data();
    }

    ~Map()
    {
        cairn_address_map_fini(&map, memory.layer());
        EXPECT_EQ(memory.live(), 0u);
        EXPECT_EQ(map.leaf_count, 0u);
    }

    uintptr_t Note(uintptr_t address)
    {
        return cairn_address_map_note(map.root, map.origin, map.span, At(address));
    }

    bool Reserve(uintptr_t address, size_t bytes)
    {
        return cairn_address_map_reserve(&map, memory.layer(), At(address), bytes);
    }

    Layer memory;
    cairn_address_map map = {};

  private:
    std::vector<uintptr_t> root_;
};

constexpr uintptr_t kGranule = CAIRN_GRANULE_BYTES;
constexpr uintptr_t kLeaf = (uintptr_t)1 << CAIRN_MAP_LEAF_SHIFT;

TEST(AddressMap, FindsWhatWasNotedForEachGranule)
{
    Map map(CAIRN_MAP_WHOLE_ORIGIN, CAIRN_MAP_WHOLE_SPAN);
    const uintptr_t places[] = {kGranule, 5 * kLeaf, CAIRN_MAP_WHOLE_SPAN - kGranule};
    for (uintptr_t place : places) {
        EXPECT_EQ(map.Note(place), 0u);
        ASSERT_TRUE(map.Reserve(place, kGranule));
        cairn_address_map_set(&map.map, At(place), 1, 200);
    }
    EXPECT_EQ(map.map.leaf_count, 3u);
    for (uintptr_t place : places) {
        EXPECT_EQ(map.Note(place), 200u);
        EXPECT_EQ(map.Note(place + kGranule - 1), 200u);
        EXPECT_EQ(map.Note(place - 1), 0u);
        EXPECT_EQ(map.Note(place + kGranule), 0u);
    }
}

TEST(AddressMap, OutsideOfItThereIsNothing)
{
    Map map(CAIRN_MAP_WHOLE_ORIGIN, CAIRN_MAP_WHOLE_SPAN);
    for (uintptr_t address : {(uintptr_t)CAIRN_MAP_WHOLE_SPAN, UINTPTR_MAX, (uintptr_t)1 << 63}) {
        EXPECT_EQ(map.Note(address), 0u);
        EXPECT_FALSE(map.Reserve(address, kGranule));
    }
    EXPECT_FALSE(map.Reserve(CAIRN_MAP_WHOLE_SPAN - kGranule, 2 * kGranule));
    EXPECT_EQ(map.memory.names(), "");
}

TEST(AddressMap, ARangeAcrossTwoLeavesIsNotedInBoth)
{
    Map map(CAIRN_MAP_WHOLE_ORIGIN, CAIRN_MAP_WHOLE_SPAN);
    alignas(64) char what[64];
    uintptr_t note = cairn_note_of(what, 17);
    EXPECT_EQ(cairn_note_class(note), 17u);
    EXPECT_EQ(cairn_note_descriptor(note), what);
    uintptr_t start = 7 * kLeaf - 2 * kGranule;
    ASSERT_TRUE(map.Reserve(start, 4 * kGranule));
    EXPECT_EQ(map.map.leaf_count, 2u);
    cairn_address_map_set(&map.map, At(start), 3 * kGranule + 1, note);
    for (uintptr_t i = 0; i < 4; i++) {
        EXPECT_EQ(map.Note(start + i * kGranule), note);
    }
    EXPECT_EQ(map.Note(start - 1), 0u);
    EXPECT_EQ(map.Note(start + 4 * kGranule), 0u);
    cairn_address_map_set(&map.map, At(start), 4 * kGranule, 0);
    EXPECT_EQ(map.Note(start), 0u);
}

TEST(AddressMap, LeavesThatWereMadeStayWhenALaterOneFails)
{
    Map map(CAIRN_MAP_WHOLE_ORIGIN, CAIRN_MAP_WHOLE_SPAN);
    map.memory.callocs.FailAt(2);
    EXPECT_FALSE(map.Reserve(7 * kLeaf - kGranule, 2 * kGranule));
    EXPECT_EQ(map.map.leaf_count, 1u);
    EXPECT_TRUE(map.Reserve(7 * kLeaf - kGranule, 2 * kGranule));
    EXPECT_EQ(map.map.leaf_count, 2u);
    EXPECT_EQ(map.memory.calls.size(), 3u);
}

TEST(AddressMap, ALeafInHandIsUsedByTheNextReserve)
{
    Map map(CAIRN_MAP_WHOLE_ORIGIN, CAIRN_MAP_WHOLE_SPAN);
    ASSERT_TRUE(cairn_address_map_prepare(&map.map, map.memory.layer()));
    ASSERT_TRUE(cairn_address_map_prepare(&map.map, map.memory.layer()));
    EXPECT_EQ(map.memory.calls.size(), 1u);
    map.memory.plan.FailFrom(1);
    EXPECT_TRUE(map.Reserve(9 * kLeaf, kGranule));
    EXPECT_FALSE(cairn_address_map_prepare(&map.map, map.memory.layer()));
}

TEST(AddressMap, OverABoundedRegionItHasAnEntryForEachGranule)
{
    uintptr_t origin = 3 * kLeaf + 5 * kGranule;
    Map map(origin, 10 * kGranule);
    ASSERT_TRUE(map.Reserve(origin, 10 * kGranule));
    ASSERT_EQ(map.memory.calls.size(), 1u);
    EXPECT_EQ(map.memory.calls[0].first, 11u); /* and one that leads to the other leaves */
    for (uintptr_t i = 0; i < 10; i++) {
        cairn_address_map_set(&map.map, At(origin + i * kGranule), 1, i + 1);
    }
    for (uintptr_t i = 0; i < 10; i++) {
        EXPECT_EQ(map.Note(origin + i * kGranule + 77), i + 1);
    }
    EXPECT_EQ(map.Note(origin - 1), 0u);
    EXPECT_EQ(map.Note(origin + 10 * kGranule), 0u);
    EXPECT_FALSE(map.Reserve(origin - kGranule, kGranule));
    EXPECT_FALSE(map.Reserve(origin, 11 * kGranule));
}

} // namespace

} // namespace cairn_test
