/* SPDX-License-Identifier: Apache-2.0
 *
 * Where regions and the leaves of the address map come from and go to.
 */
#include "cairn/allocators/large/region_memory.h"

#include <string.h>

#include "cairn/allocators/large/idle.h"
#include "cairn/allocators/large/stretches.h"
#include "cairn/base/bitmap.h"
#include "cairn/base/check.h"
#include "cairn/base/poison.h"

CAIRN_RECORDS_BEGIN

void cairn_regions_account(cairn_regions *regions, size_t bytes, bool is_taken)
{
    if (is_taken) {
        regions->live_bytes += bytes;
        regions->peak_bytes = cairn_max(regions->peak_bytes, regions->live_bytes);
    } else {
        regions->live_bytes -= bytes;
    }
}

void *cairn_regions_obtain(cairn_arena_source source, size_t size, size_t *bytes)
{
    void *base = cairn_arena_alloc(source, size);
    *bytes = size;
    if ((uintptr_t)base % CAIRN_ALIGNMENT != 0) {
        cairn_arena_free(source, base, size);
        *bytes = size + CAIRN_ALIGNMENT;
        base = cairn_arena_alloc(source, *bytes);
    }
    return base;
}

/* What precedes each piece of metadata, since the allocator interface frees without a size. */
typedef struct metadata_header {
    cairn_arena_source source;
    void *base;
    size_t bytes;
    size_t unused[2];
} metadata_header;

CAIRN_STATIC_ASSERT(sizeof(metadata_header) == 64, "metadata keeps the alignment of a cache line");

static void *metadata_calloc(void *ctx, size_t count, size_t size)
{
    cairn_regions *regions = ctx;
    size_t bytes;
    cairn_arena_source source = cairn_arena_slot_get(&regions->source);
    void *base = cairn_regions_obtain(source, count * size + sizeof(metadata_header), &bytes);
    if (base == NULL) {
        return NULL;
    }
    metadata_header *header = (void *)cairn_align_up((uintptr_t)base, CAIRN_ALIGNMENT);
    if (!source.more->is_zeroed) {
        memset(header, 0, count * size + sizeof *header);
    }
    header->base = base;
    header->source = source;
    header->bytes = bytes;
    regions->map_bytes += bytes;
    return header + 1;
}

static void *metadata_malloc(void *ctx, size_t size)
{
    return metadata_calloc(ctx, 1, size);
}

static void metadata_free(void *ctx, void *ptr)
{
    cairn_regions *regions = ctx;
    metadata_header *header = (metadata_header *)ptr - 1;
    size_t bytes = header->bytes;
    regions->map_bytes -= bytes;
    cairn_arena_free(header->source, header->base, bytes);
}

cairn_layer cairn_regions_metadata(cairn_regions *regions)
{
    cairn_layer layer = {
        {regions, metadata_malloc, metadata_calloc, NULL, metadata_free},
        &cairn_nothing_more,
    };
    return layer;
}

/* Bytes of the records at the start of a region of so many granules. */
static size_t records_bytes(size_t granules)
{
    size_t bits = 2 * cairn_bitmap_words(granules) * sizeof(uint64_t);
    return cairn_align_up(sizeof(cairn_region), 64) + cairn_align_up(bits, 64) +
           granules * sizeof(cairn_pool);
}

static size_t records_granules(size_t granules)
{
    return (records_bytes(granules) + CAIRN_GRANULE_BYTES - 1) / CAIRN_GRANULE_BYTES;
}

static void link_youngest(cairn_regions *regions, cairn_region *region)
{
    region->next = NULL;
    region->previous = regions->youngest;
    if (regions->youngest != NULL) {
        regions->youngest->next = region;
    } else {
        regions->oldest = region;
    }
    regions->youngest = region;
}

/* Aligning loses up to one granule. */
static cairn_region *format(cairn_arena_source source, void *memory, size_t bytes)
{
    char *base = (char *)cairn_align_up((uintptr_t)memory, CAIRN_GRANULE_BYTES);
    size_t granules = (bytes - (size_t)(base - (char *)memory)) / CAIRN_GRANULE_BYTES;
    size_t words = cairn_bitmap_words(granules);
    cairn_region *region = (cairn_region *)(void *)base;
    if (!source.more->is_zeroed) {
        memset(base, 0, records_bytes(granules));
    }
    region->source = source;
    region->memory = memory;
    region->memory_bytes = bytes;
    region->base = base;
    region->granules = granules;
    region->first = records_granules(granules);
    region->edge_bits = (uint64_t *)(void *)(base + cairn_align_up(sizeof *region, 64));
    region->dirty_bits = region->edge_bits + words;
    region->descriptors = (cairn_pool *)cairn_align_up((uintptr_t)(region->dirty_bits + words), 64);
    cairn_bitmap_put(region->edge_bits, region->first - 1, true);
    return region;
}

/* The records, and all else that is nobody's yet. */
static void region_poison(const cairn_region *region)
{
    char *end = (char *)region->memory + region->memory_bytes;
    char *first = region->base + region->first * CAIRN_GRANULE_BYTES;
    cairn_poison_records(region->memory, (size_t)(first - (char *)region->memory));
    cairn_poison(first, (size_t)(end - first));
}

/* To the provider, as it gave it. */
static void return_memory(const cairn_region *region)
{
    cairn_unpoison_defined(region->memory, region->memory_bytes);
    cairn_arena_free(region->source, region->memory, region->memory_bytes);
}

static cairn_region *create_of(cairn_regions *regions, size_t bytes)
{
    cairn_arena_source source = cairn_arena_slot_get(&regions->source);
    void *memory = cairn_arena_alloc(source, bytes);
    if (memory == NULL) {
        return NULL;
    }
    if (!cairn_address_map_reserve(&regions->map, cairn_regions_metadata(regions), memory, bytes)) {
        cairn_arena_free(source, memory, bytes);
        return NULL;
    }
    cairn_region *region = format(source, memory, bytes);
    region_poison(region);
    link_youngest(regions, region);
    cairn_regions_account(regions, bytes, true);
    regions->header_bytes += region->first * CAIRN_GRANULE_BYTES;
    region->number = regions->allocated_total++;
    regions->live++;
    cairn_stretch_insert(regions, region, region->first, region->granules - region->first);
    return region;
}

cairn_region *cairn_region_create(cairn_regions *regions, size_t granules)
{
    size_t needed = granules + 1;
    needed = (needed + records_granules(needed + records_granules(needed))) * CAIRN_GRANULE_BYTES;
    size_t usual = regions->next_region_bytes;
    size_t bytes = cairn_max(usual, needed);
    cairn_region *region = create_of(regions, bytes);
    if (region == NULL && cairn_regions_give_back(regions)) {
        region = create_of(regions, bytes);
    }
    /* Where the usual size cannot be had, half of it may be: regions stay as large as they can. */
    while (region == NULL && bytes > needed) {
        bytes = cairn_max(bytes / 2, needed);
        region = create_of(regions, bytes);
    }
    if (region != NULL && bytes <= usual) {
        regions->next_region_bytes = cairn_min(2 * bytes, CAIRN_LARGE_REGION_MAX);
    }
    return region;
}

static void unlink_region(cairn_regions *regions, cairn_region *region)
{
    if (region->previous != NULL) {
        region->previous->next = region->next;
    } else {
        regions->oldest = region->next;
    }
    if (region->next != NULL) {
        region->next->previous = region->previous;
    } else {
        regions->youngest = region->previous;
    }
}

void cairn_region_destroy(cairn_regions *regions, cairn_region *region)
{
    CAIRN_ASSERT(region->used == 0);
    unlink_region(regions, region);
    cairn_stretch_remove(regions, cairn_stretch_at(region, region->first));
    regions->dirty_bytes -= region->dirty * CAIRN_GRANULE_BYTES;
    regions->dirty_low = cairn_min(regions->dirty_low, regions->dirty_bytes);
    regions->header_bytes -= region->first * CAIRN_GRANULE_BYTES;
    regions->live--;
    cairn_regions_account(regions, region->memory_bytes, false);
    return_memory(region);
}

void cairn_regions_fini(cairn_regions *regions)
{
    CAIRN_RECORDS_SCOPE;
    for (cairn_region *region = regions->oldest; region != NULL;) {
        cairn_region *next = region->next;
        return_memory(region);
        region = next;
    }
    cairn_address_map_fini(&regions->map, cairn_regions_metadata(regions));
}

CAIRN_RECORDS_END
