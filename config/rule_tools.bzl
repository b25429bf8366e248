# SPDX-License-Identifier: Apache-2.0
"""What the rules that write C files share."""

load("@rules_cc//cc:defs.bzl", "CcInfo", "cc_common")
load(":parts.bzl", "CairnAllocatorInfo", "CairnArenaInfo", "CairnStackInfo", "CairnUnsetInfo", "shown", "what")

PlanInfo = provider(
    doc = "What the files of a configuration have to agree on.",
    fields = ["config", "plan"],
)

def user_label(ctx):
    """The label that the user gave a configuration, from that of one of its inner targets."""
    return shown(ctx.label.relative(":" + ctx.attr.config))

def part_of(target, provider, where):
    """The provider of a target that must have it.

    Args:
      target: what somebody has named.
      provider: of an allocator, an arena provider or a configuration.
      where: who has named it as what, for the sentence if it is something else.

    Returns:
      the target's provider.
    """
    words, example = {
        CairnAllocatorInfo: ("an allocator", Label("//allocators/pymalloc")),
        CairnArenaInfo: ("an arena provider", Label("//allocators/arena:mmap")),
        CairnStackInfo: ("a configuration", Label("//config:default")),
    }[provider]
    if provider not in target:
        fail("%s = %s is %s, and %s is wanted; name one, such as %s" % (where, shown(target.label), what(target), words, shown(example)))
    return target[provider]

def is_set(target):
    """Whether somebody has set a label flag."""
    return target != None and CairnUnsetInfo not in target

def merged(targets):
    """The CcInfo of all targets that have one, together."""
    return cc_common.merge_cc_infos(cc_infos = [target[CcInfo] for target in targets if target != None and CcInfo in target])

def write_file(ctx, name, content):
    """A file of that name and content."""
    file = ctx.actions.declare_file(name)
    ctx.actions.write(file, content)
    return file

def written(headers, sources, targets):
    """What a rule returns that has written C files for generated_library.

    Args:
      headers: files, in an output group of that name.
      sources: files.
      targets: whose libraries the files are over.

    Returns:
      a list of providers.
    """
    return [
        DefaultInfo(files = depset(sources)),
        OutputGroupInfo(headers = depset(headers)),
        merged(targets),
    ]
