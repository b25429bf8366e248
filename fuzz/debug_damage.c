/* SPDX-License-Identifier: Apache-2.0
 *
 * Each kind of damage writes or calls as a program might, then has the hook find it, by a call that the
 * input chooses.
 */
#include "cairn/fuzz/debug_damage.h"

#include <stdio.h>

#include "cairn/base/poison.h"
#include "cairn/fuzz/catch.h"

enum { DEAD = 0xDD, BEFORE = 16, BEHIND = 8, BATCH = 16, LINE_BYTES = 300 };

/* How it is found. */
typedef enum way { BY_FREE, BY_REALLOC, BY_USABLE_SIZE, BY_CHECK, BY_TRIM, WAYS_OF_CALLS = 3 } way;

static const char *const verbs[] = {"free of", "realloc of", "usable size of"};
static const char *const participles[] = {"freed", "resized", "measured"};
static const char *const functions[] = {"Free", "Realloc", "UsableSize"};

typedef struct finder {
    cairn_layer layer;
    char *ptr;
    way by;
    bool is_sound; /* what a check says */
} finder;

static void find(void *arg)
{
    finder *self = arg;
    self->is_sound = true;
    switch (self->by) {
    case BY_FREE:
        cairn_layer_free(self->layer, self->ptr);
        break;
    case BY_REALLOC:
        cairn_layer_realloc(self->layer, self->ptr, 40);
        break;
    case BY_USABLE_SIZE:
        cairn_layer_usable_size(self->layer, self->ptr);
        break;
    case BY_CHECK:
        self->is_sound = cairn_layer_check(self->layer);
        break;
    default:
        cairn_layer_trim(self->layer);
    }
}

/* The first line of the report, or the last with compat=1; "" when there is no report. A check that finds
 * something says so, a report of any other call ends it. */
static const char *report_of(const fuzz_world *world, finder *by)
{
    static char line[512];
    const fuzz_caught *caught = fuzz_catch(find, by);
    bool has_text = caught->text[0] != '\0';
    fuzz_expect(by->by == BY_CHECK ? caught->is_fatal || by->is_sound == !has_text
                                   : caught->is_fatal == has_text,
                "a report is an answer", caught->line, caught->text);
    snprintf(line, sizeof line, "%s", caught->line);
    if (!caught->is_fatal) {
        snprintf(line, sizeof line, "%.*s", (int)strcspn(caught->text, "\n"), caught->text);
    }
    fuzz_expect(!has_text || strstr(caught->text, line) != NULL, "the line is in the report", line,
                caught->text);
    fuzz_expect(!has_text || world->variant->is_compat ||
                    strncmp(caught->text, line, strlen(line)) == 0,
                "the report begins with its line", line, caught->text);
    return line;
}

static void expect_line(const char *line, const char *expected)
{
    fuzz_expect(strcmp(line, expected) == 0, "the right sentence", expected, line);
}

static void expect_python(const char *line, way by, const char *message)
{
    char expected[LINE_BYTES];
    snprintf(expected, sizeof expected, "Fatal Python error: _PyMem_DebugRaw%s: %s", functions[by],
             message);
    fuzz_expect(strncmp(line, expected, strlen(expected)) == 0, "the right message", expected,
                line);
}

/* Of the calls those that are given the block, and a check. */
static way pick_way(fuzz_world *world)
{
    return (way)fuzz_below(&world->input, BY_CHECK + 1);
}

static finder finder_of(const fuzz_world *world, const fuzz_block *block, way by)
{
    finder self = {fuzz_world_layer(world, block), block->start, by, true};
    return self;
}

/* What a sanitizer would report in place of the hook. */
CAIRN_UNWATCHED static void write_byte(char *at, char value)
{
    *at = value;
}

/* Writes one byte that is another than before; returns that. */
CAIRN_UNWATCHED static char change(fuzz_world *world, char *at, char forbidden)
{
    char before = *at;
    char value = (char)fuzz_byte(&world->input);
    while (value == before || value == forbidden) {
        value++;
    }
    *at = value;
    return before;
}

static void write_behind(fuzz_world *world, const fuzz_block *block)
{
    char expected[LINE_BYTES];
    char *at = block->start + block->size + fuzz_below(&world->input, BEHIND);
    finder by = finder_of(world, block, pick_way(world));
    char before = change(world, at, *at);
    const char *line = report_of(world, &by);
    *at = before;
    if (world->variant->is_compat && by.by != BY_CHECK) {
        expect_python(line, by.by, "bad trailing pad byte");
        return;
    }
    snprintf(expected, sizeof expected,
             "cairn: write past the end of the block at %p (%s, %zu bytes)", (void *)block->start,
             fuzz_domain_names[block->domain], block->size);
    expect_line(line, expected);
}

/* A size that was overwritten with a smaller one leads to other bytes than the pads behind the block. */
static bool may_be_taken_for_behind(const fuzz_block *block, const char *at, const char *line)
{
    char start[LINE_BYTES];
    snprintf(start, sizeof start, "cairn: write past the end of the block at %p (%s, ",
             (void *)block->start, fuzz_domain_names[block->domain]);
    return block->start - at > BEHIND && strncmp(line, start, strlen(start)) == 0;
}

static void write_before(fuzz_world *world, const fuzz_block *block)
{
    static const char ids[] = {'r', 'm', 'o'};
    char expected[LINE_BYTES];
    char *at = block->start - 1 - fuzz_below(&world->input, BEFORE);
    finder by = finder_of(world, block, pick_way(world));
    char before = *at;
    do {
        change(world, at, before);
    } while (memchr(ids, *at, sizeof ids) != NULL && (*at = before, true));
    const char *line = report_of(world, &by);
    *at = before;
    if (line[0] == '\0' && by.by == BY_CHECK && !world->variant->is_found_by_check) {
        return; /* a walk takes what has no header for no block of the hook's */
    }
    if (world->variant->is_compat && by.by != BY_CHECK) {
        expect_python(line, by.by, "bad ");
        return;
    }
    snprintf(expected, sizeof expected, "cairn: write before the start of the block at %p (%s)",
             (void *)block->start, fuzz_domain_names[block->domain]);
    if (!may_be_taken_for_behind(block, at, line)) {
        expect_line(line, expected);
    }
}

static void free_twice(fuzz_world *world, fuzz_block *block)
{
    char expected[LINE_BYTES];
    way call = (way)fuzz_below(&world->input, WAYS_OF_CALLS);
    const char *domain = fuzz_domain_names[block->domain];
    finder by = finder_of(world, block, call);
    cairn_layer_free(by.layer, block->start);
    const char *line = report_of(world, &by);
    if (world->variant->is_compat) {
        expect_python(line, call, "bad ");
    } else if (call == BY_FREE) {
        snprintf(expected, sizeof expected, "cairn: double free of %p (%s)", (void *)block->start,
                 domain);
        expect_line(line, expected);
    } else {
        snprintf(expected, sizeof expected, "cairn: %s %p (%s), which was freed before",
                 verbs[call], (void *)block->start, domain);
        expect_line(line, expected);
    }
    block->start = NULL;
}

/* Blocks that leave the quarantine go in batches: the others of the batch are lost with the report. */
static size_t write_after(fuzz_world *world, fuzz_block *block)
{
    char expected[LINE_BYTES];
    size_t all = BEFORE + block->size + BEHIND;
    size_t offset = fuzz_number(&world->input, 3) % all;
    size_t distance = offset - BEFORE;
    const char *where = "inside";
    finder by = finder_of(world, block, fuzz_byte(&world->input) % 2 == 0 ? BY_CHECK : BY_TRIM);
    cairn_layer_free(by.layer, block->start);
    char *at = block->start - BEFORE + offset;
    write_byte(at, (char)DEAD);
    change(world, at, (char)DEAD);
    const char *line = report_of(world, &by);
    write_byte(at, (char)DEAD);
    if (offset < BEFORE) {
        distance = BEFORE - offset;
        where = "before the start of";
    } else if (distance >= block->size) {
        distance -= block->size;
        where = "past the end of";
    }
    snprintf(expected, sizeof expected,
             "cairn: write after free: %zu bytes %s the freed block at %p (%s, %zu bytes)",
             distance, where, (void *)block->start, fuzz_domain_names[block->domain], block->size);
    expect_line(line, expected);
    block->start = NULL;
    return by.by == BY_TRIM ? BATCH : 0;
}

static void use_wrong_domain(fuzz_world *world, const fuzz_block *block)
{
    char expected[LINE_BYTES];
    unsigned other = (block->domain + 1 + fuzz_byte(&world->input) % 2) % FUZZ_DOMAINS;
    way call = (way)fuzz_below(&world->input, WAYS_OF_CALLS);
    finder by = {world->variant->layers[other], block->start, call, true};
    const char *line = report_of(world, &by);
    if (world->variant->is_compat) {
        snprintf(expected, sizeof expected,
                 "bad ID: Allocated using API '%c', verified using API '%c'",
                 fuzz_domain_names[block->domain][0], fuzz_domain_names[other][0]);
        expect_python(line, call, expected);
        return;
    }
    snprintf(expected, sizeof expected, "cairn: block of domain %s %s by domain %s: %p",
             fuzz_domain_names[block->domain], participles[call], fuzz_domain_names[other],
             (void *)block->start);
    expect_line(line, expected);
}

static void use_middle(fuzz_world *world, const fuzz_block *block)
{
    char expected[LINE_BYTES];
    way call = (way)fuzz_below(&world->input, WAYS_OF_CALLS);
    size_t within = 1 + fuzz_number(&world->input, 2) % (block->size - 1);
    finder by = {fuzz_world_layer(world, block), block->start + within, call, true};
    const char *line = report_of(world, &by);
    if (world->variant->is_compat) {
        expect_python(line, call, "bad ");
        return;
    }
    snprintf(expected, sizeof expected,
             "cairn: %s %p, which lies %zu bytes inside the block at %p (%s, %zu bytes)",
             verbs[call], (void *)by.ptr, within, (void *)block->start,
             fuzz_domain_names[block->domain], block->size);
    expect_line(line, expected);
}

/* As the hook's description has it: a quarter of the quarantine, and no large alignment. */
static bool is_kept_back(const fuzz_world *world, const fuzz_block *block)
{
    return block->size + block->alignment + 64 <= world->variant->quarantine / 4 &&
           block->alignment <= 4096;
}

size_t fuzz_damage(fuzz_world *world)
{
    fuzz_block *block = &world->blocks[fuzz_below(&world->input, FUZZ_BLOCKS)];
    unsigned kind = fuzz_byte(&world->input) % 7;
    size_t lost = 0;
    world->variant->relay.failures_to_come = 0;
    if (block->start == NULL) {
        return 0;
    }
    if (kind == 1) {
        write_behind(world, block);
    } else if (kind == 2) {
        write_before(world, block);
    } else if (kind == 3) {
        free_twice(world, block);
    } else if (kind == 4 && is_kept_back(world, block)) {
        lost = write_after(world, block);
    } else if (kind == 5) {
        use_wrong_domain(world, block);
    } else if (kind == 6 && block->size > 1) {
        use_middle(world, block);
    }
    return lost;
}
