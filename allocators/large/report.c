/* SPDX-License-Identifier: Apache-2.0
 *
 * The figures of an instance of large and the walk that verifies it.
 */
#include "cairn/allocators/large/large_internal.h"
#include "cairn/base/check.h"
#include "cairn/base/poison.h"
#include "cairn/base/print.h"

CAIRN_RECORDS_BEGIN

/* used_bytes == live_bytes in runs + free_bytes + quantization_bytes + heap_bytes + arena_bytes */
typedef struct figures {
    cairn_regions regions; /* a copy, from the same moment as the rest */
    size_t live_blocks;
    size_t live_bytes;
    size_t free_bytes; /* in pools, free or never handed out, and in magazines and depots */
    size_t quantization_bytes;
    size_t heap_bytes;
    size_t arena_bytes; /* runs that are arenas of another part */
    size_t pools;
    size_t runs;
    size_t mappings;
    size_t with_room[CAIRN_LARGE_CLASSES + 1];
} figures;

static bool count_run(void *ctx, cairn_pool *run)
{
    figures *out = ctx;
    size_t bytes = (size_t)run->granules * CAIRN_GRANULE_BYTES;
    if (run->size_class == 0) {
        unsigned purpose = __atomic_load_n(&run->carved, __ATOMIC_RELAXED);
        if (purpose == CAIRN_LARGE_RUN_IS_HEAP) {
            out->heap_bytes += bytes;
            return true;
        }
        if (purpose == CAIRN_LARGE_RUN_IS_ARENA) {
            out->arena_bytes += bytes;
            return true;
        }
        out->runs++;
        out->live_blocks++;
        out->live_bytes += bytes;
        return true;
    }
    size_t live = run->live;
    out->pools++;
    out->live_blocks += live;
    out->live_bytes += live * run->block_bytes;
    out->free_bytes += (run->capacity - live) * run->block_bytes;
    out->quantization_bytes += bytes - (size_t)run->capacity * run->block_bytes;
    out->with_room[run->size_class] += cairn_pool_is_full(run) ? 0 : 1;
    return true;
}

/* All that the lock guards. */
static void copy_figures(cairn_regions *to, const cairn_regions *from)
{
    size_t first = offsetof(cairn_regions, next_region_bytes);
    memcpy((char *)to + first, (const char *)from + first, sizeof *to - first);
}

static void collect(cairn_large *self, figures *out)
{
    memset(out, 0, sizeof *out);
    cairn_large_lock_all(&self->heaps);
    cairn_regions_walk(&self->regions, count_run, out);
    copy_figures(&out->regions, &self->regions);
    for (cairn_mapping *mapping = self->mappings; mapping != NULL; mapping = mapping->next) {
        out->mappings++;
        out->live_blocks++;
        out->live_bytes += cairn_mapping_room(mapping);
        out->quantization_bytes += mapping->bytes - cairn_mapping_room(mapping);
    }
    cairn_large_unlock_all(&self->heaps);
    for (unsigned c = 1; c <= CAIRN_LARGE_CLASSES; c++) {
        size_t waiting = cairn_pool_class_waiting(&self->pools, c);
        size_t cached = cairn_heap_owner_cached(&self->heaps, c) + waiting;
        out->live_blocks -= cached;
        out->live_bytes -= cached * cairn_large_class_bytes(c);
        out->free_bytes += cached * cairn_large_class_bytes(c);
    }
    /* The records of mappings are blocks too, but not the program's. */
    out->live_blocks -= out->mappings;
    out->live_bytes -= out->mappings * CAIRN_LARGE_SMALLEST;
}

static void line(cairn_print *out, const char *label, size_t value)
{
    cairn_printf(out, "%-35s=%'21zu\n", label, value);
}

static void print_text(const figures *f, cairn_print *out)
{
    const cairn_regions *regions = &f->regions;
    cairn_printf(out, "Large blocks: pooled to %d bytes, in %d size classes.\n\n",
                 CAIRN_LARGE_POOLED_MAX, CAIRN_LARGE_CLASSES);
    line(out, "# regions and mappings allocated", regions->allocated_total);
    line(out, "# regions and mappings current", regions->live);
    line(out, "# large blocks in use", f->live_blocks);
    line(out, "# bytes in allocated large blocks", f->live_bytes);
    line(out, "# bytes in available large blocks", f->free_bytes);
    line(out, "# bytes in idle pages", regions->dirty_bytes);
    line(out, "# bytes lost to region headers", regions->header_bytes);
    line(out, "# bytes reserved for the map", regions->map_bytes);
    line(out, "# bytes lost to run quantization", f->quantization_bytes);
    line(out, "# bytes in large heaps", f->heap_bytes);
    line(out, "# bytes in arenas of pools", f->arena_bytes);
    line(out, "# bytes given back by purging", regions->purged_bytes);
    line(out, "# bytes from the provider", regions->live_bytes);
}

static void print_json(const figures *f, cairn_print *out)
{
    const cairn_regions *regions = &f->regions;
    cairn_printf(out,
                 "{\"part\": \"large\", \"arenas\": {\"allocated\": %zu, \"live\": %zu, "
                 "\"bytes\": %zu, \"peak_bytes\": %zu}, \"blocks\": %zu, \"bytes\": "
                 "{\"allocated\": %zu, \"available\": %zu, \"idle\": %zu, \"headers\": %zu, "
                 "\"quantization\": %zu, \"heaps\": %zu, \"arenas\": %zu, \"purged\": %zu}}",
                 regions->allocated_total, regions->live, regions->live_bytes, regions->peak_bytes,
                 f->live_blocks, f->live_bytes, f->free_bytes, regions->dirty_bytes,
                 regions->header_bytes, f->quantization_bytes, f->heap_bytes, f->arena_bytes,
                 regions->purged_bytes);
}

void cairn_large_report(cairn_large *self, cairn_report *report)
{
    CAIRN_RECORDS_SCOPE;
    figures f;
    if (!cairn_report_enter(report, self)) {
        return;
    }
    collect(self, &f);
    if (report->out != NULL) {
        cairn_report_begin_section(report);
    }
    report->totals.counts_blocks = true;
    report->totals.live_blocks += f.live_blocks;
    report->totals.live_bytes += f.live_bytes;
    report->totals.arena_bytes += f.regions.live_bytes;
    report->totals.arena_peak_bytes += f.regions.peak_bytes;
    report->totals.arenas_allocated += f.regions.allocated_total;
    report->totals.arenas_live += f.regions.live;
    report->totals.header_bytes += f.regions.header_bytes + f.heap_bytes;
    report->totals.quantization_bytes += f.quantization_bytes;
    if (report->out != NULL && report->format == CAIRN_REPORT_JSON) {
        print_json(&f, report->out);
    } else if (report->out != NULL) {
        print_text(&f, report->out);
    }
}

static bool check_run(void *ctx, cairn_pool *run)
{
    if (run->size_class > CAIRN_LARGE_CLASSES || run->granules == 0) {
        cairn_warn("descriptor of the run at %p is damaged: class %u, %u granules",
                   (void *)run->blocks, run->size_class, run->granules);
        return false;
    }
    return count_run(ctx, run) && (run->size_class == 0 || cairn_pool_check(run));
}

bool cairn_large_check(cairn_large *self)
{
    CAIRN_RECORDS_SCOPE;
    figures f;
    memset(&f, 0, sizeof f);
    cairn_large_lock_all(&self->heaps);
    bool good = cairn_regions_walk(&self->regions, check_run, &f);
    for (unsigned c = 1; good && c <= CAIRN_LARGE_CLASSES; c++) {
        good = cairn_pool_class_check(&self->pools, c, f.with_room[c]);
    }
    cairn_large_unlock_all(&self->heaps);
    return good;
}

CAIRN_RECORDS_END
