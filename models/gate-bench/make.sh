#!/usr/bin/env bash
# make.sh OUT: installs the texts that are missing, and writes the benchmark of the request gate. See README.md.
set -euo pipefail
here=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
"$here/../../build/setup-tools.sh" python3 wordnet-base dict-foldoc bible-kjv-text
# Nothing of it is left in the checkout beside what was asked for.
exec env PYTHONDONTWRITEBYTECODE=1 python3 "$here/make.py" "$1"
