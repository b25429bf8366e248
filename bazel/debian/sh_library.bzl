# SPDX-License-Identifier: Apache-2.0
"""Stands in for rules_shell where sh_library is built into Bazel."""

sh_library = native.sh_library
