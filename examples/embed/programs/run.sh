#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Runs a program and compares what it writes, and its exit status, with what it should: run.sh LISP
# PROGRAM [OPTION...]. Expected is PROGRAM with .expected in place of .lisp; --update writes it.
set -uo pipefail

if [[ "$1" == --update ]]; then
  update=yes
  shift
fi
lisp="$1"
program="$2"
shift 2

written="$("$lisp" "$@" "$program" 2>&1)"
status=$?
[[ $status == 0 ]] || written+=$'\n'"exit status $status"
if [[ "${update:-}" ]]; then
  echo "$written" > "${program%.lisp}.expected"
else
  diff <(echo "$written") "${program%.lisp}.expected"
fi
