# SPDX-License-Identifier: Apache-2.0
"""The native symbols under other names, because a .bzl file cannot give a name its own global value."""

native_cc_common = cc_common
native_cc_info = CcInfo
