/* SPDX-License-Identifier: Apache-2.0
 *
 * The run-time face of the stats hook.
 */
#include "cairn/hooks/stats/stats.h"

#include <string.h>

#include "cairn/base/permanent.h"

static void *face_malloc(void *ctx, size_t size)
{
    cairn_stats_state *state = ctx;
    return cairn_stats_malloc_over(state, state->node.below, size);
}

static void *face_calloc(void *ctx, size_t count, size_t size)
{
    cairn_stats_state *state = ctx;
    return cairn_stats_calloc_over(state, state->node.below, count, size);
}

static void *face_realloc(void *ctx, void *ptr, size_t size)
{
    cairn_stats_state *state = ctx;
    return cairn_stats_realloc_over(state, state->node.below, ptr, size);
}

static void face_free(void *ctx, void *ptr)
{
    cairn_stats_state *state = ctx;
    cairn_stats_free_over(state, state->node.below, ptr);
}

static void *face_aligned_alloc(void *ctx, size_t alignment, size_t size)
{
    cairn_stats_state *state = ctx;
    return cairn_stats_aligned_alloc_over(state, state->node.below, alignment, size);
}

static void face_stats(void *ctx, cairn_report *report)
{
    cairn_stats_state *state = ctx;
    if (cairn_report_enter(report, state) && report->out != NULL) {
        cairn_report_begin_section(report);
        cairn_stats_print(state->counters, state->domain, report->format, report->out);
    }
    cairn_layer_stats(state->node.below, report);
}

static const cairn_allocator_more stats_more = {
    .usable_size = cairn_hook_forward_usable_size,
    .aligned_alloc = face_aligned_alloc,
    .block_start = cairn_hook_forward_block_start,
    .owns = cairn_hook_forward_owns,
    .trim = cairn_hook_forward_trim,
    .check = cairn_hook_forward_check,
    .stats = face_stats,
};

static bool put_over(cairn_layer below, const char *domain, const char *options, cairn_layer *out,
                     const char **error)
{
    if (options[0] != '\0') {
        *error = "hook stats takes no options";
        return false;
    }
    if (below.more->usable_size == NULL) {
        *error = "hook stats needs usable_size of the layer below, which does not offer it";
        return false;
    }
    cairn_stats_state *state = cairn_permanent_alloc(sizeof *state);
    cairn_stats_counters *counters = cairn_permanent_alloc(sizeof *counters);
    if (state == NULL || counters == NULL) {
        *error = "out of memory for the state of hook stats";
        return false;
    }
    state->node.below = below;
    state->counters = counters;
    state->domain = domain;
    out->allocator.ctx = state;
    out->allocator.malloc = face_malloc;
    out->allocator.calloc = face_calloc;
    out->allocator.realloc = face_realloc;
    out->allocator.free = face_free;
    out->more = &stats_more;
    return true;
}

const cairn_hook cairn_stats_hook = {
    .name = "stats",
    .changes_layout = false,
    .put_over = put_over,
};

cairn_stats_state *cairn_stats_of(cairn_layer layer)
{
    return layer.allocator.malloc == face_malloc ? layer.allocator.ctx : NULL;
}

void cairn_stats_move(cairn_stats_state *state, cairn_stats_counters *to, bool only_live)
{
    const cairn_stats_counters *from = state->counters;
    if (only_live) {
        memset(to, 0, sizeof *to);
        to->live_blocks = to->peak_blocks = from->live_blocks;
        to->live_bytes = to->peak_bytes = from->live_bytes;
    } else {
        memcpy(to, from, sizeof *to);
    }
    state->counters = to;
}

void cairn_stats_count_older_blocks(cairn_stats_state *state)
{
    cairn_stats_counters *counters = state->counters;
    cairn_report report;
    memset(&report, 0, sizeof report);
    cairn_layer_stats(state->node.below, &report);
    counters->live_blocks = counters->peak_blocks = report.totals.live_blocks;
    counters->live_bytes = counters->peak_bytes = report.totals.live_bytes;
}
