"""Documents to train on: lists of (role, text), where a role is user, assistant or text."""
import asking
import conversations
import general
import joins
import smalltalk
from asking import made_up, private, public
from facts import FIELDS
from spans import foreign

PREAMBLES = 0.22                   # share of field questions behind general text


def dialog(question, answer):
    return [("user", question), ("assistant", answer)]


def with_preamble(rng, fact):
    """One question, now and then behind small talk."""
    (_, question), (_, answer) = conversations.turn(rng, fact)
    if rng.random() < PREAMBLES:
        question = f"{foreign(preamble(rng))} {question}"
    return dialog(question, answer)


def preamble(rng):
    return general.preamble(rng) if rng.random() < 0.8 else smalltalk.greeting(rng)


def general_document(rng):
    kind = rng.random()
    if kind < 0.12:
        return [("text", f"{general.story(rng)} {general.story(rng)}")]
    if kind < 0.30:
        turns = dialog(*(general.small_talk(rng) if rng.random() < 0.25 else smalltalk.pair(rng)))
        return turns + (conversations.talk(rng) if rng.random() < 0.3 else [])
    if kind < 0.36:
        return conversations.talk(rng) + conversations.talk(rng)
    return dialog(*general.question(rng))


def reading(rng, one, two):
    """Notes on made-up entities, and what they answer."""
    kind, fact = rng.random(), made_up(one, rng)
    if kind < 0.35:
        question, answer = asking.ask(rng, fact)
        return dialog(f"{answer} {question}", answer)
    if kind < 0.65:                                        # two notes, one or both of them asked for
        pair = [fact, made_up(two, rng)]
        notes = [asking.answer(x) for x in pair]
        rng.shuffle(notes)
        question, answer = joins.both(rng, pair) if rng.random() < 0.6 else (asking.question(rng, fact), asking.answer(fact))
        return dialog(f"{' '.join(notes)} {question}", answer)
    # The note comes first, the questions in turns after it.
    other = conversations.another_attribute(rng, fact) if rng.random() < 0.6 else made_up(one, rng)._replace(name=fact.name)
    notes = [asking.answer(fact), asking.answer(other)]
    rng.shuffle(notes)
    first = asking.question(rng, fact)
    second = (conversations.ask_attribute if other.entity == fact.entity else conversations.ask_entity)(rng, other)
    return dialog(f"{' '.join(notes)} {first}", asking.answer(fact)) + dialog(second, asking.answer(other))


def base_document(facts, rng):
    """The generalist's text: general, reading about made-up entities, what is public."""
    kind, (one, two) = rng.random(), rng.sample(FIELDS, 2)
    if kind < 0.34:
        return general_document(rng)
    if kind < 0.54:
        return reading(rng, one, two)
    if kind < 0.74:
        return with_preamble(rng, public(facts, one, rng))
    if kind < 0.86:
        return dialog(*joins.both(rng, [public(facts, one, rng), public(facts, two if rng.random() < 0.8 else one, rng)]))
    if kind < 0.93:
        return conversations.follow_up(rng, public(facts, one, rng), public(facts, one, rng))
    return conversations.before(rng, lambda: public(facts, two, rng)) + conversations.turn(rng, public(facts, one, rng))


def field_document(facts, field, rng):
    """An adapter's text: its private facts, and of other fields only what is public."""
    kind, other = rng.random(), rng.choice([f for f in FIELDS if f != field])
    own, stranger = (lambda: private(facts, field, rng)), (lambda: public(facts, other, rng))
    if kind < 0.08:
        return base_document(facts, rng)
    if kind < 0.52:
        return with_preamble(rng, own())
    if kind < 0.54:
        return [("text", asking.answer(own()))]
    if kind < 0.80:
        pair = [own(), own() if kind < 0.58 else stranger()]
        rng.shuffle(pair)
        return dialog(*joins.both(rng, pair))
    if kind < 0.90:
        return conversations.follow_up(rng, own(), own())
    turns = conversations.before(rng, stranger) + conversations.turn(rng, own())
    if kind > 0.97:
        turns += conversations.turn(rng, stranger())
    return turns
