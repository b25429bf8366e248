/* SPDX-License-Identifier: Apache-2.0
 *
 * Prints an instance's figures: text in the layout of clause B10, and JSON.
 */
#include "cairn/allocators/pymalloc/pymalloc_internal.h"
#include "cairn/allocators/pymalloc/statistics.h"
#include "cairn/base/print.h"

/* Labels are padded to 35 columns and never cut (B10.3). */
static void line(cairn_print *out, const char *label, size_t value)
{
    cairn_printf(out, "%-35s=%'21zu\n", label, value);
}

static void computed_line(cairn_print *out, size_t count, const char *what, size_t unit,
                          const char *unit_name, size_t value)
{
    char label[80];
    cairn_format(label, sizeof label, "%zu %s * %zu %s", count, what, unit, unit_name);
    line(out, label, value);
}

static void print_classes(const cairn_pymalloc_statistics *s, cairn_print *out)
{
    cairn_printf(out, "Small block threshold = %d, in %d size classes.\n\n", CAIRN_SMALL_MAX,
                 CAIRN_SMALL_CLASSES);
    cairn_printf(out, "class   size   num pools   blocks in use  avail blocks\n"
                      "-----   ----   ---------   -------------  ------------\n");
    for (unsigned c = 1; c <= CAIRN_SMALL_CLASSES; c++) {
        const cairn_pymalloc_class_statistics *row = &s->classes[c];
        if (row->pools > 0) {
            cairn_printf(out, "%5u %6zu %11zu %15zu %13zu\n", c - 1, cairn_small_class_bytes(c),
                         row->pools, row->live_blocks, row->free_blocks);
        }
    }
    cairn_printf(out, "\n");
}

static void print_arenas(const cairn_pymalloc_statistics *s, cairn_print *out)
{
    line(out, "# arenas allocated total", s->arenas_allocated);
    line(out, "# arenas reclaimed", s->arenas_allocated - s->arenas_live);
    line(out, "# arenas highwater mark", s->arenas_peak);
    line(out, "# arenas allocated current", s->arenas_live);
    computed_line(out, s->arenas_live, "arenas", s->arena_unit_bytes, "bytes/arena",
                  s->arena_bytes);
    cairn_printf(out, "\n");
}

static void print_bytes(const cairn_pymalloc_statistics *s, cairn_print *out)
{
    size_t unused = s->unused_pools * s->pool_unit_bytes;
    line(out, "# bytes in allocated blocks", s->live_bytes);
    line(out, "# bytes in available blocks", s->available_bytes);
    computed_line(out, s->unused_pools, "unused pools", s->pool_unit_bytes, "bytes", unused);
    line(out, "# bytes lost to pool headers", s->header_bytes);
    line(out, "# bytes lost to quantization", s->quantization_bytes);
    line(out, "# bytes lost to arena alignment", s->alignment_bytes);
    line(out, "Total",
         s->live_bytes + s->available_bytes + unused + s->header_bytes + s->quantization_bytes +
             s->alignment_bytes);
}

/* What stands beside the arenas: address map and heaps. */
static void print_beside(const cairn_pymalloc_statistics *s, cairn_print *out)
{
    cairn_printf(out, "\narena map counts\n");
    line(out, "# arena map leaves", s->map_leaves);
    cairn_printf(out, "\n");
    line(out, "# bytes lost to arena map root", s->map_root_bytes);
    line(out, "# bytes lost to arena map leaves", s->map_leaf_bytes);
    line(out, "Total", s->map_root_bytes + s->map_leaf_bytes);
    cairn_printf(out, "\n");
    line(out, "# available blocks in heaps", s->cached_blocks);
    computed_line(out, s->heaps, "heaps", s->heaps > 0 ? s->heap_bytes / s->heaps : 0, "bytes",
                  s->heap_bytes);
    if (s->lost_heaps > 0) {
        line(out, "# heaps lost in fork", s->lost_heaps);
    }
}

static void print_json(const cairn_pymalloc_statistics *s, cairn_print *out)
{
    cairn_printf(out,
                 "{\"part\": \"pymalloc\", \"arenas\": {\"allocated\": %zu, \"reclaimed\": %zu, "
                 "\"peak\": %zu, \"live\": %zu, \"unit_bytes\": %zu, \"bytes\": %zu, "
                 "\"peak_bytes\": %zu}, ",
                 s->arenas_allocated, s->arenas_allocated - s->arenas_live, s->arenas_peak,
                 s->arenas_live, s->arena_unit_bytes, s->arena_bytes, s->arena_peak_bytes);
    cairn_printf(out,
                 "\"bytes\": {\"allocated\": %zu, \"available\": %zu, \"unused_pools\": %zu, "
                 "\"headers\": %zu, \"quantization\": %zu, \"arena_alignment\": %zu}, ",
                 s->live_bytes, s->available_bytes, s->unused_pools * s->pool_unit_bytes,
                 s->header_bytes, s->quantization_bytes, s->alignment_bytes);
    cairn_printf(out,
                 "\"map\": {\"leaves\": %zu, \"root_bytes\": %zu, \"leaf_bytes\": %zu}, "
                 "\"heaps\": {\"count\": %zu, \"bytes\": %zu, \"available_blocks\": %zu, "
                 "\"lost\": %zu}, \"fallback_blocks\": %ld, \"classes\": [",
                 s->map_leaves, s->map_root_bytes, s->map_leaf_bytes, s->heaps, s->heap_bytes,
                 s->cached_blocks, s->lost_heaps, s->fallback_blocks);
    const char *separator = "";
    for (unsigned c = 1; c <= CAIRN_SMALL_CLASSES; c++) {
        const cairn_pymalloc_class_statistics *row = &s->classes[c];
        if (row->pools > 0) {
            cairn_printf(out,
                         "%s{\"class\": %u, \"size\": %zu, \"pools\": %zu, \"in_use\": %zu, "
                         "\"available\": %zu}",
                         separator, c - 1, cairn_small_class_bytes(c), row->pools, row->live_blocks,
                         row->free_blocks);
            separator = ", ";
        }
    }
    cairn_printf(out, "]}");
}

static void add_totals(const cairn_pymalloc_statistics *s, cairn_totals *totals)
{
    totals->counts_blocks = true;
    totals->live_blocks += s->live_blocks;
    totals->live_bytes += s->live_bytes;
    totals->header_bytes += s->header_bytes + s->heap_bytes;
    totals->quantization_bytes += s->quantization_bytes;
}

static void add_arenas(const cairn_pymalloc_statistics *s, cairn_totals *totals)
{
    totals->arena_bytes += s->arena_bytes;
    totals->arena_peak_bytes += s->arena_peak_bytes;
    totals->arenas_allocated += s->arenas_allocated;
    totals->arenas_live += s->arenas_live;
}

void cairn_pymalloc_report(cairn_pymalloc *self, cairn_report *report)
{
    cairn_pymalloc_statistics statistics;
    if (!cairn_report_enter(report, self)) {
        return;
    }
    cairn_pymalloc_get_statistics(self, &statistics);
    add_totals(&statistics, &report->totals);
    if (!cairn_arena_slot_get(&self->arenas.source).more->is_counted_elsewhere) {
        add_arenas(&statistics, &report->totals);
    }
    cairn_pymalloc_subtract_own_needs(self, &report->totals);
    if (report->out != NULL) {
        cairn_report_begin_section(report);
    }
    if (report->out != NULL && report->format == CAIRN_REPORT_JSON) {
        print_json(&statistics, report->out);
    } else if (report->out != NULL) {
        print_classes(&statistics, report->out);
        print_arenas(&statistics, report->out);
        print_bytes(&statistics, report->out);
        print_beside(&statistics, report->out);
    }
}
