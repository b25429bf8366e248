/* SPDX-License-Identifier: Apache-2.0
 *
 * A recursive descent that keeps nothing.
 */
#include "cairn/fuzz/json_check.h"

#include <string.h>

enum { DEPTH_MAX = 64 };

static bool value(const char **at, unsigned depth);

static void skip_space(const char **at)
{
    *at += strspn(*at, " \t\r\n");
}

static bool take(const char **at, char expected)
{
    skip_space(at);
    bool is_there = **at == expected;
    *at += is_there ? 1 : 0;
    return is_there;
}

static bool digits(const char **at)
{
    size_t count = strspn(*at, "0123456789");
    *at += count;
    return count > 0;
}

static bool number(const char **at)
{
    *at += **at == '-' ? 1 : 0;
    if (**at == '0') {
        *at += 1;
    } else if (!digits(at)) {
        return false;
    }
    if (**at == '.') {
        *at += 1;
        if (!digits(at)) {
            return false;
        }
    }
    if (**at == 'e' || **at == 'E') {
        *at += 1;
        *at += **at == '+' || **at == '-' ? 1 : 0;
        return digits(at);
    }
    return true;
}

/* One character of a string: an escape, ASCII, or a well-formed sequence of UTF-8. */
static bool character(const char **at)
{
    const unsigned char *bytes = (const unsigned char *)*at;
    unsigned more = bytes[0] < 0x80 ? 0 : bytes[0] < 0xe0 ? 1 : bytes[0] < 0xf0 ? 2 : 3;
    uint32_t code = more == 0 ? bytes[0] : bytes[0] & (0x3fu >> more);
    static const uint32_t least[] = {0x20, 0x80, 0x800, 0x10000};
    if (bytes[0] == '\\' && bytes[1] == 'u') {
        *at += 6;
        return strspn((const char *)bytes + 2, "0123456789abcdefABCDEF") >= 4;
    }
    if (bytes[0] == '\\') {
        *at += 2;
        return bytes[1] != '\0' && strchr("\"\\/bfnrt", bytes[1]) != NULL;
    }
    if (bytes[0] >= 0x80 && (bytes[0] < 0xc0 || bytes[0] >= 0xf8)) {
        return false;
    }
    for (unsigned i = 1; i <= more; i++) {
        if ((bytes[i] & 0xc0) != 0x80) {
            return false;
        }
        code = code << 6 | (bytes[i] & 0x3f);
    }
    *at += more + 1;
    return code >= least[more] && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
}

static bool string(const char **at)
{
    if (!take(at, '"')) {
        return false;
    }
    while (**at != '"') {
        if (!character(at)) {
            return false;
        }
    }
    *at += 1;
    return true;
}

static bool members(const char **at, char end, bool is_object, unsigned depth)
{
    if (take(at, end)) {
        return true;
    }
    do {
        if ((is_object && (!string(at) || !take(at, ':'))) || !value(at, depth + 1)) {
            return false;
        }
    } while (take(at, ','));
    return take(at, end);
}

static bool word(const char **at, const char *expected)
{
    bool is_there = strncmp(*at, expected, strlen(expected)) == 0;
    *at += is_there ? strlen(expected) : 0;
    return is_there;
}

static bool value(const char **at, unsigned depth)
{
    skip_space(at);
    if (depth > DEPTH_MAX) {
        return false;
    }
    if (**at == '{' || **at == '[') {
        bool is_object = *(*at)++ == '{';
        return members(at, is_object ? '}' : ']', is_object, depth);
    }
    if (**at == '"') {
        return string(at);
    }
    return word(at, "true") || word(at, "false") || word(at, "null") || number(at);
}

bool fuzz_is_json(const char *text)
{
    bool is_value = value(&text, 0);
    skip_space(&text);
    return is_value && *text == '\0';
}
