# SPDX-License-Identifier: Apache-2.0
"""The rule that plans a stack and writes its files."""

load("@bazel_skylib//rules:common_settings.bzl", "BuildSettingInfo")
load(":parts.bzl", "CairnAllocatorInfo", "CairnArenaInfo", "CairnStackInfo", "c_name", "hooks_in", "shown")
load(":plan.bzl", "plan_stack")
load(":rule_tools.bzl", "PlanInfo", "is_set", "merged", "part_of", "user_label", "write_file", "written")
load(":stack_text.bzl", "stack_header", "stack_source")
load(":subject.bzl", "SUBJECT_ATTRS", "with_subject")
load(":text.bzl", "describe")

_DomainInfo = provider(
    doc = "A user's domain.",
    fields = ["name", "id", "info", "hooks"],
)

# --- A user's domain ------------------------------------------------------------------------------------------------

def _domain_impl(ctx):
    where = "%s: domain %s" % (user_label(ctx), ctx.attr.domain)
    return [
        _DomainInfo(
            name = ctx.attr.domain,
            id = ctx.attr.domain_id,
            info = part_of(ctx.attr.allocator, CairnAllocatorInfo, where),
            hooks = hooks_in(ctx.attr.hooks, where + ": hook"),
        ),
        merged([ctx.attr.allocator] + ctx.attr.hooks),
    ]

cairn_user_domain = rule(
    implementation = _domain_impl,
    attrs = {
        "allocator": attr.label(mandatory = True),
        "config": attr.string(mandatory = True),
        "domain": attr.string(mandatory = True),
        "domain_id": attr.string(mandatory = True),
        "hooks": attr.label_list(),
    },
)

# --- The stack ------------------------------------------------------------------------------------------------------

def _each_once(hooks, where, domain):
    """The same hooks, if none is there twice; one that the flag adds may well be."""
    for i, hook in enumerate(hooks):
        if hook.label in [other.label for other in hooks[:i]]:
            fail("%s: hook %s stands twice in domain %s; name it once" % (where, shown(hook.label), domain))
    return hooks

def _domains(ctx, where, flag_hooks):
    common = hooks_in(ctx.attr.hooks, where + ": hooks")
    domains = []
    for name in ["raw", "mem", "obj"]:
        domains.append(struct(
            name = name,
            id = name[0],
            info = part_of(getattr(ctx.attr, name), CairnAllocatorInfo, "%s: %s" % (where, name)),
            hooks = _each_once(common + hooks_in(getattr(ctx.attr, name + "_hooks"), "%s: %s_hooks" % (where, name)), where, name) + flag_hooks,
        ))
    for target in ctx.attr.domains:
        domain = target[_DomainInfo]
        hooks = _each_once(common + domain.hooks, where, domain.name) + flag_hooks
        domains.append(struct(name = domain.name, id = domain.id, info = domain.info, hooks = hooks))
    return with_subject(ctx, domains)

def _arena(ctx, where):
    """The arena provider, and whether the configuration itself asked for it."""
    flag = ctx.attr._arena_flag
    if ctx.attr.subject and CairnArenaInfo in ctx.attr.subject:
        return ctx.attr.subject[CairnArenaInfo], True
    if ctx.attr.arena:
        arena = part_of(ctx.attr.arena, CairnArenaInfo, where + ": arena")
    elif ctx.attr.preset_arena:
        arena = ctx.attr.preset_arena[CairnArenaInfo]
    else:
        arena = None
    if is_set(flag):
        arena = part_of(flag, CairnArenaInfo, "the flag " + shown(Label("//config:arena")))
    return arena, ctx.attr.arena != None

def _options(ctx, arena):
    """Texts by label, without those of a provider that the flag has replaced."""
    own = ctx.attr.arena or ctx.attr.preset_arena
    replaced = own.label if own and own.label != arena.label else None
    return {str(target.label): text for target, text in ctx.attr.options.items() if target.label != replaced}

def _is_dynamic(ctx):
    flag = ctx.attr._dispatch_flag[BuildSettingInfo].value
    return (ctx.attr.dispatch if flag == "unset" else flag) == "dynamic"

def _refused_as_malloc(tops):
    """Why the configuration cannot be a malloc, or ""."""
    for top in [top for top in tops if top.domain.name == "mem"]:
        for offer in ["usable_size", "aligned_alloc"]:
            if offer not in top.offers:
                culprit = top.domain.info.label
                for hook in top.domain.hooks:
                    if offer in hook.withholds:
                        culprit = hook.label
                return "%s does not offer %s" % (shown(culprit), offer)
    return ""

def _stack_impl(ctx):
    where = user_label(ctx)
    if ctx.attr.problem:
        fail("%s: %s" % (where, ctx.attr.problem))
    if ctx.label.workspace_name == ctx.workspace_name:
        # Bazel 4 would load everything a second time, and take none of it for what the first time brought.
        fail("%s is in this workspace, where labels begin with //; leave @%s out" % (where, ctx.workspace_name))
    flag_hooks = hooks_in([ctx.attr._hooks_flag], "the flag " + shown(Label("//config:hooks"))) if is_set(ctx.attr._hooks_flag) else []
    arena, is_asked = _arena(ctx, where)
    large = ctx.attr.large or ctx.attr.preset_large
    is_dynamic = _is_dynamic(ctx)
    prefix = ctx.attr.prefix or c_name(ctx.attr.config)
    folder = ctx.attr.include_prefix or ctx.label.package
    folder = folder + "/" if folder else ""
    plan = plan_stack(
        where = where,
        title = ctx.attr.config,
        prefix = prefix,
        is_dynamic = is_dynamic,
        arena = arena,
        arena_is_asked = is_asked,
        large = part_of(large, CairnAllocatorInfo, where + ": large") if large else None,
        large_is_asked = ctx.attr.large != None and not ctx.attr.subject,
        domains = _domains(ctx, where, flag_hooks),
        options = _options(ctx, arena),
    )
    config = struct(
        label = where,
        title = ctx.attr.config,
        prefix = prefix,
        summary = ctx.attr.summary,
        header = "%s%s.h" % (folder, ctx.attr.config),
        stack_header = "%s%s_stack.h" % (folder, ctx.attr.config),
        is_dynamic = is_dynamic,
        description = describe(plan.tops, is_dynamic),
    )
    files = written(
        [write_file(ctx, ctx.attr.config + "_stack.h", stack_header(config, plan))],
        [write_file(ctx, ctx.attr.config + "_stack.c", stack_source(config, plan))],
        [target for name in ["arena", "preset_arena", "large", "preset_large", "raw", "mem", "obj", "subject", "_arena_flag", "_hooks_flag"] for target in [getattr(ctx.attr, name)]] +
        ctx.attr.hooks + ctx.attr.raw_hooks + ctx.attr.mem_hooks + ctx.attr.obj_hooks + ctx.attr.domains,
    )
    return files + [
        PlanInfo(config = config, plan = plan),
        CairnStackInfo(
            label = where,
            title = config.title,
            prefix = prefix,
            header = config.header,
            stack_header = config.stack_header,
            domains = [top.domain.name for top in plan.tops],
            layers = {top.domain.name: top.layer for top in plan.tops},
            offers = [top.offers for top in plan.tops],
            has_arenas = plan.has_arenas,
            own_blocks = all(["all_owned" in top.offers for top in plan.tops[:3]]),
            unowned = {top.unowned: True for top in plan.tops[:3] if not top.passes_to_raw and "all_owned" not in top.offers}.keys(),
            is_dynamic = is_dynamic,
            malloc_refused = _refused_as_malloc(plan.tops),
        ),
    ]

_PARTS = {name: attr.label() for name in ["arena", "preset_arena", "large", "preset_large"]}
_BOTTOMS = {name: attr.label(mandatory = True) for name in ["raw", "mem", "obj"]}
_HOOKS = {name: attr.label_list() for name in ["hooks", "raw_hooks", "mem_hooks", "obj_hooks"]}

cairn_stack_files = rule(
    implementation = _stack_impl,
    attrs = dict(
        _PARTS.items() + _BOTTOMS.items() + _HOOKS.items() + SUBJECT_ATTRS.items(),
        config = attr.string(mandatory = True),
        dispatch = attr.string(mandatory = True, values = ["dynamic", "static"]),
        domains = attr.label_list(providers = [_DomainInfo]),
        include_prefix = attr.string(),
        options = attr.label_keyed_string_dict(),
        prefix = attr.string(),
        problem = attr.string(doc = "what the macro found wrong"),
        summary = attr.string(),
        _arena_flag = attr.label(default = "//config:arena"),
        _dispatch_flag = attr.label(default = "//config:dispatch"),
        _hooks_flag = attr.label(default = "//config:hooks"),
    ),
)
