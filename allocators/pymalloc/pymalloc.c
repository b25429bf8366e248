/* SPDX-License-Identifier: Apache-2.0
 *
 * The run-time face of pymalloc: instances that are created, used by handle and destroyed.
 */
#include "cairn/allocators/pymalloc/pymalloc.h"

#include "cairn/allocators/pymalloc/pymalloc_internal.h"
#include "cairn/base/check.h"

#define FULL_MAGAZINE CAIRN_MAGAZINE_SLOTS - 1
#define FULL_4 FULL_MAGAZINE, FULL_MAGAZINE, FULL_MAGAZINE, FULL_MAGAZINE

const uint8_t cairn_pymalloc_capacity[CAIRN_SMALL_CLASSES + 1] = {
    0, FULL_4, FULL_4, FULL_4, FULL_4, FULL_4, FULL_4, FULL_4, FULL_4,
};

void *cairn_pymalloc_reserve(cairn_heap_owner *owner, size_t bytes)
{
    return cairn_layer_malloc(((cairn_pymalloc *)owner)->fallback, bytes);
}

void cairn_pymalloc_release(cairn_heap_owner *owner, void *memory, size_t bytes)
{
    (void)bytes;
    cairn_layer_free(((cairn_pymalloc *)owner)->fallback, memory);
}

CAIRN_DEFINE_FACE(, cairn_pymalloc, cairn_pymalloc)

void *cairn_pymalloc_face_block_start(void *ctx, const void *address)
{
    return cairn_pymalloc_block_start(ctx, address);
}

bool cairn_pymalloc_face_owns(void *ctx, const void *ptr)
{
    cairn_pymalloc_view view = cairn_pymalloc_view_of(ctx);
    return cairn_pymalloc_class_of(&view, ptr) != 0 || cairn_layer_owns(view.self->fallback, ptr);
}

size_t cairn_pymalloc_face_trim(void *ctx)
{
    cairn_pymalloc *self = ctx;
    return cairn_pymalloc_trim(self) + cairn_layer_trim(self->fallback);
}

bool cairn_pymalloc_face_check(void *ctx)
{
    cairn_pymalloc *self = ctx;
    return cairn_pymalloc_check(self) && cairn_layer_check(self->fallback);
}

void cairn_pymalloc_face_stats(void *ctx, cairn_report *report)
{
    cairn_pymalloc *self = ctx;
    cairn_pymalloc_report(self, report);
    cairn_layer_stats(self->fallback, report);
}

bool cairn_pymalloc_face_owns_block(void *ctx, const void *ptr)
{
    cairn_pymalloc_view view = cairn_pymalloc_view_of(ctx);
    return cairn_pymalloc_class_of(&view, ptr) != 0 ||
           cairn_layer_owns_block(view.self->fallback, ptr);
}

bool cairn_pymalloc_face_walk(void *ctx, cairn_block_visit *visit, void *arg)
{
    return cairn_pymalloc_walk(ctx, visit, arg);
}

const cairn_allocator_more cairn_pymalloc_more = CAIRN_FACE_MORE(cairn_pymalloc, cairn_pymalloc);

cairn_layer cairn_pymalloc_layer(cairn_pymalloc *instance)
{
    cairn_layer layer = {
        {instance, cairn_pymalloc_malloc, cairn_pymalloc_calloc, cairn_pymalloc_realloc,
         cairn_pymalloc_free},
        &cairn_pymalloc_more,
    };
    return layer;
}

cairn_pymalloc *cairn_pymalloc_create(cairn_arena_source source, cairn_layer fallback,
                                      const cairn_pymalloc_options *options)
{
    cairn_pymalloc *self = cairn_pymalloc_create_plain(source, fallback, options);
    if (self != NULL) {
        cairn_heap_owner heaps = CAIRN_PYMALLOC_HEAPS(NULL, NULL);
        self->heaps = heaps;
        cairn_pool_home pools = CAIRN_PYMALLOC_POOLS(self, true);
        self->pools = pools;
        cairn_pymalloc_set_caches(self, options);
        cairn_heap_owner_register(&self->heaps);
    }
    return self;
}

void cairn_pymalloc_destroy(cairn_pymalloc *instance)
{
    cairn_heap_owner_unregister(&instance->heaps);
    cairn_pymalloc_destroy_plain(instance);
}
