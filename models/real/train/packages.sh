#!/usr/bin/env bash
# packages.sh OUT: unpacks the texts' packages below OUT/NAME; nothing is installed, as some would draw in whole desktops.
# OUT/packages.txt then tells name, version and size of each.
set -euo pipefail
here=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "$1"
cd "$1"
for package in $(PYTHONDONTWRITEBYTECODE=1 python3 "$here/sources.py"); do
  [ ! -d "$package" ] || continue
  apt-get -qq download "$package" 2>/dev/null || {
    echo "packages.sh: cannot download '$package' (apt-get update?)" >&2
    exit 1
  }
  dpkg -x "${package}"_*.deb "$package.part"
  dpkg-deb -f "${package}"_*.deb Package Version Installed-Size | cut -d' ' -f2 | paste -sd' ' >>packages.txt
  rm "${package}"_*.deb
  mv "$package.part" "$package"
done
