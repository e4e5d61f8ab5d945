"""The same question, written otherwise. What each does to a text depends on the text alone."""
from draws import Draws

# One word in so many of those that have four letters or more gets a typo, but one at least.
TYPO_SHARE = 1 / 6
TYPO_LETTERS = 4
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
NEIGHBOURS = {letter: row[max(0, i - 1):i] + row[i + 1:i + 2] for row in ROWS for i, letter in enumerate(row)}
BEHIND = 600


def typos(text):
    draws = Draws("typos", text)
    words = text.split(" ")
    able = [i for i, word in enumerate(words) if len(word) >= TYPO_LETTERS and word.isalpha()]
    chosen = [i for i in able if draws.holds(TYPO_SHARE)] or ([draws.pick(able)] if able else [])
    for i in chosen:
        words[i] = mistyped(words[i], draws)
    return " ".join(words)


def mistyped(word, draws):
    """A letter inside the word: left out, doubled, swapped with the next, or that of the key beside it."""
    at = 1 + draws.below(len(word) - 2)
    kind = draws.below(4)
    if kind == 0:
        return word[:at] + word[at + 1:]
    if kind == 1:
        return word[:at] + word[at] + word[at:]
    if kind == 2:
        return word[:at] + word[at + 1] + word[at] + word[at + 2:]
    beside = NEIGHBOURS.get(word[at].lower(), word[at])
    return word[:at] + draws.pick(beside) + word[at + 1:]


def case(text):
    """Shouted, or Each Word Begun Large."""
    return text.upper() if Draws("case", text).holds(0.5) else " ".join(word[:1].upper() + word[1:] for word in text.split(" "))


def polite(text, templates):
    return Draws("polite", text).pick(templates).replace("{}", text)


def behind(text, sentences):
    """Behind at least 600 characters of small talk."""
    draws = Draws("behind", text)
    talk, left = [], list(sentences)
    while sum(len(sentence) + 1 for sentence in talk) < BEHIND:
        talk.append(left.pop(draws.below(len(left))))
    return " ".join([*talk, text])
