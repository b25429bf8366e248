# SPDX-License-Identifier: Apache-2.0
# A real program for //bench: what bash keeps itself (arrays, keyed arrays, strings), functions and subshells.
set -u
declare -A count=()
words=()
for ((n = 0; n < 15000; n++)); do
  word="w$((n * 7919 % 10007))-$((n % 13))"
  words+=("$word")
  key="${word%%-*}"
  count[$key]=$((${count[$key]:-0} + n))
done
upper() {
  local text="$1"
  text="${text^^}"
  echo "${text//W/<w>}"
}
out=
for ((n = 0; n < ${#words[@]}; n += 100)); do
  out+="$(upper "${words[*]:n:100}")"$'\n'
done
mapfile -t lines <<< "$out"
sorted="$(printf '%s\n' "${!count[@]}" | sort -r | head -n 2000 | tr '\n' ' ')"
sum=0
for key in $sorted; do
  sum=$((sum + count[$key]))
done
echo "${#lines[@]} ${#out} $sum"
