# SPDX-License-Identifier: Apache-2.0
"""Components: the rules that tell what a part of a stack is called in C, what it offers and what it requires.

Built-in parts and a user's own are declared alike. Each forwards the CcInfo of its library, so that it can be
used by itself, too. docs/compose.md tells what the C side of each kind looks like.
"""

load("@rules_cc//cc:defs.bzl", "CcInfo", "cc_common")

CairnArenaInfo = provider(
    doc = "An arena provider.",
    fields = ["label", "title", "symbol", "header", "takes_options", "summary"],
)
CairnAllocatorInfo = provider(
    doc = "What hands out blocks: the bottom of a stack.",
    fields = ["label", "title", "symbol", "header", "requires", "offers", "folds", "loader", "summary"],
)
CairnHookInfo = provider(
    doc = "What wraps a layer.",
    fields = ["label", "title", "symbol", "header", "position", "changes_layout", "needs", "withholds", "summary"],
)
CairnHookListInfo = provider(
    doc = "Several hooks under one label.",
    fields = {"hooks": "of CairnHookInfo, innermost first"},
)
CairnUnsetInfo = provider(
    doc = "What a label flag stands at when nobody has set it.",
    fields = [],
)
CairnStackInfo = provider(
    doc = "A configuration.",
    fields = [
        "label",
        "title",
        "prefix",
        "stack_header",
        "header",
        "domains",
        "layers",
        "offers",
        "has_arenas",
        "own_blocks",
        "unowned",
        "is_dynamic",
        "malloc_refused",
    ],
)

# What a part can have beside the four operations: the members of cairn_allocator_more, and
#   all_owned      owns knows each block of the part, so that what it does not know is foreign
#   counts_blocks  its stats tell live blocks
#   arenas         runs of it can serve as arenas of another part
#   before_arena   it can tell before it asks for an arena
OFFERS = [
    "aligned_alloc",
    "all_owned",
    "arenas",
    "before_arena",
    "block_start",
    "check",
    "counts_blocks",
    "owns",
    "stats",
    "trim",
    "usable_size",
    "walk",
]

# What a stack file gives to an allocator: an arena provider; a layer for what it does not serve itself, with its
# live blocks counted by whoever can.
REQUIRES = ["arena", "fallback", "counted_fallback"]

def what(target):
    """Says what a target is, for sentences about what it should have been.

    Args:
      target: what somebody has named.

    Returns:
      words, with an article.
    """
    for provider, words in [
        (CairnArenaInfo, "an arena provider"),
        (CairnAllocatorInfo, "an allocator"),
        (CairnHookInfo, "a hook"),
        (CairnHookListInfo, "a list of hooks"),
        (CairnStackInfo, "a configuration"),
    ]:
        if provider in target:
            return words
    return "no part of Cairn"

def shown(label):
    """Shortens a label.

    Args:
      label: a Label.

    Returns:
      the shortest text that a user of this workspace can write for it.
    """
    text = str(label)
    text = text[1:] if text.startswith("@//") else text
    package, _, name = text.rpartition(":")
    return package if package.endswith("/" + name) else text

def c_name(name):
    """A target's name as part of a C name: letters, digits and underscores."""
    return "".join([c if c.isalnum() else "_" for c in name.elems()])

def is_c_name(text):
    """Whether C functions can begin so."""
    return text != "" and text == c_name(text) and not text[0].isdigit()

_FrontUserInfo = provider(doc = "Who depends on a configuration.", fields = ["path"])

def _front_aspect_impl(target, ctx):
    if target.label == Label("//:cairn") or target.label == Label("//:malloc") or CairnStackInfo in target:
        return [_FrontUserInfo(path = [shown(target.label)])]
    for dep in getattr(ctx.rule.attr, "deps", []) + getattr(ctx.rule.attr, "implementation_deps", []):
        if _FrontUserInfo in dep and dep[_FrontUserInfo].path:
            return [_FrontUserInfo(path = [shown(target.label)] + dep[_FrontUserInfo].path)]
    return [_FrontUserInfo(path = [])]

_front_aspect = aspect(
    implementation = _front_aspect_impl,
    doc = "Finds a configuration among what a component is made of.",
    attr_aspects = ["deps", "implementation_deps"],
)

def _check_c_side(ctx):
    if not is_c_name(ctx.attr.symbol):
        fail("%s: symbol = '%s' is no C name; use letters, digits and underscores, a letter first" % (shown(ctx.label), ctx.attr.symbol))
    path = ctx.attr.library[_FrontUserInfo].path
    if path:
        fail("%s: a component must not depend on a configuration, but depends on %s; depend on %s instead, which has the headers and no stack" %
             (shown(ctx.label), " -> ".join(path), shown(Label("//:interface"))))

def _check_names(ctx, attribute, values, known):
    for value in values:
        if value not in known:
            fail("%s: unknown '%s' in %s; choose from: %s" % (shown(ctx.label), value, attribute, ", ".join(known)))

def _forward(ctx, info):
    return [
        info,
        ctx.attr.library[CcInfo],
        ctx.attr.library[DefaultInfo],
        coverage_common.instrumented_files_info(ctx, dependency_attributes = ["library"]),
    ]

_COMMON_ATTRS = {
    "header": attr.string(
        mandatory = True,
        doc = "what #include takes to declare it",
    ),
    "library": attr.label(
        mandatory = True,
        aspects = [_front_aspect],
        providers = [CcInfo],
        doc = "the cc_library that defines it",
    ),
    "summary": attr.string(doc = "one line for listings"),
    "symbol": attr.string(
        mandatory = True,
        doc = "what its C names begin with",
    ),
}

def _arena_impl(ctx):
    _check_c_side(ctx)
    return _forward(ctx, CairnArenaInfo(
        label = ctx.label,
        title = c_name(ctx.label.name),
        symbol = ctx.attr.symbol,
        header = ctx.attr.header,
        takes_options = ctx.attr.takes_options,
        summary = ctx.attr.summary,
    ))

cairn_arena = rule(
    implementation = _arena_impl,
    doc = "An arena provider: symbol_alloc, symbol_free and symbol_more, or symbol_make if it takes options.",
    attrs = dict(_COMMON_ATTRS, takes_options = attr.bool(doc = "symbol_make makes a source from a text of options")),
)

def _allocator_impl(ctx):
    _check_c_side(ctx)
    _check_names(ctx, "requires", ctx.attr.requires, REQUIRES)
    _check_names(ctx, "offers", ctx.attr.offers, OFFERS)
    for value, values, attribute in [("counted_fallback", ctx.attr.requires, "requires"), ("arenas", ctx.attr.offers, "offers")]:
        if value in values and not ctx.attr.folds:
            fail("%s: '%s' in %s takes the macros that folds = True stands for; leave it out, or write them" % (shown(ctx.label), value, attribute))
    return _forward(ctx, CairnAllocatorInfo(
        label = ctx.label,
        title = c_name(ctx.label.name),
        symbol = ctx.attr.symbol,
        header = ctx.attr.header,
        requires = ctx.attr.requires,
        offers = ctx.attr.offers,
        folds = ctx.attr.folds,
        loader = ctx.attr.loader,
        summary = ctx.attr.summary,
    ))

cairn_allocator = rule(
    implementation = _allocator_impl,
    doc = "A bottom: symbol_malloc, _calloc, _realloc, _free and symbol_more; with requires, a symbol_state for ctx.",
    attrs = dict(
        _COMMON_ATTRS,
        folds = attr.bool(doc = "the header has the macros SYMBOL_LAYER and SYMBOL_INSTANCE, for inline operations"),
        loader = attr.string(doc = "a C function that finds what the part needs of the system, called at start"),
        offers = attr.string_list(doc = "of: " + ", ".join(OFFERS)),
        requires = attr.string_list(doc = "of: " + ", ".join(REQUIRES)),
    ),
)

def _hook_impl(ctx):
    _check_c_side(ctx)
    _check_names(ctx, "needs", ctx.attr.needs, OFFERS)
    _check_names(ctx, "withholds", ctx.attr.withholds, OFFERS)
    return _forward(ctx, CairnHookInfo(
        label = ctx.label,
        title = c_name(ctx.label.name),
        symbol = ctx.attr.symbol,
        header = ctx.attr.header,
        position = ctx.attr.position,
        changes_layout = ctx.attr.changes_layout,
        needs = ctx.attr.needs,
        withholds = ctx.attr.withholds,
        summary = ctx.attr.summary,
    ))

cairn_hook = rule(
    implementation = _hook_impl,
    doc = "A hook: a symbol_state, bodies symbol_malloc_over and so on, and symbol_hook.",
    attrs = dict(
        _COMMON_ATTRS,
        changes_layout = attr.bool(doc = "blocks look different under the hook than below it"),
        needs = attr.string_list(doc = "what the layer below must offer"),
        position = attr.string(
            default = "anywhere",
            values = ["anywhere", "innermost"],
            doc = "innermost: no hook may stand between it and the allocator",
        ),
        withholds = attr.string_list(doc = "what it does not pass on from the layer below"),
    ),
)

def hooks_in(targets, where):
    """The hooks of targets, lists flattened.

    Args:
      targets: hooks and lists of hooks, innermost first.
      where: the target and attribute that names them, for sentences.

    Returns:
      a list of CairnHookInfo.
    """
    hooks = []
    for target in targets:
        if CairnHookListInfo in target:
            hooks += target[CairnHookListInfo].hooks
        elif CairnHookInfo in target:
            hooks.append(target[CairnHookInfo])
        elif CairnAllocatorInfo in target:
            fail("%s = %s is an allocator, and a stack has one bottom; let it serve raw, mem or obj, and name hooks here" %
                 (where, shown(target.label)))
        else:
            fail("%s = %s is %s, and a hook is wanted; name one, such as %s" %
                 (where, shown(target.label), what(target), shown(Label("//hooks/stats"))))
    return hooks

def _hook_list_impl(ctx):
    infos = [hook[CcInfo] for hook in ctx.attr.hooks if CcInfo in hook]
    return [
        CairnHookListInfo(hooks = hooks_in(ctx.attr.hooks, "%s: hooks" % shown(ctx.label))),
        cc_common.merge_cc_infos(cc_infos = infos),
    ]

cairn_hook_list = rule(
    implementation = _hook_list_impl,
    doc = "Several hooks under one label, for //config:hooks and for configurations that share them.",
    attrs = {"hooks": attr.label_list(doc = "hooks and lists of hooks, innermost first")},
)

def _unset_impl(_ctx):
    return [CairnUnsetInfo()]

cairn_unset = rule(implementation = _unset_impl, doc = "The value of a label flag that nobody has set.")
