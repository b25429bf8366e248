/* SPDX-License-Identifier: Apache-2.0
 *
 * The report as one JSON object. docs/run.md describes its members.
 */
#include "report.h"

#include <string.h>

/* The length of the UTF-8 character at text; 0 when it is none. */
static size_t utf8_length(const unsigned char *text)
{
    size_t length = text[0] < 0x80                       ? 1
                    : text[0] >= 0xc2 && text[0] < 0xe0  ? 2
                    : text[0] >= 0xe0 && text[0] < 0xf0  ? 3
                    : text[0] >= 0xf0 && text[0] <= 0xf4 ? 4
                                                         : 0;
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    bool is_overlong = (text[0] == 0xe0 && text[1] < 0xa0) || (text[0] == 0xf0 && text[1] < 0x90);
    bool is_no_character =
        (text[0] == 0xed && text[1] >= 0xa0) || (text[0] == 0xf4 && text[1] >= 0x90);
    return is_overlong || is_no_character ? 0 : length;
}

/* A file name is bytes; those that are no UTF-8 become U+FFFD. */
static void string(cairn_print *out, const char *text)
{
    cairn_printf(out, "\"");
    while (*text != '\0') {
        size_t length = utf8_length((const unsigned char *)text);
        if (length == 0) {
            cairn_printf(out, "\\ufffd");
            length = 1;
        } else if ((unsigned char)*text < ' ' || *text == '"' || *text == '\\') {
            cairn_printf(out, "\\u%04x", (unsigned)*text);
        } else {
            for (size_t i = 0; i < length; i++) {
                cairn_printf(out, "%c", text[i]);
            }
        }
        text += length;
    }
    cairn_printf(out, "\"");
}

static void number(cairn_print *out, const char *separator, const char *key, uint64_t value)
{
    cairn_printf(out, "%s\"%s\": %zu", separator, key, (size_t)value);
}

static void counters(cairn_print *out, const cairn_stats_counters *c)
{
    number(out, "\"calls\": {", "malloc", c->mallocs);
    number(out, ", ", "calloc", c->callocs);
    number(out, ", ", "realloc", c->reallocs);
    number(out, ", ", "aligned_alloc", c->aligned_allocs);
    number(out, ", ", "free", c->frees);
    number(out, "}, ", "failures", c->failures);
    number(out, ",\n    \"blocks\": {", "new", cairn_counters_new_blocks(c));
    number(out, ", ", "live", c->live_blocks);
    number(out, ", ", "peak", c->peak_blocks);
    number(out, "}, \"bytes\": {", "live", c->live_bytes);
    number(out, ", ", "peak", c->peak_bytes);
    number(out, ", ", "requested", c->requested_bytes);
    number(out, ", ", "rounding", c->rounding_bytes);
    cairn_printf(out, "}");
}

static void histogram(cairn_print *out, const cairn_stats_counters *c)
{
    const char *separator = "";
    cairn_printf(out, ",\n    \"histogram\": [");
    for (unsigned i = 0; i < CAIRN_STATS_BUCKETS; i++) {
        if (c->buckets[i] > 0) {
            cairn_printf(out, "%s{", separator);
            number(out, "", "from", cairn_stats_bucket_min(i));
            number(out, ", ", "to", cairn_stats_bucket_max(i));
            number(out, ", ", "blocks", c->buckets[i]);
            cairn_printf(out, "}");
            separator = ", ";
        }
    }
    cairn_printf(out, "]");
}

static void domains(cairn_print *out, const cairn_figures *figures)
{
    static const char *const names[CAIRN_DOMAINS_BUILT_IN] = {"raw", "mem", "obj"};
    for (unsigned i = 0; i < CAIRN_DOMAINS_BUILT_IN; i++) {
        cairn_printf(out, "%s\"%s\": {\n    ", i == 0 ? ",\n    \"domains\": {" : ",\n    ",
                     names[i]);
        counters(out, &figures->domains[i]);
        histogram(out, &figures->domains[i]);
        cairn_printf(out, "}");
    }
    cairn_printf(out, "}");
}

static void figures(cairn_print *out, const cairn_figures *f)
{
    counters(out, &f->all);
    number(out, ",\n    \"arenas\": {", "allocated", f->arenas_allocated);
    number(out, ", ", "live", f->arenas_live);
    number(out, ", ", "live_bytes", f->arena_bytes);
    number(out, ", ", "peak_bytes", f->arena_peak_bytes);
    number(out, ", ", "header_bytes", f->header_bytes);
    number(out, ", ", "quantization_bytes", f->quantization_bytes);
    cairn_printf(out, "}");
}

static void truth(cairn_print *out, const char *key, bool value)
{
    cairn_printf(out, ", \"%s\": %s", key, value ? "true" : "false");
}

static void program(cairn_print *out, const cairn_run_report *report)
{
    const cairn_ending *ending = &report->ending;
    cairn_printf(out, ",\n  \"program\": {\"name\": ");
    string(out, report->name);
    cairn_printf(out, ", \"path\": ");
    string(out, report->path);
    number(out, ", ", "pid", (uint64_t)ending->pid);
    if (ending->signal == 0) {
        number(out, ", ", "exit_status", (uint64_t)ending->exit_status);
        cairn_printf(out, ", \"signal\": null");
    } else {
        cairn_printf(out, ", \"exit_status\": null");
        number(out, ", ", "signal", (uint64_t)ending->signal);
    }
    number(out, ", ", "duration_us", ending->duration_us);
    number(out, ", ", "peak_rss_bytes", ending->peak_rss_bytes);
    truth(out, "counted", report->summary.is_counted);
    truth(out, "ran_exit_handlers", report->summary.has_exited);
    cairn_printf(out, ",\n    ");
    figures(out, &report->summary.program);
    domains(out, &report->summary.program);
    cairn_printf(out, "}");
}

void cairn_report_json(const cairn_run_report *report, cairn_print *out)
{
    const cairn_summary *summary = &report->summary;
    cairn_printf(out, "{\"version\": 1, \"preset\": ");
    string(out, report->preset);
    cairn_printf(out, ", \"arena\": ");
    if (report->arena != NULL) {
        string(out, report->arena);
    } else {
        cairn_printf(out, "null");
    }
    number(out, ", ", "processes", summary->processes);
    number(out, ", ", "images", summary->images);
    number(out, ", ", "uncounted_images", summary->uncounted_images);
    program(out, report);
    number(out, ",\n  \"children\": {", "processes", summary->other_processes);
    number(out, ", ", "images", summary->other_images);
    cairn_printf(out, ",\n    ");
    figures(out, &summary->others);
    cairn_printf(out, "},\n  \"total\": {\n    ");
    figures(out, &summary->total);
    cairn_printf(out, "}}\n");
}
