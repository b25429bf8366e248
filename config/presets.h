/* SPDX-License-Identifier: Apache-2.0
 *
 * The presets that a build with dynamic dispatch offers when a program starts: which stack serves
 * which domain.
 */
#ifndef CAIRN_CONFIG_PRESETS_H_
#define CAIRN_CONFIG_PRESETS_H_

#include "cairn/allocators/allocator.h"
#include "cairn/allocators/arena.h"
#include "cairn/domains/domain.h"
#include "cairn/hooks/hook.h"

CAIRN_EXTERN_C_BEGIN

typedef struct cairn_preset {
    const char *name;
    const char *summary;
    bool has_arenas;
    void (*set_arena_source)(cairn_arena_source source); /* NULL without arenas, as the next */
    void (*set_before_arena)(void (*before_arena)(void *ctx));
    const cairn_layer *domains[CAIRN_DOMAINS_BUILT_IN];
} cairn_preset;

/* An arena provider by the name that CAIRN_ARENA and --arena take. */
typedef struct cairn_arena_choice {
    const char *name;
    const char *summary;
    /* Makes the source from the text behind "NAME:"; on failure it returns false and sets *error. */
    bool (*make)(const char *options, cairn_arena_source *out, const char **error);
} cairn_arena_choice;

typedef struct cairn_hook_choice {
    const cairn_hook *hook;
    const char *summary;
} cairn_hook_choice;

/* Tables that end with an entry without a name. */
extern const cairn_preset cairn_presets[];
extern const cairn_arena_choice cairn_arena_choices[];
extern const cairn_hook_choice cairn_hook_choices[];

CAIRN_EXTERN_C_END

#endif /* CAIRN_CONFIG_PRESETS_H_ */
