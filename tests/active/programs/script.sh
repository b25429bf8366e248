#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Starts a program, as wrappers do.
exec "${0%script.sh}program" "$@"
