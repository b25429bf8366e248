# SPDX-License-Identifier: Apache-2.0
"""Targets that are wrong, each with the sentence that says so."""

load("//:defs.bzl", "cairn_config", "cairn_hook_list")
load("//tests/compose:failure_test.bzl", "failure_test")
load("//tests/compose:flagged.bzl", "flagged")
load("//tests/compose:parts.bzl", "part")

def _refused(name, sentence, target = None):
    failure_test(
        name = name + "_test",
        size = "small",
        sentence = sentence,
        tags = ["once"],
        target = target or ":" + name,
    )

def wrong_config(name, sentence, target = None, **kwargs):
    """A configuration that must be refused.

    Args:
      name: the configuration.
      sentence: all that is said.
      target: which of its targets, if not itself.
      **kwargs: for cairn_config.
    """
    cairn_config(
        name = name,
        tags = ["manual"],
        **kwargs
    )
    _refused(name, sentence, target)

def wrong_part(name, sentence, **kwargs):
    """An arena provider, an allocator or a hook that must be refused.

    Args:
      name: the part.
      sentence: all that is said.
      **kwargs: for part.
    """
    part(name = name, **kwargs)
    _refused(name, sentence)

def wrong_hook_list(name, sentence, hooks):
    """A list of hooks that must be refused.

    Args:
      name: the list.
      sentence: all that is said.
      hooks: what it lists.
    """
    cairn_hook_list(
        name = name,
        hooks = hooks,
        tags = ["manual"],
    )
    _refused(name, sentence)

def wrong_flags(name, sentence, target = "//:cairn", **kwargs):
    """Flags under which a target must be refused.

    Args:
      name: the target as the flags make it.
      sentence: all that is said.
      target: what they are given for.
      **kwargs: config, arena, hooks: what the flag of that name stands at.
    """
    flagged(
        name = name,
        tags = ["manual"],
        target = target,
        **kwargs
    )
    _refused(name, sentence)
