/* SPDX-License-Identifier: Apache-2.0
 *
 * The tool's side of the page that it shares with the processes that it watches.
 */
#ifndef CAIRN_TOOLS_PAGE_H_
#define CAIRN_TOOLS_PAGE_H_

#include "cairn/config/shared_stats.h"

/* Figures of one process image, or of several in sum. */
typedef struct cairn_figures {
    cairn_stats_counters domains[CAIRN_DOMAINS_BUILT_IN];
    cairn_stats_counters all; /* the sum of domains, each block counted once */
    uint64_t arenas_allocated;
    uint64_t arenas_live;
    uint64_t arena_bytes;
    uint64_t arena_peak_bytes;
    uint64_t header_bytes;
    uint64_t quantization_bytes;
} cairn_figures;

/* program + others == total, member by member. Of the images that the program's process has had, the
 * last is the program; the earlier ones, and all other processes, are others. */
typedef struct cairn_summary {
    bool is_counted; /* the library was in the program */
    bool has_exited; /* the program's arena figures are those of its end */
    cairn_figures program;
    cairn_figures others;
    cairn_figures total;
    uint32_t processes; /* with the program, when it was counted */
    uint32_t images;
    uint32_t other_processes;
    uint32_t other_images;
    uint32_t uncounted_images; /* the page was full */
} cairn_summary;

/* Makes the page. path, CAIRN_PAGE_PATH_MAX bytes, is what the processes open; it is good for as long as
 * this process lives. NULL with errno on failure. */
enum { CAIRN_PAGE_PATH_MAX = 64 };
cairn_stats_page *cairn_page_create(char *path);

/* Sums up the page. Processes that still run may go on counting. */
void cairn_page_summarize(const cairn_stats_page *page, int32_t program_pid, cairn_summary *out);

/* malloc, calloc, realloc, aligned and free together. */
uint64_t cairn_counters_calls(const cairn_stats_counters *counters);

/* The blocks made, those that realloc(NULL, n) made among them. */
uint64_t cairn_counters_new_blocks(const cairn_stats_counters *counters);

#endif /* CAIRN_TOOLS_PAGE_H_ */
