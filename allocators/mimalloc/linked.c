/* SPDX-License-Identifier: Apache-2.0
 *
 * mimalloc's functions from a mimalloc that is linked into the program, as its malloc too. They can
 * be called from the first instruction on, so there is nothing to load.
 */
#include "cairn/allocators/mimalloc/mimalloc.h"

/* Declared here, since packagings disagree on where mimalloc.h is. */
extern void *mi_malloc(size_t size);
extern void *mi_zalloc(size_t size);
extern void *mi_malloc_aligned(size_t size, size_t alignment);
extern void mi_free(void *ptr);
extern size_t mi_usable_size(const void *ptr);
extern bool mi_is_in_heap_region(const void *ptr);
extern void mi_collect(bool force);
extern void mi_stats_merge(void);
extern void mi_process_info(size_t *elapsed_ms, size_t *user_ms, size_t *system_ms, size_t *rss,
                            size_t *peak_rss, size_t *commit, size_t *peak_commit, size_t *faults);
extern int mi_version(void);

cairn_mimalloc_table cairn_mimalloc_functions = {
    .is_loaded = true,
    .allocate = mi_malloc,
    .allocate_zeroed = mi_zalloc,
    .allocate_aligned = mi_malloc_aligned,
    .release = mi_free,
    .usable_size = mi_usable_size,
    .is_in_heap_region = mi_is_in_heap_region,
    .collect = mi_collect,
    .merge_statistics = mi_stats_merge,
    .process_info = mi_process_info,
    .version = mi_version,
};

bool cairn_mimalloc_is_available(const char **error)
{
    (void)error;
    return true;
}

bool cairn_mimalloc_load(const char **error)
{
    (void)error;
    return true;
}
