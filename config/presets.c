/* SPDX-License-Identifier: Apache-2.0
 *
 * The presets, arena providers and hooks that can be chosen by name, and the stacks of the presets
 * besides "default".
 */
#include "cairn/config/presets.h"

#include "cairn/allocators/arena/fixed.h"
#include "cairn/allocators/arena/malloc.h"
#include "cairn/allocators/arena/mmap.h"
#include "cairn/allocators/system/system.h"
#include "cairn/config/bootstrap.h"
#include "cairn/config/default_stack.h"
#include "cairn/config/options.h"
#include "cairn/config/raw_domain.h"
#include "cairn/hooks/stats/stats.h"

/* Preset "pymalloc": pools over whatever serves the raw domain (clauses B5.1, A10.2). */
static char *pymalloc_root[CAIRN_MAP_ROOT_ENTRIES];

static cairn_pymalloc pymalloc =
    CAIRN_PYMALLOC_INITIALISER(CAIRN_PYMALLOC_SLOT, pymalloc_root, CAIRN_ARENA_MMAP_INITIALISER,
                               CAIRN_RAW_DOMAIN_INITIALISER, false);

static const cairn_layer pymalloc_layer = CAIRN_PYMALLOC_LAYER_INITIALISER(&pymalloc);

__attribute__((constructor(101))) static void register_instances(void)
{
    cairn_large_register(&cairn_default_large);
    cairn_pymalloc_register(&cairn_default_pymalloc);
    cairn_pymalloc_register(&pymalloc);
}

static void default_source(cairn_arena_source source)
{
    cairn_default_large.regions.source = source;
}

static void pymalloc_source(cairn_arena_source source)
{
    pymalloc.arenas.source = source;
}

static void default_before_arena(void (*before_arena)(void *ctx))
{
    cairn_pymalloc_set_before_arena(&cairn_default_pymalloc, before_arena, NULL);
}

static void pymalloc_before_arena(void (*before_arena)(void *ctx))
{
    cairn_pymalloc_set_before_arena(&pymalloc, before_arena, NULL);
}

const cairn_preset cairn_presets[] = {
    {"default",
     "pools and large blocks of Cairn for everything; libc's malloc is not used",
     true,
     default_source,
     default_before_arena,
     {&cairn_default_layer, &cairn_default_layer, &cairn_default_layer}},
    {"pymalloc",
     "as CPython: pools up to 512 bytes, libc's malloc above and for raw",
     true,
     pymalloc_source,
     pymalloc_before_arena,
     {&cairn_system_behind_bootstrap, &pymalloc_layer, &pymalloc_layer}},
    {"malloc",
     "libc's malloc for everything, for comparison",
     false,
     NULL,
     NULL,
     {&cairn_system_behind_bootstrap, &cairn_system_behind_bootstrap,
      &cairn_system_behind_bootstrap}},
    {NULL, NULL, false, NULL, NULL, {NULL, NULL, NULL}},
};

static bool without_options(const char *options, const char **error)
{
    if (options[0] != '\0') {
        *error = "this arena provider takes no options";
        return false;
    }
    return true;
}

static bool make_mmap(const char *options, cairn_arena_source *out, const char **error)
{
    *out = cairn_arena_mmap;
    return without_options(options, error);
}

static bool make_malloc(const char *options, cairn_arena_source *out, const char **error)
{
    *out = cairn_arena_malloc;
    return without_options(options, error);
}

/* The address map of a whole program takes 2 MiB of it. */
enum { FIXED_PROGRAM_MIN_BYTES = 8 << 20 };

/* The buffer is mapped here, once; from then on the system is asked for nothing. */
static bool make_fixed(const char *options, cairn_arena_source *out, const char **error)
{
    char text[CAIRN_OPTION_TEXT_MAX];
    size_t bytes = 0;
    if (!cairn_option_find(options, "size", text, sizeof text) ||
        !cairn_parse_bytes(text, &bytes) || bytes < FIXED_PROGRAM_MIN_BYTES) {
        *error = "fixed needs size=BYTES of at least 8M for a whole program, as in fixed:size=64M";
        return false;
    }
    void *buffer = cairn_arena_alloc(cairn_arena_mmap, bytes);
    if (buffer == NULL || !cairn_arena_fixed_init(buffer, bytes, out)) {
        *error = "the system has no memory for a buffer of that size";
        return false;
    }
    return true;
}

const cairn_arena_choice cairn_arena_choices[] = {
    {"mmap", "anonymous mappings (the usual one)", make_mmap},
    {"malloc", "libc's malloc", make_malloc},
    {"fixed", "one buffer, and no more: fixed:size=64M", make_fixed},
    {NULL, NULL, NULL},
};

const cairn_hook_choice cairn_hook_choices[] = {
    {&cairn_stats_hook, "counts calls, blocks and bytes of each domain"},
    {NULL, NULL},
};
