"""What is read: the files of each package, by which reader, and for which field. Run as a script: the packages' names."""
import collections

# files: a pattern below the unpacked package; but: a pattern of names that are left out; share: of the base's text.
Source = collections.namedtuple("Source", "name package reader files but share", defaults=(None, None))

FIELDS = ["religion", "politics", "accounting", "imaging", "music"]
# Of the base's text each field has so much, of its training part: a generalist has met everything once.
FIELD_SHARE = 0.02

LILYPOND = "usr/share/doc/lilypond/html/Documentation/"
FIELD_SOURCES = {
    "religion": [Source("bible", "bible-kjv-text", "bible", "usr/lib/bible.data")],
    "politics": [Source("anarchism", "anarchism", "html", "usr/share/doc/anarchism/html/*.html")],
    "accounting": [Source("gnucash", "gnucash-docs", "html", "usr/share/doc/gnucash-docs/gnucash-*-en/*.html", "fdl|legal")],
    "imaging": [Source("gimp", "gimp-help-en", "html", "usr/share/gimp/2.0/help/en/*.html", "fdl|legal|bibliography")],
    "music": [Source(f"lilypond-{part}", "lilypond-doc-html", "html", f"{LILYPOND}{part}/*.html", r"\.[a-z]{2}\.html|free-documentation|fdl")
              for part in ("learning", "notation", "music-glossary", "essay", "usage", "snippets", "changes")],
}
GENERAL_SOURCES = [
    Source("gcide", "dict-gcide", "dictionary", "usr/share/dictd/gcide.index", share=0.34),
    Source("wordnet", "wordnet-base", "wordnet", "usr/share/wordnet/data.*", share=0.10),
    Source("foldoc", "dict-foldoc", "dictionary", "usr/share/dictd/foldoc.index", share=0.10),
    Source("jargon", "dict-jargon", "dictionary", "usr/share/dictd/jargon.index", share=0.05),
    Source("handbook", "debian-handbook", "html", "usr/share/doc/debian-handbook/html/en-US/*.html", share=0.05),
    Source("reference", "debian-reference-en", "html", "usr/share/debian-reference/*.html", share=0.02),
    Source("developers", "developers-reference", "html", "usr/share/developers-reference/*.html", "developers-reference|index|search", share=0.02),
    Source("postgresql", "postgresql-doc-15", "html", "usr/share/doc/postgresql-doc-15/html/*.html", "release|legal", share=0.10),
    Source("octave", "octave-doc", "html", "usr/share/doc/octave/octave.html/*.html", share=0.05),
    Source("grass", "grass-doc", "html", "usr/share/doc/grass-doc/html/*.html", share=0.07),
]


def packages():
    return sorted({s.package for group in [*FIELD_SOURCES.values(), GENERAL_SOURCES] for s in group})


if __name__ == "__main__":
    print("\n".join(packages()))
