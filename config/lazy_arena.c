/* SPDX-License-Identifier: Apache-2.0
 *
 * Forwards to a provider that is made once.
 */
#include "cairn/config/lazy_arena.h"

#include "cairn/base/check.h"

CAIRN_SLOW_PATH static void make(cairn_lazy_arena *self)
{
    const char *error = NULL;
    cairn_lock_acquire(&self->lock);
    if (!self->is_made) {
        CAIRN_CHECK(self->make(self->options, &self->source, &error),
                    "arena provider with options '%s': %s", self->options, error);
        __atomic_store_n(&self->is_made, true, __ATOMIC_RELEASE);
    }
    cairn_lock_release(&self->lock);
}

static cairn_arena_source source_of(void *ctx)
{
    cairn_lazy_arena *self = ctx;
    if (CAIRN_UNLIKELY(!__atomic_load_n(&self->is_made, __ATOMIC_ACQUIRE))) {
        make(self);
    }
    return self->source;
}

void *cairn_lazy_arena_alloc(void *ctx, size_t size)
{
    return cairn_arena_alloc(source_of(ctx), size);
}

void cairn_lazy_arena_free(void *ctx, void *ptr, size_t size)
{
    cairn_arena_free(source_of(ctx), ptr, size);
}

static bool lazy_purge(void *ctx, void *ptr, size_t size)
{
    return cairn_arena_purge(source_of(ctx), ptr, size);
}

static void *lazy_remap(void *ctx, void *ptr, size_t old_size, size_t new_size)
{
    cairn_arena_source source = source_of(ctx);
    return source.more->remap != NULL
               ? (source.more->remap)(source.provider.ctx, ptr, old_size, new_size)
               : NULL;
}

static cairn_arena_region lazy_describe(void *ctx)
{
    return cairn_arena_describe(source_of(ctx));
}

const cairn_arena_more cairn_lazy_arena_more = {
    .name = "with options",
    .purge = lazy_purge,
    .remap = lazy_remap,
    .describe = lazy_describe,
};
