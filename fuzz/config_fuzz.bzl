# SPDX-License-Identifier: Apache-2.0
"""The state-machine fuzzer on configurations, of this repository and of others."""

load("@rules_cc//cc:defs.bzl", "CcInfo", "cc_common")
load("//bazel:fuzz.bzl", "cairn_fuzz_test")
load("//config:parts.bzl", "CairnStackInfo")

def _config_table(stack):
    domains = ["    CAIRN_FUZZ_CONFIG_DOMAIN(%d, %s_%s)," % (i, stack.prefix, name) for i, name in enumerate(stack.domains)]
    return "\n".join(
        ["static const cairn_fuzz_config_domain %s_fuzz_domains[] = {" % stack.prefix] + domains + ["};", ""],
    )

def _config_fuzz_files_impl(ctx):
    stacks = [config[CairnStackInfo] for config in ctx.attr.configs]
    file = ctx.actions.declare_file(ctx.label.name + ".c")
    ctx.actions.write(file, "\n".join([
        "/* %s: written by Bazel. What the state machine runs on. */" % file.basename,
        '#include "cairn/fuzz/config.h"',
        "\n".join(['#include "%s"' % stack.header for stack in stacks]),
        "",
        "\n".join([_config_table(stack) for stack in stacks]),
        "const cairn_fuzz_config cairn_fuzz_configs[] = {",
        "\n".join(["    CAIRN_FUZZ_CONFIG(%s)," % stack.prefix for stack in stacks]),
        "    {.name = NULL},",
        "};",
        "",
    ]))
    return [
        DefaultInfo(files = depset([file])),
        cc_common.merge_cc_infos(cc_infos = [config[CcInfo] for config in ctx.attr.configs]),
    ]

_config_fuzz_files = rule(
    implementation = _config_fuzz_files_impl,
    attrs = {"configs": attr.label_list(providers = [CairnStackInfo])},
)

def cairn_config_fuzz(name, config, corpus = None, **kwargs):
    """The state-machine fuzzer on a configuration: the binary name, and the test name_test that replays its corpus.

    All domains are driven at once, by their named functions and as layers, by several threads in turn, with an arena
    provider that fails when it is told to. What is held against a model: contents, overlap, alignment, usable sizes,
    zeroing, live blocks, and the configuration's own checks.

    Args:
      name: the binary; ends in _fuzzer.
      config: a cairn_config, or a list of up to 64 to choose from.
      corpus: inputs. Default: corpus/<name>/*, or Cairn's own inputs where there are none.
      **kwargs: for all targets: tags, target_compatible_with, visibility.
    """
    _config_fuzz_files(
        name = name + "_table",
        testonly = True,
        configs = config if type(config) == "list" else [config],
        tags = ["manual"],
        visibility = ["//visibility:private"],
    )
    if corpus == None:
        corpus = native.glob(["corpus/%s/*" % name], allow_empty = True) or [str(Label("//fuzz:config_fuzzer_seeds"))]
    cairn_fuzz_test(
        name = name,
        srcs = [":%s_table" % name],
        corpus = corpus,
        options = str(Label("//fuzz:allocator.options")),
        deps = [
            ":%s_table" % name,
            str(Label("//fuzz:config")),
        ],
        **kwargs
    )
