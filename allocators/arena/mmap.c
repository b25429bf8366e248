/* SPDX-License-Identifier: Apache-2.0
 *
 * Arenas straight from the system. The only file that calls mmap.
 */
#include "cairn/allocators/arena/mmap.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cairn/base/check.h"
#include "cairn/base/math.h"

static size_t page_size(void *ctx)
{
    static size_t cached;
    (void)ctx;
    size_t known = __atomic_load_n(&cached, __ATOMIC_RELAXED);
    if (known == 0) {
        known = (size_t)sysconf(_SC_PAGESIZE);
        __atomic_store_n(&cached, known, __ATOMIC_RELAXED);
    }
    return known;
}

static void *map(size_t size)
{
    int saved = errno;
    void *ptr = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    errno = saved;
    return ptr != MAP_FAILED ? ptr : NULL;
}

static void unmap(void *ptr, size_t size)
{
    int saved = errno;
    /* The kernel can refuse when the mapping count is at its limit: then the pages at least go. */
    if (size > 0 && munmap(ptr, size) != 0) {
        CAIRN_CHECK(errno == ENOMEM, "munmap(%p, %zu) failed with errno %d", ptr, size, errno);
        madvise(ptr, size, MADV_DONTNEED);
    }
    errno = saved;
}

void *cairn_arena_mmap_alloc(void *ctx, size_t size)
{
    return size <= PTRDIFF_MAX ? map(cairn_align_up(size, page_size(ctx))) : NULL;
}

void cairn_arena_mmap_free(void *ctx, void *ptr, size_t size)
{
    unmap(ptr, cairn_align_up(size, page_size(ctx)));
}

/* Maps too much and cuts off both ends. */
static void *mmap_alloc_aligned(void *ctx, size_t size, size_t alignment)
{
    size_t page = page_size(ctx);
    size_t padded;
    if (size > PTRDIFF_MAX || alignment > PTRDIFF_MAX) {
        return NULL;
    }
    size = cairn_align_up(size, page);
    if (alignment <= page) {
        return map(size);
    }
    padded = size + alignment - page;
    char *ptr = padded <= PTRDIFF_MAX ? map(padded) : NULL;
    if (ptr == NULL) {
        return NULL;
    }
    char *aligned = (char *)cairn_align_up((uintptr_t)ptr, alignment);
    size_t head = (size_t)(aligned - ptr);
    unmap(ptr, head);
    unmap(aligned + size, padded - size - head);
    return aligned;
}

static bool mmap_purge(void *ctx, void *ptr, size_t size)
{
    size_t page = page_size(ctx);
    uintptr_t first = cairn_align_up((uintptr_t)ptr, page);
    uintptr_t end = cairn_align_down((uintptr_t)ptr + size, page);
    int saved = errno;
    bool done = end > first && madvise((void *)first, end - first, MADV_DONTNEED) == 0;
    errno = saved;
    return done;
}

static void *mmap_remap(void *ctx, void *ptr, size_t old_size, size_t new_size)
{
    size_t page = page_size(ctx);
    if (new_size > PTRDIFF_MAX) {
        return NULL;
    }
    int saved = errno;
    void *moved =
        mremap(ptr, cairn_align_up(old_size, page), cairn_align_up(new_size, page), MREMAP_MAYMOVE);
    errno = saved;
    return moved != MAP_FAILED ? moved : NULL;
}

const cairn_arena_more cairn_arena_mmap_more = {
    .name = "mmap",
    .is_zeroed = true,
    .alloc_aligned = mmap_alloc_aligned,
    .purge = mmap_purge,
    .remap = mmap_remap,
    .page_size = page_size,
};

const cairn_arena_source cairn_arena_mmap = CAIRN_ARENA_INITIALISER(cairn_arena_mmap);
