#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Starts bench.py with what Bazel built, in the folder from which 'bazel run' was called.
# BUILD's arguments come first: bench.py, then OPTION=PATH, both from here, up to '--'.
set -euo pipefail

command=(/usr/bin/python3 -B "$PWD/$1")
shift
while [[ "$1" != -- ]]; do
  command+=("--${1%%=*}" "$PWD/${1#*=}")
  shift
done
shift
cd "${BUILD_WORKING_DIRECTORY:-$PWD}"
exec "${command[@]}" "$@"
