# SPDX-License-Identifier: Apache-2.0
"""The C text of a stack, made of the macros in stack.h and instance.h."""

load(":text.bzl", "banner", "c_bool", "c_string", "guard_of", "includes")

def stack_header(config, plan):
    """The stack itself: its layers and domains, for the files of the configuration and for who wants them inline.

    Args:
      config: a struct of label, prefix, stack_header, header, is_dynamic, description.
      plan: what plan_stack gave.

    Returns:
      the text of the file.
    """
    guard = guard_of(config.stack_header)
    domains = []
    for i, top in enumerate(plan.tops):
        name = "%s_%s" % (config.prefix, top.domain.name)
        if config.is_dynamic:
            domains.append("CAIRN_STACK_DOMAIN_DYNAMIC(%s, %s, %s_domains, %d)" % (name, top.layer, config.prefix, i))
        else:
            domains.append("CAIRN_STACK_DOMAIN_STATIC(%s, %s)" % (name, top.layer))
    return "\n".join([
        banner(config.stack_header, config.label, ["The stack, bottom first:"] + ["  " + line for line in config.description]),
        "#ifndef " + guard,
        "#define " + guard,
        "",
        includes(sorted(plan.headers + ["cairn/config/stack.h"])),
        "",
        "CAIRN_EXTERN_C_BEGIN",
        "",
        "\n".join(plan.declarations),
        "",
        "extern cairn_domain %s_domains[CAIRN_DOMAINS_MAX];" % config.prefix,
        "\n".join(domains),
        "",
        "CAIRN_EXTERN_C_END",
        "",
        "#endif /* %s */" % guard,
        "",
    ])

def _setter(name, parameter, kind, instances):
    """A function that passes its argument to all instances; and how the preset's table names it."""
    if not instances:
        return "", "NULL"
    lines = ["", "static void %s(%s)" % (name, parameter), "{"]
    lines += ["    %s_%s;" % (instance, kind) for instance in instances]
    return "\n".join(lines + ["}"]), name

def _arena_source(instances):
    """Functions that set and get where all instances get their arenas; and how the preset's table names them."""
    if not instances:
        return "", "NULL", "NULL"
    lines = ["", "static bool set_arena_source(cairn_arena_source source)", "{"]
    lines.append("    return %s;" % " && ".join(["%s_set_arena_source(source)" % instance for instance in instances]))
    lines += ["}", "", "static cairn_arena_source get_arena_source(void)", "{"]
    lines += ["    return %s_get_arena_source();" % instances[0], "}"]
    return "\n".join(lines), "set_arena_source", "get_arena_source"

def _loader(loads):
    """The function that finds what parts need of the system; and how the preset's table names it."""
    if len(loads) < 2:
        return "", (loads[0] if loads else "NULL")
    calls = " && ".join(["%s(error)" % loader for loader in loads])
    return "\nstatic bool load(const char **error)\n{\n    return %s;\n}" % calls, "load"

def _options_setter(takers):
    """The function that gives the preset's hooks their options; and how the preset's table names it."""
    if not takers:
        return "", "NULL"
    calls = " &&\n           ".join(["%s_open(&%s_state, options, error)" % (taker.symbol, taker.layer) for taker in takers])
    return "\nstatic bool set_options(const char *options, const char **error)\n{\n    return %s;\n}" % calls, "set_options"

def stack_source(config, plan):
    """The states of the stack's layers, and the table that offers it as a preset.

    Args:
      config: as for stack_header, with title and summary.
      plan: what plan_stack gave.

    Returns:
      the text of the file.
    """
    source, set_source, get_source = _arena_source(plan.sourced)
    before, before_name = _setter("set_before_arena", "void (*before_arena)(void *ctx)", "set_before_arena(before_arena)", plan.told_before_arenas)
    load_all, load_name = _loader(plan.loads)
    options, options_name = _options_setter(plan.takes_options)
    built_in = plan.tops[:3]
    return "\n".join([
        banner(config.stack_header[:-2] + ".c", config.label, ["The states of the stack's layers, bottom first."]),
        includes([config.stack_header, "cairn/config/instance.h"]),
        "",
        "\n".join(plan.definitions),
        source,
        before,
        load_all,
        options,
        "",
        "extern const cairn_preset %s_preset;" % config.prefix,
        "const cairn_preset %s_preset = {" % config.prefix,
        "    .name = %s," % c_string(config.title),
        "    .summary = %s," % c_string(config.summary),
        "    .has_arenas = %s," % c_bool(plan.has_arenas),
        "    .owns_all = %s," % c_bool(all(["all_owned" in top.offers for top in built_in])),
        "    .domains = {%s}," % ", ".join(["&%s_published" % top.layer for top in built_in]),
        "    .forwards_to_raw = {%s}," % ", ".join([c_bool(top.passes_to_raw) for top in built_in]),
        "    .raw = %s," % ("&%s_state" % plan.raw_forward if plan.raw_forward else "NULL"),
        "    .set_arena_source = %s," % set_source,
        "    .get_arena_source = %s," % get_source,
        "    .set_before_arena = %s," % before_name,
        "    .load = %s," % load_name,
        "    .set_options = %s," % options_name,
        "};",
        "",
    ])
