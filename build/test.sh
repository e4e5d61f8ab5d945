#!/usr/bin/env bash
# Builds everything, runs every test project, closes with a line `N passed, N failed`.
# test.sh [NAME]: only test projects whose name contains NAME.
set -uo pipefail
root=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
cd -- "$root" || exit 1

refuse() {
  printf '%s\n' "$*" >&2
  exit 2
}

[ $# -le 1 ] || refuse "test takes one NAME, not $#"
chosen=()
for project in tests/*.Tests/*.Tests.csproj; do
  case "$(basename "$project" .csproj)" in *"${1:-}"*) chosen+=("$project") ;; esac
done
[ ${#chosen[@]} -gt 0 ] || refuse "no test project's name contains '$1'"
command -v dotnet >/dev/null || refuse "dotnet is not on the PATH; the .NET 10 SDK is needed"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
# No process of a test lives long enough to win back what compiling its methods a second time costs. The number is hexadecimal: calls before that. Of the
# 7.5 s of processor time that a host or router takes to start and answer, 4.5 s are left.
export DOTNET_TieredPGO=0 DOTNET_TC_CallCountThreshold=1000
# Nor does it compile code for long: mapping each page of it twice, so that none is writable and executable at once, costs a tenth of a start.
export DOTNET_EnableWriteXorExecute=0
# A project that takes longer hangs: it is ended, and counts as failed.
project_minutes=30
# A test that takes longer is named, and goes on.
slow_seconds=120
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

. build/compiler.sh
with_compiler dotnet build ExpertCluster.sln -c Release -v quiet --nologo || exit 1

# attribute FILE NAME: a number of an xUnit result file, over all of its assemblies.
attribute() {
  grep -o '<assembly [^>]*' "$1" | grep -o " $2=\"[0-9]*\"" | grep -o '[0-9]*' | awk '{ sum += $1 } END { print sum + 0 }'
}

# children_seconds FILE: of what the builtin times wrote, user and system time of the children that were waited for.
children_seconds() {
  awk 'NR == 2 { split($1 "m" $2, part, /m|s/); print int(part[1] * 60 + part[2] + part[4] * 60 + part[5]) }' "$1"
}

# run PROJECT: its output, all at once when it has ended, and its exit code in a file.
run() {
  local name started code
  name=$(basename "$1" .csproj) started=$SECONDS
  # The test assembly is a program: it prints each failure with its message, and nothing of what passed.
  timeout --kill-after=30 "${project_minutes}m" dotnet exec "artifacts/bin/$name/release/ExpertCluster.$name.dll" \
    -noLogo -noColor -reporter quiet -longRunning "$slow_seconds" -result-xml "$results/$name.xml" >"$results/$name.out" 2>&1 &
  # What runs in the background does not hear an interrupt.
  trap "kill $!" TERM
  wait $!
  code=$?
  echo "$code" >"$results/$name.code"
  times >"$results/$name.times"
  {
    flock 3
    echo "== $name"
    cat "$results/$name.out"
    echo "   $((SECONDS - started)) s, $(children_seconds "$results/$name.times") s of processor time"
  } 3>"$results/lock"
}

# Two at once, the long ones first: the drills wait more than they compute. More would leave each too little of a small machine.
lanes=2
trap 'kill $(jobs -p) 2>/dev/null; exit 130' INT TERM
long=(Drills.Tests Deploy.Tests System.Tests Fuzz.Tests Inference.Tests Wire.Tests Catalogue.Tests)
ordered=()
for name in "${long[@]}"; do
  for project in "${chosen[@]}"; do
    [ "$(basename "$project" .csproj)" != "$name" ] || ordered+=("$project")
  done
done
for project in "${chosen[@]}"; do
  case " ${ordered[*]} " in *" $project "*) ;; *) ordered+=("$project") ;; esac
done
for project in "${ordered[@]}"; do
  [ "$(jobs -rp | wc -l)" -lt "$lanes" ] || wait -n
  run "$project" &
done
wait

passed=0 failed=0 skipped=0 failed_projects=() failed_files=()
for project in "${chosen[@]}"; do
  name=$(basename "$project" .csproj)
  code=$(cat "$results/$name.code")
  failures=0
  if [ -s "$results/$name.xml" ]; then
    passed=$((passed + $(attribute "$results/$name.xml" passed)))
    failures=$(($(attribute "$results/$name.xml" failed) + $(attribute "$results/$name.xml" errors)))
    failed=$((failed + failures))
    skipped=$((skipped + $(attribute "$results/$name.xml" skipped)))
    if [ "$failures" -gt 0 ]; then
      failed_projects+=("$name")
      failed_files+=("$results/$name.xml")
    fi
  fi
  if [ "$code" -ne 0 ] && [ "$failures" -eq 0 ]; then
    [ "$code" -ne 124 ] || echo "$name did not end within $project_minutes minutes"
    echo "$name ended with code $code"
    failed=$((failed + 1))
    failed_projects+=("$name")
  fi
done

if [ ${#failed_projects[@]} -gt 0 ]; then
  # Once more, where the end of a long output is all that is looked at.
  echo "failed in: ${failed_projects[*]}"
  [ ${#failed_files[@]} -eq 0 ] || python3 build/failed_tests.py "${failed_files[@]}"
fi
summary="$passed passed, $failed failed"
[ "$skipped" -eq 0 ] || summary="$summary, $skipped skipped"
echo "$summary"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
