"""Readers of what the packages hold. Each gives documents: (name, paragraphs as they stand)."""
import gzip
import html.parser
import re
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2] / "gate-bench"))
import bible as kjv

BLOCKS = set("p li dd dt div h1 h2 h3 h4 h5 h6 td th tr blockquote ul ol dl section article body caption center hr".split())
# What stands in these is no prose.
NO_PROSE = set("pre script style head table nav header footer".split())
VERSES = 4                         # a paragraph


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.paragraphs, self.pieces, self.inside = [], [], 0

    def end_paragraph(self):
        text = " ".join("".join(self.pieces).split())
        self.pieces = []
        if text:
            self.paragraphs.append(text)

    def handle_starttag(self, tag, attributes):
        if tag in BLOCKS or tag in NO_PROSE:
            self.end_paragraph()
        self.inside += tag in NO_PROSE
        if tag == "br":
            self.pieces.append(" ")

    def handle_endtag(self, tag):
        if tag in BLOCKS or tag in NO_PROSE:
            self.end_paragraph()
        self.inside = max(0, self.inside - (tag in NO_PROSE))

    def handle_data(self, data):
        if not self.inside:
            self.pieces.append(data)


def html_page(path):
    page = Page()
    page.feed(path.read_text(encoding="utf-8", errors="replace"))
    page.close()
    page.end_paragraph()
    yield path.name, page.paragraphs


def number(digits):
    """dictd's numbers: base 64, the digits of the MIME alphabet."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    value = 0
    for digit in digits:
        value = value * 64 + alphabet.index(digit)
    return value


# Sound and kind of a word, and FOLDOC's categories.
LABEL = re.compile(r"^(?:/[^/]+/,? ?|<[^>]*> ?|(?:n|v|a|adj|adv|prefix|suffix|v\. t|v\. i|imp|p\. p)\.,? )+")


def dictionary(path):
    """A document is an entry: its headword, then what it says, without pronunciation, etymology and editors' marks."""
    with gzip.open(path.with_suffix(".dict.dz")) as file:
        body = file.read()
    places = {}
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        word, start, size = line.split("\t")[:3]
        if not word.startswith("00"):
            places.setdefault((number(start), number(size)), word)
    for (start, size), word in sorted(places.items()):
        text = body[start:start + size].decode("utf-8", errors="replace").split("\n", 1)[-1]
        text = re.sub(r"(?<=\w)\[[^\[\]\s]*\](?=\w)", "", text)
        # The rest of an etymology that the headword's line begins.
        text = re.sub(r"^[^\[\]]*\]", "", text)
        text = re.sub(r"\[[^\[\]]*\]|[{}]|\\[^\\\n]*\\", " ", text)
        text = re.sub(r"^[^\]]*\]", "", text)
        paragraphs = [" ".join(p.split()) for p in re.split(r"\n\s*\n", text)]
        yield f"{word}@{start}", entry(word, paragraphs)


def entry(word, paragraphs):
    """One paragraph: what is short in a dictionary makes sense together only."""
    said = [LABEL.sub("", p) for p in paragraphs if re.search(r"[a-z]{2}", p)]
    text = re.sub(r" ([.,;:])", r"\1", " ".join(said))
    return [f"{word[:1].upper()}{word[1:]}: {text}"] if text else []


def wordnet(path):
    """A document is a gloss with the words that it explains."""
    for line in path.read_text(encoding="latin-1").splitlines():
        fields, _, gloss = line.partition(" | ")
        if gloss and not line.startswith(" "):
            parts = fields.split(" ")
            words = [parts[4 + 2 * i].replace("_", " ") for i in range(int(parts[3], 16))]
            text = f"{', '.join(words)}: {gloss.strip()}"
            yield parts[0] + path.suffix, [text[0].upper() + text[1:] + "."]


def bible(path):
    """A document is a chapter, a paragraph a few verses."""
    chapters = {}
    for line in kjv.text(path).splitlines():
        match = re.match(r"^([0-9]?[A-Z][A-Za-z]*[0-9]+):[0-9]+ (.+)$", line)
        if match:
            chapters.setdefault(match[1], []).append(match[2].strip())
    for name, verses in chapters.items():
        yield name, [" ".join(verses[i:i + VERSES]) for i in range(0, len(verses), VERSES)]


READERS = {"html": html_page, "dictionary": dictionary, "wordnet": wordnet, "bible": bible}


def documents(root, source):
    """Every document of a source, files in the order of their names."""
    for path in sorted((Path(root) / source.package).glob(source.files)):
        if path.is_file() and not (source.but and re.search(source.but, path.name)):
            for name, paragraphs in READERS[source.reader](path):
                yield f"{source.name}/{name}", paragraphs
