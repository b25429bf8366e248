/* SPDX-License-Identifier: Apache-2.0
 *
 * walk: each live block once, with what can be used of it, and nothing else.
 */
#include <map>

#include "cairn/tests/contract/contract.h"

namespace cairn_test {

namespace {

using Blocks = std::map<void *, size_t>;

bool Note(void *arg, void *block, size_t usable)
{
    bool is_new = static_cast<Blocks *>(arg)->emplace(block, usable).second;
    EXPECT_TRUE(is_new) << block;
    return true;
}

Blocks Walk(cairn_layer layer)
{
    Blocks found;
    EXPECT_TRUE(cairn_layer_walk(layer, Note, &found));
    return found;
}

bool StopAtThird(void *arg, void *block, size_t usable)
{
    (void)block;
    (void)usable;
    return ++*static_cast<int *>(arg) < 3;
}

TEST_P(Contract, WalkVisitsWhatIsLive)
{
    CAIRN_NEEDS(CAIRN_OFFERS_WALK);
    Blocks before = Walk(layer_);
    std::vector<void *> kept;
    for (size_t size : BorderSizes(Limited(20 << 20))) {
        void *block = Malloc(size);
        ASSERT_NE(block, nullptr);
        void *second = Malloc(std::min(size, (size_t)5000));
        kept.push_back(second);
        Blocks now = Walk(layer_);
        ASSERT_EQ(now.count(block), 1u) << size;
        EXPECT_EQ(now[block], UsableSize(block, size)) << size;
        Free(block);
        now = Walk(layer_);
        EXPECT_EQ(now.count(block), 0u) << size;
        EXPECT_EQ(now.count(second), 1u) << size;
        EXPECT_EQ(now.size(), before.size() + kept.size());
    }
    for (void *block : kept) {
        Free(block);
    }
    EXPECT_EQ(Walk(layer_), before);
}

/* What lies in magazines, depots and emptied pools is not live. */
TEST_P(Contract, WalkLeavesOutWhatWaitsForReuse)
{
    CAIRN_NEEDS(CAIRN_OFFERS_WALK);
    size_t before = Walk(layer_).size();
    std::vector<void *> blocks;
    for (size_t i = 0; i < Often(8000); i++) {
        blocks.push_back(Malloc(16 + i % 4 * 300));
    }
    EXPECT_EQ(Walk(layer_).size(), before + blocks.size());
    for (size_t i = 0; i < blocks.size(); i++) {
        if (i % 5 != 0) {
            Free(blocks[i]);
        }
    }
    EXPECT_EQ(Walk(layer_).size(), before + (blocks.size() + 4) / 5);
    for (size_t i = 0; i < blocks.size(); i += 5) {
        Free(blocks[i]);
    }
    EXPECT_EQ(Walk(layer_).size(), before);
}

TEST_P(Contract, WalkEndsWhereItIsTold)
{
    CAIRN_NEEDS(CAIRN_OFFERS_WALK);
    void *blocks[] = {Malloc(10), Malloc(1000), Malloc(100), Malloc(16)};
    int visits = 0;
    EXPECT_FALSE(cairn_layer_walk(layer_, StopAtThird, &visits));
    EXPECT_EQ(visits, 3);
    for (void *block : blocks) {
        Free(block);
    }
}

} // namespace

} // namespace cairn_test
