"""What is prose, and what of it is kept: paragraphs of whole sentences in ASCII."""
import re
import unicodedata

FOLD = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u00ab": '"', "\u00bb": '"', "\u2013": "-", "\u2014": " - ",
                      "\u2212": "-", "\u2010": "-", "\u2011": "-", "\u2026": "...", "\u00a0": " ", "\u200b": "", "\u00ad": "", "\u00d7": "x", "\u00a9": "(c)",
                      "\u00e6": "ae", "\u00c6": "AE", "\u0153": "oe", "\u00df": "ss", "\u00f8": "o", "\u2192": "->", "\u2032": "'", "\u00b4": "'"})
WORDS = 10                         # least of a paragraph
LETTERS = 0.88                     # least share of letters and spaces
CODE = re.compile(r"[{}\\<>|=_#~^@$]")
MOST_CODE = 0.015
# Licences and notes on the document itself say the same in every manual.
BOILERPLATE = re.compile(r"Free Documentation License|Permission is granted|WITHOUT WARRANTY|http|www\.|reporting errors|bug list|This page is for|\bES: ", re.I)
# The Bible's sentences are long: its verses begin with a capital after a colon, too.
SENTENCE = re.compile(r"(?<=[.!?])(?<! Op\.)[\"')\]]*\s+(?=[\"'(]*[A-Z])|(?<=[:;])\s+(?=(?:And|But|For|That|The|Then|So|He|They|Thou|I|Let|Behold)\b)")


def fold(text):
    text = unicodedata.normalize("NFKD", text.translate(FOLD))
    return " ".join("".join(c for c in text if not unicodedata.combining(c)).split())


def is_prose(text):
    letters = sum(c.isalpha() or c == " " for c in text)
    return (text.isascii() and len(text.split()) >= WORDS and text[-1] in ".!?:;\"')" and text.lstrip("\"'([")[:1].isupper()
            and letters >= LETTERS * len(text) and len(CODE.findall(text)) <= MOST_CODE * len(text) and not BOILERPLATE.search(text))


def sentences(paragraph):
    """In pieces that give the paragraph again when spaces join them."""
    out, at = [], 0
    for gap in SENTENCE.finditer(paragraph):
        end = gap.start() + len(gap.group().rstrip())
        out.append(paragraph[at:end])
        at = gap.end()
    return [s for s in [*out, paragraph[at:]] if s]
