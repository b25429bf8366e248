/* SPDX-License-Identifier: Apache-2.0
 *
 * Damage that check() finds, and frees that end the process in one line.
 */
#include <set>

#include "cairn/allocators/arena/mmap.h"
#include "cairn/allocators/large/large.h"
#include "cairn/base/poison.h"
#include "cairn/tests/allocators/pools.h"
#include "cairn/tests/support/fatal.h"

namespace cairn_test {

namespace {

bool Contains(const std::string &text, const std::string &part)
{
    return text.find(part) != std::string::npos;
}

/* Plants damage in a freed block, and mends it afterwards. */
void ExpectFound(Pools *pools, void *block, void *value, const char *line)
{
    void **link = static_cast<void **>(block);
    cairn_unpoison_defined(block, 64);
    void *before = *link;
    bool good = true;
    *link = value;
    std::string text = StderrOf([&] { good = cairn_layer_check(pools->layer); });
    *link = before;
    EXPECT_FALSE(good);
    EXPECT_EQ(text.compare(0, 7, "cairn: "), 0) << text;
    EXPECT_TRUE(Contains(text, line)) << text;
    EXPECT_TRUE(cairn_layer_check(pools->layer));
}

class PymallocMisuse : public testing::TestWithParam<Face> {
  protected:
    PymallocMisuse() : pools_(GetParam())
    {
    }

    Pools pools_;
};

TEST(PymallocSingleMisuse, CheckFindsAWriteIntoAFreedBlock)
{
    Pools pools;
    void *keeper = pools.Malloc(64);
    void *first = pools.Malloc(64);
    void *second = pools.Malloc(64);
    pools.FreeAll({first, second});
    cairn_layer_trim(pools.layer);
    ASSERT_TRUE(cairn_layer_check(pools.layer));
    int elsewhere = 0;
    const char *line = "something wrote to a block after it was freed";
    for (void *freed : {first, second}) {
        ExpectFound(&pools, freed, &elsewhere, line);
        ExpectFound(&pools, freed, freed, line); /* a ring, which must not hang it */
        ExpectFound(&pools, freed, static_cast<char *>(keeper) + 1, line);
    }
    pools.Free(keeper);
}

TEST(PymallocSingleMisuse, CheckFindsALostBlock)
{
    Pools pools;
    void *keeper = pools.Malloc(64);
    void *first = pools.Malloc(64);
    void *second = pools.Malloc(64);
    pools.FreeAll({first, second});
    cairn_layer_trim(pools.layer);
    for (void *freed : {first, second}) {
        if (cairn_link_read(static_cast<void **>(freed)) != nullptr) {
            ExpectFound(&pools, freed, nullptr, "does not balance");
        }
    }
    pools.Free(keeper);
}

/* Free blocks of the threaded face hold nothing that Cairn reads, unless they wait in a depot. */
TEST(PymallocThreadedMisuse, AWriteIntoAFreedBlockDoesNoHarm)
{
    Pools pools(Face::kThreaded);
    std::vector<void *> blocks;
    for (int i = 0; i < 1000; i++) {
        blocks.push_back(pools.Malloc(64));
    }
    pools.FreeAll(blocks);
    cairn_layer_trim(pools.layer);
    void *keeper = pools.Malloc(16); /* the arena is there */
    for (int i = 0; i < 500; i++) {
        blocks[(size_t)i] = pools.Malloc(64);
    }
    for (int i = 0; i < 250; i++) {
        pools.Free(blocks[(size_t)i]);
    }
    cairn_layer_trim(pools.layer);
    for (int i = 0; i < 250; i++) {
        cairn_unpoison(blocks[(size_t)i], 64);
        memset(blocks[(size_t)i], 0xEE, 64);
    }
    EXPECT_TRUE(cairn_layer_check(pools.layer));
    for (int i = 0; i < 250; i++) {
        blocks[(size_t)i] = pools.Malloc(64);
    }
    blocks.resize(500);
    std::set<void *> different(blocks.begin(), blocks.end());
    EXPECT_EQ(different.size(), 500u);
    pools.FreeAll(blocks);
    pools.Free(keeper);
}

TEST(PymallocThreadedMisuse, ADoubleFreeIsNoticedWhenTheBlockComesHome)
{
    Pools pools(Face::kThreaded);
    void *keeper = pools.Malloc(64);
    void *block = pools.Malloc(64);
    pools.Free(block);
    cairn_layer_trim(pools.layer);
    EXPECT_DEATH(
        {
            pools.Free(block);
            cairn_layer_trim(pools.layer);
        },
        "cairn: free of 0x[0-9a-f]+, which is no block in use: it was freed twice");
    EXPECT_DEATH(
        {
            pools.Free(static_cast<char *>(keeper) + 8);
            cairn_layer_trim(pools.layer);
        },
        "cairn: free of 0x[0-9a-f]+, which lies inside the block at 0x[0-9a-f]+ but does not");
    pools.Free(keeper);
}

TEST_P(PymallocMisuse, FreeIntoAnUnusedPoolEndsTheProcess)
{
    char *block = pools_.Block(64);
    char *unused = PoolOf(block) + 7 * CAIRN_POOL_BYTES + 1024;
    std::string line = FatalLineOf([&] { pools_.Free(unused); });
    EXPECT_EQ(line.compare(0, 17, "cairn: free of 0x"), 0) << line;
    EXPECT_TRUE(Contains(line, "in no block that is in use")) << line;
    EXPECT_DEATH(pools_.Free(unused), "cairn: free of 0x[0-9a-f]+, which lies in Cairn's memory");
    EXPECT_TRUE(cairn_layer_check(pools_.layer));
    pools_.Free(block);
}

TEST_P(PymallocMisuse, DoubleFreeOfABlockInAnEmptiedPoolEndsTheProcess)
{
    void *keeper = pools_.Malloc(16);
    void *block = pools_.Malloc(400);
    pools_.Free(block);
    cairn_layer_trim(pools_.layer);
    EXPECT_TRUE(Contains(FatalLineOf([&] { pools_.Free(block); }), "freed before"));
    EXPECT_DEATH(pools_.Free(block), "cairn: free of 0x[0-9a-f]+, which lies in Cairn's memory");
    EXPECT_NE(FatalLineOf([&] { pools_.Realloc(block, 300); }), "");
    pools_.Free(keeper);
}

INSTANTIATE_TEST_SUITE_P(Faces, PymallocMisuse, testing::Values(Face::kSingle, Face::kThreaded),
                         [](const testing::TestParamInfo<Face> &info) {
                             return info.param == Face::kSingle ? "single" : "threaded";
                         });

TEST(NoMemory, TakesNothingBackThatItDidNotGive)
{
    int foreign = 0;
    cairn_layer_free(cairn_no_memory, nullptr);
    EXPECT_EQ(cairn_layer_malloc(cairn_no_memory, 1), nullptr);
    EXPECT_EQ(cairn_layer_calloc(cairn_no_memory, 1, 1), nullptr);
    EXPECT_EQ(cairn_layer_realloc(cairn_no_memory, nullptr, 1), nullptr);
    EXPECT_TRUE(Contains(FatalLineOf([&] { cairn_layer_free(cairn_no_memory, &foreign); }),
                         "which no allocator of this stack owns"));
    EXPECT_TRUE(Contains(FatalLineOf([&] { cairn_layer_realloc(cairn_no_memory, &foreign, 9); }),
                         "cairn: realloc of 0x"));
}

class LargeMisuse : public testing::Test {
  protected:
    LargeMisuse()
        : instance_(cairn_large_create(cairn_arena_mmap, nullptr)),
          layer_(cairn_large_layer(instance_))
    {
    }

    ~LargeMisuse() override
    {
        cairn_large_destroy(instance_);
    }

    std::string LineOfFree(void *ptr)
    {
        return FatalLineOf([&] { cairn_layer_free(layer_, ptr); });
    }

    char *Block(size_t size)
    {
        return static_cast<char *>(cairn_layer_malloc(layer_, size));
    }

    cairn_large *instance_;
    cairn_layer layer_;
};

TEST_F(LargeMisuse, ForeignPointersEndTheProcess)
{
    int local = 0;
    void *libc = cairn_layer_malloc(cairn_system, 100);
    for (void *foreign : {static_cast<void *>(&local), libc, reinterpret_cast<void *>(16)}) {
        EXPECT_TRUE(Contains(LineOfFree(foreign), "which no allocator of this stack owns"));
        EXPECT_TRUE(Contains(FatalLineOf([&] { cairn_layer_realloc(layer_, foreign, 10); }),
                             "cairn: realloc of 0x"));
    }
    EXPECT_DEATH(cairn_layer_free(layer_, &local),
                 "cairn: free of 0x[0-9a-f]+, which no allocator of this stack owns");
    cairn_layer_free(cairn_system, libc);
}

TEST_F(LargeMisuse, PointersIntoARunOrMappingEndTheProcess)
{
    for (size_t size : {200000, 20 << 20}) {
        char *block = Block(size);
        EXPECT_TRUE(Contains(LineOfFree(block + 16), "lies inside a block but does not start it"));
        EXPECT_NE(LineOfFree(block + size / 2), "");
        EXPECT_NE(FatalLineOf([&] { cairn_layer_realloc(layer_, block + 16, 10); }), "");
        cairn_layer_free(layer_, block);
    }
}

TEST_F(LargeMisuse, DoubleFreeOfARunOrMappingEndsTheProcess)
{
    for (size_t size : {200000, 20 << 20}) {
        char *block = Block(size);
        cairn_layer_free(layer_, block);
        EXPECT_TRUE(Contains(LineOfFree(block), "it was freed before"));
    }
}

TEST_F(LargeMisuse, ADoubleFreeIsNoticedWhenTheBlockComesHome)
{
    void *keeper = Block(1000);
    void *freed = Block(1000);
    cairn_layer_free(layer_, freed);
    cairn_layer_trim(layer_);
    EXPECT_DEATH(
        {
            cairn_layer_free(layer_, freed);
            cairn_layer_trim(layer_);
        },
        "cairn: free of 0x[0-9a-f]+, which is no block in use: it was freed twice");
    cairn_layer_free(layer_, keeper);
}

} // namespace

} // namespace cairn_test
