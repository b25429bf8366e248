# SPDX-License-Identifier: Apache-2.0
"""The rules that write what stands around a stack: its functions, malloc, and the unprefixed names."""

load("@rules_cc//cc:defs.bzl", "CcInfo")
load(":entry_text.bzl", "front_source", "header", "malloc_source", "source")
load(":parts.bzl", "CairnArenaInfo", "CairnStackInfo", "hooks_in", "shown")
load(":rule_tools.bzl", "PlanInfo", "is_set", "part_of", "user_label", "write_file", "written")

# --- The configuration ----------------------------------------------------------------------------------------------

def _check_presets(ctx, stack, presets):
    where = user_label(ctx)
    if presets and ctx.attr.dispatch == "static":
        fail("%s: presets are chosen when a program starts, and dispatch = \"static\" is fixed when it is built; leave presets out, or write dispatch = \"dynamic\"" % where)
    for i, preset in enumerate(presets):
        for other in [stack] + presets[:i]:
            if preset.title == other.title:
                fail("%s: presets = %s has the name of %s, and CAIRN_MALLOC could not tell them apart; rename one" % (where, preset.label, other.label))
        if stack.own_blocks or preset.own_blocks or preset.can_index or sorted(stack.unowned) == sorted(preset.unowned):
            continue
        fail("%s: preset %s cannot be chosen at start, because neither it nor %s can tell its own blocks from the other's; build with it instead" %
             (where, preset.label, stack.label))

def _config_files_impl(ctx):
    where = user_label(ctx)
    stack = ctx.attr.stack[CairnStackInfo]
    plan_info = ctx.attr.stack[PlanInfo]
    presets = [part_of(target, CairnStackInfo, where + ": presets") for target in ctx.attr.presets]
    _check_presets(ctx, stack, presets)
    arenas = [part_of(target, CairnArenaInfo, where + ": choose_arenas") for target in ctx.attr.choose_arenas]
    hooks = hooks_in(ctx.attr.choose_hooks, where + ": choose_hooks")
    if arenas and not any([preset.has_arenas for preset in [stack] + presets]):
        fail("%s: choose_arenas is given, but there are no arenas in the configuration or its presets; leave it out" % where)
    if ctx.attr.is_watched and not (ctx.attr.heeds_environment or presets or arenas or hooks):
        fail("%s: is_watched is asked for in the environment, which the configuration does not read; write heeds_environment = True" % where)
    base = plan_info.config
    has_choice = stack.is_dynamic and (presets or arenas or hooks)
    config = struct(
        label = base.label,
        title = base.title,
        prefix = base.prefix,
        header = base.header,
        stack_header = base.stack_header,
        description = base.description,
        is_dynamic = base.is_dynamic,
        heeds_environment = ctx.attr.heeds_environment or has_choice,
        is_watched = ctx.attr.is_watched and stack.is_dynamic,
        needs_start = bool(plan_info.plan.raw_forward or plan_info.plan.loads),
    )
    offered = [presets, arenas, hooks] if stack.is_dynamic else [[], [], []]
    deps = [ctx.attr.stack]
    deps += ctx.attr.presets + ctx.attr.choose_arenas + ctx.attr.choose_hooks if stack.is_dynamic else []
    return written(
        [write_file(ctx, ctx.attr.config + ".h", header(config, plan_info.plan.tops))],
        [write_file(ctx, ctx.attr.config + ".c", source(config, plan_info.plan.tops, *offered))],
        deps + ([ctx.attr._watch] if config.is_watched else []),
    )

cairn_config_files = rule(
    implementation = _config_files_impl,
    attrs = {
        "choose_arenas": attr.label_list(),
        "choose_hooks": attr.label_list(),
        "config": attr.string(mandatory = True),
        "dispatch": attr.string(mandatory = True),
        "heeds_environment": attr.bool(),
        "is_watched": attr.bool(),
        "presets": attr.label_list(),
        "stack": attr.label(mandatory = True),
        "_watch": attr.label(default = "//config:watch"),
    },
)

def _forward(ctx, stack):
    return [
        stack,
        ctx.attr.library[CcInfo],
        ctx.attr.library[DefaultInfo],
        coverage_common.instrumented_files_info(ctx, dependency_attributes = ["library"]),
    ]

def _config_impl(ctx):
    return _forward(ctx, ctx.attr.stack[CairnStackInfo])

# What a user's label names: a library that knows which configuration it is.
cairn_config_target = rule(
    implementation = _config_impl,
    attrs = {
        "library": attr.label(mandatory = True, providers = [CcInfo]),
        "stack": attr.label(mandatory = True, providers = [CairnStackInfo]),
    },
)

# --- malloc ---------------------------------------------------------------------------------------------------------

def _malloc_impl(ctx):
    stack = part_of(ctx.attr.stack, CairnStackInfo, "the flag " + shown(Label("//config")))
    if stack.malloc_refused:
        fail("%s: %s cannot be a program's malloc: %s; use it by its own names, or serve mem with an allocator that offers it" %
             (shown(ctx.label.relative(":" + ctx.attr.title)), stack.label, stack.malloc_refused))

    # Under a sanitizer the compiler's own macros decide; coverage has none, and its counters are kept by libc's.
    text = malloc_source(ctx.attr.file, stack)
    if ctx.configuration.coverage_enabled:
        text = "/* Built for coverage, which this replacement steps aside for. */\n"
    return written([], [write_file(ctx, ctx.attr.file, text)], [ctx.attr.stack])

cairn_malloc_files = rule(
    implementation = _malloc_impl,
    attrs = {
        "file": attr.string(mandatory = True),
        "stack": attr.label(mandatory = True),
        "title": attr.string(mandatory = True),
    },
)

# --- What //config stands for ---------------------------------------------------------------------------------------

def _front_impl(ctx):
    target = ctx.attr.config
    flag = shown(Label("//config"))
    stack = part_of(target, CairnStackInfo, "the flag " + flag)
    if is_set(ctx.attr._arena_flag) and not stack.has_arenas:
        fail("the flag %s = %s is given, but configuration %s has no arenas; leave the flag out, or choose another configuration with %s" %
             (shown(Label("//config:arena")), shown(ctx.attr._arena_flag.label), stack.label, flag))
    return written([], [write_file(ctx, "cairn.c", front_source(stack))], [target]) + [stack]

cairn_front_files = rule(
    implementation = _front_impl,
    attrs = {
        "config": attr.label(mandatory = True),
        "_arena_flag": attr.label(default = "//config:arena"),
    },
)
