"""heldout.py CORPUS DIR: DIR/eval/*.jsonl of held-out documents, DIR/examples/*.txt of those that are trained on.

A line of eval/: text, and its spans in order: domain (`general` is no field's), chars. All of it is ASCII.
"""
import json
import random
import sys
from pathlib import Path

import corpus
import passages
import prose
from sources import FIELDS, GENERAL_SOURCES

EACH, MIXED, GENERAL = 120, 120, 60
WHOLE = (400, 800)                 # characters of a passage: some 110 to 230 tokens
PART = (180, 420)                  # of a part of a mixed text
EXAMPLES, EXAMPLE = 350, (200, 420)


def shuffled(folder, name, part, size, rng):
    out = [p for _, paragraphs in corpus.load(folder, name, part) for p in passages.cut(paragraphs, rng, *size)]
    rng.shuffle(out)
    return out


def in_turn(lists, count):
    """The first of each, the second of each, ..."""
    deepest = max(map(len, lists))
    return [items[i] for i in range(deepest) for items in lists if i < len(items)][:count]


def beginning(passage, rng):
    """Its first sentences, as many as PART allows."""
    found = passages.cut(passage.split("\n"), rng, *PART)
    return found[0] if found else None


def line(parts):
    """parts: [(domain, text)]; the newline between two of them belongs to the first."""
    texts = [text + ("\n" if i + 1 < len(parts) else "") for i, (_, text) in enumerate(parts)]
    spans = [dict(domain=domain, chars=len(text)) for (domain, _), text in zip(parts, texts)]
    return json.dumps(dict(text="".join(texts), spans=spans))


def mixed(left, rng):
    """Two or three fields, all of them equally often."""
    pools = {field: [part for p in texts if (part := beginning(p, rng))] for field, texts in left.items()}
    print("parts to choose from:", {field: len(parts) for field, parts in pools.items()})
    used, out = dict.fromkeys(FIELDS, 0), []
    for number in range(MIXED):
        fields = sorted(FIELDS, key=lambda f: (used[f], rng.random()))[:3 - number % 2]
        rng.shuffle(fields)
        out.append(line([(field, pools[field].pop()) for field in fields]))
        for field in fields:
            used[field] += 1
    return out


def example(passage):
    """Its first half, a tab, and how it goes on; or None where it cannot be halved."""
    pieces = [s for paragraph in passage.split("\n") for s in prose.sentences(paragraph)]
    if len(pieces) < 2:
        return None
    at = min(range(1, len(pieces)), key=lambda k: abs(len(" ".join(pieces[:k])) - len(passage) / 2))
    return " ".join(pieces[:at]) + "\t" + " ".join(pieces[at:])


def examples(texts):
    return [e for e in map(example, texts) if e][:EXAMPLES]


def write(path, lines):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(x + "\n" for x in lines), encoding="ascii")
    print(f"{path.parent.name}/{path.name}: {len(lines)} lines, {path.stat().st_size} bytes")


def main(folder, out):
    out, rng = Path(out), random.Random("held out")
    held = {field: shuffled(folder, field, "held", WHOLE, rng) for field in FIELDS}
    general = in_turn([shuffled(folder, s.name, "held", (250, WHOLE[1]), rng) for s in GENERAL_SOURCES], GENERAL)
    write(out / "eval/fields.jsonl", [line([(field, text)]) for field in FIELDS for text in held[field][:EACH]])
    write(out / "eval/mixed.jsonl", mixed({field: texts[EACH:] for field, texts in held.items()}, rng))
    write(out / "eval/general.jsonl", [line([("general", text)]) for text in general])
    for field in FIELDS:
        write(out / f"examples/{field}.txt", examples(shuffled(folder, field, "train", EXAMPLE, rng)))
    teach = in_turn([shuffled(folder, s.name, "train", EXAMPLE, rng)[:EXAMPLES] for s in GENERAL_SOURCES], 3 * EXAMPLES)
    write(out / "examples/general.txt", examples(teach))


if __name__ == "__main__":
    main(*sys.argv[1:3])
