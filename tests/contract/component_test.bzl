# SPDX-License-Identifier: Apache-2.0
"""The contract suite on configurations and on single components, of this repository and of others.

The suite is a library that is compiled once. A test adds one C file, a table of what the suite is to run on.
"""

load("@rules_cc//cc:defs.bzl", "CcInfo", "cc_common", "cc_test")
load("//bazel:rules.bzl", "OUR_COPTS")
load("//config:config.bzl", "cairn_config")
load("//config:parts.bzl", "CairnArenaInfo", "CairnHookInfo", "CairnStackInfo")
load("//config:text.bzl", "c_string")

# What the suite can see of an allocator's offers; the others are what stack files make use of.
_UNSEEN = ["arenas", "before_arena"]

def _offers(offers):
    return " | ".join(["CAIRN_OFFERS_" + offer.upper() for offer in offers if offer not in _UNSEEN]) or "0"

def _domains(stack, front):
    lines = []
    for i, name in enumerate(stack.domains):
        names = [("cairn" if front else stack.prefix) + "_" + name] if not front or i < 3 else []
        if front and name == "mem":
            names.append("cairn")
        lines += ["CAIRN_CONTRACT_DOMAIN(%s, %d, %s, %s)" % (stack.prefix, i, each, _offers(stack.offers[i])) for each in names]
    return lines

def _arena(info):
    source = ".make = %s_make" if info.takes_options else ".source = CAIRN_ARENA_INITIALISER(%s)"
    return "{.name = %s, %s}" % (c_string(info.title), source % info.symbol)

def _hook(info, options, base):
    offers = [offer for offer in base.offers[-1] if offer not in info.withholds]
    return "{%s, &%s_hook, %s, %s}" % (c_string(info.title), info.symbol, c_string(options), _offers(offers))

def _table(kind, name, entries, end):
    return "static const %s %s[] = {\n%s};\n" % (kind, name, "".join(["    %s,\n" % entry for entry in entries + [end]]))

def _contract_files_impl(ctx):
    stacks = [(config[CairnStackInfo], False) for config in ctx.attr.configs]
    headers = ["cairn/tests/contract/table.h"]
    if ctx.attr.front:
        stacks.append((ctx.attr.front[CairnStackInfo], True))
        headers.append("cairn/cairn.h")
    domains = [line for stack, front in stacks for line in _domains(stack, front)]
    base = stacks[-1][0]
    arenas = []
    arena_options = []
    hooks = []
    declarations = []
    for component, options in ctx.attr.components.items():
        if CairnArenaInfo in component:
            info = component[CairnArenaInfo]
            arenas.append(_arena(info))
            arena_options.append(c_string(options))
        elif CairnHookInfo in component:
            info = component[CairnHookInfo]
            missing = [need for need in info.needs if need not in base.offers[-1]]
            hooks += [_hook(info, options, base)] if not missing else []
            declarations.append("extern const cairn_hook %s_hook;" % info.symbol)
        else:
            continue
        headers.append(info.header)
    file = ctx.actions.declare_file(ctx.label.name + ".c")
    ctx.actions.write(file, "\n".join([
        "/* %s: written by Bazel. What the contract suite runs on. */" % file.basename,
        "\n".join(['#include "%s"' % header for header in headers + [stack.header for stack, _ in stacks]]),
        "",
        "\n".join(declarations),
        _table(
            "cairn_contract_configuration",
            "configurations",
            ["CAIRN_CONTRACT_CONFIGURATION(%s)" % stack.prefix for stack, _ in stacks],
            "{.name = NULL}",
        ),
        _table("cairn_contract_domain", "domains", domains, "{.name = NULL}"),
        _table("cairn_arena_choice", "arenas", arenas, "{.name = NULL}"),
        _table("char *const", "arena_options", arena_options, "NULL"),
        _table("cairn_contract_hook", "hooks", hooks, "{.name = NULL}"),
        "const cairn_contract_table cairn_contract = {configurations, domains, arenas, arena_options, hooks};",
        "",
    ]))
    targets = ctx.attr.configs + ctx.attr.components.keys() + ([ctx.attr.front] if ctx.attr.front else [])
    return [
        DefaultInfo(files = depset([file])),
        cc_common.merge_cc_infos(cc_infos = [target[CcInfo] for target in targets]),
    ]

_contract_files = rule(
    implementation = _contract_files_impl,
    attrs = {
        "components": attr.label_keyed_string_dict(
            providers = [CcInfo],
            doc = "arena providers, and hooks to put over a domain at run time; with options",
        ),
        "configs": attr.label_list(providers = [CairnStackInfo]),
        "front": attr.label(
            providers = [CairnStackInfo],
            doc = "the configuration that has the names cairn_malloc and so on",
        ),
    },
)

def cairn_contract_test(name, configs = [], components = {}, front = None, deps = [], size = "medium", tags = [], **kwargs):
    """The contract suite on every domain of configurations, which all live in one program.

    Args:
      name: the test.
      configs: cairn_configs.
      components: a dict of arena providers and hooks, which are tried by themselves, to their options.
      front: the configuration that has the names without a prefix; then deps has //:cairn.
      deps: more libraries.
      size: of the test.
      tags: of the test.
      **kwargs: for cc_test.
    """
    _contract_files(
        name = name + "_table",
        testonly = True,
        components = components,
        configs = configs,
        front = front,
        tags = ["manual"],
        visibility = ["//visibility:private"],
    )
    cc_test(
        name = name,
        size = size,
        srcs = [":%s_table" % name],
        copts = OUR_COPTS,
        linkstatic = True,
        tags = tags,
        deps = deps + [
            ":%s_table" % name,
            str(Label("//bazel:gtest_main")),
            str(Label("//tests/contract:arena_suite")),
            str(Label("//tests/contract:configurations")),
            str(Label("//tests/contract:suite")),
        ],
        **kwargs
    )

def _part(label):
    return str(Label("//allocators/" + label))

_EVERY_DOMAIN = ["raw", "mem", "obj"]

# Where a component of each kind stands: an arena provider below all; an allocator in subject_domains; a hook around
# all domains. What a component does not go with, such as a hook that needs what system does not offer, is left out.
_ARRANGEMENTS = {
    "static": (dict(), dict(subject_domains = _EVERY_DOMAIN)),
    "mixed": (
        dict(preset = "pymalloc", obj = _part("large"), options = {}),
        dict(subject_domains = ["mem", "obj"]),
    ),
    "inside": (
        dict(hooks = [str(Label("//hooks/stats"))]),
        dict(subject_domains = _EVERY_DOMAIN),
    ),
    "outside": (
        dict(dispatch = "dynamic", hooks = [str(Label("//hooks/stats"))]),
        dict(subject_domains = _EVERY_DOMAIN, subject_is_outermost = True),
    ),
}

def cairn_component_test(name, component, options = "", **kwargs):
    """Puts an arena provider, an allocator or a hook through the contract suite that the built-in parts pass.

    It stands in several configurations: all static and alone; beside system and large; with the hook stats inside and
    outside of it. An arena provider is tried by itself, too, and a hook also by putting it over a domain at run time.
    A bounded arena provider needs room for 32 MiB or more.

    Args:
      name: the test.
      component: a cairn_arena, cairn_allocator or cairn_hook.
      options: for it, "key=value:key=value".
      **kwargs: for cc_test.
    """
    configs = []
    for place, (arguments, subject) in _ARRANGEMENTS.items():
        config = "%s_%s" % (name, place)
        cairn_config(
            name = config,
            testonly = True,
            prefix = "".join([c if c.isalnum() else "_" for c in config.elems()]),
            subject = dict(subject, subject = component),
            tags = ["manual"],
            visibility = ["//visibility:private"],
            **dict(arguments, options = {component: options} if options else {})
        )
        configs.append(":" + config)
    cairn_contract_test(
        name = name,
        components = {component: options},
        configs = configs,
        **kwargs
    )
