/* SPDX-License-Identifier: Apache-2.0
 *
 * What is the same wherever mimalloc's functions come from: the run-time face, the rare paths, trim
 * and the report.
 */
#include "cairn/allocators/mimalloc/mimalloc.h"

#include "cairn/base/math.h"
#include "cairn/base/print.h"

/* Up to here the start of an aligned block is near that of its segment, where mimalloc looks. */
enum { ALIGNMENT_MAX = 1 << 20, NATURAL_MAX = 1024 };

CAIRN_INLINE cairn_mimalloc_view face_view_of(void *ctx)
{
    cairn_mimalloc_view view = {((const cairn_mimalloc *)ctx)->fallback};
    return view;
}

CAIRN_MIMALLOC_FACE(static, face)

cairn_layer cairn_mimalloc_layer(const cairn_mimalloc *instance)
{
    cairn_layer layer = {
        {(void *)(uintptr_t)instance, face_malloc, face_calloc, face_realloc, face_free},
        &face_more,
    };
    return layer;
}

CAIRN_SLOW_PATH bool cairn_mimalloc_knows_or_frees(void *block)
{
    if (cairn_mimalloc_owns(block)) {
        return true;
    }
    cairn_mimalloc_release(block);
    return false;
}

void *cairn_mimalloc_new_aligned(size_t alignment, size_t size)
{
    if (!cairn_is_power_of_two(alignment) || alignment > ALIGNMENT_MAX) {
        return NULL;
    }
    int saved = errno;
    size_t bytes = cairn_mimalloc_at_least(size);
    /* mimalloc takes blocks of these sizes for aligned by themselves, and 2.0.9 lays them out otherwise. */
    if (bytes <= NATURAL_MAX && cairn_is_power_of_two(bytes)) {
        bytes += CAIRN_ALIGNMENT;
    }
    void *block = cairn_mimalloc_functions.allocate_aligned(bytes, alignment);
    errno = saved;
    return block != NULL && cairn_mimalloc_knows_or_frees(block) ? block : NULL;
}

/* Only differences mean something: the figure itself drifts, below zero too. */
static size_t committed_bytes(void)
{
    size_t elapsed, user, system, rss, peak_rss, commit, peak_commit, faults;
    cairn_mimalloc_functions.merge_statistics();
    cairn_mimalloc_functions.process_info(&elapsed, &user, &system, &rss, &peak_rss, &commit,
                                          &peak_commit, &faults);
    return commit;
}

/* Of the calling thread's blocks and those that ended threads left. */
static size_t trim(void)
{
    int saved = errno;
    size_t before = committed_bytes();
    cairn_mimalloc_functions.collect(true);
    ptrdiff_t freed = (ptrdiff_t)(before - committed_bytes());
    errno = saved;
    return freed > 0 ? (size_t)freed : 0;
}

size_t cairn_mimalloc_trim_over(const cairn_mimalloc_view *view)
{
    return (cairn_mimalloc_is_loaded() ? trim() : 0) + cairn_layer_trim(view->fallback);
}

bool cairn_mimalloc_check_over(const cairn_mimalloc_view *view)
{
    return cairn_layer_check(view->fallback);
}

static void print(cairn_report *report)
{
    bool is_loaded = cairn_mimalloc_is_loaded();
    int version = is_loaded ? cairn_mimalloc_functions.version() : 0;
    cairn_report_begin_section(report);
    if (report->format == CAIRN_REPORT_JSON) {
        cairn_printf(report->out, "{\"part\": \"mimalloc\", \"loaded\": %s, \"version\": %d}",
                     is_loaded ? "true" : "false", version);
    } else if (is_loaded) {
        cairn_printf(report->out, "mimalloc, version %d, whose blocks are not counted here\n",
                     version);
    } else {
        cairn_printf(report->out, "mimalloc, not loaded\n");
    }
}

/* mimalloc keeps no count of live blocks that could be had: nothing is added to the totals. */
void cairn_mimalloc_stats_over(const cairn_mimalloc_view *view, cairn_report *report)
{
    if (cairn_report_enter(report, &cairn_mimalloc_functions) && report->out != NULL) {
        print(report);
    }
    cairn_layer_stats(view->fallback, report);
}
