# SPDX-License-Identifier: Apache-2.0
"""Stands in for rules_cc where the C++ rules are built into Bazel."""

load(":native.bzl", "native_cc_common", "native_cc_info")

CcInfo = native_cc_info
cc_binary = native.cc_binary
cc_common = native_cc_common
cc_import = native.cc_import
cc_library = native.cc_library
cc_test = native.cc_test
cc_toolchain = native.cc_toolchain

# Bazel's own tools load it; we do not, for newer Bazel has it no more.
cc_toolchain_suite = native.cc_toolchain_suite
