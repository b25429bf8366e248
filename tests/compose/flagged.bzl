# SPDX-License-Identifier: Apache-2.0
"""flagged: a target under flags of //config, as if they stood on the command line."""

_FLAGS = {name: str(Label("//config:" + name)) for name in ["config", "arena", "hooks"]}

def _set_flags_impl(settings, attr):
    return {
        flag: getattr(attr, name) or settings[flag]
        for name, flag in _FLAGS.items()
    }

_set_flags = transition(
    implementation = _set_flags_impl,
    inputs = _FLAGS.values(),
    outputs = _FLAGS.values(),
)

def _flagged_impl(ctx):
    return [ctx.attr.target[0][DefaultInfo]]

flagged = rule(
    implementation = _flagged_impl,
    attrs = dict(
        {name: attr.string(doc = "what the flag of this name stands at, if not as before") for name in _FLAGS},
        target = attr.label(mandatory = True, cfg = _set_flags),
        _allowlist_function_transition = attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
    ),
)
