"""make.py OUT [--wordnet DIR] [--foldoc FILE] [--bible FILE]: writes the benchmark of the request gate. See README.md."""
import argparse
import json
import re
from itertools import islice
from pathlib import Path

import bible
import foldoc
import perturb
import wordnet
from draws import ordered

HERE = Path(__file__).parent
LEAST_GLOSSES = 80
TEACH = 50
# Law has six times as many glosses as others: it would be a quarter of every figure.
MOST_TESTS = 200
NOBODY = 300
TRANSFERRED = 500
# Long texts take a sentence model ten times as long as short ones.
LONG = 500
# Two texts are alike when so much of their words is common.
ALIKE = 0.8
# What WordNet files under these has little to do with any of the fields: things made, feelings, places, times, motives, and what one does,
# sees and feels (lexnames(5WN)).
EVERYDAY = {"06", "12", "15", "16", "28", "35", "37", "38", "39"}


def words(text):
    return frozenset(re.findall(r"\w+", text.lower()))


def alike(one, two):
    return len(one & two) >= ALIKE * len(one | two)


class Words:
    """Texts by their words, so that what is alike is found without comparing each with each."""

    def __init__(self, texts):
        self._of, self._having = [words(text) for text in texts], {}
        for number, one in enumerate(self._of):
            for word in one:
                self._having.setdefault(word, []).append(number)

    def has_alike(self, text):
        one = words(text)
        near = {number for word in one for number in self._having.get(word, ())}
        return any(alike(one, self._of[number]) for number in near)


def fields_of(glosses, fields):
    """Each field's glosses; what is of two of the fields, to the letter, is of none."""
    of = {name: set().union(*(glosses.get(domain, ()) for domain in field["domains"])) for name, field in fields.items()}
    for name, found in of.items():
        if len(found) < LEAST_GLOSSES:
            raise SystemExit(f"{name} has {len(found)} glosses; at least {LEAST_GLOSSES} are needed")
    counts = {}
    for found in of.values():
        for text in found:
            counts[text] = counts.get(text, 0) + 1
    return {name: {text for text in found if counts[text] == 1} for name, found in of.items()}


def split(of):
    """What teaches, field by field, and what tests; what is alike with something that teaches does not test."""
    teach = {name: ordered(found, "teach")[:TEACH] for name, found in of.items()}
    taught = Words([text for texts in teach.values() for text in texts])
    test, removed = [], 0
    for name, found in of.items():
        rest = [text for text in found if text not in teach[name]]
        kept = [text for text in rest if not taught.has_alike(text)]
        removed += len(rest) - len(kept)
        test += [(text, name) for text in ordered(kept, "test")[:MOST_TESTS]]
    return teach, test, taught, removed


def drawn(texts, salt, taught):
    """Some of many, none of them alike with what teaches."""
    return list(islice((text for text in ordered(texts, salt) if not taught.has_alike(text)), NOBODY))


def spread(rows, most):
    """So many at most, evenly: they stand field by field."""
    count = min(most, len(rows))
    return [rows[i * len(rows) // count] for i in range(count)]


def write(path, rows):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def lines(name):
    return (HERE / name).read_text(encoding="utf-8").splitlines()


def main():
    parser = argparse.ArgumentParser(description="Writes the benchmark of the request gate.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--wordnet", default="/usr/share/wordnet", help="the folder of data.noun and its like")
    parser.add_argument("--foldoc", default="/usr/share/dictd/foldoc.dict.dz")
    parser.add_argument("--bible", default="/usr/lib/bible.data")
    given = parser.parse_args()

    synsets = wordnet.read(given.wordnet)
    fields = json.loads((HERE / "fields.json").read_text(encoding="utf-8"))
    of = fields_of(wordnet.by_domain(synsets), fields)
    teach, test, taught, removed = split(of)
    free = wordnet.without_domain(synsets)
    nobody = drawn({s.gloss for s in free}, "no field", taught)
    everyday = drawn({s.gloss for s in free if s.lexicographer in EVERYDAY} - set(nobody), "everyday", taught)
    computing = ordered(set(foldoc.read(given.foldoc)), "foldoc")[:TRANSFERRED]
    religion = ordered(set(bible.read(given.bible)), "bible")[:TRANSFERRED]
    preambles, talk = lines("preambles.txt"), lines("smalltalk.txt")

    # A set: its name, what is measured of it (`field`: the right one is chosen; `unchanged`: what another set's same line gives;
    # `nobody`: the generalist answers), and its rows. Another one is one more line.
    sets = [
        ("glosses", "field", None, test),
        ("typos", "unchanged", "glosses", [(perturb.typos(t), f) for t, f in test]),
        ("case", "unchanged", "glosses", [(perturb.case(t), f) for t, f in test]),
        ("preamble", "unchanged", "glosses", [(perturb.polite(t, preambles), f) for t, f in test]),
        ("behind 600", "field", None, [(perturb.behind(t, talk), f) for t, f in spread(test, LONG)]),
        ("FOLDOC", "field", None, [(t, "computing") for t in computing]),
        ("Bible", "field", None, [(t, "religion") for t in religion]),
        ("no field", "nobody", None, [(t, None) for t in nobody]),
        ("everyday", "nobody", None, [(t, None) for t in everyday]),
        ("greetings", "nobody", None, [(t, None) for t in lines("greetings.txt")]),
    ]

    given.out.mkdir(parents=True, exist_ok=True)
    largest = sorted(fields, key=lambda name: (-len(of[name]), name))
    write(given.out / "teach.jsonl", [{"text": text, "field": name} for name in largest for text in teach[name]])
    described = []
    for name, kind, base, rows in sets:
        file = re.sub(r"\W+", "-", name.lower()) + ".jsonl"
        write(given.out / file, [{"text": text, "field": field} for text, field in rows])
        described.append({"name": name, "kind": kind, "of": base, "file": file})
    about = {
        "fields": [{"name": name, "glosses": len(of[name]), "description": fields[name]["description"], "keywords": fields[name]["keywords"]}
                   for name in largest],
        "sets": described,
        "removed": removed,
    }
    (given.out / "about.json").write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{given.out}: {len(fields)} fields, {len(test)} texts to test, {removed} removed as alike with what teaches")


if __name__ == "__main__":
    main()
