/* SPDX-License-Identifier: Apache-2.0
 *
 * The page that the cairn command shares with the processes that it watches, with anything in it: the sums are
 * right, the report is JSON, and as text it is lines.
 */
#include "cairn/tools/page.h"

#include <string.h>

#include "cairn/base/print.h"
#include "cairn/config/front.h"
#include "cairn/fuzz/catch.h"
#include "cairn/fuzz/engine/target.h"
#include "cairn/fuzz/input.h"
#include "cairn/fuzz/json_check.h"
#include "cairn/tools/report.h"

enum { SLOTS_MAX = 24, PIDS = 5, NAME_MAX_BYTES = 64, OUT_BYTES = 1 << 17 };

/* The configuration that the command was built with: a preset that passes on to raw, and one that does not. */
static cairn_domain *raw;
static const cairn_preset presets[] = {{.name = "pymalloc", .raw = &raw}, {.name = "default"}};
static const cairn_preset *const offered[] = {&presets[0], &presets[1], NULL};
static const cairn_startup startup = {.presets = offered};
const cairn_startup *const cairn_front_startup = &startup;

typedef struct output {
    char text[OUT_BYTES];
    size_t bytes;
} output;

static void receive(void *ctx, const char *text, size_t count)
{
    output *self = ctx;
    fuzz_expect(count < sizeof self->text - self->bytes, "a report is not endless", "", "");
    memcpy(self->text + self->bytes, text, count);
    self->bytes += count;
    self->text[self->bytes] = '\0';
}

/* Small numbers mostly, and below zero what was freed but never counted. */
static uint64_t pick_count(fuzz_input *input)
{
    uint8_t kind = fuzz_byte(input);
    return kind < 200 ? kind : kind < 230 ? fuzz_number(input, 3) : fuzz_number(input, 8);
}

static void fill_slot(fuzz_input *input, cairn_stats_slot *slot)
{
    static const char *const names[] = {"pymalloc", "default", "pymalloc_debug", ""};
    uint8_t flags = fuzz_byte(input);
    memset(slot, 0, sizeof *slot);
    slot->pid = flags % PIDS;
    slot->is_forked = flags & 8;
    slot->has_exited = flags & 16;
    strcpy(slot->preset, names[flags / 32 % 4]);
    if (flags >= 224) {
        memset(slot->preset, fuzz_byte(input), sizeof slot->preset);
    }
    slot->arenas_allocated = pick_count(input);
    slot->arena_bytes = pick_count(input);
    for (unsigned i = 0; i < CAIRN_DOMAINS_BUILT_IN; i++) {
        cairn_stats_counters *c = &slot->domains[i];
        c->live_blocks = pick_count(input);
        c->live_bytes = pick_count(input);
        c->mallocs = pick_count(input);
        c->frees = pick_count(input);
        c->requested_bytes = pick_count(input);
        c->rounding_bytes = pick_count(input);
        c->buckets[fuzz_below(input, CAIRN_STATS_BUCKETS)] = pick_count(input);
    }
}

/* program + others == total, member by member: all of them are numbers. */
static void check_sums(const cairn_summary *summary, uint32_t images)
{
    uint64_t program[sizeof(cairn_figures) / sizeof(uint64_t)];
    uint64_t others[sizeof program / sizeof *program];
    uint64_t total[sizeof program / sizeof *program];
    memcpy(program, &summary->program, sizeof program);
    memcpy(others, &summary->others, sizeof others);
    memcpy(total, &summary->total, sizeof total);
    for (size_t i = 0; i < sizeof program / sizeof *program; i++) {
        fuzz_expect(program[i] + others[i] == total[i], "the sum of all", "", "");
    }
    fuzz_expect(summary->images == images && summary->processes <= images, "images", "", "");
    fuzz_expect(summary->other_images == images - (summary->is_counted ? 1 : 0), "others", "", "");
    fuzz_expect(summary->other_processes <= summary->other_images, "processes", "", "");
    fuzz_expect(summary->is_counted || !summary->has_exited, "whose end it was", "", "");
}

/* Of plain addition of what each slot has, in the one member that is easy to add. */
static void check_arenas(const cairn_stats_page *page, const cairn_summary *summary)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < summary->images && i < SLOTS_MAX; i++) {
        sum += page->slots[i].arena_bytes;
    }
    fuzz_expect(summary->total.arena_bytes == sum, "the bytes in arenas", "", "");
}

static void check_reports(fuzz_input *input, cairn_run_report *report)
{
    static output out;
    static char name[NAME_MAX_BYTES];
    cairn_print print;
    uint8_t flags = fuzz_byte(input);
    fuzz_text(input, name, sizeof name);
    report->name = report->path = name;
    report->preset = "pymalloc";
    report->arena = flags & 1 ? "mmap" : NULL;
    report->raw_is_below = flags & 2;
    report->ending.signal = flags & 4 ? 11 : 0;
    report->ending.exit_status = flags & 4 ? -1 : flags;
    report->ending.is_started = true;
    report->ending.duration_us = pick_count(input);
    report->ending.peak_rss_bytes = pick_count(input);
    out.bytes = 0;
    cairn_print_to(&print, receive, &out);
    cairn_report_json(report, &print);
    cairn_print_flush(&print);
    fuzz_expect(fuzz_is_json(out.text), "it is JSON", out.text, name);
    out.bytes = 0;
    cairn_report_text(report, &print);
    cairn_print_flush(&print);
    fuzz_expect(out.bytes > 0 && out.text[out.bytes - 1] == '\n', "lines", out.text, "");
    for (size_t i = 0; i < out.bytes; i++) {
        fuzz_expect((unsigned char)out.text[i] >= ' ' || out.text[i] == '\n', "plain characters",
                    out.text, "");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static cairn_stats_page page;
    static cairn_run_report report;
    static const char full[] = "a full page";
    fuzz_input input = {data, size};
    uint8_t used = fuzz_byte(&input);
    memset(&report, 0, sizeof report);
    /* A page that is full takes long. */
    bool is_full = size > sizeof full - 1 && memcmp(data, full, sizeof full - 1) == 0;
    page.used = is_full ? CAIRN_STATS_SLOTS + 3 : used % SLOTS_MAX;
    for (uint32_t i = 0; i < SLOTS_MAX && i < page.used; i++) {
        fill_slot(&input, &page.slots[i]);
    }
    for (uint32_t i = page.used; i < SLOTS_MAX; i++) {
        memset(&page.slots[i], 0, sizeof page.slots[i]);
    }
    cairn_page_summarize(&page, fuzz_byte(&input) % PIDS, &report.summary);
    check_sums(&report.summary, is_full ? CAIRN_STATS_SLOTS : page.used);
    check_arenas(&page, &report.summary);
    check_reports(&input, &report);
    return 0;
}
