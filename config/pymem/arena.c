/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables of three members in and out of a configuration, whose arenas have a source: such a table, and one
 * of optional operations beside it.
 */
#include "cairn/allocators/arena/mmap.h"
#include "cairn/base/check.h"
#include "cairn/cairn.h"
#include "cairn/domains/pymem.h"

CAIRN_STATIC_ASSERT(
    sizeof(PyObjectArenaAllocator) == sizeof(cairn_arena_provider) &&
        offsetof(PyObjectArenaAllocator, ctx) == offsetof(cairn_arena_provider, ctx) &&
        offsetof(PyObjectArenaAllocator, alloc) == offsetof(cairn_arena_provider, alloc) &&
        offsetof(PyObjectArenaAllocator, free) == offsetof(cairn_arena_provider, free),
    "one object serves as both");

/* What is remembered under a configuration without arenas. */
static cairn_arena_slot unused = {.first = CAIRN_ARENA_INITIALISER(cairn_arena_mmap)};

/* What is called in place of a function that was set as NULL. */
__attribute__((noreturn, cold)) static void missing(const char *function)
{
    cairn_fatal("%s of an arena is called through a table that has NULL for it; give "
                "PyObject_SetArenaAllocator both functions",
                function);
}

static void *missing_alloc(void *ctx, size_t size)
{
    (void)ctx;
    (void)size;
    missing("alloc");
}

static void missing_free(void *ctx, void *ptr, size_t size)
{
    (void)ctx;
    (void)ptr;
    (void)size;
    missing("free");
}

static cairn_arena_source current(void)
{
    cairn_arena_source source;
    return cairn_arena_source_get(&source) ? source : cairn_arena_slot_get(&unused);
}

void PyObject_GetArenaAllocator(PyObjectArenaAllocator *allocator)
{
    cairn_arena_source source = current();
    /* Without memory it comes back without its optional operations. */
    (void)cairn_arena_source_note(source);
    allocator->ctx = source.provider.ctx;
    allocator->alloc = source.provider.alloc != missing_alloc ? source.provider.alloc : NULL;
    allocator->free = source.provider.free != missing_free ? source.provider.free : NULL;
}

void PyObject_SetArenaAllocator(PyObjectArenaAllocator *allocator)
{
    cairn_arena_provider provider = {
        allocator->ctx,
        allocator->alloc != NULL ? allocator->alloc : missing_alloc,
        allocator->free != NULL ? allocator->free : missing_free,
    };
    const cairn_arena_source *known = cairn_arena_source_find(provider);
    cairn_arena_source bare = {provider, &cairn_arena_nothing_more};
    cairn_arena_source source = known != NULL ? *known : bare;
    cairn_status status = cairn_arena_source_set(source);
    if (status == CAIRN_REFUSED) {
        status = cairn_arena_slot_set(&unused, source) ? CAIRN_OK : CAIRN_NO_MEMORY;
    }
    CAIRN_CHECK(status == CAIRN_OK,
                "PyObject_SetArenaAllocator: no memory to remember the allocator; set fewer "
                "different ones");
}
