#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Checks of the source tree: check.py {headers,ifs,layers,spdx} [ROOT]. Prints what is wrong and exits with 1.

The tree is the one that this file is in, through whatever links Bazel made; ROOT is for the test of the checks.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

# Left to right; a file may include and depend on its own layer and those before it. "" is the root folder: cairn.h
# gathers the public headers of all before it.
LAYERS = [["base"], ["allocators"], ["hooks"], ["domains"], [""], ["config"],
          ["tools", "tests", "fuzz", "bench", "examples"]]
RANK = {folder: rank for rank, folders in enumerate(LAYERS) for folder in folders}
COMPOSITION = RANK["config"]

# What these layers may see of allocators/ at all.
ALLOCATOR_HEADERS = {
    "hooks": {"allocators/allocator.h"},
    "domains": {"allocators/allocator.h", "allocators/arena.h"},
}

# A label that users know stands in the folder of its header, and leads to what the composition root makes of it.
FRONT_DOORS = {("domains", "config/pymem")}

C_SUFFIXES = (".c", ".cc", ".h")
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')


def files(root, folders=None):
    """Source files, as paths in the tree. What Bazel and npm leave there is not ours; nor are links."""
    for folder, names, leaves in os.walk(root):
        top = pathlib.Path(folder) == root
        names[:] = sorted(
            name for name in names
            if name != "node_modules" and name != "__pycache__" and (not name.startswith(".") or name == ".ci")
            and not (top and name.startswith("bazel-")) and not (top and folders and name not in folders)
            and not os.path.islink(os.path.join(folder, name)))
        for leaf in sorted(leaves):
            path = pathlib.Path(folder, leaf)
            if not path.is_symlink():
                yield path.relative_to(root)


def layer_of(path):
    """The layer of a path in the tree: its first folder, "" for a file in the root."""
    return path.parts[0] if len(path.parts) > 1 else ""


def part_of(path):
    """The concrete part that a file belongs to: a folder under allocators/ or hooks/. None for what they share."""
    return "/".join(path.parts[:2]) if path.parts[0] in ("allocators", "hooks") and len(path.parts) > 2 else None


def arrow_error(source, target):
    """Why a file must not use another, None if it may. Both are paths in the tree; BUILD stands for its package."""
    source_layer, target_layer = layer_of(source), layer_of(target)
    if source_layer not in RANK or target_layer not in RANK:
        return None
    if RANK[source_layer] >= COMPOSITION:
        return "the arrow points to the left" if RANK[target_layer] > RANK[source_layer] else None
    if RANK[target_layer] > RANK[source_layer]:
        return "the arrow points to the left"
    if target_layer == "allocators" and source_layer in ALLOCATOR_HEADERS:
        allowed = ALLOCATOR_HEADERS[source_layer]
        if target.name != "BUILD" and str(target) not in allowed:
            return f"{source_layer}/ sees of allocators/ only {', '.join(sorted(allowed))}"
    part = part_of(target)
    if part and part != part_of(source) and source_layer:
        return "only config/ and what stands right of it may name another part"
    return None


def shown(path):
    return layer_of(path) or str(path)


def check_layers(root):
    for path in files(root):
        if layer_of(path) not in RANK:
            continue
        text = (root / path).read_text(errors="replace")
        if path.suffix in C_SUFFIXES:
            for number, line in enumerate(text.splitlines(), 1):
                match = INCLUDE.match(line)
                if not match:
                    continue
                name = match.group(2)
                if name.startswith("cairn/"):
                    target = pathlib.PurePosixPath(name).relative_to("cairn")
                    error = arrow_error(path, target)
                    if error:
                        yield f"{path}:{number}: {shown(path)} -> {target}: {error}"
                elif match.group(1) == '"' and RANK[layer_of(path)] <= COMPOSITION:
                    yield f'{path}:{number}: "{name}": our headers are included as "cairn/" + path in the tree'
        elif path.name in ("BUILD", "BUILD.bazel") and len(path.parts) > 1:
            yield from check_labels(path, text)


def check_labels(path, text):
    """Dependencies that no include shows. Who may see a target is not one, nor is a .bzl file."""
    blank = lambda match: re.sub(r"[^\n]", " ", match.group())
    text = re.sub(r"#.*", blank, text)
    text = re.sub(r"\bload\([^)]*\)", blank, text)
    text = re.sub(r"\b(default_visibility|visibility|packages|package_group)\s*[=(]\s*\[?[^\])]*", blank, text)
    for match in re.finditer(r'"//([\w/.-]+)(?::[\w/.+-]+)?"', text):
        error = arrow_error(path, pathlib.PurePosixPath(match.group(1), "BUILD"))
        if error and (str(path.parent), match.group(1)) not in FRONT_DOORS:
            number = text.count("\n", 0, match.start()) + 1
            yield f"{path}:{number}: {shown(path)} -> {match.group()[1:-1]}: {error}"


def without_comments(text):
    """Blanks comments, strings and characters, but not their line ends."""
    token = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
    return token.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


def check_ifs(root):
    for path in files(root):
        layer = layer_of(path)
        if path.suffix not in C_SUFFIXES or layer not in RANK or layer == "base":
            continue
        lines = without_comments((root / path).read_text(errors="replace")).splitlines()
        depth, function, branches, before = 0, None, [], ""
        continued = False
        for number, line in enumerate(lines, 1):
            directive = re.match(r"\s*#\s*(\w+)", line)
            if directive or continued:
                continued = line.rstrip().endswith("\\")
                word = directive.group(1) if directive else ""
                if word in ("if", "ifdef", "ifndef"):
                    if function is not None:
                        yield f"{path}:{number}: #{word} inside a function; let Bazel choose between files instead"
                    branches.append((depth, function))
                elif word in ("else", "elif") and branches:
                    # Both branches may open the same brace.
                    depth, function = branches[-1]
                elif word == "endif" and branches:
                    branches.pop()
                continue
            for character in line:
                if character == "{":
                    # A function's brace follows its parameters; a struct's, an extern block's or a table's does not.
                    if function is None and re.search(r"\)\s*(__attribute__\s*\(\(.*\)\)|const|override)?\s*$", before):
                        function = depth
                    depth += 1
                    before = ""
                elif character == "}":
                    depth -= 1
                    if function is not None and depth <= function:
                        function = None
                    before = ""
                elif character == ";":
                    before = ""
                else:
                    before = (before + character)[-200:]
            before += " "


def internal_headers(folder):
    build = folder / "BUILD"
    lists = re.findall(r"internal_hdrs\s*=\s*\[(.*?)\]", build.read_text(), re.S) if build.exists() else []
    return {name for text in lists for name in re.findall(r'"([^"]+)"', text)}


def compilers():
    """(language, command): every compiler that is there. gcc must be."""
    for name, language in (("gcc", "c"), ("g++", "c++"), ("clang", "c"), ("clang++", "c++")):
        if shutil.which(name) or name == "gcc":
            yield language, name


def check_headers(root):
    """Each header compiles alone, twice over; a public one as strict C11 and as C++17, an internal one as our own C."""
    with tempfile.TemporaryDirectory() as scratch:
        os.symlink(root, os.path.join(scratch, "cairn"))
        for path in files(root, ["base", "allocators", "hooks", "domains", "config"]):
            if path.suffix != ".h":
                continue
            internal = path.name in internal_headers(root / path.parent)
            for language, compiler in compilers():
                if internal and language == "c++":
                    continue
                standard = "c++17" if language == "c++" else "gnu11" if internal else "c11"
                command = [compiler, "-x", language, f"-std={standard}", "-Wall", "-Wextra", "-Werror", "-fsyntax-only",
                           "-I", scratch, "-"]
                result = subprocess.run(command, input=f'#include "cairn/{path}"\n' * 2, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True, check=False)
                if result.returncode:
                    yield f"{path}: does not compile alone with {compiler} -std={standard}:\n{result.stdout.rstrip()}"


def check_spdx(root):
    by_name = {"BUILD", "WORKSPACE", "WORKSPACE.bzlmod", "MODULE.bazel", ".bazelrc", ".bazelignore", ".gitignore",
               ".clang-format"}
    by_suffix = {".c", ".cc", ".h", ".py", ".bzl", ".BUILD", ".sh", ".bazelrc", ".map"}
    for path in files(root):
        with open(root / path, "rb") as file:
            lines = [file.readline(), file.readline()]
        script = lines[0].startswith(b"#!")
        if script or path.name in by_name or path.suffix in by_suffix:
            if not re.match(rb"(#|//|/\*) ?SPDX-License-Identifier: Apache-2\.0\b", lines[1 if script else 0]):
                yield f"{path}: the first line (after #!) must be 'SPDX-License-Identifier: Apache-2.0' in a comment"


CHECKS = {"headers": check_headers, "ifs": check_ifs, "layers": check_layers, "spdx": check_spdx}


def main():
    if not 2 <= len(sys.argv) <= 3 or sys.argv[1] not in CHECKS:
        sys.exit(f"usage: check.py {{{','.join(CHECKS)}}} [ROOT]")
    root = pathlib.Path(sys.argv[2] if len(sys.argv) == 3 else pathlib.Path(__file__).resolve().parents[2]).resolve()
    if not (root / "base").is_dir():
        sys.exit(f"check.py: {root} is not the source tree")
    errors = list(CHECKS[sys.argv[1]](root))
    for error in errors:
        print(error)
    if errors:
        sys.exit(1)


if __name__ == "__main__":
    main()
