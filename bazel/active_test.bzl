# SPDX-License-Identifier: Apache-2.0
"""A test that a binary runs on Cairn's malloc, and says why when it does not.

    load("@cairn//bazel:active_test.bzl", "cairn_active_test")

    cc_binary(name = "server", malloc = "@cairn//:malloc", ...)
    cairn_active_test(name = "server_active_test", binary = ":server")
"""

load("@rules_shell//shell:sh_test.bzl", "sh_test")

# Labels, not strings: the caller's may be another workspace.
_PROBE = str(Label("//bazel/active_test:libprobe.so"))
_SCRIPT = str(Label("//bazel/active_test:active_test.py"))
_MODULES = str(Label("//bazel/active_test:modules"))

def cairn_active_test(name, binary, malloc = "@cairn//:malloc", allowed_libraries = [], **kwargs):
    """Fails when a binary does not run on Cairn's malloc, in one sentence with the remedy.

    main() never runs: the process ends when its allocation functions have been looked at. Under a sanitizer, where the
    replacement steps aside on purpose, the test passes and says so.

    Args:
      name: the target.
      binary: a cc_binary or cc_test, linked dynamically or statically.
      malloc: what the binary's malloc attribute should be; only the messages say it.
      allowed_libraries: file names of shared libraries that may keep a malloc of their own, as ["libjemalloc.so.2"].
      **kwargs: for sh_test, such as env, data and tags. The program's loader sees that environment.
    """
    sh_test(
        name = name,
        size = kwargs.pop("size", "small"),
        srcs = [_SCRIPT],
        args = [
            "--probe=$(rootpath %s)" % _PROBE,
            "'--malloc=%s'" % malloc,
        ] + ["--allow=" + library for library in allowed_libraries] + [
            "$(rootpath %s)" % binary,
        ],
        data = [binary, _MODULES, _PROBE] + kwargs.pop("data", []),
        target_compatible_with = kwargs.pop("target_compatible_with", []) + ["@platforms//os:linux"],
        **kwargs
    )
