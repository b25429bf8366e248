/* SPDX-License-Identifier: Apache-2.0
 *
 * Cairn: the one header that a program includes.
 *
 * The functions below are served by the configuration that the program was built with, and, in a
 * build with dynamic dispatch, by what CAIRN_MALLOC, CAIRN_ARENA and CAIRN_HOOKS said when it
 * started. All may be called by any thread, from before main until after the last exit handler.
 */
#ifndef CAIRN_CAIRN_H_
#define CAIRN_CAIRN_H_

#include "cairn/allocators/allocator.h"
#include "cairn/allocators/arena.h"
#include "cairn/base/check.h"
#include "cairn/domains/domain.h"

CAIRN_EXTERN_C_BEGIN

/* For each of the domains raw, mem and obj, and without a domain's name for mem:
 *
 *   malloc, calloc, realloc, free   the contract of allocators/allocator.h, under the size rules of
 *                                   clause A2: requests above PTRDIFF_MAX bytes give NULL
 *   aligned_alloc                   a block at a multiple of alignment, a power of two; NULL for other
 *                                   alignments; freed by free
 *   usable_size                     the bytes that may be used at ptr; 0 for NULL
 */
void *cairn_malloc(size_t size);
void *cairn_calloc(size_t count, size_t size);
void *cairn_realloc(void *ptr, size_t size);
void cairn_free(void *ptr);
void *cairn_aligned_alloc(size_t alignment, size_t size);
size_t cairn_usable_size(const void *ptr);

void *cairn_raw_malloc(size_t size);
void *cairn_raw_calloc(size_t count, size_t size);
void *cairn_raw_realloc(void *ptr, size_t size);
void cairn_raw_free(void *ptr);
void *cairn_raw_aligned_alloc(size_t alignment, size_t size);
size_t cairn_raw_usable_size(const void *ptr);

void *cairn_mem_malloc(size_t size);
void *cairn_mem_calloc(size_t count, size_t size);
void *cairn_mem_realloc(void *ptr, size_t size);
void cairn_mem_free(void *ptr);
void *cairn_mem_aligned_alloc(size_t alignment, size_t size);
size_t cairn_mem_usable_size(const void *ptr);

void *cairn_obj_malloc(size_t size);
void *cairn_obj_calloc(size_t count, size_t size);
void *cairn_obj_realloc(void *ptr, size_t size);
void cairn_obj_free(void *ptr);
void *cairn_obj_aligned_alloc(size_t alignment, size_t size);
size_t cairn_obj_usable_size(const void *ptr);

/* The name of the preset in force: "default", "pymalloc", "malloc". */
const char *cairn_preset_name(void);

/* What the configuration is made of, in words: "raw, mem, obj: mmap < large < pymalloc; ...". */
const char *cairn_configuration(void);

/* Writes the statistics of all domains and of the allocators under them to a file descriptor. Exact
 * when no other thread is inside. Allocates nothing. */
void cairn_stats_write(int fd, cairn_report_format format);

/* Sums up what the allocators under all domains have. */
void cairn_stats_totals(cairn_totals *out);

/* Verifies the structures of all allocators; on damage it says what is wrong on file descriptor 2 and
 * returns false. No other thread may be inside. */
bool cairn_check_all(void);

/* Gives idle memory back to the arena providers; returns the bytes given back. What other threads
 * keep in their heaps follows when they next need memory. */
size_t cairn_trim(void);

/* Where the configuration's allocators get the arenas to come. Each arena goes back to the provider that
 * gave it, whatever is set later (clause A4.5), so this can be changed while threads allocate. Getting is
 * false when the configuration has no arenas. Setting copies; more may be NULL. It gives CAIRN_REFUSED when
 * there are no arenas, CAIRN_INVALID when a function is missing, CAIRN_NO_MEMORY; nothing has changed then. */
bool cairn_arena_source_get(cairn_arena_source *out);
cairn_status cairn_arena_source_set(cairn_arena_source source);

CAIRN_EXTERN_C_END

#endif /* CAIRN_CAIRN_H_ */
