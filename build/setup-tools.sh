#!/usr/bin/env bash
# Installs the Debian tools that tests and demos call, those that are missing only.
# usage: build/setup-tools.sh TOOL...   (a command name from the table below, e.g. promtool kubectl)
# Quiet when all is there. Needs root (or passwordless sudo) only when something must be installed.
set -euo pipefail

package_of() {
  case $1 in
    promtool) echo prometheus ;;
    kubectl) echo kubectl kubernetes-client ;;  # the upstream archive's name where it is configured, then Debian's
    chromium) echo chromium ;;
    h2load) echo nghttp2-client ;;
    redis-server) echo redis-server ;;
    docker-registry) echo docker-registry ;;
    postgres) echo postgresql ;;
    ip) echo iproute2 ;;
    python3) echo python3 ;;
    python3-grpcio | python3-protobuf | python3-jinja2 | wordnet-base | dict-foldoc | bible-kjv-text) echo "$1" ;;
    node) echo nodejs ;;
    npm) echo npm ;;
    openssl) echo openssl ;;
    curl) echo curl ;;
    *) echo "setup-tools: no Debian package is known for the tool '$1'" >&2; return 1 ;;
  esac
}

# A command; for a python3-* package its module, as Debian's own Python sees it; for texts their file.
present() {
  case $1 in
    python3-grpcio) /usr/bin/python3 -c 'import grpc' 2>/dev/null ;;
    python3-protobuf) /usr/bin/python3 -c 'import google.protobuf' 2>/dev/null ;;
    python3-jinja2) /usr/bin/python3 -c 'import jinja2' 2>/dev/null ;;
    wordnet-base) [ -e /usr/share/wordnet/data.noun ] ;;
    dict-foldoc) [ -e /usr/share/dictd/foldoc.dict.dz ] ;;
    bible-kjv-text) [ -e /usr/lib/bible.data ] ;;
    postgres) ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

missing=()
for tool in "$@"; do
  packages=$(package_of "$tool")
  present "$tool" || missing+=("$tool:$packages")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null && sudo -n true 2>/dev/null || {
    echo "setup-tools: missing ${missing[*]%%:*}; run this script as root" >&2
    exit 1
  }
  as_root=(sudo -n)
fi

# Test projects run side by side: one installation at a time.
exec 9>"${TMPDIR:-/tmp}/expertcluster-setup-tools.lock"
flock 9

export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
updated=
for entry in "${missing[@]}"; do
  tool=${entry%%:*}
  if present "$tool"; then
    continue  # another process installed it while this one waited for the lock
  fi
  if [ -z "$updated" ]; then
    "${as_root[@]}" apt-get -qq update >>"$log" 2>&1 || { cat "$log" >&2; exit 1; }
    updated=yes
  fi
  for package in ${entry#*:}; do
    # Only the command is wanted: run level 1 keeps services such as prometheus or redis from being started.
    "${as_root[@]}" env RUNLEVEL=1 apt-get -qq install -y --no-install-recommends "$package" >>"$log" 2>&1 || continue
    hash -r
    present "$tool" && break
  done
  present "$tool" || {
    cat "$log" >&2
    echo "setup-tools: could not install '$tool' (tried: ${entry#*:})" >&2
    exit 1
  }
done
