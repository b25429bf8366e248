# SPDX-License-Identifier: Apache-2.0
"""Macros for Cairn's own targets: one include path, one set of warnings.

Every header is included as "cairn/" + its path in the repository, by us and by users alike:

    load("//bazel:rules.bzl", "cairn_library", "cairn_test")

    cairn_library(
        name = "pymalloc",
        srcs = ["pymalloc.c"],
        hdrs = ["pymalloc.h"],            # #include "cairn/allocators/pymalloc/pymalloc.h"
        internal_hdrs = ["pool.h"],       # #include "cairn/allocators/pymalloc/pool.h", for this package and the checks
        visibility = ["//visibility:public"],
        deps = ["//base"],
    )

    cairn_test(
        name = "pool_test",
        srcs = ["pool_test.cc"],
        deps = [
            "//allocators/pymalloc",
            "//allocators/pymalloc:pymalloc_internal",
        ],
    )
"""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library", "cc_test")

_WARNINGS = [
    "-Wall",
    "-Wextra",
    # mremap, RTLD_NEXT, mallinfo2: what glibc declares only on request.
    "-D_GNU_SOURCE",
    # Within a library, our calls are to our functions: they may be inlined in position-independent code too.
    "-fno-semantic-interposition",
]

# Some of these are unknown to C++ compilers, the rest are too much for googletest's macros.
_C_WARNINGS = _WARNINGS + [
    "-Wshadow",
    "-Wconversion",
    "-Wundef",
    "-Wstrict-prototypes",
    "-Wmissing-prototypes",
]

_WERROR = select({
    str(Label("//bazel:warnings_are_errors")): ["-Werror"],
    "//conditions:default": [],
})

# For C files that a rule has written.
OUR_COPTS = _C_WARNINGS + _WERROR

# For target_compatible_with of what replaces malloc, preloads a library or otherwise fights a sanitizer's runtime.
UNSANITIZED = select({
    str(Label("//bazel:unsanitized")): [],
    "//conditions:default": ["@platforms//:incompatible"],
})

def _copts(srcs, copts):
    """Warnings for the language of srcs; a target that mixes C and C++ gets those that both know."""

    # A select cannot be looked into; ours choose between C files for different systems.
    only_c = type(srcs) != "list" or all([src.endswith(".c") or src.endswith(".h") for src in srcs])
    return (_C_WARNINGS if only_c else _WARNINGS) + _WERROR + copts

def cairn_library(
        name,
        srcs = [],
        hdrs = [],
        internal_hdrs = [],
        deps = [],
        copts = [],
        **kwargs):
    """A cc_library whose headers are included as "cairn/<package>/<file>".

    Args:
      name: the target; <name>_internal appears beside it when there are internal_hdrs.
      srcs: C (or C++) files. Private headers are no srcs, for those would have another include path.
      hdrs: public headers.
      internal_hdrs: headers that only this package, //tests, //fuzz and //bench may depend on; theirs is the
        target <name>_internal. It carries hdrs as well, because internal headers build on the public ones.
      deps: libraries.
      copts: more compiler flags.
      **kwargs: for cc_library.
    """
    package = native.package_name()
    include_prefix = "cairn/" + package if package else "cairn"
    if internal_hdrs:
        cc_library(
            name = name + "_internal",
            hdrs = hdrs + internal_hdrs,
            include_prefix = include_prefix,
            tags = kwargs.get("tags", []),
            target_compatible_with = kwargs.get("target_compatible_with", []),
            testonly = kwargs.get("testonly", False),
            visibility = [str(Label("//bazel:checks"))],
            deps = deps,
        )
        deps = deps + [":" + name + "_internal"]

    # An archive only. The .so files that Bazel would build for tests behave unlike what users link.
    cc_library(
        name = name,
        srcs = srcs,
        hdrs = hdrs,
        copts = _copts(srcs, copts),
        include_prefix = include_prefix,
        linkstatic = True,
        deps = deps,
        **kwargs
    )

def cairn_binary(name, srcs = [], copts = [], **kwargs):
    """A cc_binary with our warnings."""
    cc_binary(
        name = name,
        srcs = srcs,
        copts = _copts(srcs, copts),
        **kwargs
    )

def cairn_test(name, srcs = [], deps = [], copts = [], size = "small", main = Label("//bazel:gtest_main"), **kwargs):
    """A cc_test with googletest's main().

    Args:
      name: the target.
      srcs: C++ files with TESTs; or C or C++ with a main() of its own, then main = None.
      deps: libraries.
      copts: more compiler flags.
      size: small unless it takes more than a minute.
      main: the library that has main(), None if srcs have it.
      **kwargs: for cc_test. Give target_compatible_with = UNSANITIZED if it cannot run under a sanitizer.
    """
    cc_test(
        name = name,
        size = size,
        srcs = srcs,
        copts = _copts(srcs, copts),
        linkstatic = True,
        deps = deps + ([str(main)] if main else []),
        **kwargs
    )
