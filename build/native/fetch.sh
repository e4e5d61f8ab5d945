#!/usr/bin/env bash
# Puts the official ONNX Runtime library for this machine into the cache, and prints its path.
# Does nothing when it is there. Set EXPERTCLUSTER_CACHE to keep the cache elsewhere.
set -euo pipefail

version=1.30.0
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

case "$(uname -s)-$(uname -m)" in
  Linux-x86_64) rid=linux-x64 folder=linux/x64 ;;
  Linux-aarch64 | Linux-arm64) rid=linux-arm64 folder=linux/arm64 ;;
  *)
    echo "fetch.sh: no library for $(uname -s) $(uname -m); set ONNXRUNTIME_LIBRARY to the path of one" >&2
    exit 1
    ;;
esac

cache=${EXPERTCLUSTER_CACHE:-$HOME/.cache/expertcluster}
target=$cache/onnxruntime/$version-$rid/libonnxruntime.so.1
if [ -s "$target" ]; then
  echo "$target"
  exit 0
fi

command -v npm >/dev/null || {
  echo "fetch.sh: npm is needed to fetch ONNX Runtime $version (or set ONNXRUNTIME_LIBRARY)" >&2
  exit 1
}

mkdir -p "$(dirname "$target")"
# Beside the target, so that the last step is a rename within one file system.
work=$(mktemp -d "$(dirname "$target")/.fetch-XXXXXX")
trap 'rm -rf "$work"' EXIT
cp "$here/package.json" "$here/package-lock.json" "$work/"
# npm verifies the lock's integrity hashes. Scripts stay off: the package's own would download GPU libraries.
(cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2)

library=$work/node_modules/onnxruntime-node/bin/napi-v6/$folder/libonnxruntime.so.1
if [ ! -s "$library" ]; then
  echo "fetch.sh: onnxruntime-node $version carries no $folder/libonnxruntime.so.1" >&2
  exit 1
fi
chmod 0644 "$library"
mv -f "$library" "$target"
echo "$target"
