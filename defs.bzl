# SPDX-License-Identifier: Apache-2.0
"""What a BUILD file loads from Cairn; docs/compose.md tells how to use it.

    load("@cairn//:defs.bzl", "cairn_config")
"""

load("//bazel:active_test.bzl", _cairn_active_test = "cairn_active_test")
load("//config:config.bzl", _cairn_config = "cairn_config")
load("//config:parts.bzl", _cairn_allocator = "cairn_allocator", _cairn_arena = "cairn_arena", _cairn_hook = "cairn_hook", _cairn_hook_list = "cairn_hook_list")
load("//fuzz:config_fuzz.bzl", _cairn_config_fuzz = "cairn_config_fuzz")
load("//tests/contract:component_test.bzl", _cairn_component_test = "cairn_component_test")

cairn_active_test = _cairn_active_test
cairn_allocator = _cairn_allocator
cairn_arena = _cairn_arena
cairn_component_test = _cairn_component_test
cairn_config = _cairn_config
cairn_config_fuzz = _cairn_config_fuzz
cairn_hook = _cairn_hook
cairn_hook_list = _cairn_hook_list
