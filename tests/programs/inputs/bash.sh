# SPDX-License-Identifier: Apache-2.0
# What bash does in the real-program test: prints one line per subject, the same in every run.

set -u -o pipefail

echo "arguments $# ${*@Q}"

# Pipelines.
for ((n = 0; n < 8000; n++)); do
  echo "stone $(( (n * 7919) % 1009 )) heap$(( n % 13 ))"
done > lines
sort lines | uniq -c | sort -rn -k1,1 -k2 | head -3
cut -d ' ' -f 3 lines | sort -u | tr '\n' ' ' | sed 's/heap/h/g'
echo
grep -c 'heap1[0-2]' lines
false | cat < /dev/null | true
echo "statuses ${PIPESTATUS[*]}"

# Arrays, keyed arrays, and strings.
declare -A count=()
declare -a words=()
while read -r kind number where; do
  words+=("$kind-$number")
  count[$where]=$(( ${count[$where]:-0} + number ))
done < lines
echo "arrays ${#words[@]} ${words[-1]} ${words[*]:100:3}"
for key in $(printf '%s\n' "${!count[@]}" | sort); do
  printf '%s=%d ' "$key" "${count[$key]}"
done
echo
text="${words[*]}"
text="${text//stone/rock}"
echo "strings ${#text} ${text:1000:20} ${text##* } $(cksum <<< "$text")"
long=
for ((n = 0; n < 3000; n++)); do
  long+="${n}_"
  printf -v padded '%08x' "$n"
done
echo "long ${#long} $padded $(cksum <<< "${long^^}")"

# Functions that call themselves, and locals.
fibonacci() {
  local n=$1
  if (( n < 2 )); then
    result=$n
    return
  fi
  fibonacci $(( n - 1 ))
  local first=$result
  fibonacci $(( n - 2 ))
  result=$(( first + result ))
}
fibonacci 16
echo "fibonacci $result"

# Matching.
matches=0
for word in "${words[@]:0:3000}"; do
  if [[ $word =~ ^([a-z]+)-([0-9]*)([13579])$ ]]; then
    matches=$(( matches + BASH_REMATCH[3] ))
  fi
  case $word in
    *-1? | *-[2-4]?5) (( matches += 100 )) ;;
  esac
done
echo "matches $matches"

# Subshells and substitutions.
( result=changed; ( exit 3 ); echo "subshell $? $result" )
echo "outside $result"
for n in {1..40}; do
  out=$( (echo "$n"; cat <<< "inner $n") | tr a-z A-Z)
done
echo "substituted ${out//$'\n'/ }"
diff <(head -100 lines) <(head -101 lines | tail -100) | wc -l
cat << END | while read -r line; do echo "here ${line^}"; done
first of ${#words[@]}
second $(( 6 * 7 ))
END

# Jobs.
pids=()
for n in 1 2 3 4 5 6; do
  ( list=(); for ((i = 0; i < 1000; i++)); do list+=("$i $n"); done; exit $(( ${#list[@]} / 1000 + n )) ) &
  pids+=($!)
done
statuses=()
for pid in "${pids[@]}"; do
  wait "$pid"
  statuses+=($?)
done
echo "jobs ${statuses[*]}"
sleep 60 &
kill -TERM $!
wait $! 2> /dev/null
echo "killed $?"

trap 'echo "at the end: $?"' EXIT
bash -c 'echo "inner $0 $1" >&2; exit 4' script argument
echo "inner status $?"
exit 5
