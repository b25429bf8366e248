/* SPDX-License-Identifier: Apache-2.0
 *
 * The arena interface: where allocators get their memory from, in large pieces.
 *
 * Contract
 *   - alloc returns size bytes, readable and writable, or NULL. It promises 16-byte alignment; pools
 *     align themselves (clause A4.4).
 *   - free gets the same address and exactly the same size that alloc was called with (A4.2), and is
 *     the free of the provider that gave the arena: every arena remembers it (this mends A4.5).
 *   - Both may be called by any thread at any time, also in the child of a fork. errno is kept.
 *   - A provider allocates from no domain and calls no allocator above it.
 *   - All its bookkeeping lies in its own memory; a bounded provider answers NULL, exactly, when its
 *     region is full.
 */
#ifndef CAIRN_ALLOCATORS_ARENA_H_
#define CAIRN_ALLOCATORS_ARENA_H_

#include "cairn/base/compiler.h"

CAIRN_EXTERN_C_BEGIN

/* Exactly CPython's PyObjectArenaAllocator, member by member (A4.1). */
typedef struct cairn_arena_provider {
    void *ctx;
    void *(*alloc)(void *ctx, size_t size);
    void (*free)(void *ctx, void *ptr, size_t size);
} cairn_arena_provider;

/* A bounded provider's region; bytes is 0 when arenas can come from anywhere. */
typedef struct cairn_arena_region {
    void *base;
    size_t bytes;
} cairn_arena_region;

/* What not every provider offers; NULL or false means "not offered". */
typedef struct cairn_arena_more {
    const char *name;

    /* Whether what alloc returns reads as zero, and so does memory after purge. */
    bool is_zeroed;

    /* Whether its memory is part of what another part of the stack reports as its own. */
    bool is_counted_elsewhere;

    /* As alloc, at a multiple of alignment, a power of two. Given back by free. */
    void *(*alloc_aligned)(void *ctx, size_t size, size_t alignment);

    /* Gives the pages that lie wholly in [ptr, ptr + size) back to the system; they stay usable and
     * lose their contents. Returns whether it did. */
    bool (*purge)(void *ctx, void *ptr, size_t size);

    /* An occasion to look for idle memory, such as arenas that came back. With is_all_idle they are, and there
     * may be no other occasion soon. */
    void (*look)(void *ctx, bool is_all_idle);

    /* Makes a reserved range usable; providers without it return usable memory at once. */
    bool (*commit)(void *ctx, void *ptr, size_t size);

    /* Changes an arena's size, moving it when it has to; contents are kept up to the smaller size.
     * NULL when it cannot, and nothing has changed then. */
    void *(*remap)(void *ctx, void *ptr, size_t old_size, size_t new_size);

    /* The region that all arenas come from; bytes is 0 when there is no such bound. */
    cairn_arena_region (*describe)(void *ctx);

    /* The unit in bytes in which purge, commit and remap work. */
    size_t (*page_size)(void *ctx);
} cairn_arena_more;

/* A provider with its optional table, as an allocator keeps it. */
typedef struct cairn_arena_source {
    cairn_arena_provider provider;
    const cairn_arena_more *more; /* never NULL; see cairn_arena_nothing_more */
} cairn_arena_source;

/* The source of a provider without state as an initialiser: symbol_alloc, symbol_free, symbol_more. */
#define CAIRN_ARENA_INITIALISER(symbol)                                                            \
    {                                                                                              \
        {NULL, symbol##_alloc, symbol##_free}, &symbol##_more                                      \
    }

/* A table that offers nothing, for a bare cairn_arena_provider. */
extern const cairn_arena_more cairn_arena_nothing_more;

/* Where an allocator keeps the source of the arenas to come. It can be set while threads ask for arenas:
 * what is read is one source as it was set, never half of each. */
typedef struct cairn_arena_slot {
    cairn_arena_source first;      /* until another is set */
    const cairn_arena_source *set; /* published: read it by cairn_arena_slot_get only */
} cairn_arena_slot;

CAIRN_INLINE cairn_arena_source cairn_arena_slot_get(const cairn_arena_slot *slot)
{
    const cairn_arena_source *set = __atomic_load_n(&slot->set, __ATOMIC_ACQUIRE);
    return set != NULL ? *set : slot->first;
}

/* Has the next arenas come from another source, of which a copy stays for ever; one that was set before
 * is found again and costs no memory. false, and nothing has changed, when there is none for it. */
bool cairn_arena_slot_set(cairn_arena_slot *slot, cairn_arena_source source);

/* The copy of a source that was noted or set anywhere before, by its provider; NULL when there is none. */
const cairn_arena_source *cairn_arena_source_find(cairn_arena_provider provider);

/* Makes a copy for cairn_arena_source_find; NULL when there is no memory. */
const cairn_arena_source *cairn_arena_source_note(cairn_arena_source source);

CAIRN_INLINE void *cairn_arena_alloc(cairn_arena_source source, size_t size)
{
    return (source.provider.alloc)(source.provider.ctx, size);
}

CAIRN_INLINE void cairn_arena_free(cairn_arena_source source, void *ptr, size_t size)
{
    (source.provider.free)(source.provider.ctx, ptr, size);
}

CAIRN_INLINE bool cairn_arena_purge(cairn_arena_source source, void *ptr, size_t size)
{
    return source.more->purge != NULL && (source.more->purge)(source.provider.ctx, ptr, size);
}

CAIRN_INLINE cairn_arena_region cairn_arena_describe(cairn_arena_source source)
{
    cairn_arena_region unbounded = {NULL, 0};
    return source.more->describe != NULL ? (source.more->describe)(source.provider.ctx) : unbounded;
}

CAIRN_EXTERN_C_END

#endif /* CAIRN_ALLOCATORS_ARENA_H_ */
