#!/usr/bin/env bash
# run.sh OUT: the whole zoo, from nothing: texts, tokenizer, base, five adapters, held-out texts, figures. See ../README.md.
set -euo pipefail
mkdir -p "$1"
out=$(realpath "$1")
cd "$(dirname "$0")"
. ../../demo/train/env.sh
export PYTHONPATH=../../demo/train OMP_NUM_THREADS=1
if grep -qw amx_bf16 /proc/cpuinfo 2>/dev/null; then export HALF=${HALF:-1}; fi
python=/usr/bin/python3
./packages.sh "$out/packages"
$python corpus.py "$out/packages" "$out/corpus"
$python tokenizer.py "$out/corpus" "$out/base"
$python fit.py base "$out/corpus" "$out" | tee "$out/base.log"
# Two at a time, one thread each.
printf '%s\n' religion politics accounting imaging music |
  xargs -P 2 -I FIELD sh -c "$python fit.py FIELD '$out/corpus' '$out' >'$out/FIELD.log'"
$python heldout.py "$out/corpus" "$out"
HALF=0 $python evaluate.py "$out" "$out/eval"
