/* SPDX-License-Identifier: Apache-2.0
 *
 * The two constant layers that every stack may name: the table that offers nothing, and the
 * allocator that has no memory.
 */
#include "cairn/allocators/allocator.h"

#include "cairn/base/check.h"
#include "cairn/base/print.h"

CAIRN_STATIC_ASSERT(sizeof(cairn_allocator) == 5 * sizeof(void *),
                    "cairn_allocator has CPython's five members and no sixth");

static void *no_malloc(void *ctx, size_t size)
{
    (void)ctx;
    (void)size;
    return NULL;
}

static void *no_calloc(void *ctx, size_t count, size_t size)
{
    (void)count;
    return no_malloc(ctx, size);
}

static void *no_realloc(void *ctx, void *ptr, size_t size)
{
    CAIRN_CHECK(ptr == NULL, "realloc of %p, which no allocator of this stack owns", ptr);
    return no_malloc(ctx, size);
}

static void no_free(void *ctx, void *ptr)
{
    (void)ctx;
    CAIRN_CHECK(ptr == NULL, "free of %p, which no allocator of this stack owns", ptr);
}

const cairn_allocator_more cairn_nothing_more = {.usable_size = NULL};

const cairn_layer cairn_no_memory = {{NULL, no_malloc, no_calloc, no_realloc, no_free},
                                     &cairn_nothing_more};

bool cairn_report_enter(cairn_report *report, const void *part)
{
    for (unsigned i = 0; i < report->parts; i++) {
        if (report->seen[i] == part) {
            return false;
        }
    }
    if (report->parts == CAIRN_REPORT_PARTS_MAX) {
        return false;
    }
    report->seen[report->parts++] = part;
    return true;
}

void cairn_report_begin_section(cairn_report *report)
{
    if (report->sections++ > 0) {
        cairn_printf(report->out, report->format == CAIRN_REPORT_JSON ? ",\n  " : "\n");
    }
}
