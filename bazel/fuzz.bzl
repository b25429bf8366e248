# SPDX-License-Identifier: Apache-2.0
"""Fuzz targets: a program for a fuzzing engine, and a test that replays what the engine has found.

    load("//bazel:fuzz.bzl", "cairn_fuzz_test")

    cairn_fuzz_test(
        name = "pool_fuzzer",
        srcs = ["pool_fuzzer.c"],                       # LLVMFuzzerTestOneInput
        deps = ["//allocators:pool"],
    )                                                   # inputs: corpus/pool_fuzzer/*

    tools/bazel build --config=fuzz //fuzz:pool_fuzzer  # with libFuzzer and the sanitizers
    tools/bazel test //fuzz:pool_fuzzer_test            # each file of the corpus, once
"""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_test")
load("//bazel:rules.bzl", "cairn_library")

def cairn_fuzz_test(name, srcs, deps = [], corpus = None, dictionary = None, options = None, tags = [], **kwargs):
    """A fuzz target as the binary name, and as the test name_test that replays its corpus.

    The label flag //fuzz:engine says who calls the target in the binary. The test has a main() of its own and runs
    in every configuration, whatever the engine.

    Args:
      name: the binary; ends in _fuzzer.
      srcs: C files, one of which defines LLVMFuzzerTestOneInput. C, because MemorySanitizer cannot have C++.
      deps: libraries.
      corpus: inputs that the test replays, and that a fuzzing session begins with. Default: corpus/<name>/*.
      dictionary: a file of words for the engine.
      options: a file of the engine's options.
      tags: of the test.
      **kwargs: for all targets: target_compatible_with, visibility.
    """
    if not name.endswith("_fuzzer"):
        fail("fuzz target '%s': the name must end in _fuzzer, by which tools find it" % name)
    if corpus == None:
        corpus = native.glob(["corpus/%s/*" % name], allow_empty = True)
    cairn_library(
        name = name + "_target",
        testonly = True,
        srcs = srcs,
        # The engine calls it; nobody whom the linker has seen by then.
        alwayslink = True,
        tags = ["manual"],
        deps = deps + [str(Label("//fuzz:defaults"))],
        **kwargs
    )

    # Built when asked for: with the usual engine it is the test once more.
    cc_binary(
        name = name,
        testonly = True,
        tags = ["fuzz", "manual"],
        deps = [":%s_target" % name, str(Label("//fuzz:engine"))],
        **kwargs
    )
    native.filegroup(
        name = name + "_seeds",
        testonly = True,
        srcs = corpus,
        tags = ["manual"],
        visibility = ["//visibility:public"],
    )

    # What else the engine is given.
    native.filegroup(
        name = name + "_settings",
        testonly = True,
        srcs = [file for file in [dictionary, options] if file],
        tags = ["manual"],
        visibility = ["//visibility:public"],
    )
    cc_test(
        name = name + "_test",
        size = "small",
        args = ["$(rootpaths :%s_seeds)" % name] if corpus else [],
        data = [":%s_seeds" % name],
        linkstatic = True,
        tags = tags,
        deps = [":%s_target" % name, str(Label("//fuzz:replay"))],
        **kwargs
    )
