"""Draws that depend on a seed and on what is drawn, never on the order in which it was found."""
import hashlib
import random

SEED = "gate-bench 1"


def ordered(texts, *salt):
    """In an order of its own: by the hash of each text."""
    prefix = "/".join((SEED, *salt))
    return sorted(texts, key=lambda text: hashlib.sha256(f"{prefix}/{text}".encode()).digest())


class Draws:
    """For one text. Of Random only random() is used: that one is promised to stay the same from version to version."""

    def __init__(self, *salt):
        self._random = random.Random("/".join((SEED, *salt)))

    def below(self, limit):
        return int(self._random.random() * limit)

    def holds(self, share):
        return self._random.random() < share

    def pick(self, items):
        return items[self.below(len(items))]
