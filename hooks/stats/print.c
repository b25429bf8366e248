/* SPDX-License-Identifier: Apache-2.0
 *
 * Prints the counters of one domain as text or JSON.
 */
#include "cairn/base/print.h"
#include "cairn/hooks/stats/stats.h"

size_t cairn_stats_bucket_min(unsigned bucket)
{
    if (bucket < CAIRN_STATS_SMALL_BUCKETS) {
        return (size_t)bucket * 16 + 1;
    }
    return ((size_t)1 << (bucket - CAIRN_STATS_SMALL_BUCKETS + 9)) + 1;
}

size_t cairn_stats_bucket_max(unsigned bucket)
{
    if (bucket < CAIRN_STATS_SMALL_BUCKETS) {
        return ((size_t)bucket + 1) * 16;
    }
    return (size_t)1 << (bucket - CAIRN_STATS_SMALL_BUCKETS + 10);
}

static void line(cairn_print *out, const char *label, uint64_t value)
{
    cairn_printf(out, "%-35s=%'21zu\n", label, (size_t)value);
}

static void print_buckets(const cairn_stats_counters *c, cairn_print *out)
{
    cairn_printf(out, "\n      usable bytes       new blocks\n");
    for (unsigned bucket = 0; bucket < CAIRN_STATS_BUCKETS; bucket++) {
        if (c->buckets[bucket] > 0) {
            cairn_printf(out, "%'18zu %'16zu\n", cairn_stats_bucket_max(bucket),
                         (size_t)c->buckets[bucket]);
        }
    }
}

static void print_text(const cairn_stats_counters *c, const char *domain, cairn_print *out)
{
    if (c->mallocs + c->callocs + c->reallocs + c->aligned_allocs + c->frees == 0) {
        cairn_printf(out, "domain %s: no calls\n", domain);
        return;
    }
    cairn_printf(out, "domain %s\n\n", domain);
    line(out, "# malloc calls", c->mallocs);
    line(out, "# calloc calls", c->callocs);
    line(out, "# realloc calls", c->reallocs);
    line(out, "# aligned calls", c->aligned_allocs);
    line(out, "# free calls", c->frees);
    line(out, "# failed calls", c->failures);
    line(out, "# blocks live", c->live_blocks);
    line(out, "# blocks at peak", c->peak_blocks);
    line(out, "# bytes live", c->live_bytes);
    line(out, "# bytes at peak", c->peak_bytes);
    line(out, "# bytes requested in all", c->requested_bytes);
    line(out, "# bytes lost to rounding in all", c->rounding_bytes);
    print_buckets(c, out);
}

static void print_json(const cairn_stats_counters *c, const char *domain, cairn_print *out)
{
    cairn_printf(out,
                 "{\"domain\": \"%s\", \"calls\": {\"malloc\": %zu, \"calloc\": %zu, "
                 "\"realloc\": %zu, \"aligned_alloc\": %zu, \"free\": %zu, \"failed\": %zu}, ",
                 domain, (size_t)c->mallocs, (size_t)c->callocs, (size_t)c->reallocs,
                 (size_t)c->aligned_allocs, (size_t)c->frees, (size_t)c->failures);
    cairn_printf(out,
                 "\"blocks\": {\"live\": %zu, \"peak\": %zu}, \"bytes\": {\"live\": %zu, "
                 "\"peak\": %zu, \"requested\": %zu, \"rounding\": %zu}, \"histogram\": [",
                 (size_t)c->live_blocks, (size_t)c->peak_blocks, (size_t)c->live_bytes,
                 (size_t)c->peak_bytes, (size_t)c->requested_bytes, (size_t)c->rounding_bytes);
    const char *separator = "";
    for (unsigned bucket = 0; bucket < CAIRN_STATS_BUCKETS; bucket++) {
        if (c->buckets[bucket] > 0) {
            cairn_printf(out, "%s{\"from\": %zu, \"to\": %zu, \"blocks\": %zu}", separator,
                         cairn_stats_bucket_min(bucket), cairn_stats_bucket_max(bucket),
                         (size_t)c->buckets[bucket]);
            separator = ", ";
        }
    }
    cairn_printf(out, "]}");
}

/* Blocks from before the hook was put were freed, but not counted when they were made. */
static uint64_t no_less_than_zero(uint64_t count)
{
    return (int64_t)count < 0 ? 0 : count;
}

void cairn_stats_print(const cairn_stats_counters *counters, const char *domain,
                       cairn_report_format format, cairn_print *out)
{
    cairn_stats_counters copy = *counters;
    copy.live_blocks = no_less_than_zero(copy.live_blocks);
    copy.live_bytes = no_less_than_zero(copy.live_bytes);
    if (format == CAIRN_REPORT_JSON) {
        print_json(&copy, domain, out);
    } else {
        print_text(&copy, domain, out);
    }
}
