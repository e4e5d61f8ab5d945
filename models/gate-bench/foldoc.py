"""Entries of FOLDOC, the Free On-line Dictionary of Computing, as dictd keeps it (the compressed file is one that gzip reads)."""
import gzip
import re

CATEGORIES = re.compile(r"^<([a-z, -]+)>\s*")

# FOLDOC has words of other matters too, and tells of people and companies: what has another category than these is left out.
COMPUTING = {
    "language", "networking", "programming", "operating system", "hardware", "tool", "communications", "storage", "database", "protocol",
    "graphics", "web", "processor", "architecture", "messaging", "computer", "algorithm", "security", "file format", "software", "data",
    "application", "compression", "testing", "parallel", "library", "cryptography", "artificial intelligence", "file system", "specification",
    "simulation", "hypertext", "compiler", "multimedia", "benchmark", "memory management", "functional programming", "data processing",
}
LEAST, MOST = 60, 400


def read(path):
    with gzip.open(path, "rt", encoding="utf-8", errors="replace") as file:
        return entries(file.read())


def entries(text):
    """The first paragraph of each entry of computing, without headword and categories."""
    found = []
    # A headword stands at the line's start, all else is set in; a reference that was broken by the wrapping is not, and is none.
    for entry in re.split(r"\n(?=\S[^\n]*\n(?:\S[^\n]*\n)*\n   \S)", text):
        _, _, body = entry.partition("\n\n")
        paragraph = " ".join(body.split("\n\n")[0].split())
        categories = CATEGORIES.match(paragraph)
        if categories and {c.strip() for c in categories[1].split(",")} <= COMPUTING:
            plain = re.sub(r"[{}]", "", paragraph[categories.end():])
            if LEAST <= len(plain) <= MOST:
                found.append(plain)
    return found
