/* SPDX-License-Identifier: Apache-2.0
 *
 * The text form of parts and their options.
 */
#include <string>
#include <vector>

#include <gtest/gtest.h>

extern "C" {
#include "cairn/base/options.h"
}

namespace {

std::vector<std::string> Parts(const char *text)
{
    std::vector<std::string> parts;
    cairn_part_text part;
    while (cairn_next_part(&text, &part)) {
        parts.push_back(std::string(part.name) + "|" + part.options);
    }
    return parts;
}

TEST(Options, ListsAreSplitAtCommasAndTheFirstColon)
{
    using List = std::vector<std::string>;
    EXPECT_EQ(Parts(""), List());
    EXPECT_EQ(Parts("stats"), List({"stats|"}));
    EXPECT_EQ(Parts("debug:quarantine=1M:compat=1,trace:frames=16"),
              List({"debug|quarantine=1M:compat=1", "trace|frames=16"}));
    EXPECT_EQ(Parts("a,b"), List({"a|", "b|"}));
    EXPECT_EQ(Parts("a,,b"), List({"a|", "|", "b|"}));
    EXPECT_EQ(Parts("a:"), List({"a|"}));
    EXPECT_EQ(Parts("a,b:x=1"), List({"a|", "b|x=1"}));
}

TEST(Options, LongItemsAreCut)
{
    std::string name(1000, 'n');
    std::vector<std::string> parts = Parts((name + ":" + name + ",next").c_str());
    ASSERT_EQ(parts.size(), 2u);
    EXPECT_EQ(parts[0].size(), 2 * (size_t)(CAIRN_OPTION_TEXT_MAX - 1) + 1);
    EXPECT_EQ(parts[1], "next|");
}

TEST(Options, ValuesAreFoundByTheirKey)
{
    char value[8];
    EXPECT_TRUE(cairn_option_find("size=64M:align=4K", "size", value, sizeof value));
    EXPECT_STREQ(value, "64M");
    EXPECT_TRUE(cairn_option_find("size=64M:align=4K", "align", value, sizeof value));
    EXPECT_STREQ(value, "4K");
    EXPECT_FALSE(cairn_option_find("size=64M", "siz", value, sizeof value));
    EXPECT_FALSE(cairn_option_find("resize=64M", "size", value, sizeof value));
    EXPECT_FALSE(cairn_option_find("size", "size", value, sizeof value));
    EXPECT_FALSE(cairn_option_find("", "size", value, sizeof value));
    EXPECT_TRUE(cairn_option_find("size=", "size", value, sizeof value));
    EXPECT_STREQ(value, "");
    EXPECT_TRUE(cairn_option_find("size=0123456789", "size", value, sizeof value));
    EXPECT_STREQ(value, "0123456");
}

TEST(Options, NumbersOfBytes)
{
    struct {
        const char *text;
        size_t bytes;
    } good[] = {{"0", 0},
                {"1", 1},
                {"64K", 65536},
                {"3M", 3 << 20},
                {"2G", (size_t)2 << 30},
                {"0064", 64},
                {"17179869183G", (size_t)17179869183 << 30}};
    size_t bytes;
    for (auto &each : good) {
        ASSERT_TRUE(cairn_parse_bytes(each.text, &bytes)) << each.text;
        EXPECT_EQ(bytes, each.bytes) << each.text;
    }
    for (const char *bad : {"", "K", "12X", "12KB", "12 K", " 12", "-1", "+1", "1.5M", "0x10",
                            "17179869184G", "99999999999999999999", "18446744073709551616"}) {
        EXPECT_FALSE(cairn_parse_bytes(bad, &bytes)) << bad;
    }
}

} // namespace
