# SPDX-License-Identifier: Apache-2.0
"""Plans a stack: which layers, in which order, under which C names; or a sentence that says why it cannot be.

A stack is planned bottom first: large, if somebody passes on to it; then what serves raw, because pymalloc may
pass on to raw; then the other domains. Domains that name the same allocator share one instance of it.
"""

load(":parts.bzl", "shown")
load(":text.bzl", "c_string")

def _fail(plan, sentence):
    fail("%s: %s" % (plan.where, sentence))

def _unique(plan, wanted):
    """A C name that no layer of the stack has yet."""
    name = wanted
    for i in range(2, 100):
        if name not in plan.names:
            break
        name = "%s_%d" % (wanted, i)
    plan.names[name] = True
    return name

def _add(plan, declaration, definition, header = None):
    """Adds a layer to the two files of the stack."""
    if declaration:
        plan.declarations.append(declaration)
    plan.definitions.append(definition)
    if header:
        plan.headers[header] = True

def _options(plan, label):
    plan.options_used[str(label)] = True
    return c_string(plan.options.get(str(label), ""))

def _large_layer(plan):
    """The instance of large that others pass on to, or None."""
    return plan.lower[0] if plan.lower else None

def _passes_on(info):
    return "fallback" in info.requires or "counted_fallback" in info.requires

def _arena_initialiser(plan):
    """The configuration's arena provider in C."""
    arena = plan.arena
    if not arena.takes_options:
        plan.headers[arena.header] = True
        return "CAIRN_ARENA_INITIALISER(%s)" % arena.symbol
    name = plan.added.get("arena")
    if not name:
        name = _unique(plan, plan.prefix + "_arena")
        plan.added["arena"] = name
        _add(plan, None, "CAIRN_STACK_LAZY_ARENA(%s, %s, %s)" % (name, arena.symbol, _options(plan, arena.label)), arena.header)
    return "CAIRN_LAZY_ARENA_INITIALISER(%s)" % name

def _source(plan, info, name):
    """Where an allocator gets its arenas: runs of large if that is below it, else the provider."""
    if "arena" not in info.requires:
        return None
    lower = _large_layer(plan)
    if lower and "arenas" in lower.offers:
        return "%s_ARENA_INITIALISER(%s)" % (lower.symbol.upper(), lower.name)
    plan.sourced.append(name)
    return _arena_initialiser(plan)

def _texts(info, name, source, below):
    """An allocator's lines in the two files."""
    upper = info.symbol.upper()
    lower = [below.name] if below else []
    if info.folds:
        is_counted = "counted_fallback" in info.requires
        counting = is_counted and "counts_blocks" not in below.offers
        arguments = [name] + lower + ([str(not counting).lower()] if is_counted else []) + ([source] if source else [])
        return (
            "%s_%sLAYER(%s)" % (upper, "COUNTING_" if counting else "", ", ".join([name] + lower)),
            "%s_INSTANCE(%s)" % (upper, ", ".join(arguments)),
        )
    if info.requires:
        node = [".arena = " + source] if source else []
        node += [".fallback = CAIRN_LAYER_INITIALISER(%s)" % below.name] if below else []
        return (
            "CAIRN_STACK_ALLOCATOR_WITH_STATE(%s, %s)" % (name, info.symbol),
            "CAIRN_STACK_STATE_INSTANCE(%s, %s, %s)" % (name, info.symbol, ", ".join(node)),
        )
    return "CAIRN_STACK_ALLOCATOR(%s, %s)" % (name, info.symbol), "CAIRN_STACK_ALLOCATOR_INSTANCE(%s)" % name

def _add_allocator(plan, info, below):
    """The instance of an allocator, over the layer that it passes on to, if it does."""
    name = _unique(plan, "%s_%s" % (plan.prefix, info.title))
    source = _source(plan, info, name)
    declaration, definition = _texts(info, name, source, below)
    _add(plan, declaration, definition, info.header)
    if "before_arena" in info.offers:
        plan.told_before_arenas.append(name)
    if info.loader:
        plan.loads.append(info.loader)
    offers = list(info.offers)
    for offer in ["all_owned", "walk"]:
        if below and offer in offers and offer not in below.offers:
            offers.remove(offer)
    words = [below.words] if below else []
    if source and not (below and below.symbol and "arenas" in below.offers):
        words.append(plan.arena.title)
    layer = struct(
        name = name,
        symbol = info.symbol,
        label = info.label,
        offers = offers,
        passes_to_raw = below != None and below.symbol == None,
        words = " < ".join(([" + ".join(words)] if words else []) + [info.title]),
    )
    plan.instances[str(info.label)] = layer
    return layer

def _add_or_trim(plan, layer, info):
    """An allocator as the bottom of a domain: one with idle memory trims before it gives up."""
    if "arena" not in info.requires or "trim" not in info.offers:
        return layer
    name = plan.added.get(layer.name)
    if not name:
        name = _unique(plan, layer.name + "_or_trim")
        plan.added[layer.name] = name
        _add(plan, "CAIRN_STACK_OR_TRIM(%s, %s)" % (name, layer.name), "CAIRN_STACK_OR_TRIM_INSTANCE(%s, %s)" % (name, layer.name))
    return _with(layer, name = name)

def _with(layer, name, offers = None, words = None):
    return struct(
        name = name,
        symbol = layer.symbol,
        label = layer.label,
        offers = layer.offers if offers == None else offers,
        passes_to_raw = layer.passes_to_raw,
        words = layer.words if words == None else words,
    )

def _check_hook(plan, domain, hook, top, below):
    """below is the label of the hook below, or None."""
    if hook.position == "innermost" and below != None:
        _fail(plan, "hook %s must be innermost, and in domain %s it stands above %s; list it first" %
                    (shown(hook.label), domain, shown(below)))
    for need in hook.needs:
        if need not in top.offers:
            _fail(plan, "hook %s needs %s of the layer below, which in domain %s %s does not offer; leave the hook out there" %
                        (shown(hook.label), need, domain, shown(below or top.label)))

def _add_hooks(plan, domain, bottom, hooks):
    """The outermost layer of a domain."""
    top = bottom
    below = None
    for hook in hooks:
        _check_hook(plan, domain.name, hook, top, below)
        below = hook.label
        name = _unique(plan, "%s_%s_%s" % (plan.prefix, domain.name, hook.title))
        _add(
            plan,
            "CAIRN_STACK_HOOK(%s, %s, %s)" % (name, hook.symbol, top.name),
            "CAIRN_STACK_HOOK_INSTANCE(%s, %s, %s, %s, %s, '%s', %s)" %
            (name, hook.symbol, top.name, c_string(plan.title), c_string(domain.name), domain.id, _options(plan, hook.label)),
            hook.header,
        )
        top = _with(
            top,
            name = name,
            offers = [offer for offer in top.offers if offer not in hook.withholds],
            words = "%s < %s" % (top.words, hook.title),
        )
    return top

def _bottom(plan, info, raw_layer):
    """The bottom of a domain, shared with others that name the same allocator."""
    layer = plan.instances.get(str(info.label))
    if not layer:
        below = None
        if _passes_on(info):
            below = _large_layer(plan) or raw_layer
            if not below:
                _fail(plan, "%s passes on what it does not serve, and serves raw itself, so that nobody is below it; name large = \"%s\", or another allocator for raw" %
                            (shown(info.label), shown(Label("//allocators/large"))))
        layer = _add_allocator(plan, info, below)
    return _add_or_trim(plan, layer, info)

def _publish(plan, domain, top):
    if top.name not in plan.published:
        plan.published.append(top.name)
        plan.declarations.append("CAIRN_STACK_PUBLISHED(%s)" % top.name)
        plan.definitions.append("CAIRN_STACK_PUBLISH(%s)" % top.name)
    plan.tops[domain.name] = struct(
        domain = domain,
        layer = top.name,
        offers = top.offers,
        passes_to_raw = top.passes_to_raw,
        unowned = "raw" if top.passes_to_raw else str(top.label),
        words = top.words,
    )

def _raw_as_fallback(plan, raw):
    """The raw domain as the layer that others pass on to: hooks included, and whatever is set later (A10.2)."""
    if not plan.is_dynamic:
        return struct(name = raw.name, symbol = None, offers = raw.offers, words = "raw")
    name = _unique(plan, plan.prefix + "_raw_forward")
    _add(plan, "CAIRN_STACK_RAW_FORWARD(%s)" % name, "CAIRN_STACK_RAW_FORWARD_INSTANCE(%s, %s)" % (name, raw.name))
    plan.raw_forwards.append(name)
    return struct(name = name, symbol = None, offers = ["usable_size", "aligned_alloc"], words = "raw")

def _check_parts(plan, domains):
    used = [domain.info for domain in domains]
    takes_arenas = [info for info in used + ([plan.large] if plan.large else []) if "arena" in info.requires]
    if takes_arenas and not plan.arena:
        _fail(plan, "%s needs an arena provider; name one, such as arena = \"%s\"" %
                    (shown(takes_arenas[0].label), shown(Label("//allocators/arena:mmap"))))
    if plan.arena_is_asked and not takes_arenas:
        _fail(plan, "arena = %s, but %s has no arenas; leave arena out, or name an allocator that has, such as %s" %
                    (
                        shown(plan.arena.label),
                        " or ".join([shown(label) for label in {info.label: True for info in used}.keys()]),
                        shown(Label("//allocators/pymalloc")),
                    ))
    if plan.large and _passes_on(plan.large):
        _fail(plan, "large = %s passes on what it does not serve, and large is what others pass on to; name one that does not, such as %s" %
                    (shown(plan.large.label), shown(Label("//allocators/large"))))
    return bool(takes_arenas)

def _domain_names(prefix, domains):
    """C names that the domains take, so that no layer gets them."""
    functions = ["malloc", "calloc", "realloc", "free", "aligned_alloc", "usable_size"]
    names = ["%s_%s" % (prefix, domain.name) for domain in domains]
    return {name: True for name in names + ["%s_%s" % (name, function) for name in names for function in functions]}

def plan_stack(where, title, prefix, is_dynamic, arena, arena_is_asked, large, large_is_asked, domains, options):
    """Plans a stack.

    Args:
      where: the configuration's label, for sentences.
      title: its name.
      prefix: what its C names begin with.
      is_dynamic: whether what serves a domain can change.
      arena: a CairnArenaInfo, or None.
      arena_is_asked: whether somebody asked for that provider, so that it must not go unused.
      large: the CairnAllocatorInfo that others pass on to; None: they pass on to raw.
      large_is_asked: the same of large.
      domains: structs of name, id, info (a CairnAllocatorInfo) and hooks, raw first.
      options: texts by str(label).

    Returns:
      a struct: lines for the two files, and what is known of each domain.
    """
    needs_large = large and [domain for domain in domains if _passes_on(domain.info)]
    if large_is_asked and not needs_large:
        fail("%s: large = %s, but nothing is passed on to it; leave large out, or name an allocator that passes on, such as %s" %
             (where, shown(large.label), shown(Label("//allocators/pymalloc"))))
    plan = struct(
        where = where,
        title = title,
        prefix = prefix,
        is_dynamic = is_dynamic,
        arena = arena,
        arena_is_asked = arena_is_asked,
        large = large if needs_large else None,
        lower = [],
        options = options,
        options_used = {},
        names = _domain_names(prefix, domains),
        added = {},
        headers = {},
        declarations = [],
        definitions = [],
        published = [],
        instances = {},
        sourced = [],
        told_before_arenas = [],
        loads = [],
        raw_forwards = [],
        tops = {},
    )
    has_arenas = _check_parts(plan, domains)
    if plan.large:
        plan.lower.append(_add_allocator(plan, plan.large, None))
    raw = domains[0]
    raw_top = _add_hooks(plan, raw, _bottom(plan, raw.info, None), raw.hooks)
    _publish(plan, raw, raw_top)
    raw_layer = None
    for domain in domains[1:]:
        if _passes_on(domain.info) and not plan.large and not raw_layer and str(domain.info.label) not in plan.instances:
            raw_layer = _raw_as_fallback(plan, raw_top)
        top = _add_hooks(plan, domain, _bottom(plan, domain.info, raw_layer), domain.hooks)
        _publish(plan, domain, top)
    for label in options:
        if label not in plan.options_used:
            _fail(plan, "options are given for %s, which the configuration does not use or which takes none; leave them out" % shown(label))
    return struct(
        has_arenas = has_arenas,
        headers = plan.headers.keys(),
        declarations = plan.declarations,
        definitions = plan.definitions,
        sourced = plan.sourced,
        told_before_arenas = plan.told_before_arenas,
        loads = plan.loads,
        raw_forward = plan.raw_forwards[0] if plan.raw_forwards else None,
        tops = [plan.tops[domain.name] for domain in domains],
    )
