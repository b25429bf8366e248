# SPDX-License-Identifier: Apache-2.0
"""for_valgrind: a program whose heaps speak to Valgrind, as under --config=valgrind."""

_POISON = str(Label("//base:poison"))

def _speak_to_valgrind_impl(_settings, _attr):
    return {_POISON: "valgrind"}

_speak_to_valgrind = transition(
    implementation = _speak_to_valgrind_impl,
    inputs = [],
    outputs = [_POISON],
)

def _for_valgrind_impl(ctx):
    info = ctx.attr.target[0][DefaultInfo]
    return [DefaultInfo(files = info.files, runfiles = info.default_runfiles)]

for_valgrind = rule(
    implementation = _for_valgrind_impl,
    attrs = {
        "target": attr.label(mandatory = True, cfg = _speak_to_valgrind),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
    },
)
