# SPDX-License-Identifier: Apache-2.0
"""The C text of what stands around a stack, made of the macros in entry_points.h and malloc_names.h."""

load(":text.bzl", "banner", "c_bool", "c_string", "guard_of", "includes")

_PROTOTYPES = """void *{name}_malloc(size_t size);
void *{name}_calloc(size_t count, size_t size);
void *{name}_realloc(void *ptr, size_t size);
void {name}_free(void *ptr);
void *{name}_aligned_alloc(size_t alignment, size_t size);
size_t {name}_usable_size(const void *ptr);
"""

_OVER_ALL = """/* The preset in force: %s, or what CAIRN_MALLOC has chosen where this configuration heeds it. */
const char *{p}_preset_name(void);

/* Over all its domains, as cairn_stats_write and so on in cairn.h. */
void {p}_stats_write(int fd, cairn_report_format format);
void {p}_stats_totals(cairn_totals *out);
bool {p}_check_all(void);
size_t {p}_trim(void);

/* Where its arenas come from, as cairn_arena_source_get and _set in cairn.h. */
bool {p}_arena_source_get(cairn_arena_source *out);
cairn_status {p}_arena_source_set(cairn_arena_source source);

/* What it is made of, in words. */
extern const char {p}_description[];

/* For what starts it, and for what offers it. */
extern const cairn_startup {p}_startup;
"""

def header(config, tops):
    """What a program includes.

    Args:
      config: as for stack_source.
      tops: of the plan.

    Returns:
      the text of the file.
    """
    guard = guard_of(config.header)
    upper = config.prefix.upper()
    names = [top.domain.name for top in tops]
    return "\n".join([
        banner(config.header, config.label, config.description + [
            "",
            "Each domain has malloc, calloc, realloc and free as in cairn/allocators/allocator.h, aligned_alloc",
            "and usable_size, under the size rules of clause A2. %s has the same inline." % config.stack_header,
        ]),
        "#ifndef " + guard,
        "#define " + guard,
        "",
        includes(["cairn/config/start.h"]),
        "",
        "CAIRN_EXTERN_C_BEGIN",
        "",
        "\n".join([_PROTOTYPES.format(name = "%s_%s" % (config.prefix, name)) for name in names]),
        "/* The domains as objects: the built-in ones by number, then the configuration's own. */",
        "enum {",
        "\n".join(["    %s_DOMAIN_%s = %d," % (upper, name.upper(), i) for i, name in enumerate(names)]),
        "    %s_DOMAINS = %d," % (upper, len(names)),
        "};",
        "extern cairn_domain %s_domains[CAIRN_DOMAINS_MAX];" % config.prefix,
        "extern cairn_domain_table %s_table;" % config.prefix,
        "",
        (_OVER_ALL % config.title).format(p = config.prefix),
        "CAIRN_EXTERN_C_END",
        "",
        "#endif /* %s */" % guard,
        "",
    ])

_START = """
__attribute__((constructor(102))) static void start(int argc, char **argv, char **envp)
{{
    (void)argc;
    (void)argv;
    cairn_start(&{p}_startup, &{p}_in_force, envp);
}}

__attribute__((destructor(102))) static void finish(void)
{{
    cairn_finish(&{p}_startup, {p}_in_force);
}}
"""

_START_BY_ITSELF = """
__attribute__((constructor(102))) static void start(void)
{{
    cairn_start_by_itself(&{p}_startup);
}}
"""

_DOMAIN = """    [{number}] = {{
        &{layer}_published, "{name}", '{id}', {is_fixed}, &{layer}_published, {changed},
        {layer}_take, {layer}_give, &{layer}_shortcut,
    }},"""

def _entry_points(points, is_dynamic, with_slow):
    """Functions under prefixes; what the same layers serve for ever is one function.

    Args:
      points: pairs of a prefix and a struct of domain, its C name, and layer.
      is_dynamic: whether layers can change.
      with_slow: whether to define what the inline operations leave, too.

    Returns:
      lines of C.
    """
    lines = []
    first = {}
    for prefix, top in points:
        kind = top.domain if is_dynamic else top.layer
        same = "SAME_" if kind in first else ""
        other = first.setdefault(kind, (prefix, top.domain))
        if with_slow:
            lines.append("CAIRN_%sSLOW_ENTRY_POINTS(%s)" % (same, top.domain + ", " + other[1] if same else top.domain))
        lines.append("CAIRN_%sENTRY_POINTS(%s, %s)" % (same, prefix, other[0] if same else top.domain))
    return "\n".join(lines)

def source(config, tops, presets, arenas, hooks):
    """The functions and tables of a configuration.

    Args:
      config: as for stack_source, with heeds_environment, is_watched and needs_start.
      tops: of the plan.
      presets: CairnStackInfo of the others that it offers.
      arenas: CairnArenaInfo that CAIRN_ARENA may choose.
      hooks: CairnHookInfo that CAIRN_HOOKS may choose.

    Returns:
      the text of the file.
    """
    p = config.prefix
    upper = p.upper()
    headers = [config.header, config.stack_header, "cairn/config/entry_points.h", "cairn/config/start.h"]
    headers += ["cairn/config/shared_stats.h"] if config.is_watched else []
    parts = {part.header: True for part in arenas + hooks}
    start = _START if config.heeds_environment else _START_BY_ITSELF if config.needs_start else ""
    return "\n".join([
        banner(config.header[:-2] + ".c", config.label, config.description),
        includes(headers + sorted(parts.keys())),
        "",
        "static void settle_fronts(void);\n" if config.is_dynamic else "",
        "\n".join(["CAIRN_SHORTCUT(%s, %s_%s)" % (layer, p, domain) for layer, domain in {top.layer: top.domain.name for top in tops}.items()]),
        "",
        "cairn_domain %s_domains[CAIRN_DOMAINS_MAX] = {" % p,
        "\n".join([
            _DOMAIN.format(
                number = "%s_DOMAIN_%s" % (upper, top.domain.name.upper()),
                layer = top.layer,
                name = top.domain.name,
                id = top.domain.id,
                is_fixed = c_bool(not config.is_dynamic),
                changed = "settle_fronts" if config.is_dynamic else "NULL",
            )
            for top in tops
        ]),
        "};",
        "",
        "cairn_domain_table %s_table = {%s_domains, %s_DOMAINS, false};" % (p, p, upper),
        "",
        _settle_fronts(p, tops) if config.is_dynamic else "",
        _entry_points(
            [("%s_%s" % (p, top.domain.name), struct(domain = "%s_%s" % (p, top.domain.name), layer = top.layer)) for top in tops],
            config.is_dynamic,
            with_slow = True,
        ),
        "",
        "\n".join(["extern const cairn_preset %s_preset;" % prefix for prefix in [p] + [preset.prefix for preset in presets]]),
        "extern const cairn_preset *%s_in_force;" % p,
        "const cairn_preset *%s_in_force = &%s_preset;" % (p, p),
        "CAIRN_REPORT_POINTS(%s, &%s_table, %s_in_force->name)" % (p, p, p),
        "CAIRN_ARENA_POINTS(%s, %s_in_force)" % (p, p),
        "const char %s_description[] = %s;" % (p, c_string("; ".join(config.description))),
        "",
        "static const cairn_preset *const presets[] = {%s, NULL};" % ", ".join(["&%s_preset" % prefix for prefix in [p] + [preset.prefix for preset in presets]]),
        "static const cairn_arena_choice arenas[] = {",
        "\n".join([_arena_choice(arena) for arena in arenas] + ["    {.name = NULL},", "};"]),
        "\n".join(["extern const cairn_hook %s_hook;" % hook.symbol for hook in hooks]),
        "static const cairn_hook_choice hooks[] = {",
        "\n".join(["    {&%s_hook, %s}," % (hook.symbol, c_string(hook.summary)) for hook in hooks] + ["    {NULL, NULL},", "};"]),
        "const cairn_startup %s_startup = {" % p,
        "    &%s_table, presets, arenas, hooks, %s, %s, %s, %s," % (
            p,
            "&cairn_shared_stats_watch" if config.is_watched else "NULL",
            c_bool(not config.is_dynamic),
            c_string(config.label),
            "cairn_generation_create" if config.is_dynamic and config.heeds_environment else "NULL",
        ),
        "};",
        start.format(p = p),
    ])

def _settle_fronts(prefix, tops):
    """The function that opens the fronts of the stack's layers, or closes them while a domain has another layer."""
    layers = {top.layer: True for top in tops}
    lines = ["static void settle_fronts(void)", "{", "    bool as_built = cairn_domains_are_as_built(&%s_table);" % prefix]
    lines += ["    %s_set_front(as_built);" % layer for layer in layers]
    return "\n".join(lines + ["}", ""])

def _arena_choice(arena):
    source = ".make = %s_make" if arena.takes_options else ".source = CAIRN_ARENA_INITIALISER(%s)"
    return "    {.name = %s, .summary = %s, %s}," % (c_string(arena.title), c_string(arena.summary), source % arena.symbol)

def malloc_source(file, stack):
    """malloc() and its relatives as the mem domain of a configuration.

    Args:
      file: the name of the file, for its banner.
      stack: the configuration's CairnStackInfo.

    Returns:
      the text of the file.
    """
    return "\n".join([
        banner(file, stack.label, [
            "malloc() and its relatives as the domain mem of this configuration. Where a sanitizer brings a malloc of",
            "its own there is nothing here.",
        ]),
        includes([stack.stack_header, stack.header, "cairn/config/malloc_names.h"]),
        "",
        "#if !CAIRN_SANITIZED",
        "CAIRN_ONLY_MALLOC_REPLACEMENT",
        "CAIRN_MALLOC_NAMES(%s_mem, &%s_table)" % (stack.prefix, stack.prefix),
        '#include "cairn/domains/libc/names.inc"',
        "#endif",
        "",
    ])

def front_source(stack):
    """The unprefixed names, which are those of the configuration behind the flag.

    Args:
      stack: its CairnStackInfo.

    Returns:
      the text of the file.
    """
    p = stack.prefix
    return "\n".join([
        banner("cairn.c", stack.label, ["cairn_malloc and all that cairn.h declares, for the configuration that //config stands for."]),
        includes(["cairn/cairn.h", stack.stack_header, stack.header, "cairn/config/entry_points.h", "cairn/config/front.h"]),
        "",
        _entry_points(
            [
                (prefix, struct(domain = "%s_%s" % (p, name), layer = stack.layers[name]))
                for prefix, name in [("cairn_raw", "raw"), ("cairn_mem", "mem"), ("cairn_obj", "obj"), ("cairn", "mem")]
            ],
            stack.is_dynamic,
            with_slow = False,
        ),
        "CAIRN_REPORT_POINTS(cairn, &%s_table, %s_preset_name())" % (p, p),
        "extern const cairn_preset *%s_in_force;" % p,
        "CAIRN_ARENA_POINTS(cairn, %s_in_force)" % p,
        "",
        "const char *cairn_configuration(void)",
        "{",
        "    return %s_description;" % p,
        "}",
        "",
        "cairn_domain_table *const cairn_domain_registry = &%s_table;" % p,
        "cairn_domain *const cairn_domains = %s_domains;" % p,
        "const cairn_startup *const cairn_front_startup = &%s_startup;" % p,
        "",
    ])
