/* SPDX-License-Identifier: Apache-2.0
 *
 * The block interface: what an allocator offers, what a hook takes and gives back, and what a
 * domain publishes. Every allocator, hook and generated stack meets this contract; the contract
 * suite in tests/contract is the same text in executable form.
 *
 * Contract of the four operations (PEP 445; clauses A1 to A3 of docs/behaviour.md)
 *   - Sizes are in bytes. A block is aligned for any type of its size: 16 bytes on 64-bit machines.
 *   - malloc(0) and calloc with a zero factor return a distinct block that can be freed.
 *   - calloc checks count * size for overflow and returns zeroed memory.
 *   - realloc(NULL, n) is malloc(n). realloc(p, 0) shrinks: it never frees and never fails for lack
 *     of a size. Bytes up to the smaller of both sizes are kept.
 *   - free(NULL) does nothing.
 *   - Failure is NULL and nothing else: no message, no change to the old block. errno is not part of
 *     this interface; on success it is unchanged.
 *   - A block is resized and freed by the layer that gave it.
 *   - All four may be called by any thread at any time, also in the child of a fork, unless the
 *     part's own header says otherwise. Calling them in a signal handler is undefined, as in POSIX.
 */
#ifndef CAIRN_ALLOCATORS_ALLOCATOR_H_
#define CAIRN_ALLOCATORS_ALLOCATOR_H_

#include "cairn/allocators/arena.h"
#include "cairn/base/compiler.h"
#include "cairn/base/poison.h"

CAIRN_EXTERN_C_BEGIN

struct cairn_print;
struct cairn_hook;

/* Exactly CPython's PyMemAllocatorEx, member by member, so that one object serves both (A3.1). */
typedef struct cairn_allocator {
    void *ctx;
    void *(*malloc)(void *ctx, size_t size);
    void *(*calloc)(void *ctx, size_t count, size_t size);
    void *(*realloc)(void *ctx, void *ptr, size_t size);
    void (*free)(void *ctx, void *ptr);
} cairn_allocator;

/* The alignment of every block, in bytes. */
enum { CAIRN_ALIGNMENT = sizeof(void *) == 8 ? 16 : 8 };

/* What a layer adds to a report. The part fills in totals by adding, so that several parts sum up,
 * and writes its own section when out is not NULL. */
typedef enum cairn_report_format { CAIRN_REPORT_TEXT, CAIRN_REPORT_JSON } cairn_report_format;

typedef struct cairn_totals {
    bool counts_blocks; /* whether a part knew live_blocks and live_bytes */
    size_t live_blocks;
    size_t live_bytes;       /* usable bytes of live blocks */
    size_t arena_bytes;      /* held from the arena provider */
    size_t arena_peak_bytes; /* the most that was held at once */
    size_t arenas_allocated; /* arenas, regions and mappings asked for since the start */
    size_t arenas_live;
    size_t header_bytes;       /* the part's own bookkeeping inside arenas and beside them */
    size_t quantization_bytes; /* left over at the ends of pools */
} cairn_totals;

/* More than the domains of a program with a few hooks each. */
enum { CAIRN_REPORT_PARTS_MAX = 512 };

typedef struct cairn_report {
    cairn_report_format format;
    struct cairn_print *out; /* NULL: totals only */
    cairn_totals totals;
    unsigned sections;
    unsigned parts;
    const void *seen[CAIRN_REPORT_PARTS_MAX];
} cairn_report;

/* Called by a part before it adds to a report: true once for each part, however many domains and
 * layers lead to it. Parts beyond CAIRN_REPORT_PARTS_MAX are left out. */
bool cairn_report_enter(cairn_report *report, const void *part);

/* Called by a part before it writes a section; separates the sections of a JSON report. */
void cairn_report_begin_section(cairn_report *report);

/* Called with a live block and the bytes that may be used at it; false ends the walk. It must not call the
 * layer that is walked. */
typedef bool cairn_block_visit(void *arg, void *block, size_t usable);

/* What not every part offers; NULL means "not offered". ctx is the ctx of the allocator beside it.
 * A hook that wraps a layer forwards what it does not change. */
typedef struct cairn_allocator_more {
    /* The bytes that may be used at ptr, a live block of this layer: at least what was asked for. For a tool
     * that watches what is used, cairn_layer_usable_size says so. */
    size_t (*usable_size)(void *ctx, const void *ptr);

    /* A block of size bytes at a multiple of alignment, a power of two; freed and resized like any
     * other, a resize keeps CAIRN_ALIGNMENT only. NULL for other alignments and when it fails. */
    void *(*aligned_alloc)(void *ctx, size_t alignment, size_t size);

    /* The start of the block that address lies in, or NULL when no live or free block of this layer
     * contains it. Reads no memory that the layer does not own. */
    void *(*block_start)(void *ctx, const void *address);

    /* Whether ptr lies in memory of this layer. Reads no memory that the layer does not own. */
    bool (*owns)(void *ctx, const void *ptr);

    /* Gives idle memory back to the arena provider; returns the bytes given back. */
    size_t (*trim)(void *ctx);

    /* Walks the layer's structures and verifies their balance equations. On damage it says what is
     * wrong in one line on file descriptor 2 and returns false. Other threads must not be inside. */
    bool (*check)(void *ctx);

    /* Adds to report->totals and writes a section of its own. Exact when no other thread is inside. */
    void (*stats)(void *ctx, cairn_report *report);

    /* Whether ptr, the start of a live block of some layer, is a block of this one. Takes no lock: this
     * is asked at every free where blocks of two generations are about. */
    bool (*owns_block)(void *ctx, const void *ptr);

    /* Calls visit for each live block of this layer, blocks of layers below that are passed on included as
     * far as these can be walked, until it returns false. Whether all were visited: false also when there
     * is no memory for the walk, or damage that it cannot get past, which a line then says. No other
     * thread may be inside. */
    bool (*walk)(void *ctx, cairn_block_visit *visit, void *arg);

    /* The hook that this layer is, ctx being its state; NULL for an allocator. */
    const struct cairn_hook *hook;
} cairn_allocator_more;

/* One layer of a stack: what a hook is put on, and what a domain publishes a pointer to. */
typedef struct cairn_layer {
    cairn_allocator allocator;
    const cairn_allocator_more *more; /* never NULL; see cairn_nothing_more */
} cairn_layer;

/* The first member of the state of an allocator that a stack file gives an arena provider, a fallback or
 * both (components whose `requires` says so): zero where it did not ask. */
typedef struct cairn_allocator_node {
    cairn_arena_source arena;
    cairn_layer fallback;
} cairn_allocator_node;

/* A table that offers nothing, for layers made of a bare cairn_allocator. */
extern const cairn_allocator_more cairn_nothing_more;

/* An allocator that has no memory: every request fails, free accepts only NULL. The fallback of an
 * instance that must live within its arena provider. */
extern const cairn_layer cairn_no_memory;

/* Calls by member name in one place: the parentheses keep a program's own `#define malloc(n)` from
 * rewriting the member calls. */
CAIRN_INLINE void *cairn_layer_malloc(cairn_layer layer, size_t size)
{
    return (layer.allocator.malloc)(layer.allocator.ctx, size);
}

CAIRN_INLINE void *cairn_layer_calloc(cairn_layer layer, size_t count, size_t size)
{
    return (layer.allocator.calloc)(layer.allocator.ctx, count, size);
}

CAIRN_INLINE void *cairn_layer_realloc(cairn_layer layer, void *ptr, size_t size)
{
    return (layer.allocator.realloc)(layer.allocator.ctx, ptr, size);
}

CAIRN_INLINE void cairn_layer_free(cairn_layer layer, void *ptr)
{
    (layer.allocator.free)(layer.allocator.ctx, ptr);
}

/* As the optional operations; a layer that does not offer one answers 0, NULL or false, except that
 * an aligned request up to CAIRN_ALIGNMENT is a plain one.
 * For layers that count what usable_size says and do not use it, nor tell it to anybody who does: the slack of
 * the block stays poisoned (base/poison.h). */
CAIRN_INLINE size_t cairn_layer_room(cairn_layer layer, const void *ptr)
{
    return layer.more->usable_size != NULL ? (layer.more->usable_size)(layer.allocator.ctx, ptr)
                                           : 0;
}

/* All of it may be used from now on. */
CAIRN_INLINE size_t cairn_layer_usable_size(cairn_layer layer, const void *ptr)
{
    size_t usable = cairn_layer_room(layer, ptr);
    cairn_unpoison_rest(ptr, usable);
    return usable;
}

CAIRN_INLINE void *cairn_layer_aligned_alloc(cairn_layer layer, size_t alignment, size_t size)
{
    if (layer.more->aligned_alloc != NULL) {
        return (layer.more->aligned_alloc)(layer.allocator.ctx, alignment, size);
    }
    return alignment <= CAIRN_ALIGNMENT ? cairn_layer_malloc(layer, size) : NULL;
}

CAIRN_INLINE void *cairn_layer_block_start(cairn_layer layer, const void *address)
{
    return layer.more->block_start != NULL ? (layer.more->block_start)(layer.allocator.ctx, address)
                                           : NULL;
}

CAIRN_INLINE bool cairn_layer_owns(cairn_layer layer, const void *ptr)
{
    return layer.more->owns != NULL && (layer.more->owns)(layer.allocator.ctx, ptr);
}

CAIRN_INLINE bool cairn_layer_owns_block(cairn_layer layer, const void *ptr)
{
    return layer.more->owns_block != NULL ? (layer.more->owns_block)(layer.allocator.ctx, ptr)
                                          : cairn_layer_owns(layer, ptr);
}

CAIRN_INLINE size_t cairn_layer_trim(cairn_layer layer)
{
    return layer.more->trim != NULL ? (layer.more->trim)(layer.allocator.ctx) : 0;
}

CAIRN_INLINE bool cairn_layer_check(cairn_layer layer)
{
    return layer.more->check == NULL || (layer.more->check)(layer.allocator.ctx);
}

/* true without a visit where the layer cannot be walked. */
CAIRN_INLINE bool cairn_layer_walk(cairn_layer layer, cairn_block_visit *visit, void *arg)
{
    return layer.more->walk == NULL || (layer.more->walk)(layer.allocator.ctx, visit, arg);
}

CAIRN_INLINE void cairn_layer_stats(cairn_layer layer, cairn_report *report)
{
    if (layer.more->stats != NULL) {
        (layer.more->stats)(layer.allocator.ctx, report);
    }
}

CAIRN_EXTERN_C_END

#endif /* CAIRN_ALLOCATORS_ALLOCATOR_H_ */
