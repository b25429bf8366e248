/* SPDX-License-Identifier: Apache-2.0
 *
 * The constant table of a provider that offers only the two operations, and the sources that were set while
 * a program ran: a list of copies that only grows.
 */
#include "cairn/allocators/arena.h"

#include "cairn/base/lock.h"
#include "cairn/base/permanent.h"

CAIRN_STATIC_ASSERT(sizeof(cairn_arena_provider) == 3 * sizeof(void *),
                    "cairn_arena_provider has CPython's three members and no fourth");

const cairn_arena_more cairn_arena_nothing_more = {
    .name = "unnamed",
};

typedef struct noted_source {
    cairn_arena_source source;
    struct noted_source *next;
} noted_source;

static cairn_lock lock;
static noted_source *noted;

static bool is_same(const cairn_arena_provider *a, const cairn_arena_provider *b)
{
    return a->ctx == b->ctx && a->alloc == b->alloc && a->free == b->free;
}

/* With that table, or with any when more is NULL. */
static const cairn_arena_source *find_locked(const cairn_arena_provider *provider,
                                             const cairn_arena_more *more)
{
    for (const noted_source *known = noted; known != NULL; known = known->next) {
        if (is_same(&known->source.provider, provider) &&
            (more == NULL || known->source.more == more)) {
            return &known->source;
        }
    }
    return NULL;
}

const cairn_arena_source *cairn_arena_source_find(cairn_arena_provider provider)
{
    cairn_lock_acquire(&lock);
    const cairn_arena_source *found = find_locked(&provider, NULL);
    cairn_lock_release(&lock);
    return found;
}

static const cairn_arena_source *note_locked(const cairn_arena_source *source)
{
    const cairn_arena_source *found = find_locked(&source->provider, source->more);
    if (found != NULL) {
        return found;
    }
    noted_source *fresh = cairn_permanent_alloc(sizeof *fresh);
    if (fresh == NULL) {
        return NULL;
    }
    fresh->source = *source;
    fresh->next = noted;
    noted = fresh;
    return &fresh->source;
}

const cairn_arena_source *cairn_arena_source_note(cairn_arena_source source)
{
    cairn_lock_acquire(&lock);
    const cairn_arena_source *copy = note_locked(&source);
    cairn_lock_release(&lock);
    return copy;
}

bool cairn_arena_slot_set(cairn_arena_slot *slot, cairn_arena_source source)
{
    const cairn_arena_source *copy = cairn_arena_source_note(source);
    if (copy != NULL) {
        __atomic_store_n(&slot->set, copy, __ATOMIC_RELEASE);
    }
    return copy != NULL;
}
