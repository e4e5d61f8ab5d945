"""corpus.py PACKAGES OUT: clean text of every source, split by whole documents: OUT/NAME.train.jsonl and OUT/NAME.held.jsonl.

1. A document's paragraphs of prose, none that stood before in any document.
2. Documents in the order of a hash: the first ones are held out, until they are enough.
3. A held-out paragraph goes when a tenth of its runs of eight words stand anywhere in what is trained on.
A line: source/document, and its paragraphs.
"""
import hashlib
import json
import re
import sys
from pathlib import Path

import prose
import readers
from sources import FIELD_SOURCES, FIELDS, GENERAL_SOURCES

HELD = 200_000                     # characters of a field's held-out documents
MOST_HELD = 0.25                   # of a field, where it is small
GENERAL_HELD = 8_000               # of each general source
RUN, MOST_COMMON = 8, 0.1


def clean(root, source, seen):
    """[(document, paragraphs)]; a dictionary's are the whole entry."""
    out = []
    for name, paragraphs in readers.documents(root, source):
        kept = []
        for paragraph in map(prose.fold, paragraphs):
            key = re.sub(r"[^a-z]", "", paragraph.lower())
            if paragraph and prose.is_prose(paragraph) and key not in seen:
                seen.add(key)
                kept.append(paragraph)
        if kept:
            out.append((name, kept))
    return out


def size(documents):
    return sum(len(p) for _, paragraphs in documents for p in paragraphs)


def split(documents, held):
    """(train, held out)"""
    ranked = sorted(documents, key=lambda d: hashlib.sha256(d[0].encode()).digest())
    at, sum_ = 0, 0
    while sum_ < held:
        sum_ += size([ranked[at]])
        at += 1
    return ranked[at:], ranked[:at]


def runs(paragraph):
    words = re.findall(r"[a-z0-9]+", paragraph.lower())
    return {hash(tuple(words[i:i + RUN])) for i in range(len(words) - RUN + 1)}


def without_known(held, train):
    """The held-out documents without what is trained on, or nearly so."""
    common = {run for documents in held.values() for _, paragraphs in documents for p in paragraphs for run in runs(p)}
    known = set()
    for documents in train.values():
        for _, paragraphs in documents:
            for p in paragraphs:
                known |= runs(p) & common
    new = lambda p: len(runs(p) & known) <= MOST_COMMON * len(runs(p))
    out = {}
    for group, documents in held.items():
        out[group] = [(name, kept) for name, paragraphs in documents if (kept := [p for p in paragraphs if new(p)])]
        print(f"{group:10} held out {size(documents):>9,} characters, new {size(out[group]):>9,}")
    return out


def main(root, out):
    seen, train, held = set(), {}, {}
    groups = FIELD_SOURCES | {source.name: [source] for source in GENERAL_SOURCES}
    for name, sources in groups.items():
        documents = [d for source in sources for d in clean(root, source, seen)]
        enough = min(HELD, MOST_HELD * size(documents)) if name in FIELDS else GENERAL_HELD
        train[name], held[name] = split(documents, enough)
        print(f"{name:10} {len(documents):6} documents, train {size(train[name]):>10,} characters", flush=True)
    held = without_known(held, train)
    Path(out).mkdir(parents=True, exist_ok=True)
    for part, sets in (("train", train), ("held", held)):
        for name, documents in sets.items():
            Path(out, f"{name}.{part}.jsonl").write_text("".join(json.dumps(d) + "\n" for d in documents), encoding="utf-8")


def load(folder, name, part="train"):
    """[(document, paragraphs)]"""
    with open(f"{folder}/{name}.{part}.jsonl", encoding="utf-8") as file:
        return [tuple(json.loads(line)) for line in file]


if __name__ == "__main__":
    main(*sys.argv[1:3])
