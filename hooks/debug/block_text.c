/* SPDX-License-Identifier: Apache-2.0
 *
 * A block in the form of clause C6. Its header may hold anything: what cannot be read is not, and the
 * report says so (C6.7).
 */
#include "cairn/hooks/debug/debug_internal.h"

enum { PADS = CAIRN_DEBUG_WORD - 1, SHOWN = 8 };

static bool are_forbidden(const uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] != CAIRN_DEBUG_FORBIDDEN) {
            return false;
        }
    }
    return true;
}

static void print_pad(cairn_print *out, const char *place, size_t number, uint8_t byte)
{
    cairn_printf(out, "        at %s%zu: 0x%02x%s\n", place, number, byte,
                 byte == CAIRN_DEBUG_FORBIDDEN ? "" : " *** OUCH");
}

static void print_leading_pads(const uint8_t *pads, cairn_print *out)
{
    if (are_forbidden(pads, PADS)) {
        cairn_printf(out, "    The %d pad bytes at p-%d are FORBIDDENBYTE, as expected.\n", PADS,
                     PADS);
        return;
    }
    cairn_printf(out, "    The %d pad bytes at p-%d are not all FORBIDDENBYTE (0x%02x):\n", PADS,
                 PADS, CAIRN_DEBUG_FORBIDDEN);
    for (size_t i = 0; i < PADS; i++) {
        print_pad(out, "p-", PADS - i, pads[i]);
    }
    cairn_printf(out, "    Because memory is corrupted at the start, the count of bytes requested\n"
                      "       may be bogus, and checking the trailing pad bytes may segfault.\n");
}

static void print_tail(const char *tail, cairn_print *out)
{
    uint8_t pads[CAIRN_DEBUG_TAIL];
    cairn_printf(out, "    The %d pad bytes at tail=%p ", CAIRN_DEBUG_TAIL, (const void *)tail);
    if (debug_peek(pads, tail, sizeof pads) < sizeof pads) {
        cairn_printf(out, "cannot be read.\n");
        return;
    }
    if (are_forbidden(pads, sizeof pads)) {
        cairn_printf(out, "are FORBIDDENBYTE, as expected.\n");
        return;
    }
    cairn_printf(out, "are not all FORBIDDENBYTE (0x%02x):\n", CAIRN_DEBUG_FORBIDDEN);
    for (size_t i = 0; i < sizeof pads; i++) {
        print_pad(out, "tail+", i, pads[i]);
    }
}

static void print_bytes(const char *from, size_t count, cairn_print *out)
{
    uint8_t bytes[SHOWN];
    size_t got = debug_peek(bytes, from, count);
    for (size_t i = 0; i < got; i++) {
        cairn_printf(out, " %02x", bytes[i]);
    }
}

/* Clause C6.4. */
static void print_data(const char *user, size_t size, cairn_print *out)
{
    if (size == 0) {
        return;
    }
    size_t first = cairn_min(size, SHOWN);
    size_t left = size - first;
    cairn_printf(out, "    Data at p:");
    print_bytes(user, first, out);
    if (left > SHOWN) {
        cairn_printf(out, " ...");
        left = SHOWN;
    }
    print_bytes((const char *)((uintptr_t)user + size - left), left, out);
    cairn_printf(out, "\n");
}

static void print_serial(const char *tail, cairn_print *out)
{
    uint64_t serial;
    const void *from = (const void *)((uintptr_t)tail + CAIRN_DEBUG_TAIL);
    if (debug_peek(&serial, from, sizeof serial) == sizeof serial) {
        cairn_printf(out, "    The block was made by call #%zu to debug malloc/realloc.\n",
                     (size_t)cairn_debug_big_endian(serial));
    }
}

void debug_print_freed(const void *user, size_t size, cairn_print *out)
{
    cairn_printf(out, "Debug memory block at address p=%p: freed\n", user);
    if (size != SIZE_MAX) {
        cairn_printf(out, "    %zu bytes originally requested\n", size);
    }
    print_data(user, size != SIZE_MAX ? size : SHOWN, out);
    cairn_printf(out, "\n");
}

/* With compat a byte goes out as it is (C5.5). */
static void print_id(const cairn_debug_state *state, uint8_t id, cairn_print *out)
{
    if (state->is_compat || (id >= ' ' && id < 0x7f)) {
        cairn_printf(out, "'%c'", (char)id);
    } else {
        cairn_printf(out, "'\\x%02x'", id);
    }
}

void debug_print_block(const cairn_debug_state *state, const void *user, cairn_print *out)
{
    uint8_t header[CAIRN_DEBUG_HEADER];
    const char *at = user;
    cairn_printf(out, "Debug memory block at address p=");
    if (user == NULL) {
        cairn_printf(out, "<NULL>:\n");
        return;
    }
    cairn_printf(out, "%p:", user);
    if (debug_peek(header, (const void *)((uintptr_t)user - sizeof header), sizeof header) <
        sizeof header) {
        cairn_printf(out, "\n    The %d bytes at p-%d cannot be read.\n\n", CAIRN_DEBUG_HEADER,
                     CAIRN_DEBUG_HEADER);
        return;
    }
    cairn_printf(out, " API ");
    print_id(state, header[CAIRN_DEBUG_WORD], out);
    uint64_t size_word = cairn_debug_load_number(header);
    debug_block block = {.user = NULL};
    debug_split_size_word(size_word, &block);
    bool is_aligned = block.alignment_log2 > 4 && block.alignment_log2 < 48 &&
                      (uintptr_t)user % block.offset == 0;
    size_t size = is_aligned ? block.size : size_word;
    cairn_printf(out, "\n    %zu bytes originally requested\n", size);
    print_leading_pads(header + CAIRN_DEBUG_WORD + 1, out);
    const char *tail = (const char *)((uintptr_t)user + size);
    print_tail(tail, out);
    if (state->has_serial) {
        print_serial(tail, out);
    }
    print_data(at, size, out);
    cairn_printf(out, "\n");
}
