/* SPDX-License-Identifier: Apache-2.0
 *
 * The run-time face of pymalloc: instances that are created, used by handle and destroyed.
 */
#include "cairn/allocators/pymalloc/pymalloc.h"

#include "cairn/allocators/face.h"
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

CAIRN_DEFINE_FACE(cairn_pymalloc)

static void *face_block_start(void *ctx, const void *address)
{
    return cairn_pymalloc_block_start(ctx, address);
}

static bool face_owns(void *ctx, const void *ptr)
{
    cairn_pymalloc_view view = cairn_pymalloc_view_of(ctx);
    return cairn_pymalloc_class_of(&view, ptr) != 0 || cairn_layer_owns(view.self->fallback, ptr);
}

static size_t face_trim(void *ctx)
{
    cairn_pymalloc *self = ctx;
    return cairn_pymalloc_trim(self) + cairn_layer_trim(self->fallback);
}

static bool face_check(void *ctx)
{
    cairn_pymalloc *self = ctx;
    return cairn_pymalloc_check(self) && cairn_layer_check(self->fallback);
}

static void face_stats(void *ctx, cairn_report *report)
{
    cairn_pymalloc *self = ctx;
    cairn_pymalloc_report(self, report);
    cairn_layer_stats(self->fallback, report);
}

const cairn_allocator_more cairn_pymalloc_more = {
    .usable_size = face_usable_size,
    .aligned_alloc = face_aligned_alloc,
    .block_start = face_block_start,
    .owns = face_owns,
    .trim = face_trim,
    .check = face_check,
    .stats = face_stats,
};

cairn_layer cairn_pymalloc_layer(cairn_pymalloc *instance)
{
    cairn_layer layer = CAIRN_PYMALLOC_LAYER_INITIALISER(instance);
    return layer;
}

void cairn_pymalloc_register(cairn_pymalloc *instance)
{
    cairn_heap_owner_register(&instance->heaps, instance->heaps.slot);
}

cairn_pymalloc *cairn_pymalloc_create(cairn_arena_source source, cairn_layer fallback,
                                      const cairn_pymalloc_options *options)
{
    cairn_pymalloc *self = cairn_pymalloc_create_plain(source, fallback, options);
    if (self != NULL) {
        cairn_heap_owner heaps = CAIRN_PYMALLOC_HEAPS(CAIRN_HEAP_NO_SLOT);
        self->heaps = heaps;
        self->keeps_last_pool = true;
        cairn_heap_owner_register(&self->heaps, CAIRN_HEAP_ANY_SLOT);
    }
    return self;
}

void cairn_pymalloc_destroy(cairn_pymalloc *instance)
{
    cairn_heap_owner_unregister(&instance->heaps);
    cairn_pymalloc_destroy_plain(instance);
}
