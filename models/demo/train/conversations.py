"""Several turns: a topic that changes, a follow-up that only the turns before explain, small talk around it.

A turn is (role, text); those of another field are marked as foreign.
"""
import general
import asking
import phrasings
import smalltalk
import wording
from facts import SCHEMA
from spans import foreign

# {n}: a noun; the entity is the one of the turn before.
SAME_ENTITY = """and its {n}?|and its {n}?|and the {n}?|and the {n}?|what is its {n}?|what's its {n}?|what about the {n}?|what about its {n}?|how about the {n}?|and what is its {n}?|and what is the {n}?|{n}?|and {n}?|
also the {n}, please.|i also need its {n}.|i also need the {n}.|tell me its {n} too.|tell me the {n} too.|and {n}|its {n}?|the {n}?|what is the {n}?|thanks. and the {n}?|ok, and its {n}?|now the {n}.|
and do you know its {n}?|can you also give me the {n}?|what else? its {n}?|then what is its {n}?|and now its {n}.|good. and its {n}?|okay, what is its {n}?|please also tell me the {n}.|and the {n} of it?"""
# {e}: another entity; the attribute is that of the turn before.
SAME_ATTRIBUTE = """what about {e}?|what about {e}?|and {e}?|and {e}?|how about {e}?|and for {e}?|same for {e}?|same question for {e}.|and what about {e}?|now {e}.|{e}?|and the same for {e}, please.|what is it for {e}?|
then {e}?|and in the case of {e}?|ok, and {e}?|thanks. and {e}?|thank you, and {e}?|the same for {e}.|good, and what about {e}?|now for {e}.|and of {e}?|what about {e}|and {e}|tell me the same about {e}.|i also need it for {e}.|
also for {e}, please.|can you also tell me about {e}?|okay, next: {e}.|how is it with {e}?"""
SAME_ENTITY = [text.strip("\n") for text in SAME_ENTITY.split("|")]
SAME_ATTRIBUTE = [text.strip("\n") for text in SAME_ATTRIBUTE.split("|")]
HELD_ENTITY = ["While we are at it, its {n}?", "Does it have a {n} as well?", "Give me its {n} on top of that.", "One more thing on this: the {n}?", "Fine, and which {n}?"]
HELD_ATTRIBUTE = ["Could you repeat that for {e}?", "Likewise for {e}?", "Do the same with {e}, please.", "I would ask that of {e}, too.", "How does {e} compare?"]


def turn(rng, fact):
    return marked(fact, asking.ask(rng, fact))


def marked(fact, pair):
    mark = foreign if fact.foreign else lambda text: text
    return [("user", mark(pair[0])), ("assistant", mark(pair[1]))]


def talk(rng):
    """A turn of nobody's field."""
    question, answer = smalltalk.pair(rng) if rng.random() < 0.6 else general.question(rng)
    return [("user", foreign(question)), ("assistant", foreign(answer))]


def another_attribute(rng, fact):
    """The same entity, and something else about it."""
    attributes = SCHEMA[fact.field][1]
    name = rng.choice([x for x in sorted(attributes) if x != fact.name])
    barred = fact.barred and attributes[name][1][attributes[fact.name][1].index(fact.barred)]
    return fact._replace(name=name, barred=barred)


def ask_attribute(rng, fact, frames=SAME_ENTITY):
    """A question on the entity of the turn before."""
    heads = phrasings.wordings(fact.field)[fact.name]
    if frames is SAME_ENTITY and rng.random() < 0.35:
        text = asking.template(rng, fact, phrasings.clause if rng.random() < 0.3 else whole)
        text = text.replace("{e}(2)", "{e}").replace("{e}", rng.choice(phrasings.PRONOUNS[fact.field]))
        text = rng.choice(["", "", "and "]) + text
        return wording.typed(rng, fact.field, fact.entity, text)
    text = rng.choice(frames).format(n=rng.choice(heads["noun"]))
    return wording.typed(rng, fact.field, fact.entity, text) if frames is SAME_ENTITY else text


def whole(rng, field, name):
    heads = phrasings.wordings(field)[name]
    return rng.choice(heads["clause"] + heads["direct"]) + "?"


def ask_entity(rng, fact, frames=SAME_ATTRIBUTE):
    """The question of the turn before, on another entity."""
    text = rng.choice(frames)
    return wording.typed(rng, fact.field, fact.entity, text) if frames is SAME_ATTRIBUTE else text.replace("{e}", fact.entity)


def follow_up(rng, fact, other):
    """Two turns, the second of which needs the first.  other: a fact of the same source."""
    turns = marked(fact, (asking.question(rng, fact), asking.answer(fact)))
    if rng.random() < 0.5:
        second = another_attribute(rng, fact)
        return turns + marked(second, (ask_attribute(rng, second), asking.answer(second)))
    second = other._replace(name=fact.name, barred=None)
    return turns + marked(second, (ask_entity(rng, second), asking.answer(second)))


def before(rng, draw_other):
    """One or two turns of other matters."""
    turns = []
    for _ in range(rng.choice([1, 1, 2])):
        kind = rng.random()
        if kind < 0.3:
            turns += talk(rng)
        elif kind < 0.85:
            turns += turn(rng, draw_other())
        else:
            first = draw_other()
            turns += turn(rng, first)
            second = another_attribute(rng, first)
            turns += marked(second, (ask_attribute(rng, second), asking.answer(second)))
    return turns
