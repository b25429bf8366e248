/* SPDX-License-Identifier: Apache-2.0
 *
 * base/print against snprintf, conversion by conversion: any that it understands, with any width and flags,
 * into buffers of any size.
 */
#include "cairn/base/print.h"

#include <stdio.h>
#include <string.h>

#include "cairn/fuzz/catch.h"
#include "cairn/fuzz/engine/target.h"
#include "cairn/fuzz/input.h"

enum { PIECES_MAX = 40, PIECE_BYTES = 700, TEXT_BYTES = 64, OUT_BYTES = 4096 };

/* What was expected so far, and what came; the print's receiver appends to the latter. */
typedef struct outputs {
    char expected[OUT_BYTES];
    size_t expected_bytes;
    char came[OUT_BYTES];
    size_t came_bytes;
    fuzz_input input;
} outputs;

static void receive(void *ctx, const char *text, size_t count)
{
    outputs *self = ctx;
    fuzz_expect(count > 0 && count <= sizeof self->came - 1 - self->came_bytes,
                "no more comes than is expected", "", "");
    memcpy(self->came + self->came_bytes, text, count);
    self->came_bytes += count;
    self->came[self->came_bytes] = '\0';
}

/* A conversion with its flags and its width; of the flags those that go with it. */
static void make_format(fuzz_input *input, const char *kind, bool is_number, char *out)
{
    uint8_t flags = fuzz_byte(input);
    unsigned width = (unsigned)fuzz_below(input, 80);
    char digits[16] = "";
    if (flags & 1) {
        snprintf(digits, sizeof digits, "%u", width + 1);
    }
    sprintf(out, "%%%s%s%s%s", flags & 2 ? "-" : "",
            (flags & 4) != 0 && (flags & 2) == 0 && is_number ? "0" : "", digits, kind);
}

/* Compares a call of both; ours once more into a buffer that may be too small. */
#define COMPARE(self, print, format, ...)                                                          \
    do {                                                                                           \
        char theirs[PIECE_BYTES];                                                                  \
        char ours[PIECE_BYTES];                                                                    \
        size_t capacity = fuzz_below(&(self)->input, sizeof ours);                                 \
        size_t count = (size_t)snprintf(theirs, sizeof theirs, format, __VA_ARGS__);               \
        size_t kept = cairn_format(ours, capacity, format, __VA_ARGS__);                           \
        fuzz_expect(kept == (count < capacity ? count                                              \
                             : capacity == 0  ? 0                                                  \
                                              : capacity - 1),                                      \
                    "the length of a text that was cut", theirs, format);                          \
        fuzz_expect(capacity == 0 || (memcmp(ours, theirs, kept) == 0 && ours[kept] == '\0'),      \
                    "the same text", theirs, ours);                                                \
        cairn_printf(print, format, __VA_ARGS__);                                                  \
        memcpy((self)->expected + (self)->expected_bytes, theirs, count + 1);                      \
        (self)->expected_bytes += count;                                                           \
    } while (0)

#pragma GCC diagnostic ignored "-Wformat-nonliteral"

static void print_number(outputs *self, cairn_print *print, unsigned kind)
{
    static const char *const kinds[] = {"d", "u", "x", "ld", "lu", "zu", "lx", "zx"};
    char format[32];
    uint64_t value = fuzz_number(&self->input, 1 + kind);
    make_format(&self->input, kinds[kind], true, format);
    value = fuzz_byte(&self->input) % 4 == 0 ? ~value : value;
    if (kind < 3) {
        COMPARE(self, print, format, (unsigned)value);
    } else {
        COMPARE(self, print, format, value);
    }
}

static void print_text(outputs *self, cairn_print *print)
{
    char format[32];
    char text[TEXT_BYTES];
    make_format(&self->input, "s", false, format);
    fuzz_text(&self->input, text, sizeof text);
    COMPARE(self, print, format, text);
}

static void print_letter(outputs *self, cairn_print *print)
{
    char format[32];
    int letter = fuzz_byte(&self->input) % 127 + 1;
    make_format(&self->input, "c", false, format);
    COMPARE(self, print, format, letter);
}

static void print_address(outputs *self, cairn_print *print)
{
    char format[32];
    void *address = (void *)(uintptr_t)(fuzz_number(&self->input, 8) | 1);
    make_format(&self->input, "p", false, format);
    COMPARE(self, print, format, address);
}

/* Digits in threes, from the right. libc's own apostrophe goes by the locale. */
static void print_grouped(outputs *self, cairn_print *print)
{
    char plain[32];
    char grouped[40];
    char ours[PIECE_BYTES];
    size_t length = 0;
    uint64_t value = fuzz_number(&self->input, 1 + (unsigned)fuzz_below(&self->input, 8));
    int digits = snprintf(plain, sizeof plain, "%lu", value);
    for (int i = 0; i < digits; i++) {
        if (i > 0 && (digits - i) % 3 == 0) {
            grouped[length++] = ',';
        }
        grouped[length++] = plain[i];
    }
    grouped[length] = '\0';
    cairn_format(ours, sizeof ours, "%'zu", (size_t)value);
    fuzz_expect(strcmp(ours, grouped) == 0, "digits in threes", grouped, ours);
    cairn_printf(print, "%'21zu", (size_t)value);
    self->expected_bytes += (size_t)sprintf(self->expected + self->expected_bytes, "%21s", grouped);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static outputs self;
    cairn_print print;
    self.input = (fuzz_input){data, size};
    self.expected_bytes = self.came_bytes = 0;
    self.came[0] = self.expected[0] = '\0';
    cairn_print_to(&print, receive, &self);
    for (int i = 0; self.input.left > 0 && i < PIECES_MAX; i++) {
        unsigned kind = (unsigned)fuzz_below(&self.input, 12);
        if (kind < 8) {
            print_number(&self, &print, kind);
        } else if (kind == 8) {
            print_text(&self, &print);
        } else if (kind == 9) {
            print_letter(&self, &print);
        } else if (kind == 10) {
            print_address(&self, &print);
        } else {
            print_grouped(&self, &print);
        }
    }
    cairn_print_flush(&print);
    fuzz_expect(strcmp(self.came, self.expected) == 0, "the same text in the end", self.expected,
                self.came);
    return 0;
}
