/* SPDX-License-Identifier: Apache-2.0
 *
 * The counting provider. Its own memory is static.
 */
#include "cairn/fuzz/provider.h"

#include <string.h>

#include "cairn/allocators/arena/fixed.h"
#include "cairn/allocators/arena/malloc.h"
#include "cairn/allocators/arena/mmap.h"
#include "cairn/fuzz/shadow.h"

enum {
    FIXED_BYTES = 24 << 20,
    MOST_BYTES = 48 << 20,
    DIRTY_BYTES = 1 << 16,
};

/* The bits of `offers`. */
enum {
    LEAVES_ALIGNED = 1 << 0,
    LEAVES_PURGE = 1 << 1,
    LEAVES_REMAP = 1 << 2,
    MOVES = 1 << 3,
    IS_MISALIGNED = 1 << 4, /* and far, with LEAVES_ALIGNED */
};

static bool refuses(cairn_fuzz_provider *self, size_t added)
{
    self->calls++;
    bool is_refused = (self->calls >= self->fail_from && self->calls < self->fail_until) ||
                      added > self->most_bytes - self->live_bytes ||
                      self->count == CAIRN_FUZZ_ARENAS_MAX;
    self->refused += is_refused ? 1 : 0;
    return is_refused;
}

/* Counts what the real provider could not give as refused, too. */
static void *note(cairn_fuzz_provider *self, char *ptr, size_t bytes)
{
    if (ptr == NULL) {
        self->refused++;
        return NULL;
    }
    self->arenas[self->count].ptr = ptr;
    self->arenas[self->count++].bytes = bytes;
    self->live_bytes += bytes;
    return ptr;
}

static void forget(cairn_fuzz_provider *self, const char *what, char *ptr, size_t bytes)
{
    size_t i = self->count;
    while (i > 0 && self->arenas[i - 1].ptr != ptr) {
        i--;
    }
    CAIRN_FUZZ_EXPECT(i > 0, "%s of %p, which is no live arena", what, (void *)ptr);
    CAIRN_FUZZ_EXPECT(self->arenas[i - 1].bytes == bytes,
                      "%s of an arena of %zu bytes with %zu bytes (A4.2)", what,
                      self->arenas[i - 1].bytes, bytes);
    self->live_bytes -= bytes;
    self->arenas[i - 1] = self->arenas[--self->count];
}

static void enter(const cairn_fuzz_provider *self)
{
    if (self->before != NULL) {
        self->before();
    }
}

/* What does not claim to be zero is not. */
static void make_dirty(const cairn_fuzz_provider *self, char *ptr, size_t bytes)
{
    if (ptr != NULL && !self->more.is_zeroed) {
        memset(ptr, 0xa5, bytes < DIRTY_BYTES ? bytes : DIRTY_BYTES);
    }
}

static void *provider_alloc(void *ctx, size_t size)
{
    cairn_fuzz_provider *self = ctx;
    enter(self);
    if (refuses(self, size)) {
        return NULL;
    }
    char *ptr = cairn_arena_alloc(self->below, size + self->misalignment);
    ptr = ptr != NULL ? ptr + self->misalignment : NULL;
    make_dirty(self, ptr, size);
    return note(self, ptr, size);
}

static void *provider_alloc_aligned(void *ctx, size_t size, size_t alignment)
{
    cairn_fuzz_provider *self = ctx;
    enter(self);
    if (refuses(self, size)) {
        return NULL;
    }
    char *ptr = self->below.more->alloc_aligned(self->below.provider.ctx, size, alignment);
    make_dirty(self, ptr, size);
    return note(self, ptr, size);
}

static void provider_free(void *ctx, void *ptr, size_t size)
{
    cairn_fuzz_provider *self = ctx;
    enter(self);
    forget(self, "free", ptr, size);
    cairn_arena_free(self->below, (char *)ptr - self->misalignment, size + self->misalignment);
}

static bool provider_purge(void *ctx, void *ptr, size_t size)
{
    cairn_fuzz_provider *self = ctx;
    const char *start = ptr;
    enter(self);
    bool is_inside = false;
    for (size_t i = 0; i < self->count; i++) {
        const char *arena = self->arenas[i].ptr;
        is_inside = is_inside || (start >= arena && start + size <= arena + self->arenas[i].bytes);
    }
    CAIRN_FUZZ_EXPECT(is_inside, "purge of %zu bytes at %p, outside of every arena", size, ptr);
    return cairn_arena_purge(self->below, ptr, size);
}

static void *move(cairn_fuzz_provider *self, void *ptr, size_t old_size, size_t new_size)
{
    if (!self->moves) {
        return self->below.more->remap(self->below.provider.ctx, ptr, old_size, new_size);
    }
    void *moved = cairn_arena_alloc(self->below, new_size);
    if (moved != NULL) {
        memcpy(moved, ptr, old_size < new_size ? old_size : new_size);
        cairn_arena_free(self->below, ptr, old_size);
    }
    return moved;
}

static void *provider_remap(void *ctx, void *ptr, size_t old_size, size_t new_size)
{
    cairn_fuzz_provider *self = ctx;
    enter(self);
    if (refuses(self, new_size > old_size ? new_size - old_size : 0)) {
        return NULL;
    }
    void *moved = move(self, ptr, old_size, new_size);
    if (moved != NULL) {
        forget(self, "remap", ptr, old_size);
    }
    return note(self, moved, new_size);
}

static cairn_arena_region provider_describe(void *ctx)
{
    return cairn_arena_describe(((cairn_fuzz_provider *)ctx)->below);
}

static size_t provider_page_size(void *ctx)
{
    cairn_fuzz_provider *self = ctx;
    return self->below.more->page_size(self->below.provider.ctx);
}

/* In an odd place of its buffer, since any place will do. */
static cairn_arena_source fixed_source(void)
{
    static char buffer[FIXED_BYTES];
    cairn_arena_source source = cairn_arena_malloc;
    bool is_made = cairn_arena_fixed_init(buffer + 77, sizeof buffer - 77, &source);
    CAIRN_FUZZ_EXPECT(is_made, "no arena provider in a buffer");
    return source;
}

static cairn_arena_more offered(const cairn_arena_more *below, unsigned offers)
{
    cairn_arena_more more = *below;
    more.alloc_aligned = below->alloc_aligned != NULL && (offers & LEAVES_ALIGNED) == 0
                             ? provider_alloc_aligned
                             : NULL;
    more.purge = below->purge != NULL && (offers & LEAVES_PURGE) == 0 ? provider_purge : NULL;
    more.remap = below->remap != NULL && (offers & LEAVES_REMAP) == 0 ? provider_remap : NULL;
    more.describe = below->describe != NULL ? provider_describe : NULL;
    more.page_size = below->page_size != NULL ? provider_page_size : NULL;
    return more;
}

void cairn_fuzz_provider_begin(cairn_fuzz_provider *self, unsigned choice, unsigned offers)
{
    memset(self, 0, offsetof(cairn_fuzz_provider, arenas));
    switch (choice % CAIRN_FUZZ_PROVIDER_CHOICES) {
    case 5:
    case 6:
        self->below = cairn_arena_mmap;
        break;
    case 7:
        self->below = cairn_arena_malloc;
        break;
    default:
        self->below = fixed_source();
    }
    self->most_bytes = MOST_BYTES;
    self->fail_from = SIZE_MAX;
    self->moves = (offers & MOVES) != 0;
    self->more = offered(self->below.more, offers);
    if ((offers & IS_MISALIGNED) != 0) {
        self->misalignment = (offers & LEAVES_ALIGNED) != 0 ? 8208 : 16;
        self->more.alloc_aligned = NULL;
        self->more.purge = NULL;
        self->more.remap = NULL;
    }
}

void cairn_fuzz_provider_begin_over(cairn_fuzz_provider *self, cairn_arena_source below)
{
    memset(self, 0, offsetof(cairn_fuzz_provider, arenas));
    self->below = below;
    self->more = offered(below.more, 0);
    self->most_bytes = SIZE_MAX / 2;
    self->fail_from = SIZE_MAX;
}

void cairn_fuzz_provider_end(const cairn_fuzz_provider *self)
{
    CAIRN_FUZZ_EXPECT(self->count == 0 && self->live_bytes == 0,
                      "%zu arenas of %zu bytes never came back", self->count, self->live_bytes);
}

cairn_arena_source cairn_fuzz_provider_source(cairn_fuzz_provider *self)
{
    cairn_arena_source source = {{self, provider_alloc, provider_free}, &self->more};
    return source;
}

void cairn_fuzz_provider_fail(cairn_fuzz_provider *self, size_t nth, size_t more)
{
    self->fail_from = self->calls + nth;
    self->fail_until = self->fail_from + 1 + more;
}
