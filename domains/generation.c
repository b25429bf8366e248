/* SPDX-License-Identifier: Apache-2.0
 *
 * The layer of two generations.
 */
#include "cairn/domains/generation.h"

#include "cairn/base/permanent.h"

const cairn_hook cairn_generation_hook = {"generation", true, NULL, NULL, NULL};

/* Where new blocks come from. */
static cairn_layer source_of(const cairn_generation *self)
{
    return cairn_hook_is_off(self) ? self->older : self->node.below;
}

static cairn_layer layer_of(const cairn_generation *self, const void *ptr)
{
    if (ptr == NULL) {
        return source_of(self);
    }
    bool is_older = self->rule == CAIRN_OLDER_IF_IT_OWNS
                        ? cairn_layer_owns_block(self->older, ptr)
                        : !cairn_layer_owns_block(self->node.below, ptr);
    return is_older ? self->older : self->node.below;
}

static void *generation_malloc(void *ctx, size_t size)
{
    return cairn_layer_malloc(source_of(ctx), size);
}

static void *generation_calloc(void *ctx, size_t count, size_t size)
{
    return cairn_layer_calloc(source_of(ctx), count, size);
}

static void *generation_realloc(void *ctx, void *ptr, size_t size)
{
    return cairn_layer_realloc(layer_of(ctx, ptr), ptr, size);
}

static void generation_free(void *ctx, void *ptr)
{
    cairn_layer_free(layer_of(ctx, ptr), ptr);
}

static size_t generation_usable_size(void *ctx, const void *ptr)
{
    return cairn_layer_room(layer_of(ctx, ptr), ptr);
}

static void *generation_aligned_alloc(void *ctx, size_t alignment, size_t size)
{
    return cairn_layer_aligned_alloc(source_of(ctx), alignment, size);
}

static void *generation_block_start(void *ctx, const void *address)
{
    const cairn_generation *self = ctx;
    void *start = cairn_layer_block_start(self->node.below, address);
    return start != NULL ? start : cairn_layer_block_start(self->older, address);
}

static bool generation_owns(void *ctx, const void *ptr)
{
    const cairn_generation *self = ctx;
    return cairn_layer_owns(self->node.below, ptr) || cairn_layer_owns(self->older, ptr);
}

static size_t generation_trim(void *ctx)
{
    const cairn_generation *self = ctx;
    return cairn_layer_trim(self->node.below) + cairn_layer_trim(self->older);
}

static bool generation_check(void *ctx)
{
    const cairn_generation *self = ctx;
    return cairn_layer_check(self->node.below) && cairn_layer_check(self->older);
}

/* What the older generation has is no news: the preset in force is what a report is about. */
static void generation_stats(void *ctx, cairn_report *report)
{
    cairn_layer_stats(source_of(ctx), report);
}

static bool generation_owns_block(void *ctx, const void *ptr)
{
    const cairn_generation *self = ctx;
    return cairn_layer_owns_block(self->node.below, ptr) ||
           cairn_layer_owns_block(self->older, ptr);
}

static bool generation_walk(void *ctx, cairn_block_visit *visit, void *arg)
{
    const cairn_generation *self = ctx;
    return cairn_layer_walk(self->node.below, visit, arg) &&
           cairn_layer_walk(self->older, visit, arg);
}

static const cairn_allocator_more generation_more = {
    .usable_size = generation_usable_size,
    .aligned_alloc = generation_aligned_alloc,
    .block_start = generation_block_start,
    .owns = generation_owns,
    .trim = generation_trim,
    .check = generation_check,
    .stats = generation_stats,
    .owns_block = generation_owns_block,
    .walk = generation_walk,
    .hook = &cairn_generation_hook,
};

const cairn_layer *cairn_generation_create(const cairn_layer *newer, const cairn_layer *older,
                                           cairn_generation_rule rule)
{
    cairn_generation *self = cairn_permanent_alloc(sizeof *self);
    if (self == NULL) {
        return NULL;
    }
    cairn_layer layer = {
        {self, generation_malloc, generation_calloc, generation_realloc, generation_free},
        &generation_more,
    };
    self->node.below = *newer;
    self->node.domain = "";
    self->node.options = "";
    self->node.can_be_off = true;
    self->older = *older;
    self->rule = rule;
    self->layer = layer;
    return &self->layer;
}
