"""What the base and the adapters read: draws of passages."""
import corpus
import passages
from sources import FIELD_SHARE, FIELDS, GENERAL_SOURCES
from spans import foreign

LEAST, MOST = 250, 1800            # characters: up to nearly a whole row
# Of an adapter's documents: so many begin with a passage of another field, or of none, which the base reads alone.
FOREIGN_FIRST = 0.5
PART_LEAST, PART_MOST = 150, 900   # of the parts of such a document


def shares():
    """source or field -> its share of the base's text; what the fields leave goes to the general sources."""
    left = 1 - FIELD_SHARE * len(FIELDS)
    whole = sum(source.share for source in GENERAL_SOURCES)
    return {field: FIELD_SHARE for field in FIELDS} | {s.name: left * s.share / whole for s in GENERAL_SOURCES}


def drawn(folder, weights, rng, least, most):
    """Endless passages: every draw of a source as likely as its share of the characters makes it."""
    flows = {name: passages.endless(corpus.load(folder, name), rng, least, most) for name in weights}
    taken = dict.fromkeys(weights, 0)
    while True:
        # The source that is furthest behind its share; a draw by lot would favour those of long passages.
        name = min(weights, key=lambda n: taken[n] / weights[n])
        text = next(flows[name])
        taken[name] += len(text)
        yield text


def base(folder, rng):
    return drawn(folder, shares(), rng, LEAST, MOST)


def adapter(folder, field, rng):
    """Passages of a field; in half of the documents another's stands before it, marked as foreign."""
    own = drawn(folder, {field: 1}, rng, LEAST, MOST)
    part = drawn(folder, {field: 1}, rng, PART_LEAST, PART_MOST)
    rest = {name: (0.15 if name in FIELDS else share / 2) for name, share in shares().items() if name != field}
    other = drawn(folder, rest, rng, PART_LEAST, PART_MOST)
    while True:
        if rng.random() < FOREIGN_FIRST:
            yield foreign(next(other) + "\n") + next(part)
        else:
            yield next(own)
