/* SPDX-License-Identifier: Apache-2.0
 *
 * A provider with options in a static stack: it is made when the first arena is asked for, which may be
 * before any constructor has run. Wrong options end the program in one line.
 */
#ifndef CAIRN_CONFIG_LAZY_ARENA_H_
#define CAIRN_CONFIG_LAZY_ARENA_H_

#include "cairn/allocators/arena.h"
#include "cairn/base/lock.h"

CAIRN_EXTERN_C_BEGIN

typedef struct cairn_lazy_arena {
    bool (*make)(const char *options, cairn_arena_source *out, const char **error);
    const char *options;
    cairn_lock lock;
    bool is_made; /* published after source */
    cairn_arena_source source;
} cairn_lazy_arena;

void *cairn_lazy_arena_alloc(void *ctx, size_t size);
void cairn_lazy_arena_free(void *ctx, void *ptr, size_t size);
extern const cairn_arena_more cairn_lazy_arena_more;

#define CAIRN_LAZY_ARENA_INITIALISER(name)                                                         \
    {                                                                                              \
        {&name, cairn_lazy_arena_alloc, cairn_lazy_arena_free}, &cairn_lazy_arena_more             \
    }

CAIRN_EXTERN_C_END

#endif /* CAIRN_CONFIG_LAZY_ARENA_H_ */
