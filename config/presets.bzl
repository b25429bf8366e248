# SPDX-License-Identifier: Apache-2.0
"""The presets: what serves raw, mem and obj, by name."""

def _label(text):
    return str(Label(text))

_PYMALLOC = _label("//allocators/pymalloc")
_SYSTEM = _label("//allocators/system")

# The first is what a configuration begins with that names none.
PRESETS = {
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
