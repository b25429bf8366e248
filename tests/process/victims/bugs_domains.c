/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks that go back by another domain than they came from, and domains that are used without the lock
 * that they need.
 */
#include "bugs.h"

extern void *cairn_raw_malloc(size_t size) __attribute__((weak));
extern void *cairn_mem_malloc(size_t size) __attribute__((weak));
extern void *cairn_obj_malloc(size_t size) __attribute__((weak));
extern void *cairn_obj_realloc(void *ptr, size_t size) __attribute__((weak));
extern void cairn_raw_free(void *ptr) __attribute__((weak));
extern void cairn_mem_free(void *ptr) __attribute__((weak));
extern void cairn_obj_free(void *ptr) __attribute__((weak));

typedef void *(*malloc_function)(size_t size);
typedef void *(*realloc_function)(void *ptr, size_t size);
typedef void (*free_function)(void *ptr);

static malloc_function mallocs(size_t domain)
{
    void *const all[] = {FIND(cairn_raw_malloc), FIND(cairn_mem_malloc), FIND(cairn_obj_malloc)};
    CHECK(all[domain] != NULL);
    return (malloc_function)all[domain];
}

static free_function frees(size_t domain)
{
    void *const all[] = {FIND(cairn_raw_free), FIND(cairn_mem_free), FIND(cairn_obj_free)};
    CHECK(all[domain] != NULL);
    return (free_function)all[domain];
}

enum { RAW, MEM, OBJ };

/* by is ten times the domain that the block is from, and the domain that it is given to. */
static void wrong_free(const bug *self)
{
    size_t from = self->by / 10;
    void *block = opaque(mallocs(from)(opaque_size(self->size)));
    CHECK(block != NULL);
    frees(is_good ? from : self->by % 10)(block);
}

static void wrong_realloc(const bug *self)
{
    void *block = opaque(mallocs(is_good ? OBJ : RAW)(opaque_size(self->size)));
    realloc_function resize = (realloc_function)FIND(cairn_obj_realloc);
    CHECK(block != NULL && resize != NULL);
    block = resize(block, self->size * 2);
    frees(OBJ)(opaque(block));
}

/* --- The host's lock -------------------------------------------------------------------------------- */

/* As cairn/hooks/debug/debug.h declares it. */
typedef struct cairn_debug_host {
    bool (*holds_lock)(void);
    void (*print_state)(int fd);
    const char *lock_message;
} cairn_debug_host;
extern void cairn_debug_set_host(const cairn_debug_host *host) __attribute__((weak));

static bool has_lock = true;

static bool holds_lock(void)
{
    return has_lock;
}

static const cairn_debug_host host = {.holds_lock = holds_lock};

static void set_host(void)
{
    void (*set)(const cairn_debug_host *) =
        (void (*)(const cairn_debug_host *))FIND(cairn_debug_set_host);
    if (set != NULL) {
        set(&host);
    }
}

/* by is the domain. */
static void malloc_without_lock(const bug *self)
{
    set_host();
    has_lock = is_good || self->by == RAW;
    void *block = mallocs(self->by)(opaque_size(self->size));
    has_lock = true;
    frees(self->by)(opaque(block));
}

static void free_without_lock(const bug *self)
{
    set_host();
    void *block = mallocs(self->by)(opaque_size(self->size));
    has_lock = is_good;
    frees(self->by)(self->size == 0 ? NULL : opaque(block));
    has_lock = true;
}

#define WRONG(from, by) "block of domain " #from " freed by domain " #by ".*"
#define LOCK ".*without holding.*"

const bug domain_errors[] = {
    {"raw_freed_as_mem", wrong_free, 100, 10 * RAW + MEM, false, WRONG(raw, mem), NULL},
    {"mem_freed_as_raw", wrong_free, 100, 10 * MEM + RAW, false, WRONG(mem, raw), NULL},
    {"mem_freed_as_obj", wrong_free, 5000, 10 * MEM + OBJ, false, WRONG(mem, obj), NULL},
    {"obj_freed_as_mem", wrong_free, 300000, 10 * OBJ + MEM, false, WRONG(obj, mem), NULL},
    {"raw_resized_as_obj", wrong_realloc, 100, 0, false,
     "block of domain raw [a-z]+ by domain obj.*", NULL},
    {"mem_malloc_without_lock", malloc_without_lock, 100, MEM, false, LOCK, NULL},
    {"obj_malloc_without_lock", malloc_without_lock, 100, OBJ, false, LOCK, NULL},
    {"mem_free_without_lock", free_without_lock, 100, MEM, false, LOCK, NULL},
    {"obj_free_of_null_without_lock", free_without_lock, 0, OBJ, false, LOCK, NULL},
    {NULL, NULL, 0, 0, false, NULL, NULL},
};
