# SPDX-License-Identifier: Apache-2.0
"""Stands in for rules_shell where sh_test is built into Bazel."""

sh_test = native.sh_test
