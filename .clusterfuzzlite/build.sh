#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# ClusterFuzzLite's fuzzers are those of OSS-Fuzz.
exec oss-fuzz/build.sh
