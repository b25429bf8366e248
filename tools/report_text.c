/* SPDX-License-Identifier: Apache-2.0
 *
 * The report as tables, for a person. Figures of one kind stand under each other, exact and in units.
 */
#include "report.h"

#include <string.h>

enum { UNIT_TEXT_BYTES = 24, BAR_COLUMNS = 48 };

/* 12,345 -> "12.1 KiB". Below 1 KiB the exact number says it all. */
static const char *in_units(uint64_t bytes, char *out)
{
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB"};
    unsigned unit = 0;
    uint64_t scaled = bytes;
    while (scaled >= (uint64_t)1024 * 1024 && unit < 3) {
        scaled /= 1024;
        unit++;
    }
    uint64_t tenths = scaled / 1024 * 10 + scaled % 1024 * 10 / 1024;
    out[0] = '\0';
    if (bytes >= 1024) {
        cairn_format(out, UNIT_TEXT_BYTES, "%zu.%zu %s", (size_t)(tenths / 10),
                     (size_t)(tenths % 10), units[unit]);
    }
    return out;
}

/* "12.3%", or "" of nothing. The products stay small: figures are shifted down first. */
static const char *percent(uint64_t part, uint64_t whole, char *out)
{
    while (whole > (uint64_t)1 << 50 || part > (uint64_t)1 << 50) {
        whole >>= 1;
        part >>= 1;
    }
    out[0] = '\0';
    if (whole > 0) {
        uint64_t tenths = (part * 1000 + whole / 2) / whole;
        cairn_format(out, UNIT_TEXT_BYTES, "%zu.%zu%%", (size_t)(tenths / 10),
                     (size_t)(tenths % 10));
    }
    return out;
}

static void heading(const cairn_run_report *report, cairn_print *out, const char *text)
{
    cairn_printf(out, report->is_bold ? "\n\033[1m%s\033[0m\n" : "\n%s\n", text);
}

static void plain(cairn_print *out, const char *text)
{
    for (; *text != '\0'; text++) {
        cairn_printf(out, "%c", cairn_plain(*text));
    }
}

/* One row of up to three cells; a cell without a label is left out. */
typedef struct cell {
    const char *label;
    uint64_t value;
} cell;

static void count_cell(cairn_print *out, cell c)
{
    if (c.label != NULL) {
        cairn_printf(out, "  %-7s%'14zu", c.label, (size_t)c.value);
    } else {
        cairn_printf(out, "%23s", "");
    }
}

/* share_of: 0 for no percentage. */
static void byte_cell(cairn_print *out, cell c, uint64_t share_of)
{
    char unit[UNIT_TEXT_BYTES];
    char share[UNIT_TEXT_BYTES];
    percent(c.value, share_of, share);
    cairn_printf(out, "   %-16s%'17zu%11s", c.label, (size_t)c.value, in_units(c.value, unit));
    cairn_printf(out, share[0] != '\0' ? "%7s\n" : "%s\n", share);
}

static void end_row(cairn_print *out)
{
    cairn_printf(out, "\n");
}

static void header(const cairn_run_report *report, cairn_print *out)
{
    const cairn_ending *ending = &report->ending;
    char rss[UNIT_TEXT_BYTES];
    cairn_printf(out, "cairn: ");
    plain(out, report->name);
    cairn_printf(out, " ");
    if (ending->signal != 0) {
        const char *name = strsignal(ending->signal);
        cairn_printf(out, "was ended by signal %d (%s)", ending->signal, name);
    } else {
        cairn_printf(out, "exited with status %d", ending->exit_status);
    }
    uint64_t hundredths = ending->duration_us / 10000;
    cairn_printf(out, " after %zu.%02zu s; peak RSS %s\n", (size_t)(hundredths / 100),
                 (size_t)(hundredths % 100), in_units(ending->peak_rss_bytes, rss));
    cairn_printf(out, "preset %s, %s%s\n", report->preset,
                 report->arena != NULL ? "arenas from " : "which has no arenas",
                 report->arena != NULL ? report->arena : "");
}

static void counters(cairn_print *out, const cairn_stats_counters *c)
{
    uint64_t handed_out = c->requested_bytes + c->rounding_bytes;
    cairn_printf(out, "  %-21s  %-21s   %s\n", "calls", "blocks", "bytes");
    count_cell(out, (cell){"malloc", c->mallocs});
    count_cell(out, (cell){"new", cairn_counters_new_blocks(c)});
    byte_cell(out, (cell){"requested", c->requested_bytes}, 0);
    count_cell(out, (cell){"calloc", c->callocs});
    count_cell(out, (cell){NULL, 0});
    byte_cell(out, (cell){"lost to rounding", c->rounding_bytes}, handed_out);
    count_cell(out, (cell){"realloc", c->reallocs});
    count_cell(out, (cell){"at peak", c->peak_blocks});
    byte_cell(out, (cell){"at peak", c->peak_bytes}, 0);
    count_cell(out, (cell){"aligned", c->aligned_allocs});
    count_cell(out, (cell){"at exit", c->live_blocks});
    byte_cell(out, (cell){"at exit", c->live_bytes}, 0);
    count_cell(out, (cell){"free", c->frees});
    end_row(out);
    count_cell(out, (cell){"failed", c->failures});
    end_row(out);
}

/* Rows double: 1-16, 17-32, 33-64, ... The fine classes up to 512 are summed up. */
static uint64_t row_blocks(const cairn_stats_counters *c, uint64_t min, uint64_t max)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < CAIRN_STATS_BUCKETS; i++) {
        sum += cairn_stats_bucket_min(i) >= min && cairn_stats_bucket_max(i) <= max ? c->buckets[i]
                                                                                    : 0;
    }
    return sum;
}

static void histogram_row(cairn_print *out, uint64_t max, uint64_t blocks, uint64_t most,
                          uint64_t all)
{
    static const char bar[] = "################################################";
    char unit[UNIT_TEXT_BYTES];
    char share[UNIT_TEXT_BYTES];
    _Static_assert(sizeof bar == BAR_COLUMNS + 1, "the bar fills its columns");
    size_t columns = (size_t)((blocks * BAR_COLUMNS + most - 1) / most);
    in_units(max, unit);
    if (unit[0] == '\0') {
        cairn_format(unit, sizeof unit, "%zu", (size_t)max);
    }
    cairn_printf(out, "  to %10s%'18zu%8s  %s\n", unit, (size_t)blocks, percent(blocks, all, share),
                 bar + BAR_COLUMNS - columns);
}

static void histogram(cairn_print *out, const cairn_stats_counters *c)
{
    uint64_t all = cairn_counters_new_blocks(c);
    uint64_t largest = cairn_stats_bucket_max(CAIRN_STATS_BUCKETS - 1);
    uint64_t most = 0;
    for (uint64_t min = 1, max = 16; min <= largest; min = max + 1, max *= 2) {
        uint64_t blocks = row_blocks(c, min, max);
        most = blocks > most ? blocks : most;
    }
    if (most == 0) {
        return;
    }
    cairn_printf(out, "\n  usable size         new blocks\n");
    for (uint64_t min = 1, max = 16; min <= largest; min = max + 1, max *= 2) {
        uint64_t blocks = row_blocks(c, min, max);
        if (blocks > 0) {
            histogram_row(out, max, blocks, most, all);
        }
    }
}

static void domain(const cairn_run_report *report, cairn_print *out, unsigned number,
                   const char *title)
{
    const cairn_stats_counters *c = &report->summary.program.domains[number];
    if (number == CAIRN_DOMAIN_MEM || cairn_counters_calls(c) > 0) {
        heading(report, out, title);
        counters(out, c);
        histogram(out, c);
    }
}

static void domains(const cairn_run_report *report, cairn_print *out)
{
    domain(report, out, CAIRN_DOMAIN_MEM, "domain mem");
    domain(report, out, CAIRN_DOMAIN_OBJ, "domain obj");
    domain(report, out, CAIRN_DOMAIN_RAW,
           report->raw_is_below
               ? "domain raw (below mem and obj: large blocks of theirs, and what pools need)"
               : "domain raw");
}

static void comparison(const cairn_run_report *report, cairn_print *out)
{
    char share[UNIT_TEXT_BYTES];
    const cairn_figures *f = &report->summary.program;
    if (report->raw_is_below) {
        cairn_printf(out, "  Preset %s takes large blocks from libc; they are not in arenas.\n",
                     report->preset);
    } else if (f->arena_peak_bytes >= f->all.peak_bytes) {
        cairn_printf(out,
                     "  Arenas are address space, touched as it is needed: the program's blocks at "
                     "their\n  peak were %s of the arenas at theirs.\n",
                     percent(f->all.peak_bytes, f->arena_peak_bytes, share));
    }
}

/* What arenas hold is a block, a header, a pool's end, or free. */
static void free_memory(const cairn_run_report *report, cairn_print *out)
{
    const cairn_figures *f = &report->summary.program;
    uint64_t used = f->all.live_bytes + f->header_bytes + f->quantization_bytes;
    if (report->summary.has_exited && !report->raw_is_below && used <= f->arena_bytes) {
        cairn_printf(out, "%46s", "");
        byte_cell(out, (cell){"free at exit", f->arena_bytes - used}, f->arena_bytes);
    }
}

static void arenas(const cairn_run_report *report, cairn_print *out)
{
    const cairn_figures *f = &report->summary.program;
    if (report->arena == NULL) {
        return;
    }
    heading(report, out,
            report->summary.has_exited
                ? "arenas"
                : "arenas (when the last was added: the program ended without its exit handlers)");
    if (!report->summary.has_exited && f->arenas_allocated == 0) {
        cairn_printf(out, "  not known: the program ended without its exit handlers, and early\n");
        return;
    }
    count_cell(out, (cell){"in all", f->arenas_allocated});
    count_cell(out, (cell){NULL, 0});
    byte_cell(out, (cell){"at peak", f->arena_peak_bytes}, 0);
    count_cell(out, (cell){"at exit", f->arenas_live});
    count_cell(out, (cell){NULL, 0});
    byte_cell(out, (cell){"at exit", f->arena_bytes}, 0);
    cairn_printf(out, "%46s", "");
    byte_cell(out, (cell){"lost to headers", f->header_bytes}, f->arena_bytes);
    cairn_printf(out, "%46s", "");
    byte_cell(out, (cell){"to quantization", f->quantization_bytes}, f->arena_bytes);
    free_memory(report, out);
    comparison(report, out);
}

static void children(const cairn_run_report *report, cairn_print *out)
{
    const cairn_summary *s = &report->summary;
    const cairn_stats_counters *c = &s->others.all;
    char peak[UNIT_TEXT_BYTES];
    char live[UNIT_TEXT_BYTES];
    if (s->other_images > 0) {
        cairn_printf(out, "\n%zu other process%s (%zu image%s): %'zu calls",
                     (size_t)s->other_processes, s->other_processes == 1 ? "" : "es",
                     (size_t)s->other_images, s->other_images == 1 ? "" : "s",
                     (size_t)cairn_counters_calls(c));
        cairn_printf(out, ", sum of peaks %s, live at their ends %s\n",
                     c->peak_bytes < 1024 ? "below 1 KiB" : in_units(c->peak_bytes, peak),
                     c->live_bytes < 1024 ? "below 1 KiB" : in_units(c->live_bytes, live));
    }
    if (s->uncounted_images > 0) {
        cairn_printf(out, "%zu more were not counted: there is room for %d\n",
                     (size_t)s->uncounted_images, CAIRN_STATS_SLOTS);
    }
}

void cairn_report_text(const cairn_run_report *report, cairn_print *out)
{
    header(report, out);
    if (report->summary.is_counted) {
        domains(report, out);
        arenas(report, out);
    }
    children(report, out);
}
