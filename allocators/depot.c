/* SPDX-License-Identifier: Apache-2.0
 *
 * How batches are written into their own blocks and read again. See pool_class.h for the rules.
 */
#include "cairn/allocators/depot.h"

#include "cairn/base/check.h"
#include "cairn/base/math.h"
#include "cairn/base/poison.h"

/* How many blocks of a batch one of them accounts for: itself, in whose first word is the list's next, and
 * those whose addresses are in its other words. */
static size_t node_blocks(const cairn_pool_class *list)
{
    return cairn_min(list->block_bytes / sizeof(void *), list->batch);
}

/* The last list of a batch leads to the first one of the batch below. */
void cairn_depot_put(cairn_pool_class *list, void *const *blocks)
{
    size_t node = node_blocks(list);
    for (size_t i = 0; i < list->batch; i += node) {
        void **words = blocks[i];
        size_t count = cairn_min(node, list->batch - i);
        cairn_link_write(&words[0], list->depot);
        for (size_t k = 1; k < count; k++) {
            cairn_link_write(&words[k], blocks[i + k]);
        }
        list->depot = words;
    }
    __atomic_store_n(&list->batches, list->batches + 1, __ATOMIC_RELAXED);
}

void cairn_depot_take(cairn_pool_class *list, void **out)
{
    size_t node = node_blocks(list);
    size_t start = (list->batch - 1) / node * node;
    for (size_t end = list->batch; end > 0; end = start, start -= start > 0 ? node : 0) {
        void **words = list->depot;
        out[start] = words;
        for (size_t k = 1; k < end - start; k++) {
            out[start + k] = cairn_link_read(&words[k]);
        }
        list->depot = cairn_link_read(&words[0]);
    }
    __atomic_store_n(&list->batches, list->batches - 1, __ATOMIC_RELAXED);
    list->low = list->batches < list->low ? list->batches : list->low;
}

/* What all classes have is counted several batches at a time, unless these are large. */
static uint32_t grant_of(const cairn_pool_class *list)
{
    return (size_t)list->batch * list->block_bytes < 1 << 16 ? 8 : 1;
}

/* Whether one more batch may wait. */
bool cairn_depot_has_room(cairn_pool_home *home, cairn_pool_class *list)
{
    if (CAIRN_LIKELY(list->batches < list->granted)) {
        return true;
    }
    uint32_t grant = grant_of(list);
    size_t batch_bytes = (size_t)list->batch * list->block_bytes;
    size_t all = __atomic_load_n(&home->depot_bytes, __ATOMIC_RELAXED);
    if ((list->granted + grant) * batch_bytes > home->depot_limit / CAIRN_DEPOT_SHARES ||
        all + grant * batch_bytes > home->depot_limit) {
        return false;
    }
    list->granted += grant;
    __atomic_fetch_add(&home->depot_bytes, grant * batch_bytes, __ATOMIC_RELAXED);
    return true;
}

/* Gives back what the class does not use of its grant, but for what it may need next. */
void cairn_depot_return_grant(cairn_pool_home *home, cairn_pool_class *list, uint32_t reserve)
{
    uint32_t grant = grant_of(list);
    while (list->granted >= list->batches + grant + reserve * grant) {
        list->granted -= grant;
        __atomic_fetch_sub(&home->depot_bytes, (size_t)grant * list->batch * list->block_bytes,
                           __ATOMIC_RELAXED);
    }
}

static bool is_block(const cairn_pool_home *home, unsigned size_class, const void *block)
{
    const cairn_address_map *map = home->map;
    uintptr_t note = cairn_address_map_note(map->root, map->origin, map->span, block);
    return cairn_note_class(note) == size_class &&
           cairn_pool_block_start(cairn_note_descriptor(note), block) == block;
}

/* One list of a batch; reads only what proved to be a block. */
static bool check_node(const cairn_pool_home *home, unsigned size_class, void *const *words,
                       size_t count)
{
    bool good = is_block(home, size_class, words);
    for (size_t i = 1; good && i < count; i++) {
        good = is_block(home, size_class, cairn_link_read(&words[i]));
    }
    if (!good) {
        cairn_warn(
            "the depot of class %u (blocks of %u bytes) is damaged at %p: something wrote to a "
            "block after it was freed, or freed one twice",
            size_class, home->classes[size_class].block_bytes, (const void *)words);
    }
    return good;
}

/* The walk is bounded by the count. */
bool cairn_depot_visit(const cairn_pool_home *home, unsigned size_class,
                       void (*visit)(void *ctx, const void *block), void *ctx)
{
    const cairn_pool_class *list = &home->classes[size_class];
    size_t left = (size_t)list->batches * list->batch;
    void *const *words = list->depot;
    while (left > 0) {
        size_t node = node_blocks(list);
        size_t last = (list->batch - 1) % node + 1;
        size_t count = left % list->batch == 0 ? last : node;
        if (!check_node(home, size_class, words, count)) {
            return false;
        }
        visit(ctx, words);
        for (size_t i = 1; i < count; i++) {
            visit(ctx, cairn_link_read(&words[i]));
        }
        words = cairn_link_read(&words[0]);
        left -= count;
    }
    return true;
}

static void nothing(void *ctx, const void *block)
{
    (void)ctx;
    (void)block;
}

bool cairn_depot_check(const cairn_pool_home *home, unsigned size_class)
{
    return cairn_depot_visit(home, size_class, nothing, NULL);
}
