#!/usr/bin/env bash
# Builds everything, runs every test project, closes with a line `N passed, N failed`.
# test.sh [NAME]: only test projects whose name contains NAME.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

dotnet build ExpertCluster.sln -c Release -v quiet --nologo || exit 1

failed_projects=()
for project in tests/*.Tests/*.Tests.csproj; do
  name=$(basename "$project" .csproj)
  case "$name" in *"${1:-}"*) ;; *) continue ;; esac
  echo "== $name"
  # A test that hangs ends its project after four minutes without a result, and counts as failed.
  dotnet test "$project" -c Release --no-build --nologo -v quiet --results-directory "$results/runs" \
    --blame-hang --blame-hang-timeout 4m --blame-hang-dump-type none \
    --logger "trx;LogFileName=$results/$name.trx" || failed_projects+=("$name")
done

# The counts come from the result files, so that a project that crashed counts as failed.
count() {
  local sum=0 n
  for file in "$results"/*.trx; do
    [ -e "$file" ] || continue
    n=$(grep -o "<Counters [^>]*" "$file" | grep -o " $1=\"[0-9]*\"" | grep -o '[0-9]*' | head -1)
    sum=$((sum + ${n:-0}))
  done
  echo "$sum"
}
passed=$(count passed)
failed=$(count failed)
if [ ${#failed_projects[@]} -gt 0 ]; then
  echo "failed in: ${failed_projects[*]}"
  [ "$failed" -gt 0 ] || failed=${#failed_projects[@]}
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
