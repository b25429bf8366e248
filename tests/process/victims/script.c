/* SPDX-License-Identifier: Apache-2.0
 *
 * Does a known number of allocations between two reports of Cairn's statistics, and prints what it
 * counted itself: three JSON documents with lines of dashes between.
 */
#include "victim.h"

#include "cairn/cairn.h"

enum { BLOCKS = 5000 };

static struct {
    size_t malloc, calloc, realloc, aligned_alloc, free, failed;
    size_t live, live_bytes, requested, usable;
} counted;

static void *counted_new(void *ptr, size_t *calls, size_t size)
{
    size_t usable = malloc_usable_size(ptr);
    CHECK(ptr != NULL);
    ++*calls;
    counted.live++;
    counted.live_bytes += usable;
    counted.requested += size;
    counted.usable += usable;
    return ptr;
}

static void counted_free(void *ptr)
{
    if (ptr != NULL) {
        counted.free++;
        counted.live--;
        counted.live_bytes -= malloc_usable_size(ptr);
    }
    free(ptr);
}

static void *counted_resize(void *ptr, size_t size)
{
    counted.live_bytes -= malloc_usable_size(ptr);
    ptr = realloc(ptr, size);
    size_t usable = malloc_usable_size(ptr);
    CHECK(ptr != NULL);
    counted.realloc++;
    counted.live_bytes += usable;
    counted.requested += size;
    counted.usable += usable;
    return ptr;
}

static void *get(unsigned kind, size_t size)
{
    switch (kind % 4) {
    case 0:
        return counted_new(malloc(size), &counted.malloc, size);
    case 1:
        return counted_new(calloc(size, 1), &counted.calloc, size);
    case 2:
        return counted_new(realloc(opaque(NULL), size), &counted.realloc, size);
    default:
        return counted_new(aligned_alloc(128, size), &counted.aligned_alloc, size);
    }
}

static void run_script(void)
{
    static void *blocks[BLOCKS];
    unsigned state = 12345;
    for (unsigned i = 0; i < BLOCKS; i++) {
        blocks[i] = get(i, random_size(&state));
    }
    for (unsigned i = 0; i < BLOCKS; i += 3) {
        blocks[i] = counted_resize(blocks[i], random_size(&state));
    }
    for (unsigned i = 0; i < BLOCKS; i += 2) {
        counted_free(blocks[i]);
    }
    counted_free(NULL);
    CHECK(malloc(opaque_size(SIZE_MAX / 4)) == NULL);
    counted.malloc++;
    counted.failed++;
}

static void find(const char *name, void *out)
{
    *(void **)out = dlsym(RTLD_DEFAULT, name);
    CHECK(*(void **)out != NULL);
}

extern __typeof__(cairn_stats_write) cairn_stats_write __attribute__((weak));

int main(void)
{
    __typeof__(&cairn_stats_write) write_statistics = cairn_stats_write;
    char line[512];
    victim_begin();
    if (write_statistics == NULL) {
        find("cairn_stats_write", &write_statistics);
    }
    write_statistics(1, CAIRN_REPORT_JSON);
    run_script();
    int length = snprintf(
        line, sizeof line,
        "---\n{\"malloc\": %zu, \"calloc\": %zu, \"realloc\": %zu, \"aligned_alloc\": %zu, "
        "\"free\": %zu, \"failed\": %zu, \"live\": %zu, \"live_bytes\": %zu, \"requested\": %zu, "
        "\"usable\": %zu}\n---\n",
        counted.malloc, counted.calloc, counted.realloc, counted.aligned_alloc, counted.free,
        counted.failed, counted.live, counted.live_bytes, counted.requested, counted.usable);
    CHECK(write(1, line, (size_t)length) == length);
    write_statistics(1, CAIRN_REPORT_JSON);
    return 0;
}
