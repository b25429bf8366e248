# SPDX-License-Identifier: Apache-2.0
"""The presets: what serves raw, mem and obj, by name."""

def _label(text):
    return str(Label(text))

_PYMALLOC = _label("//allocators/pymalloc")
_SYSTEM = _label("//allocators/system")
_DEBUG = _label("//hooks/debug")

# The first is what a configuration begins with that names none.
_PLAIN = {
    "default": dict(
        arena = _label("//allocators/arena:mmap"),
        large = _label("//allocators/large"),
        mem = _PYMALLOC,
        obj = _PYMALLOC,
        raw = _PYMALLOC,
        summary = "pools and large blocks of Cairn for everything; libc's malloc is not used",
    ),
    "pymalloc": dict(
        arena = _label("//allocators/arena:mmap"),
        mem = _PYMALLOC,
        obj = _PYMALLOC,
        raw = _SYSTEM,
        summary = "as CPython: pools up to 512 bytes, libc's malloc above and for raw",
    ),
    "malloc": dict(
        mem = _SYSTEM,
        obj = _SYSTEM,
        raw = _SYSTEM,
        summary = "libc's malloc for everything, for comparison",
    ),
    "mimalloc": dict(
        mem = _label("//allocators/mimalloc"),
        obj = _label("//allocators/mimalloc"),
        raw = _SYSTEM,
        summary = "the mimalloc library for mem and obj, libc's malloc for raw",
    ),
}

def _checked(name, summary):
    """A preset with the debug hook around every domain, and instances of its own."""
    return dict(_PLAIN[name], hooks = [_DEBUG], summary = summary)

# Those with hooks can be given options where they are chosen: CAIRN_MALLOC=debug:quarantine=1M.
PRESETS = dict(
    _PLAIN,
    debug = _checked("default", "as default, with every block checked: writes out of bounds or after free, bad frees"),
    malloc_debug = _checked("malloc", "as malloc, with every block checked"),
    mimalloc_debug = _checked("mimalloc", "as mimalloc, with every block checked"),
    pymalloc_debug = _checked("pymalloc", "as pymalloc, with every block checked"),
)

# What knows each block of its own by the address: a program built with another one can choose it, and one built with
# it can choose any.
_KNOWS_ITS_BLOCKS = ["default", "debug"]

def offered_by(preset):
    """The presets that a program built with one may choose when it starts.

    Blocks from before the choice must be told from later ones. The debug hook keeps an index of its blocks where it
    has to; without it, plain presets over libc cannot tell theirs from those of a debug hook.

    Args:
      preset: the name of the one that it is built with.

    Returns:
      names.
    """
    others = [other for other in PRESETS if other != preset]
    if "hooks" not in PRESETS[preset] or preset in _KNOWS_ITS_BLOCKS:
        return others
    return [other for other in others if "hooks" in PRESETS[other] or other in _KNOWS_ITS_BLOCKS]
