# SPDX-License-Identifier: Apache-2.0
"""The configurations that tests run over: names to arguments of cairn_config.

PROVEN is what every run of the tests covers. REST is the product of what is there, for tools/test --all.
"""

load("//config:config.bzl", "cairn_config")

_ARENA = "//allocators/arena:"
_FIXED = {_ARENA + "fixed": "size=64M"}
_LARGE = "//allocators/large"
_PYMALLOC = "//allocators/pymalloc"
_SINGLE = "//allocators/pymalloc:single"
_MIMALLOC = "//allocators/mimalloc"
_STATS = "//hooks/stats"
_SYSTEM = "//allocators/system"

def _all(allocator, **kwargs):
    return dict(kwargs, raw = allocator, mem = allocator, obj = allocator)

PRESETS = ["default", "malloc", "mimalloc", "pymalloc"]

# Those with the debug hook fill all memory, which takes its time.
CHECKED_PRESETS = ["debug", "malloc_debug", "mimalloc_debug", "pymalloc_debug"]

# The presets are dynamic as //config has them.
PROVEN = {
    "large_alone": _all(_LARGE),
    "large_alone_fixed_arena": _all(_LARGE, arena = _ARENA + "fixed", options = _FIXED),
    "large_below_mimalloc": dict(mem = _MIMALLOC, obj = _MIMALLOC),
    "mixed": dict(raw = _LARGE, mem = _PYMALLOC, obj = _SINGLE),
    "mixed_dynamic": dict(raw = _SINGLE, mem = _LARGE, obj = _PYMALLOC, dispatch = "dynamic"),
    "mixed_over_system": dict(preset = "pymalloc", mem = _SYSTEM, obj = _SINGLE),
    "mixed_two_hooks": dict(
        raw = _SYSTEM,
        mem = _MIMALLOC,
        obj = _PYMALLOC,
        raw_hooks = [_STATS],
        mem_hooks = [_STATS],
        dispatch = "dynamic",
    ),
    "pymalloc_and_large_malloc_arena": dict(arena = _ARENA + "malloc"),
    "pymalloc_and_large_fixed_arena": dict(arena = _ARENA + "fixed", options = _FIXED),
    "pymalloc_over_system_fixed_arena": dict(preset = "pymalloc", arena = _ARENA + "fixed", options = _FIXED),
    "pymalloc_over_system_malloc_arena": dict(preset = "pymalloc", arena = _ARENA + "malloc", dispatch = "dynamic"),
    "single": _all(_SINGLE),
    "single_dynamic": _all(_SINGLE, dispatch = "dynamic"),
    "single_fixed_arena": _all(_SINGLE, arena = _ARENA + "fixed", options = _FIXED),
    "single_malloc_arena": _all(_SINGLE, arena = _ARENA + "malloc", hooks = [_STATS]),
    "single_over_system": dict(preset = "pymalloc", mem = _SINGLE, obj = _SINGLE),
    "static_debug": dict(preset = "debug"),
    "static_default": dict(preset = "default"),
    "static_malloc": dict(preset = "malloc"),
    "static_mimalloc": dict(preset = "mimalloc"),
    "static_pymalloc": dict(preset = "pymalloc"),
    "stats_below_pymalloc": dict(preset = "pymalloc", raw_hooks = [_STATS]),
    "stats_dynamic": dict(hooks = [_STATS], dispatch = "dynamic"),
    "stats_everywhere": dict(hooks = [_STATS]),
    "stats_obj": dict(obj_hooks = [_STATS]),
    "stats_system": dict(preset = "malloc", hooks = [_STATS]),
    "user_domains": dict(
        domains = {"strings": _SINGLE, "textures": _LARGE},
        domain_hooks = {"textures": [_STATS]},
    ),
    "user_domains_dynamic": dict(
        preset = "pymalloc",
        domains = {"parser": _SYSTEM, "strings": _PYMALLOC},
        domain_hooks = {"parser": [_STATS], "strings": [_STATS]},
        dispatch = "dynamic",
    ),
}

# Of these, what //fuzz:config_fuzzer chooses from: sanitizers do not see into the mimalloc library.
FUZZED = [name for name, arguments in PROVEN.items() if "mimalloc" not in str(arguments)]

_BOTTOMS = {
    "default": dict(preset = "default"),
    "large": _all(_LARGE),
    "malloc": dict(preset = "malloc"),
    "mimalloc": dict(preset = "mimalloc"),
    "pymalloc": dict(preset = "pymalloc"),
    "single": _all(_SINGLE),
    "single_over_system": dict(preset = "pymalloc", mem = _SINGLE, obj = _SINGLE),
}
_ARENAS = {
    "fixed": dict(arena = _ARENA + "fixed", options = _FIXED),
    "malloc": dict(arena = _ARENA + "malloc"),
    "mmap": dict(arena = _ARENA + "mmap"),
}
_HOOKS = {
    "bare": dict(),
    "stats": dict(hooks = [_STATS]),
}

def _rest():
    """Names to configurations, by the bottom."""
    result = {}
    for bottom, parts in _BOTTOMS.items():
        has_arenas = bottom not in ["malloc", "mimalloc"]
        result[bottom] = {
            "%s_%s_%s_%s" % (bottom, arena, hook, dispatch): dict(
                parts.items() + arena_parts.items() + hook_parts.items(),
                dispatch = dispatch,
            )
            for arena, arena_parts in (_ARENAS if has_arenas else {"no_arena": dict()}).items()
            for hook, hook_parts in _HOOKS.items()
            for dispatch in ["dynamic", "static"]
        }
    return result

REST = _rest()

def declare(name, configurations):
    """Makes targets of configurations, for tests to depend on.

    Args:
      name: of them together; no target has it.
      configurations: names to arguments of cairn_config.
    """
    for each, arguments in configurations.items():
        cairn_config(
            name = each,
            testonly = True,
            tags = ["manual"],
            visibility = ["//fuzz:__pkg__"],
            **arguments
        )
