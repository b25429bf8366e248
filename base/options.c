/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the text form of parts and options.
 */
#include "cairn/base/options.h"

#include <string.h>

#include "cairn/base/math.h"

static void copy_text(char *out, size_t capacity, const char *text, size_t length)
{
    length = cairn_min(length, capacity - 1);
    memcpy(out, text, length);
    out[length] = '\0';
}

bool cairn_next_part(const char **cursor, cairn_part_text *out)
{
    const char *text = *cursor;
    if (*text == '\0') {
        return false;
    }
    size_t length = strcspn(text, ",");
    size_t name = cairn_min(strcspn(text, ":"), length);
    copy_text(out->name, sizeof out->name, text, name);
    size_t skipped = name < length ? name + 1 : length;
    copy_text(out->options, sizeof out->options, text + skipped, length - skipped);
    *cursor = text + length + (text[length] == ',' ? 1 : 0);
    return true;
}

bool cairn_option_find(const char *options, const char *key, char *out, size_t capacity)
{
    size_t key_length = strlen(key);
    while (*options != '\0') {
        size_t length = strcspn(options, ":");
        if (length > key_length && strncmp(options, key, key_length) == 0 &&
            options[key_length] == '=') {
            copy_text(out, capacity, options + key_length + 1, length - key_length - 1);
            return true;
        }
        options += length + (options[length] == ':' ? 1 : 0);
    }
    return false;
}

static bool unit_shift(const char *text, unsigned *out)
{
    *out = *text == 'K' ? 10 : *text == 'M' ? 20 : *text == 'G' ? 30 : 0;
    return *text == '\0' || (*out != 0 && text[1] == '\0');
}

bool cairn_parse_bytes(const char *text, size_t *out)
{
    size_t value = 0;
    size_t digits = 0;
    unsigned shift;
    for (; *text >= '0' && *text <= '9'; text++, digits++) {
        size_t digit = (size_t)(*text - '0');
        if (!cairn_multiply(value, 10, &value) || value > SIZE_MAX - digit) {
            return false;
        }
        value += digit;
    }
    if (digits == 0 || !unit_shift(text, &shift)) {
        return false;
    }
    return cairn_multiply(value, (size_t)1 << shift, out);
}
