/* SPDX-License-Identifier: Apache-2.0
 *
 * Maps, names and unmaps. errno is kept, as the interface asks for.
 */
#include "arena_named.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Linux 5.17 has them, and headers of that time. */
enum { SET_VMA = 0x53564d41, SET_VMA_ANON_NAME = 0 };

static size_t page_size(void *ctx)
{
    (void)ctx;
    return (size_t)sysconf(_SC_PAGESIZE);
}

static size_t whole_pages(size_t size)
{
    size_t page = page_size(NULL);
    return (size + page - 1) & ~(page - 1);
}

void *arena_named_alloc(void *ctx, size_t size)
{
    int saved = errno;
    (void)ctx;
    if (size > PTRDIFF_MAX) {
        return NULL;
    }
    size = whole_pages(size);
    void *ptr = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (ptr != MAP_FAILED) {
        /* A kernel that keeps no names refuses, and the mapping is as good without one. */
        prctl(SET_VMA, SET_VMA_ANON_NAME, ptr, size, "lisp heap");
    }
    errno = saved;
    return ptr != MAP_FAILED ? ptr : NULL;
}

/* At its limit of mappings the kernel refuses to cut a hole into one: then the pages at least go. */
void arena_named_free(void *ctx, void *ptr, size_t size)
{
    int saved = errno;
    (void)ctx;
    if (munmap(ptr, whole_pages(size)) != 0) {
        madvise(ptr, whole_pages(size), MADV_DONTNEED);
    }
    errno = saved;
}

static bool purge(void *ctx, void *ptr, size_t size)
{
    int saved = errno;
    size_t page = page_size(ctx);
    uintptr_t first = ((uintptr_t)ptr + page - 1) & ~(page - 1);
    uintptr_t end = ((uintptr_t)ptr + size) & ~(page - 1);
    bool done = end > first && madvise((void *)first, end - first, MADV_DONTNEED) == 0;
    errno = saved;
    return done;
}

const cairn_arena_more arena_named_more = {
    .name = "named",
    .is_zeroed = true,
    .purge = purge,
    .page_size = page_size,
};
