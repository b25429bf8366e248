/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables of four members in place of those of five. One that came from a getter is what it was when it is
 * set again; any other one gets a calloc of ours, which finds it by ctx. What a call may still be inside of
 * is never freed: each such table is kept, once.
 */
#include "draft.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#undef PyMem_GetAllocator
#undef PyMem_SetAllocator

enum { KEPT_MAX = 64 };

/* As code for the draft knows it, and as it is. */
typedef struct {
    PyMemBlockAllocator draft;
    PyMemAllocatorEx table;
} Kept;

static Kept kept[KEPT_MAX];
static int kept_count;

static void *draft_malloc(void *ctx, size_t size)
{
    const Kept *self = ctx;
    return self->draft.malloc(self->draft.ctx, size);
}

static void *draft_calloc(void *ctx, size_t nelem, size_t elsize)
{
    void *block = draft_malloc(ctx, nelem * elsize);
    return block != NULL ? memset(block, 0, nelem * elsize) : NULL;
}

static void *draft_realloc(void *ctx, void *ptr, size_t new_size)
{
    const Kept *self = ctx;
    return self->draft.realloc(self->draft.ctx, ptr, new_size);
}

static void draft_free(void *ctx, void *ptr)
{
    const Kept *self = ctx;
    self->draft.free(self->draft.ctx, ptr);
}

static Kept *find(const PyMemBlockAllocator *draft)
{
    for (int i = 0; i < kept_count; i++) {
        if (memcmp(&kept[i].draft, draft, sizeof *draft) == 0) {
            return &kept[i];
        }
    }
    return NULL;
}

static Kept *keep(const PyMemBlockAllocator *draft)
{
    if (kept_count == KEPT_MAX) {
        fprintf(stderr, "draft.c: more than %d allocators; raise KEPT_MAX\n", KEPT_MAX);
        abort();
    }
    kept[kept_count].draft = *draft;
    return &kept[kept_count++];
}

/* -1 for a domain that there is not. */
static int shipped(int domain)
{
    static const int numbers[] = {
        [PYALLOC_PYMEM] = PYMEM_DOMAIN_MEM,
        [PYALLOC_PYMEM_RAW] = PYMEM_DOMAIN_RAW,
        [PYALLOC_PYOBJECT] = PYMEM_DOMAIN_OBJ,
    };
    return domain >= PYALLOC_PYMEM && domain <= PYALLOC_PYOBJECT ? numbers[domain] : -1;
}

int PyMem_GetBlockAllocator(int domain, PyMemBlockAllocator *allocator)
{
    PyMemAllocatorEx table;
    int number = shipped(domain);
    if (number < 0) {
        return -1;
    }
    PyMem_GetAllocator((PyMemAllocatorDomain)number, &table);
    if (table.calloc == draft_calloc) {
        *allocator = ((const Kept *)table.ctx)->draft;
        return 0;
    }
    PyMemBlockAllocator draft = {table.ctx, table.malloc, table.realloc, table.free};
    Kept *known = find(&draft);
    (known != NULL ? known : keep(&draft))->table = table;
    *allocator = draft;
    return 0;
}

int PyMem_SetBlockAllocator(int domain, PyMemBlockAllocator *allocator)
{
    int number = shipped(domain);
    if (number < 0) {
        return -1;
    }
    Kept *known = find(allocator);
    if (known == NULL) {
        known = keep(allocator);
        PyMemAllocatorEx table = {known, draft_malloc, draft_calloc, draft_realloc, draft_free};
        known->table = table;
    }
    PyMem_SetAllocator((PyMemAllocatorDomain)number, &known->table);
    return 0;
}
