# SPDX-License-Identifier: Apache-2.0
"""Programs and libraries for the test of cairn_active_test. They are built, and hardly run."""

load("//bazel:rules.bzl", "UNSANITIZED", "cairn_binary")

LINUX = ["@platforms//os:linux"] + UNSANITIZED

def program(name, srcs = ["programs/program.c"], copts = [], libraries = [], linux = LINUX, **kwargs):
    """A program.

    Args:
      name: the target.
      srcs: its sources.
      copts: flags for the compiler.
      libraries: shared libraries that it links, in this order.
      linux: what the target is compatible with.
      **kwargs: for cc_binary; malloc above all.
    """
    cairn_binary(
        name = name,
        testonly = True,
        srcs = srcs + libraries + (["programs/library.h"] if libraries else []),
        # The compiler must not remove blocks, nor take our definitions for calls of themselves.
        copts = ["-fno-builtin"] + copts,
        target_compatible_with = linux,
        **kwargs
    )

def library(name, srcs = ["programs/library.c"], linkopts = [], **kwargs):
    program(
        name = name,
        srcs = srcs + ["programs/library.h"],
        # libstdc++, which Bazel links, is no matter of these tests.
        linkopts = linkopts + ["-Wl,--as-needed"],
        linkshared = True,
        **kwargs
    )
