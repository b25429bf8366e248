# SPDX-License-Identifier: Apache-2.0
"""What the C files of a configuration have in common."""

_BANNER = """/* {file}: written by Bazel for {label}.
 *
{body}
 */"""

def banner(file, label, lines):
    """The first comment of a file: its name, who wrote it for which configuration, and what it is."""
    return _BANNER.format(file = file, label = label, body = "\n".join([" * " + line if line else " *" for line in lines]))

def guard_of(header):
    """The include guard of a header."""
    return "".join([c.upper() if c.isalnum() else "_" for c in header.elems()]) + "_"

def includes(headers):
    """A line for each header."""
    return "\n".join(['#include "%s"' % header for header in headers])

def c_bool(value):
    """A Starlark truth in C."""
    return "true" if value else "false"

def c_string(text):
    """A C string literal."""
    return '"%s"' % text.replace("\\", "\\\\").replace('"', '\\"')

def describe(tops, is_dynamic):
    """Says in words which domains have which layers.

    Args:
      tops: of the plan.
      is_dynamic: whether layers can change.

    Returns:
      lines of text, layers bottom first.
    """
    by_words = {}
    for top in tops:
        by_words[top.words] = by_words.get(top.words, []) + [top.domain.name]
    lines = ["%s: %s" % (", ".join(names), words) for words, names in by_words.items()]
    return lines + ["dispatch: " + ("dynamic" if is_dynamic else "static")]
