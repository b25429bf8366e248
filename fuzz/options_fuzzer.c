/* SPDX-License-Identifier: Apache-2.0
 *
 * Texts of options: what base/options reads, compared with plain readers of the same; and each hook's and
 * provider's own options, which are refused in one sentence or read the same again when they are written
 * down from what was made of them.
 */
#include <stdio.h>
#include <string.h>

#include "cairn/allocators/arena/fixed.h"
#include "cairn/base/options.h"
#include "cairn/fuzz/catch.h"
#include "cairn/fuzz/engine/target.h"
#include "cairn/fuzz/input.h"
#include "cairn/fuzz/permanent.h"
#include "cairn/hooks/debug/debug.h"
#include "cairn/hooks/fail/plan.h"
#include "cairn/hooks/stats/stats.h"

enum { TEXT_MAX = 600 };

void __lsan_unregister_root_region(const void *begin, size_t size) CAIRN_WEAK;

/* --- base/options ------------------------------------------------------------------------------------- */

static void expect_copy(const char *out, const char *from, size_t length)
{
    size_t kept = length < CAIRN_OPTION_TEXT_MAX ? length : CAIRN_OPTION_TEXT_MAX - 1;
    fuzz_expect(strlen(out) == kept && memcmp(out, from, kept) == 0, "a part as it was written",
                out, from);
}

/* Character by character: the name goes to the first colon, the item to the comma. */
static void check_parts(const char *text)
{
    cairn_part_text part;
    const char *cursor = text;
    const char *at = text;
    while (*at != '\0') {
        const char *name = at;
        while (*at != '\0' && *at != ',' && *at != ':') {
            at++;
        }
        size_t name_length = (size_t)(at - name);
        const char *options = *at == ':' ? ++at : at;
        while (*at != '\0' && *at != ',') {
            at++;
        }
        fuzz_expect(cairn_next_part(&cursor, &part), "one more part", text, name);
        expect_copy(part.name, name, name_length);
        expect_copy(part.options, options, (size_t)(at - options));
        at += *at == ',' ? 1 : 0;
    }
    fuzz_expect(!cairn_next_part(&cursor, &part), "the end of the parts", text, cursor);
}

/* The first item "key=..." of those between colons. */
static void check_find(const char *text, const char *key, size_t capacity)
{
    char found[TEXT_MAX + 1] = "";
    const char *value = NULL;
    size_t length = 0;
    for (const char *at = text; value == NULL && at != NULL; at = strchr(at, ':')) {
        at += *at == ':' ? 1 : 0;
        if (strncmp(at, key, strlen(key)) == 0 && at[strlen(key)] == '=') {
            value = at + strlen(key) + 1;
            length =
                strchr(value, ':') != NULL ? (size_t)(strchr(value, ':') - value) : strlen(value);
        }
    }
    bool is_found = cairn_option_find(text, key, found, capacity);
    fuzz_expect(is_found == (value != NULL), "an option is found if it is there", text, key);
    if (is_found) {
        size_t kept = length < capacity ? length : capacity - 1;
        fuzz_expect(strlen(found) == kept && memcmp(found, value, kept) == 0, "its value", found,
                    value);
    }
}

static bool plain_bytes(const char *text, size_t *out)
{
    unsigned __int128 value = 0;
    const char *at = text;
    for (; *at >= '0' && *at <= '9'; at++) {
        value = value * 10 + (unsigned)(*at - '0');
        if (value > SIZE_MAX) {
            return false;
        }
    }
    unsigned shift = *at == 'K' ? 10 : *at == 'M' ? 20 : *at == 'G' ? 30 : 0;
    bool is_number = at != text && at[shift != 0 ? 1 : 0] == '\0';
    value <<= is_number ? shift : 0;
    *out = (size_t)value;
    return is_number && value <= SIZE_MAX;
}

static void check_bytes(const char *text)
{
    size_t expected;
    size_t value;
    bool is_number = plain_bytes(text, &expected);
    fuzz_expect(cairn_parse_bytes(text, &value) == is_number, "a number of bytes", text, "");
    fuzz_expect(!is_number || value == expected, "the same number", text, "");
}

/* --- Hooks and providers ------------------------------------------------------------------------------ */

static void expect_sentence(const char *error, const char *text)
{
    fuzz_expect(error != NULL && error[0] != '\0' && strchr(error, '\n') == NULL &&
                    strlen(error) < 250 && error[strlen(error) - 1] != '.',
                "a sentence says what is wrong", text, error != NULL ? error : "(none)");
}

static void check_plan(const char *text)
{
    cairn_fail_plan plan;
    cairn_fail_plan again;
    char written[TEXT_MAX];
    const char *error = NULL;
    memset(&plan, 0, sizeof plan);
    memset(&again, 0, sizeof again);
    if (!cairn_fail_read(&plan, text, &error)) {
        expect_sentence(error, text);
        return;
    }
    snprintf(written, sizeof written,
             "from=%lu:to=%lu:probability=%lu.%09lu:seed=%lu:min_size=%zu:max_size=%zu%s%s",
             plan.from, plan.to, plan.probability / CAIRN_FAIL_PARTS,
             plan.probability % CAIRN_FAIL_PARTS, plan.seed, plan.min_size, plan.max_size,
             plan.domains[0] != '\0' ? ":domain=" : "", plan.domains);
    if (strlen(written) >= CAIRN_FAIL_TEXT_MAX) {
        return; /* longer than what it was made of */
    }
    fuzz_expect(cairn_fail_read(&again, written, &error), "what was read can be read again", text,
                written);
    fuzz_expect(strcmp(plan.text, text) == 0, "a plan knows its text", plan.text, text);
    fuzz_expect(plan.from == again.from && plan.to == again.to && plan.seed == again.seed &&
                    plan.probability == again.probability && plan.min_size == again.min_size &&
                    plan.max_size == again.max_size && strcmp(plan.domains, again.domains) == 0,
                "a plan is the same when it is read again", text, written);
}

static bool open_debug(cairn_debug_state *state, const char *options, const char **error)
{
    memset(state, 0, sizeof *state);
    state->node.below = cairn_no_memory;
    state->node.domain = "mem";
    state->node.options = options;
    bool is_open = cairn_debug_open(state, options, error);
    if (state->quarantine != NULL && __lsan_unregister_root_region != NULL) {
        __lsan_unregister_root_region(state->quarantine, fuzz_permanent_bytes(state->quarantine));
    }
    cairn_debug_close(state);
    return is_open;
}

static void check_debug(const char *text)
{
    cairn_debug_state state;
    cairn_debug_state again;
    char written[TEXT_MAX];
    const char *error = NULL;
    if (!open_debug(&state, text, &error)) {
        expect_sentence(error, text);
        return;
    }
    snprintf(written, sizeof written, "compat=%d:serial=%d:check=%zu:index=%d:quarantine=%s",
             state.is_compat, state.has_serial, state.check_every,
             state.index != NULL && state.check_every == 0, state.quarantine != NULL ? "1" : "0");
    fuzz_expect(open_debug(&again, written, &error), "what was read can be read again", text,
                written);
    fuzz_expect(state.is_compat == again.is_compat && state.has_serial == again.has_serial &&
                    state.check_every == again.check_every && !state.index == !again.index &&
                    !state.quarantine == !again.quarantine && state.is_plain == again.is_plain,
                "options are the same when they are read again", text, written);
}

static void check_fixed(const char *text)
{
    cairn_arena_source source;
    const char *error = NULL;
    if (!cairn_arena_fixed_make(text, &source, &error)) {
        expect_sentence(error, text);
        return;
    }
    void *arena = cairn_arena_alloc(source, 5000);
    fuzz_expect(arena != NULL && cairn_arena_fixed_used(source) == 8192, "a buffer that works",
                text, "");
    cairn_arena_free(source, arena, 5000);
}

static void check_stats(const char *text)
{
    const char *error = NULL;
    cairn_layer layer;
    if (!cairn_stats_hook.put_over(cairn_no_memory, "mem", text, &layer, &error)) {
        expect_sentence(error, text);
    } else {
        fuzz_expect(text[0] == '\0', "stats takes no options", text, "");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const checks[])(const char *) = {
        check_parts, check_bytes, check_plan, check_debug, check_fixed, check_stats,
    };
    static const char *const keys[] = {"", "a", "size", "nth", "a=b", "quarantine"};
    fuzz_input input = {data, size};
    char text[TEXT_MAX];
    size_t kind = fuzz_below(&input, 7);
    size_t choice = fuzz_byte(&input);
    fuzz_text(&input, text, sizeof text);
    if (kind < sizeof checks / sizeof checks[0]) {
        checks[kind](text);
    } else {
        check_find(text, keys[choice % 6], 1 + choice / 6);
    }
    fuzz_permanent_reset();
    return 0;
}
