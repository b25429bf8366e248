/* SPDX-License-Identifier: Apache-2.0
 *
 * What the stats hook does besides counting.
 */
#include "cairn/hooks/stats/stats.h"

#include <string.h>

CAIRN_DEFINE_HOOK(cairn_stats, "stats", false)

bool cairn_stats_open(cairn_stats_state *state, const char *options, const char **error)
{
    if (state->node.below.more->usable_size == NULL) {
        *error = "it needs usable_size of the layer below, which does not offer it";
        return false;
    }
    return cairn_hook_refuse_options(options, error);
}

void cairn_stats_stats_over(cairn_stats_state *state, cairn_layer next, cairn_report *report)
{
    if (cairn_report_enter(report, state) && report->out != NULL) {
        cairn_report_begin_section(report);
        cairn_stats_print(cairn_stats_counters_of(state), state->node.domain, report->format,
                          report->out);
    }
    cairn_layer_stats(next, report);
}

cairn_stats_state *cairn_stats_of(cairn_layer layer)
{
    return cairn_hook_find(layer, &cairn_stats_hook);
}

void cairn_stats_move(cairn_stats_state *state, cairn_stats_counters *to, bool only_live)
{
    const cairn_stats_counters *from = cairn_stats_counters_of(state);
    if (only_live) {
        memset(to, 0, sizeof *to);
        to->live_blocks = to->peak_blocks = from->live_blocks;
        to->live_bytes = to->peak_bytes = from->live_bytes;
    } else {
        memcpy(to, from, sizeof *to);
    }
    state->moved = to;
}

void cairn_stats_count_older_blocks(cairn_stats_state *state, const cairn_layer *before)
{
    cairn_stats_counters *counters = cairn_stats_counters_of(state);
    cairn_report report;
    memset(&report, 0, sizeof report);
    cairn_layer_stats(state->node.below, &report);
    if (before != NULL) {
        cairn_layer_stats(*before, &report);
    }
    counters->live_blocks = counters->peak_blocks = report.totals.live_blocks;
    counters->live_bytes = counters->peak_bytes = report.totals.live_bytes;
}
