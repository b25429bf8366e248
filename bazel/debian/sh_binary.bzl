# SPDX-License-Identifier: Apache-2.0
"""Stands in for rules_shell where sh_binary is built into Bazel."""

sh_binary = native.sh_binary
