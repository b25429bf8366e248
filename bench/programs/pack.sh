#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A real program for //bench: xz with two threads, there and back, in the current folder.
set -e
awk 'BEGIN { srand(1); for (i = 0; i < 500000; i++) print i, int(rand() * 1000), "line " i % 97 }' > data
xz -T2 -1 --block-size=512KiB --keep --force data
xz -T2 --test data.xz
xz -T2 --decompress --stdout data.xz | cmp - data
rm -f data data.xz
