/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes the shared page and sums up its slots.
 */
#include "page.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cairn/config/front.h"

/* Under `ulimit -f` a file too large is answered by a signal, first of all. */
static int set_size(int fd, size_t bytes)
{
    void (*before)(int) = signal(SIGXFSZ, SIG_IGN);
    int result = ftruncate(fd, (off_t)bytes);
    int error = errno;
    signal(SIGXFSZ, before);
    errno = error;
    return result;
}

cairn_stats_page *cairn_page_create(char *path)
{
    int fd = memfd_create("cairn-statistics", MFD_CLOEXEC);
    if (fd < 0 || set_size(fd, sizeof(cairn_stats_page)) != 0) {
        return NULL;
    }
    void *memory = mmap(NULL, sizeof(cairn_stats_page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED) {
        return NULL;
    }
    cairn_stats_page *page = memory;
    page->magic = CAIRN_STATS_PAGE_MAGIC;
    page->slot_bytes = sizeof(cairn_stats_slot);
    snprintf(path, CAIRN_PAGE_PATH_MAX, "/proc/%d/fd/%d", (int)getpid(), fd);
    return page;
}

static void add_counters(cairn_stats_counters *sum, const cairn_stats_counters *one)
{
    sum->live_blocks += one->live_blocks;
    sum->live_bytes += one->live_bytes;
    sum->peak_blocks += one->peak_blocks;
    sum->peak_bytes += one->peak_bytes;
    sum->mallocs += one->mallocs;
    sum->callocs += one->callocs;
    sum->reallocs += one->reallocs;
    sum->aligned_allocs += one->aligned_allocs;
    sum->frees += one->frees;
    sum->failures += one->failures;
    sum->requested_bytes += one->requested_bytes;
    sum->rounding_bytes += one->rounding_bytes;
    for (unsigned i = 0; i < CAIRN_STATS_BUCKETS; i++) {
        sum->buckets[i] += one->buckets[i];
    }
}

static void add_figures(cairn_figures *sum, const cairn_figures *one)
{
    for (unsigned i = 0; i < CAIRN_DOMAINS_BUILT_IN; i++) {
        add_counters(&sum->domains[i], &one->domains[i]);
    }
    add_counters(&sum->all, &one->all);
    sum->arenas_allocated += one->arenas_allocated;
    sum->arenas_live += one->arenas_live;
    sum->arena_bytes += one->arena_bytes;
    sum->arena_peak_bytes += one->arena_peak_bytes;
    sum->header_bytes += one->header_bytes;
    sum->quantization_bytes += one->quantization_bytes;
}

/* Whether mem and obj pass large blocks down to raw, whose hook counts them once more. */
static bool raw_is_below(const char *preset_name)
{
    const cairn_preset *const *preset = cairn_front_startup->presets;
    while (*preset != NULL && strcmp((*preset)->name, preset_name) != 0) {
        preset++;
    }
    return *preset != NULL && (*preset)->raw != NULL;
}

static uint64_t no_less_than_zero(uint64_t value)
{
    return (int64_t)value < 0 ? 0 : value;
}

/* Live figures fall below zero where blocks from before the counting were freed. */
static cairn_stats_counters counted(const cairn_stats_counters *domain)
{
    cairn_stats_counters one = *domain;
    one.live_blocks = no_less_than_zero(one.live_blocks);
    one.live_bytes = no_less_than_zero(one.live_bytes);
    return one;
}

static void add_slot(cairn_figures *sum, const cairn_stats_slot *slot)
{
    cairn_figures one;
    memset(&one, 0, sizeof one);
    for (unsigned i = 0; i < CAIRN_DOMAINS_BUILT_IN; i++) {
        one.domains[i] = counted(&slot->domains[i]);
        if (i != CAIRN_DOMAIN_RAW || !raw_is_below(slot->preset)) {
            add_counters(&one.all, &one.domains[i]);
        }
    }
    one.arenas_allocated = slot->arenas_allocated;
    one.arenas_live = slot->arenas_live;
    one.arena_bytes = slot->arena_bytes;
    one.arena_peak_bytes = slot->arena_peak_bytes;
    one.header_bytes = slot->header_bytes;
    one.quantization_bytes = slot->quantization_bytes;
    add_figures(sum, &one);
}

/* A slot of the program's pid that began with a fork is another process, in another PID namespace. */
static bool is_of_program(const cairn_stats_slot *slot, int32_t program_pid)
{
    return slot->pid == program_pid && slot->is_forked == 0;
}

static int compare_pids(const void *left, const void *right)
{
    int32_t a = *(const int32_t *)left;
    int32_t b = *(const int32_t *)right;
    return (a > b) - (a < b);
}

/* Processes that followed each other under one number count as one. */
static uint32_t count_processes(const cairn_stats_page *page, uint32_t images)
{
    static int32_t pids[CAIRN_STATS_SLOTS];
    uint32_t count = 0;
    for (uint32_t i = 0; i < images; i++) {
        pids[i] = page->slots[i].pid;
    }
    qsort(pids, images, sizeof pids[0], compare_pids);
    for (uint32_t i = 0; i < images; i++) {
        count += i == 0 || pids[i] != pids[i - 1] ? 1 : 0;
    }
    return count;
}

void cairn_page_summarize(const cairn_stats_page *page, int32_t program_pid, cairn_summary *out)
{
    uint32_t used = __atomic_load_n(&page->used, __ATOMIC_ACQUIRE);
    uint32_t program = UINT32_MAX;
    memset(out, 0, sizeof *out);
    out->images = used < CAIRN_STATS_SLOTS ? used : CAIRN_STATS_SLOTS;
    out->uncounted_images = used - out->images;
    for (uint32_t i = 0; i < out->images; i++) {
        program = is_of_program(&page->slots[i], program_pid) ? i : program;
    }
    out->processes = count_processes(page, out->images);
    for (uint32_t i = 0; i < out->images; i++) {
        add_slot(i == program ? &out->program : &out->others, &page->slots[i]);
    }
    out->is_counted = program != UINT32_MAX;
    out->has_exited = out->is_counted && page->slots[program].has_exited != 0;
    out->other_images = out->images - (out->is_counted ? 1 : 0);
    out->other_processes = out->processes - (out->is_counted ? 1 : 0);
    add_figures(&out->total, &out->program);
    add_figures(&out->total, &out->others);
}

uint64_t cairn_counters_calls(const cairn_stats_counters *counters)
{
    return counters->mallocs + counters->callocs + counters->reallocs + counters->aligned_allocs +
           counters->frees;
}

uint64_t cairn_counters_new_blocks(const cairn_stats_counters *counters)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < CAIRN_STATS_BUCKETS; i++) {
        sum += counters->buckets[i];
    }
    return sum;
}
