/* SPDX-License-Identifier: Apache-2.0
 *
 * Our formatter, compared with libc's where both know the format.
 */
#include "cairn/base/print.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>

#include <gtest/gtest.h>

namespace {

template <typename... Arguments> std::string Ours(const char *format, Arguments... arguments)
{
    char text[600];
    size_t count = cairn_format(text, sizeof text, format, arguments...);
    EXPECT_EQ(count, strlen(text));
    return text;
}

#define EXPECT_LIKE_LIBC(...)                                                                      \
    do {                                                                                           \
        char expected[600];                                                                        \
        snprintf(expected, sizeof expected, __VA_ARGS__);                                          \
        EXPECT_EQ(Ours(__VA_ARGS__), expected);                                                    \
    } while (0)

TEST(Print, FormatsAsLibcDoes)
{
    int local;
    EXPECT_LIKE_LIBC("plain%s", "");
    EXPECT_LIKE_LIBC("%s and %s", "one", "two");
    EXPECT_LIKE_LIBC("[%10s][%-10s]", "right", "left");
    EXPECT_LIKE_LIBC("%c%c", 'a', 'b');
    EXPECT_LIKE_LIBC("%d %d %d", 0, -1, 2147483647);
    EXPECT_LIKE_LIBC("%d", (int)0x80000000);
    EXPECT_LIKE_LIBC("%ld", (long)0x8000000000000000);
    EXPECT_LIKE_LIBC("%u %zu %lu", 4294967295u, SIZE_MAX, 5ul);
    EXPECT_LIKE_LIBC("%x %zx", 0xdeadbeefu, (size_t)0x123456789abcdef);
    EXPECT_LIKE_LIBC("[%8u][%-8u][%08u]", 42u, 42u, 42u);
    EXPECT_LIKE_LIBC("[%08d][%-8d][%8d]", -42, -42, -42);
    EXPECT_LIKE_LIBC("%p", static_cast<void *>(&local));
    EXPECT_LIKE_LIBC("[%20p][%-20p]", static_cast<void *>(&local), static_cast<void *>(&local));
    EXPECT_LIKE_LIBC("%d%%", 100);
}

TEST(Print, GroupsDigitsByCommas)
{
    EXPECT_EQ(Ours("%'zu", (size_t)0), "0");
    EXPECT_EQ(Ours("%'zu", (size_t)999), "999");
    EXPECT_EQ(Ours("%'zu", (size_t)1000), "1,000");
    EXPECT_EQ(Ours("%'zu", SIZE_MAX), "18,446,744,073,709,551,615");
    EXPECT_EQ(Ours("%'12zu|", (size_t)1234567), "   1,234,567|");
    EXPECT_EQ(Ours("%'d", -1234567), "-1,234,567");
}

TEST(Print, SaysWhenAStringIsNull)
{
    EXPECT_EQ(Ours("%s", static_cast<const char *>(nullptr)), "(null)");
}

TEST(Print, CutsWhatDoesNotFit)
{
    char text[8] = "#######";
    EXPECT_EQ(cairn_format(text, 5, "%s", "abcdefgh"), 4u);
    EXPECT_STREQ(text, "abcd");
    EXPECT_EQ(text[5], '#');
    EXPECT_EQ(cairn_format(text, 0, "x"), 0u);
    EXPECT_EQ(text[0], 'a');
    EXPECT_EQ(cairn_format(text, 1, "x"), 0u);
    EXPECT_STREQ(text, "");
}

TEST(Print, LongOutputComesInPiecesAndWhole)
{
    std::string whole;
    cairn_print out;
    cairn_print_to(
        &out,
        [](void *ctx, const char *text, size_t count) {
            static_cast<std::string *>(ctx)->append(text, count);
        },
        &whole);
    std::string expected;
    for (unsigned i = 0; i < 2000; i++) {
        cairn_printf(&out, "%u,", i);
        expected += std::to_string(i) + ",";
    }
    cairn_print_flush(&out);
    cairn_print_flush(&out); /* a second one has nothing to say */
    EXPECT_EQ(whole, expected);
}

TEST(Print, WritesToAFileDescriptorAndKeepsErrno)
{
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    cairn_print out;
    errno = 12345;
    cairn_print_to_fd(&out, ends[1]);
    cairn_printf(&out, "%s %d\n", "number", 7);
    cairn_print_flush(&out);
    close(ends[1]);
    char text[20] = "";
    EXPECT_EQ(read(ends[0], text, sizeof text - 1), 9);
    EXPECT_STREQ(text, "number 7\n");
    close(ends[0]);
    errno = 12345;
    cairn_print_to_fd(&out, -1);
    cairn_printf(&out, "lost");
    cairn_print_flush(&out);
    EXPECT_EQ(errno, 12345);
}

} // namespace
