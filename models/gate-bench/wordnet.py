"""Glosses of WordNet's database files (wndb(5WN)), by the topic domains that the glosses' synsets point to."""
import re
from dataclasses import dataclass
from pathlib import Path

PARTS = ("noun", "verb", "adj", "adv")
DOMAIN, MEMBER = ";c", "-c"
HYPERNYMS = ("@", "@i")
BRACKET = re.compile(r"^\([^)]*\)\s*")


@dataclass(frozen=True)
class Synset:
    part: str
    offset: str
    lexicographer: str
    words: tuple
    pointers: tuple  # of (symbol, offset, part's letter)
    gloss: str

    def targets(self, *symbols):
        return [offset for symbol, offset, _ in self.pointers if symbol in symbols]


def read(folder):
    return [parse(line, part) for part in PARTS
            for line in (Path(folder) / f"data.{part}").read_text(encoding="utf-8", errors="replace").splitlines()
            # The licence stands before the data, each line behind two spaces.
            if line and not line.startswith("  ")]


def parse(line, part):
    head, _, gloss = line.partition(" | ")
    columns = head.split()
    words = int(columns[3], 16)
    first = 4 + 2 * words
    pointers = [columns[first + 1 + 4 * i:first + 5 + 4 * i] for i in range(int(columns[first]))]
    return Synset(part, columns[0], columns[1], tuple(columns[4:first:2]), tuple((p[0], p[1], p[2]) for p in pointers), plain(gloss))


def plain(gloss):
    """Without the brackets at its start: `(law) ...` would say which field it is."""
    gloss = " ".join(gloss.split())
    while (cut := BRACKET.sub("", gloss)) != gloss:
        gloss = cut
    return gloss


def by_domain(synsets):
    """The glosses of each domain, by the domain's first word. What points to several domains is in each of them."""
    names = {synset.offset: synset.words[0] for synset in synsets if synset.part == "noun"}
    found = {}
    for synset in synsets:
        for target in synset.targets(DOMAIN):
            found.setdefault(names[target], set()).add(synset.gloss)
    return found


def without_domain(synsets):
    """Synsets that neither have a domain, nor are one, nor stand anywhere below one that has."""
    parents = {(s.part, s.offset): [(s.part, target) for target in s.targets(*HYPERNYMS)] for s in synsets}
    marked = {(s.part, s.offset) for s in synsets if s.targets(DOMAIN, MEMBER)}
    return [s for s in synsets if not reaches(marked, parents, (s.part, s.offset))]


def reaches(marked, parents, start):
    seen, open_ = set(), [start]
    while open_:
        one = open_.pop()
        if one in marked:
            return True
        if one not in seen:
            seen.add(one)
            open_ += parents.get(one, ())
    return False
