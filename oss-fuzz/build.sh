#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# oss-fuzz/build.sh [FUZZER...]: builds Cairn's fuzzers as OSS-Fuzz wants them, all or those named. Runs in the root of
# the sources; compilers, flags and the engine come in CC, CXX, CFLAGS, CXXFLAGS, LIB_FUZZING_ENGINE and SANITIZER. Into
# $OUT go, for each, the fuzzer, <fuzzer>_seed_corpus.zip, and <fuzzer>.dict and <fuzzer>.options where there are any.
# tools/oss-fuzz-check calls it as OSS-Fuzz does.
set -euo pipefail

fail() {
  echo "oss-fuzz/build.sh: $1" >&2
  exit 2
}

for variable in CC CXX LIB_FUZZING_ENGINE SANITIZER OUT; do
  [[ -n "${!variable:-}" ]] || fail "$variable is not set; run it through tools/oss-fuzz-check, or in OSS-Fuzz's image"
done
[[ -f fuzz/BUILD && -f tools/bazel ]] || fail "$PWD is not the root of Cairn's sources; go there"

case "$SANITIZER" in
  address) flavour=asan ;;
  undefined) flavour=ubsan ;;
  memory) flavour=msan ;;
  thread) flavour=tsan ;;
  coverage | introspector | none) flavour=none ;;
  *) fail "SANITIZER=$SANITIZER is unknown; use address, undefined, memory, thread, coverage, introspector or none" ;;
esac

# In OSS-Fuzz's image bazel is Bazelisk, which runs tools/bazel in its turn.
bazel=bazel
command -v bazel > /dev/null || bazel=tools/bazel

options=(
  --config=fuzz_external
  # AFL++ writes a dictionary there while it compiles.
  "--sandbox_writable_path=$OUT"
  # The sources stay as they are.
  --symlink_prefix=/
  # They know; what it does to code is in CFLAGS.
  "--//bazel:sanitizer=$flavour"
  # A newer compiler has newer warnings.
  --//bazel:werror=false
  "--repo_env=CC=$CC"
  "--repo_env=CXX=$CXX"
  # glibc's checked memcpy and the like would hide calls from the sanitizer.
  --copt=-U_FORTIFY_SOURCE
)
# Sanitizers are for the linker, too.
for flag in ${CFLAGS:-}; do
  options+=("--conlyopt=$flag" "--linkopt=$flag")
done
for flag in ${CXXFLAGS:-}; do
  options+=("--cxxopt=$flag")
done
if [[ " ${CXXFLAGS:-} " == *" -stdlib=libc++ "* ]]; then
  # The engine's library, not Bazel's usual -lstdc++, which the machines that run fuzzers need not have.
  options+=(--linkopt=-stdlib=libc++ --repo_env=BAZEL_LINKLIBS=-lc++:-lm)
fi
for flag in $LIB_FUZZING_ENGINE; do
  options+=("--linkopt=$flag")
done
# How the compilers of AFL++ and honggfuzz are told what to do.
for variable in "${!AFL_@}" "${!HFUZZ_@}"; do
  options+=("--action_env=$variable=${!variable}")
done

query() {
  "$bazel" query --noshow_progress "$1" < /dev/null
}

targets=()
if [[ $# -gt 0 ]]; then
  targets=("${@/#/\/\/fuzz:}")
else
  list="$(query 'attr(tags, "\bfuzz\b", //fuzz/...)')"
  mapfile -t targets <<< "$list"
fi

"$bazel" build "${options[@]}" "${targets[@]}" < /dev/null
folder="$("$bazel" info --noshow_progress "${options[@]}" bazel-bin < /dev/null)"

for target in "${targets[@]}"; do
  path="${target#//}"
  path="${path/://}"
  name="${path##*/}"
  install -m 755 "$folder/$path" "$OUT/$name"
  # Dictionary and options, under the fuzzer's name.
  files="$(query "labels(srcs, ${target}_settings)")"
  for file in $files; do
    install -m 644 "$(sed 's,^//,,; s,:,/,' <<< "$file")" "$OUT/$name.${file##*.}"
  done
  corpus="${path%/*}/corpus/$name"
  if [[ -d "$corpus" ]]; then
    (cd "$corpus" && python3 -m zipfile -c "$OUT/${name}_seed_corpus.zip" ./*)
  fi
done

# The report looks for sources where the compiler saw them: in Bazel's folder, through links.
if [[ "$SANITIZER" == coverage ]]; then
  sources="$OUT/proc/self/cwd"
  mkdir -p "$sources"
  root="$("$bazel" info --noshow_progress "${options[@]}" execution_root < /dev/null)"
  ours="${folder%/bin}"
  # Of what Bazel has written, only what it wrote for this build.
  (cd "$root" && find -L . '(' -path ./external -o -path './bazel-out/*' ! -path "./bazel-out/${ours##*/}*" ')' -prune \
    -o -type f -name '*.[ch]' -print0 | xargs -0 cp -L --parents -t "$sources")
fi
