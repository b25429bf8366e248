#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Checks what //bench prints and refuses, never how long something took.
# Its arguments are those of bench.sh before '--', bench.sh first.
set -euo pipefail

scratch="${TEST_TMPDIR:-$(mktemp -d)}"
out="$scratch/out" err="$scratch/err"
failures=0

bad() {
  echo "FAILED: $1" >&2
  sed 's/^/    /' "$out" "$err" >&2
  failures=$((failures + 1))
}

# expect STATUS ARGUMENT...: runs the benchmark, its output goes to $out and $err.
expect() {
  local wanted="$1" status=0
  shift
  bash "${start[@]}" -- "$@" > "$out" 2> "$err" < /dev/null || status=$?
  [[ $status == "$wanted" ]] || bad "'$*' exits $status, not $wanted"
}

# shows WHAT REGEX FILE
shows() {
  grep -Eq -- "$2" "$3" || bad "$1: no line like $2"
}

# A mistake in the call: one line that says what, status 2, nothing measured.
refused() {
  local sentence="$1"
  shift
  expect 2 "$@"
  [[ $(wc -l < "$err") == 1 && ! -s "$out" ]] || bad "'$*' does not give exactly one line"
  shows "'$*'" "^cairn: bench: .*$sentence" "$err"
}

start=("$@")
quick=(--quick --rounds 1 --seconds 0.001 --allocators glibc)

expect 0 "${quick[@]}" --cases '^pair/16$' --json "$scratch/result.json"
shows "the table's head" '^ns +glibc *$' "$out"
shows "the table's row" '^ +pair/16 +[0-9.]+\*$' "$out"
shows 'the progress' '^cairn: bench: cases: round 1 of 1 done' "$err"
if grep -q WARNING "$out" "$err"; then bad "Google Benchmark's warning comes through"; fi
/usr/bin/python3 - "$scratch/result.json" << 'END' || bad 'the JSON file'
import json, sys
result = json.load(open(sys.argv[1], encoding="utf-8"))
row = result["cases"]["rows"][0]
assert row["name"] == "pair/16", row
assert row["allocators"]["glibc"]["median"] > 0, row
END

if /usr/bin/python3 -c 'import pygal' 2> /dev/null; then
  expect 0 "${quick[@]}" --cases '^pair/16$' --svg "$scratch/nothing.svg"
  shows 'a chart of nothing' '^cairn: bench: no chart: ' "$err"
else
  refused "run 'apt-get install python3-pygal'" --svg "$scratch/nothing.svg"
fi

# Every case runs at all, in as many rows as --list names.
expect 0 --list --quick
names="$(grep -vc '^memory/' "$out")"
expect 0 "${quick[@]}" --cases '^(?!memory/)'
[[ $(grep -c '^  [a-z].*/' "$out") == "$names" ]] || bad "not $names rows"
expect 0 "${quick[@]}" --cases '^memory/large'
shows 'the memory table' '^glibc +[0-9]+ +[0-9]+ +[0-9]+$' "$out"
expect 0 "${quick[@]}" --cases '^memory/sleepers'
shows 'the sleeping threads' '^glibc +[0-9.]+ +[0-9.]+$' "$out"

expect 0 "${quick[@]}" --programs --cases python3.json
shows 'the programs' '^ +program/python3.json +[0-9.]+\*$' "$out"
expect 0 --list --programs
if grep -q '^program/redis$' "$out"; then
  expect 0 "${quick[@]}" --programs --cases '^program/redis$'
  shows 'a server' '^ +program/redis +[0-9.]+\*$' "$out"
fi

# Cairn's own library passes the override check.
if [[ "$*" == *cairn=* ]]; then
  expect 0 "${quick[@]}" --allocators glibc,cairn --cases '^pair/16$' --json "$scratch/goals.json"
  grep -q '"goal": "1"' "$scratch/goals.json" || bad 'no goals in the JSON file'
  shows 'the ratios' '^ns +glibc +cairn +cairn/best +cairn/glibc *$' "$out"
  shows 'the ratios' '^ +pair/16 +[0-9.]+\*? +[0-9.]+\*? +[0-9.]+~? +[0-9.]+~?$' "$out"
  shows 'the goals' '^1  pool-sized, each: cairn / best +[0-9.]+ +1\.00 +(met in all 1|missed in 1 of 1)$' "$out"
  if grep -q '^[2-6]  ' "$out"; then bad 'goals without rows'; fi
fi

# The workers that call no malloc: Cairn's by name, in every case, and Python's, where it is, with one thread.
if [[ "$*" == *static-worker=* ]]; then
  expect 0 "${quick[@]}" --allocators cairn-static --cases '^(?!memory/)'
  [[ $(grep -Ec '^  [a-z].*/.* [0-9.]+\*$' "$out") == "$names" ]] || bad "cairn-static: not $names rows"
  expect 0 "${quick[@]}" --allocators cairn-static --cases '^memory/large'
  shows 'its memory' '^cairn-static +[0-9]+ +[0-9]+ +[0-9]+$' "$out"
  expect 2 "${quick[@]}" --allocators cairn-static --programs --cases python3.json
  shows 'programs by name' '^cairn: bench: none of these allocators has any of these cases$' "$err"
fi
if [[ "$*" == *pymalloc-worker=* ]]; then
  expect 0 "${quick[@]}" --allocators glibc,pymalloc --cases '^(pair/16|realloc/string|threads/hand-over/64)$'
  if grep -q '^cairn: bench: pymalloc is skipped: ' "$err"; then
    shows 'its package' 'apt-get install libpython3' "$err"
  else
    shows 'pymalloc' '^ +pair/16 +[0-9.]+\*? +[0-9.]+\*?$' "$out"
    shows 'pymalloc' '^ +realloc/string +[0-9.]+\*? +[0-9.]+\*?$' "$out"
    shows 'pymalloc and threads' '^ +threads/hand-over/64 +[0-9.]+\* +-$' "$out"
  fi
fi
if [[ "$*" == *cairn=* && "$*" == *static-worker=* ]] && /usr/bin/python3 -c 'import pygal' 2> /dev/null; then
  expect 0 "${quick[@]}" --allocators glibc,cairn,cairn-static --cases '^pair/16$' --svg "$scratch/chart.svg"
  shows 'the ratios by name' '^ns +glibc +cairn +cairn-static +cairn/best +cairn/glibc +static/cairn *$' "$out"
  for part in '<svg ' 'pair/16' 'cairn, time' 'cairn-static, time' 'geometric mean'; do
    shows 'the chart' "$part" "$scratch/chart.svg"
  done
fi

expect 0 --help
shows 'help' '--rounds N' "$out"

refused "unknown allocator 'x'" --allocators x
refused "'0' is no whole number above 0" --rounds 0
refused "'-1' is no number above 0" --seconds -1
refused 'no regular expression' --cases '('
refused "no case matches 'nothing'" --cases nothing
refused "cannot write" --json "$scratch/no/such/folder"
refused "cannot write" --svg "$scratch/no/such/folder"
refused "no library" --cairn "$scratch/nothing.so"
refused "is taken" --add glibc=/bin/sh
refused 'unrecognized arguments: --fast' --fast

# A library that is loaded and replaces nothing must not pass for an allocator.
library="$(ldd /usr/bin/python3 | sed -n 's|.*=> \(/[^ ]*/libm\.so\.6\) .*|\1|p')"
expect 1 "${quick[@]}" --cases '^pair/16$' --add "impostor=$library"
shows 'the override check' '^cairn: bench: impostor is left out: .*malloc should come from' "$err"

echo "$failures failed"
exit $((failures > 0))
