# SPDX-License-Identifier: Apache-2.0
"""External repositories for Bazel without modules, taken from Debian's packages: nothing is downloaded.

An outer WORKSPACE calls cairn_dependencies() too. What it declares itself before the call stays as it is.
"""

load("@bazel_tools//tools/build_defs/repo:utils.bzl", "maybe")

def _debian_repository_impl(ctx):
    path = ctx.path(ctx.attr.path) if ctx.attr.path else None
    if path and not path.exists:
        fail("%s is missing: run 'apt-get install %s', or declare the repository '%s' before cairn_dependencies()" %
             (path, ctx.attr.package, ctx.name))
    overlay = ctx.attr.files.values()
    for entry in path.readdir() if path else []:
        if entry.basename not in overlay and entry.basename != "WORKSPACE":
            ctx.symlink(entry, entry.basename)
    for label, destination in ctx.attr.files.items():
        ctx.symlink(label, destination)
        directory = destination.rpartition("/")[0]
        if directory and directory + "/BUILD" not in overlay:
            ctx.file(directory + "/BUILD")
    if "BUILD" not in overlay and not (path and path.get_child("BUILD").exists):
        ctx.file("BUILD")
    ctx.file("WORKSPACE")

debian_repository = repository_rule(
    implementation = _debian_repository_impl,
    doc = "A repository made of an installed Debian package, of files of ours laid over it, or of both.",
    attrs = {
        "files": attr.label_keyed_string_dict(
            allow_files = True,
            doc = "our files, and where they go in the repository",
        ),
        "package": attr.string(doc = "the Debian package that has 'path', for the error message"),
        "path": attr.string(doc = "the installed folder whose entries make the repository"),
    },
    local = True,
)

# Labels, not paths: in an outer workspace a path would be looked up there.
def cairn_dependencies():
    """Declares what Cairn's BUILD files load, except what the caller has declared already."""

    # Debian's own rules_cc does not load in its Bazel; native rules under rules_cc's names do.
    maybe(
        debian_repository,
        name = "rules_cc",
        files = {
            Label("//bazel/debian:rules_cc.bzl"): "cc/defs.bzl",
            Label("//bazel/debian:rules_cc_native.bzl"): "cc/native.bzl",
        },
    )
    maybe(
        debian_repository,
        name = "rules_shell",
        files = {
            Label("//bazel/debian:sh_binary.bzl"): "shell/sh_binary.bzl",
            Label("//bazel/debian:sh_library.bzl"): "shell/sh_library.bzl",
            Label("//bazel/debian:sh_test.bzl"): "shell/sh_test.bzl",
        },
    )
    maybe(
        debian_repository,
        name = "platforms",
        package = "bazel-platforms",
        path = "/usr/share/bazel/tools/platforms",
    )
    maybe(
        debian_repository,
        name = "rules_java",
        package = "bazel-rules-java",
        path = "/usr/share/bazel/rules/java",
    )
    maybe(
        debian_repository,
        name = "bazel_skylib",
        package = "bazel-skylib",
        path = "/usr/share/bazel/tools/skylib",
    )

    # Every cc_test depends on it, coverage or not.
    maybe(
        debian_repository,
        name = "remote_coverage_tools",
        files = {
            Label("//bazel/debian:coverage.BUILD"): "BUILD",
            Label("//bazel/debian:lcov_merge.py"): "lcov_merge.py",
        },
    )
    maybe(
        debian_repository,
        name = "com_google_googletest",
        files = {Label("//bazel/debian:googletest.BUILD"): "BUILD"},
        package = "googletest",
        path = "/usr/src/googletest",
    )
    maybe(
        debian_repository,
        name = "com_github_google_benchmark",
        files = {Label("//bazel/debian:benchmark.BUILD"): "BUILD"},
        package = "libbenchmark-dev",
        path = "/usr/include/benchmark",
    )
    maybe(
        debian_repository,
        name = "relacy",
        files = {Label("//bazel/debian:relacy.BUILD"): "BUILD"},
        package = "relacy-dev",
        path = "/usr/include/relacy",
    )
