# SPDX-License-Identifier: Apache-2.0
"""Parts with nothing behind them: what a stack can be made of is decided by what they say."""

load("//config:parts.bzl", "cairn_allocator", "cairn_arena", "cairn_hook")

_RULES = {
    "allocator": cairn_allocator,
    "arena": cairn_arena,
    "hook": cairn_hook,
}

def part(name, kind, library = "//tests/compose:nothing", symbol = None, **kwargs):
    """A part of a stack that is never built.

    Args:
      name: the target.
      kind: allocator, arena or hook.
      library: the cc_library that would define it.
      symbol: what its C names begin with, if not name.
      **kwargs: for the rule.
    """
    _RULES[kind](
        name = name,
        header = "nothing.h",
        library = library,
        symbol = symbol or name,
        tags = ["manual"],
        **kwargs
    )
