#!/usr/bin/env bash
# Publishes the programs as the images hold them: self-contained, compiled ahead of time, for one system and no other.
# usage: build/publish.sh OUT SYSTEM cpu|gpu
#   OUT      the folder
#   SYSTEM   linux-x64 or linux-arm64 (or a container engine's names for them, amd64 and arm64)
#   cpu      ONNX Runtime for the CPU; router, expert host and command line in one folder, since they share nearly all of it
#   gpu      with CUDA, for linux-x64 only; the expert host alone
# READY_TO_RUN=false leaves out the compilation ahead of time: minutes less, for a look at what else is published.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1

refuse() {
  echo "publish: $*" >&2
  exit 2
}

[ $# -eq 3 ] || refuse "usage: build/publish.sh OUT SYSTEM cpu|gpu"
out=$1 system=$2 library=$3
case $system in
  linux-x64 | amd64) system=linux-x64 ;;
  linux-arm64 | arm64) system=linux-arm64 ;;
  *) refuse "SYSTEM is '$system'; it must be linux-x64 or linux-arm64" ;;
esac
case $library in
  # The command line references the other two.
  cpu) project=src/Cli free_mib=1000 ;;
  # The package as it comes and unpacked, and its files twice, built and published.
  gpu) project=src/ExpertHost free_mib=2000 ;;
  *) refuse "the library is '$library'; it must be cpu or gpu" ;;
esac

[ "$library" = cpu ] || [ "$system" = linux-x64 ] || refuse "the GPU package's ONNX Runtime is not for $system, only for linux-x64"

# Asked before: where a disk fills up half-way, the restore names temporary files instead.
mkdir -p "$out" "${NUGET_PACKAGES:=$HOME/.nuget/packages}"
for folder in "$out" "$NUGET_PACKAGES"; do
  free=$(df --output=avail -m "$folder" | tail -1)
  [ "$free" -ge "$free_mib" ] || refuse "$folder has $free MiB free; publishing with '$library' needs $free_mib MiB"
done

. "$root/build/compiler.sh"
# Analyzers have seen the code in the solution's build.
with_compiler dotnet publish "$root/$project" -c Release -r "$system" --self-contained true -p:OnnxRuntime="$library" -p:PublishReadyToRun="${READY_TO_RUN:-true}" \
  -p:IncludeSourceRevisionInInformationalVersion=true -p:RunAnalyzers=false \
  -o "$out" -v quiet --nologo

if [ "$library" = cpu ]; then
  # Which libraries are whose: Orleans looks for grains in those. A publish writes the list of its own project alone.
  cp "$root/artifacts/bin/Cli/release_$system"/ExpertCluster.{Router,ExpertHost}.deps.json "$out"
fi
