/* SPDX-License-Identifier: Apache-2.0
 *
 * Cairn by its own names beside libc's malloc, in one program: both keep their blocks apart, also with
 * threads, a fork and the end of the program.
 */
#include "victim.h"

#include <pthread.h>

#include "cairn/cairn.h"

enum { BLOCKS = 200, THREADS = 4 };

typedef struct family {
    void *(*malloc)(size_t size);
    void *(*calloc)(size_t count, size_t size);
    void *(*realloc)(void *ptr, size_t size);
    void (*free)(void *ptr);
} family;

static const family families[] = {
    {malloc, calloc, realloc, free},
    {cairn_malloc, cairn_calloc, cairn_realloc, cairn_free},
    {cairn_raw_malloc, cairn_raw_calloc, cairn_raw_realloc, cairn_raw_free},
    {cairn_obj_malloc, cairn_obj_calloc, cairn_obj_realloc, cairn_obj_free},
};
enum { FAMILIES = sizeof families / sizeof families[0] };

static void *use_all(void *argument)
{
    unsigned state = (unsigned)(uintptr_t)argument;
    void *blocks[FAMILIES][BLOCKS];
    size_t sizes[FAMILIES][BLOCKS];
    for (unsigned i = 0; i < BLOCKS; i++) {
        for (unsigned f = 0; f < FAMILIES; f++) {
            size_t size = random_size(&state) % 100000 + 1;
            void *ptr = i % 2 == 0 ? families[f].malloc(size) : families[f].calloc(1, size);
            CHECK(ptr != NULL && (i % 2 == 0 || is_zero(ptr, size)));
            ptr = i % 3 == 0 ? families[f].realloc(ptr, size = size / 2 + 7) : ptr;
            CHECK(ptr != NULL);
            fill(ptr, size, f);
            blocks[f][i] = ptr;
            sizes[f][i] = size;
        }
    }
    for (unsigned i = 0; i < BLOCKS; i++) {
        for (unsigned f = 0; f < FAMILIES; f++) {
            CHECK(is_filled(blocks[f][i], sizes[f][i], f));
            families[f].free(blocks[f][i]);
        }
    }
    return NULL;
}

static void check_sanity(void)
{
    void *aligned = cairn_aligned_alloc(4096, 100);
    CHECK(aligned != NULL && is_aligned(aligned, 4096) && cairn_usable_size(aligned) >= 100);
    cairn_free(aligned);
    CHECK(cairn_malloc(opaque_size(SIZE_MAX / 2 + 1)) == NULL);
    CHECK(cairn_check_all());
    cairn_trim();
}

static void at_exit(void)
{
    use_all((void *)(uintptr_t)3);
    check_sanity();
}

int main(void)
{
    pthread_t threads[THREADS];
    const char *preset = getenv("CAIRN_MALLOC");
    victim_limit_time();
    CHECK(strcmp(cairn_preset_name(), preset != NULL ? preset : "default") == 0);
    CHECK(atexit(at_exit) == 0);
    use_all(NULL);
    for (uintptr_t i = 0; i < THREADS; i++) {
        CHECK(pthread_create(&threads[i], NULL, use_all, (void *)i) == 0);
    }
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
    }
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        use_all((void *)(uintptr_t)9);
        exit(0);
    }
    reap(child);
    check_sanity();
    return 0;
}
