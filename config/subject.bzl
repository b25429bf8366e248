# SPDX-License-Identifier: Apache-2.0
"""A component under test in a stack: whatever its kind, it takes the place of that kind.

cairn_component_test cannot see of which kind its component is, for macros run before rules. So it writes the same
configurations for all kinds and says in these attributes where a component of each kind would stand.
"""

load(":parts.bzl", "CairnAllocatorInfo", "CairnArenaInfo", "CairnHookInfo", "shown", "what")

SUBJECT_ATTRS = {
    "subject": attr.label(doc = "an arena provider, which replaces the stack's; an allocator; or a hook, around every domain"),
    "subject_domains": attr.string_list(doc = "the domains that an allocator serves"),
    "subject_is_outermost": attr.bool(doc = "a hook stands outside of the others, not inside"),
}

def _fitting(info, hooks):
    """Those of the hooks that can stand over the allocator, given what is below them."""
    offers = info.offers
    result = []
    for hook in hooks:
        is_in_place = hook.position == "anywhere" or not result
        if is_in_place and not [need for need in hook.needs if need not in offers]:
            result.append(hook)
            offers = [offer for offer in offers if offer not in hook.withholds]
    return result

def with_subject(ctx, domains):
    """Puts the subject into a stack's domains, if it is an allocator or a hook, and leaves out what does not go with it.

    Args:
      ctx: of a rule with SUBJECT_ATTRS.
      domains: structs of name, id, info and hooks.

    Returns:
      such structs.
    """
    subject = ctx.attr.subject
    if not subject:
        return domains
    if not (CairnAllocatorInfo in subject or CairnArenaInfo in subject or CairnHookInfo in subject):
        fail("%s: component = %s is %s, and an arena provider, an allocator or a hook is wanted; name what cairn_arena, cairn_allocator or cairn_hook declares" %
             (shown(ctx.label.relative(":" + ctx.attr.config)), shown(subject.label), what(subject)))
    result = []
    for domain in domains:
        info = domain.info
        hooks = domain.hooks
        if CairnAllocatorInfo in subject and domain.name in ctx.attr.subject_domains:
            info = subject[CairnAllocatorInfo]
        elif CairnHookInfo in subject:
            own = [subject[CairnHookInfo]]
            is_last = ctx.attr.subject_is_outermost and own[0].position == "anywhere"
            hooks = hooks + own if is_last else own + hooks
        result.append(struct(name = domain.name, id = domain.id, info = info, hooks = _fitting(info, hooks)))
    return result
