# SPDX-License-Identifier: Apache-2.0
"""Programs that are run as processes, with Cairn linked in and with Cairn preloaded."""

load("@rules_shell//shell:sh_test.bzl", "sh_test")
load("//bazel:rules.bzl", "UNSANITIZED", "cairn_binary")

LINUX = ["@platforms//os:linux"] + UNSANITIZED

_LIBRARY = "//tools:libcairn_malloc.so"

def victim(name, srcs, deps = [], linkopts = [], visibility = None):
    """The program twice: <name>_linked has //:malloc in it, <name>_plain knows nothing of Cairn."""
    for suffix, options in [("_linked", {"malloc": "//:malloc"}), ("_plain", {})]:
        cairn_binary(
            name = name + suffix,
            testonly = True,
            srcs = srcs,
            # Calls of malloc stay calls: clang takes it that they succeed and leave errno alone. And its default is
            # another than gcc's: the sized forms of delete would not be declared.
            copts = ["-fno-builtin"] + (["-fsized-deallocation"] if [src for src in srcs if src.endswith(".cc")] else []),
            # Bazel links libstdc++ and libm into C programs, too.
            linkopts = linkopts + ["-Wl,--as-needed", "-pthread", "-ldl"],
            target_compatible_with = LINUX,
            visibility = visibility,
            deps = deps + [
                ":victim_header",
                "//:interface",
            ],
            **options
        )

def process_test(name, script, victims, data = [], size = "small", **kwargs):
    """A Python script that runs victims.

    Args:
      name: the target.
      script: the Python file; it gets the paths of the victims and of the library.
      victims: names of victim targets, without their suffixes.
      data: more files that the script reads, as labels; it gets their paths, too.
      size: as of any test.
      **kwargs: for sh_test.
    """
    programs = [victim + suffix for victim in victims for suffix in ["_linked", "_plain"]]
    files = [":" + program for program in programs] + data + [_LIBRARY]
    sh_test(
        name = name,
        size = size,
        srcs = [script],
        args = ["$(rootpath %s)" % label for label in files] + kwargs.pop("args", []),
        data = files + [":harness"],
        target_compatible_with = LINUX,
        **kwargs
    )

def victim_test(name, srcs, configurations = "all", is_checked = False, deps = [], data = [], linkopts = [], size = "small"):
    """A victim that runs under many configurations, each of which is a test case.

    Args:
      name: ends with _test.
      srcs: the program.
      configurations: a name known to matrix_test.py.
      is_checked: whether it also runs under debug hooks, which takes long where blocks are large.
      deps: libraries.
      data: labels of files whose paths the program gets as arguments.
      linkopts: for the linker.
      size: as of any test.
    """
    victim_name = name[:-len("_test")]
    victim(victim_name, srcs, deps, linkopts)
    process_test(
        name = name,
        args = ["--configurations=" + configurations] + (["--checked"] if is_checked else []),
        data = data,
        script = "matrix_test.py",
        size = size,
        victims = [victim_name],
    )
