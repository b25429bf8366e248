# SPDX-License-Identifier: Apache-2.0
"""cairn_config: a stack of parts as a library, and as a program's malloc."""

load("@rules_cc//cc:defs.bzl", "cc_library")
load("//bazel:rules.bzl", "OUR_COPTS")
load(":config_rule.bzl", "cairn_config_files", "cairn_config_target", "cairn_malloc_files")
load(":parts.bzl", "c_name", "is_c_name")
load(":presets.bzl", "PRESETS")
load(":stack_rule.bzl", "cairn_stack_files", "cairn_user_domain")

# The hot paths are leaves; toolchains that keep frame pointers would make them push one. Sanitizers unwind by them.
_HOT_COPTS = select({
    str(Label("//bazel:unsanitized")): ["-fomit-frame-pointer"],
    "//conditions:default": [],
})

# The compiler knows these names and would turn our definitions into calls of themselves.
MALLOC_COPTS = _HOT_COPTS + [
    "-fno-builtin-malloc",
    "-fno-builtin-calloc",
    "-fno-builtin-realloc",
    "-fno-builtin-free",
    "-fexceptions",
]

def generated_library(name, files, deps, include_prefix = None, copts = [], **kwargs):
    """A cc_library of what a rule has written: its sources, and the headers in its group of that name.

    Args:
      name: the target.
      files: the rule's target; its CcInfo is a dependency, too.
      deps: more of them.
      include_prefix: what stands before the headers' names, if that is not their package.
      copts: more compiler flags.
      **kwargs: for cc_library.
    """
    native.filegroup(
        name = name + "_headers",
        srcs = [files],
        output_group = "headers",
        tags = ["manual"],
        testonly = kwargs.get("testonly", False),
        visibility = ["//visibility:private"],
    )
    cc_library(
        name = name,
        srcs = [files],
        hdrs = [":" + name + "_headers"],
        copts = OUR_COPTS + _HOT_COPTS + copts,
        include_prefix = include_prefix,
        linkstatic = True,
        deps = deps + [files],
        **kwargs
    )

def _stack_of(preset):
    """The label of a preset's stack, from its name or its label."""
    if preset in PRESETS:
        return str(Label("//config:" + preset + "_stack"))
    if ":" in preset:
        return preset + "_stack"
    return "%s:%s_stack" % (preset, preset.rpartition("/")[2])

# Of domains.h's 64, three are built in.
_MOST_DOMAINS = 61

def _problem(prefix, preset, presets, domains, domain_hooks, unknown):
    """What only the macro can see."""
    known = ", ".join(PRESETS.keys())
    if not is_c_name(prefix):
        return "'%s' is no name for C functions; use letters, digits and underscores, a letter first, or give such a prefix" % prefix
    if prefix in ["cairn", "malloc"]:
        return "the C functions would get names that are taken, such as %s_trim; name it otherwise, or give it another prefix" % prefix
    if preset and preset not in PRESETS:
        return "unknown preset '%s'; choose from: %s" % (preset, known)
    for other in presets:
        if other not in PRESETS and ":" not in other and "//" not in other:
            return "unknown preset '%s'; choose from: %s, or name a cairn_config by its label" % (other, known)
    if len(domains) > _MOST_DOMAINS:
        return "%d domains are more than the %d that there is room for" % (len(domains), _MOST_DOMAINS)
    upper = {}
    for name in domains:
        if name in ["raw", "mem", "obj"]:
            return "domain '%s' is built in; name its allocator with %s = ..." % (name, name)
        if not is_c_name(name) or len(name) > 31:
            return "domain '%s' is no name for C functions; use up to 31 letters, digits and underscores, a letter first" % name
        if name.upper() in upper or name.upper() in ["RAW", "MEM", "OBJ"]:
            return "domain '%s' differs from '%s' by case alone, and their numbers are in capitals; rename one" % (name, upper.get(name.upper(), name.lower()))
        upper[name.upper()] = name
    for name in domain_hooks:
        if name not in domains:
            return "domain_hooks names '%s', which is not among domains; add it there, or use raw_hooks, mem_hooks, obj_hooks" % name
    if unknown:
        return "unknown attribute '%s'; see cairn_config in docs/compose.md" % unknown[0]
    return ""

_ALNUM = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

def _domain_ids(domains):
    """An id byte for each domain: a letter of its name, if another has not got it already."""
    ids = {}
    for name in domains:
        wanted = (name + name.upper() + _ALNUM).replace("_", "").elems()
        free = [c for c in wanted if c not in ["r", "m", "o"] + ids.values()]
        ids[name] = free[0] if free else "u"
    return ids

_COMMON = ["compatible_with", "deprecation", "features", "restricted_to", "tags", "target_compatible_with", "testonly"]

def cairn_config(
        name,
        preset = None,
        arena = None,
        large = None,
        raw = None,
        mem = None,
        obj = None,
        domains = {},
        hooks = [],
        raw_hooks = [],
        mem_hooks = [],
        obj_hooks = [],
        domain_hooks = {},
        options = {},
        dispatch = "static",
        presets = [],
        choose_arenas = [],
        choose_hooks = [],
        heeds_environment = False,
        is_watched = False,
        summary = "",
        prefix = None,
        include_prefix = None,
        subject = {},
        visibility = None,
        **kwargs):
    """A configuration: :name for deps, with the header name.h; :name_malloc for malloc.

    Args:
      name: the target, and what its C functions begin with: name_obj_malloc.
      preset: what it begins with, by name; the following change that. Default: "default".
      arena: the arena provider.
      large: the allocator that others pass on to what they do not serve; without one they pass on to raw.
      raw: the allocator of the domain raw.
      mem: the allocator of the domain mem, which is malloc.
      obj: the allocator of the domain obj.
      domains: more domains: a dict of names to allocators.
      hooks: around every domain, innermost first; the next ones stand outside of these.
      raw_hooks: around raw.
      mem_hooks: around mem.
      obj_hooks: around obj.
      domain_hooks: around domains of your own: a dict of names to lists.
      options: a dict of parts to their options, "key=value:key=value".
      dispatch: "static", or "dynamic": what serves a domain can be changed while the program runs.
      presets: configurations that CAIRN_MALLOC can choose when a program starts, by name or label. Needs dispatch = "dynamic", as the next.
      choose_arenas: providers that CAIRN_ARENA can choose.
      choose_hooks: hooks that CAIRN_HOOKS can choose.
      heeds_environment: whether CAIRN_MALLOCSTATS and the like are read also if there is nothing to choose.
      is_watched: whether `cairn run --stats` can watch it, which takes the stats hook.
      summary: one line for listings.
      prefix: what its C functions begin with, if not name.
      include_prefix: what stands before name.h in #include, if not the package.
      subject: for cairn_component_test: the attributes of subject.bzl.
      visibility: of both targets.
      **kwargs: testonly, tags and target_compatible_with, for all targets.
    """
    base = PRESETS.get(preset or "default", PRESETS["default"])
    common = {key: value for key, value in kwargs.items() if key in _COMMON}
    inner = dict(common, tags = common.get("tags", []) + ["manual"], visibility = ["//visibility:private"])
    user_domains = []
    problem = _problem(prefix or c_name(name), preset, presets, domains, domain_hooks, [key for key in kwargs if key not in _COMMON])
    for domain, allocator in domains.items() if not problem else []:
        cairn_user_domain(
            name = "%s_domain_%s" % (name, domain),
            allocator = allocator,
            config = name,
            domain = domain,
            domain_id = _domain_ids(domains)[domain],
            hooks = domain_hooks.get(domain, []),
            **inner
        )
        user_domains.append(":%s_domain_%s" % (name, domain))
    cairn_stack_files(
        name = name + "_stack_files",
        arena = arena,
        config = name,
        dispatch = dispatch,
        domains = user_domains,
        hooks = hooks,
        include_prefix = include_prefix,
        large = large,
        mem = mem or base["mem"],
        mem_hooks = mem_hooks,
        obj = obj or base["obj"],
        obj_hooks = obj_hooks,
        options = options,
        prefix = prefix,
        preset_arena = base.get("arena"),
        preset_large = base.get("large"),
        problem = problem,
        raw = raw or base["raw"],
        raw_hooks = raw_hooks,
        summary = summary or base["summary"] if preset else summary,
        **dict(inner, **subject)
    )
    generated_library(
        name = name + "_stack_library",
        files = ":%s_stack_files" % name,
        include_prefix = include_prefix,
        deps = [str(Label("//config:stack"))],
        **inner
    )

    # What another configuration offers as a preset: the stack without the names.
    cairn_config_target(
        name = name + "_stack",
        library = ":%s_stack_library" % name,
        stack = ":%s_stack_files" % name,
        visibility = visibility,
        **dict(common, tags = common.get("tags", []) + ["manual"])
    )
    cairn_config_files(
        name = name + "_files",
        choose_arenas = choose_arenas,
        choose_hooks = choose_hooks,
        config = name,
        dispatch = dispatch,
        heeds_environment = heeds_environment,
        is_watched = is_watched,
        presets = [_stack_of(other) for other in presets] if not problem else [],
        stack = ":%s_stack_files" % name,
        **inner
    )

    # The constructors have to be there although nobody calls them.
    generated_library(
        name = name + "_library",
        alwayslink = True,
        files = ":%s_files" % name,
        include_prefix = include_prefix,
        linkopts = ["-pthread"],
        deps = [":%s_stack_library" % name, str(Label("//config:stack")), str(Label("//config:start"))],
        **inner
    )
    cairn_config_target(
        name = name,
        library = ":%s_library" % name,
        stack = ":%s_stack_files" % name,
        visibility = visibility,
        **common
    )

    # Not for "//...": what mem has need not do for a malloc.
    cairn_malloc_library(
        name = name + "_malloc",
        config = ":" + name,
        visibility = visibility,
        **dict(common, tags = common.get("tags", []) + ["manual"])
    )

def cairn_malloc_library(name, config, deps = [], visibility = None, **kwargs):
    """malloc() and its relatives as the mem domain of a configuration.

    Args:
      name: the target.
      config: the configuration.
      deps: more libraries.
      visibility: of the target.
      **kwargs: for cc_library.
    """
    inner = dict(kwargs, tags = kwargs.get("tags", []) + ["manual"])
    cairn_malloc_files(
        name = name + "_files",
        file = name + ".c",
        stack = config,
        title = name,
        visibility = ["//visibility:private"],
        **inner
    )
    cc_library(
        name = name,
        srcs = [":%s_files" % name],
        # Nobody calls what overrides.
        alwayslink = True,
        copts = OUR_COPTS + MALLOC_COPTS,
        linkopts = ["-ldl"],
        linkstatic = True,
        visibility = visibility,
        deps = deps + [config, str(Label("//config:replacement")), str(Label("//config:stack")), str(Label("//domains/libc:names"))],
        **kwargs
    )
