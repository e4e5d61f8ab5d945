"""Facts that documents ask about: of the public entities, of one field's private ones, or of entities made up on the spot."""
import collections

import facts as world
import languages
import phrasings
import wording
from facts import HELD_OUT, SCHEMA

# barred: the phrasing in which the fact is never asked; number: of a private entity, whose held-out language is left out;
# foreign: whether it belongs to another field than the adapter that is trained.
Fact = collections.namedtuple("Fact", "field entity values name barred number foreign")


def attribute(field, rng):
    return rng.choice(sorted(SCHEMA[field][1]))


def public(facts, field, rng):
    number = rng.randrange(len(facts[field]["public"]))
    entity, values = facts[field]["public"][number]
    name = attribute(field, rng)
    return Fact(field, entity, values, name, SCHEMA[field][1][name][1][number % 4], None, True)


def private(facts, field, rng):
    number = rng.randrange(len(facts[field]["private"]))
    entity, values = facts[field]["private"][number]
    return Fact(field, entity, values, attribute(field, rng), None, number, False)


def made_up(field, rng, for_test=False):
    entity = world.surface(field, world.make_name(rng, for_test))
    return Fact(field, entity, world.make_values(field, rng), attribute(field, rng), None, None, True)


def template(rng, fact, make=phrasings.draw):
    return phrasings.template(rng, fact.field, fact.name, fact.barred, make)


def answer(fact):
    """The one English answer."""
    return world.ask(fact.field, fact.entity, fact.values, fact.name, HELD_OUT)[1]


def question(rng, fact, plain=False):
    """An English question, in one of many wordings."""
    return wording.typed(rng, fact.field, fact.entity, template(rng, fact), plain)


def ask(rng, fact):
    """(question, answer), now and then in another language."""
    if fact.name in languages.attributes(fact.field) and rng.random() < 2 * languages.SHARE:
        return abroad(rng, fact)
    return question(rng, fact), answer(fact)


def abroad(rng, fact):
    """(question, answer) in Hindi, Marathi or Chinese; never in a private entity's held-out language."""
    barred = None if fact.number is None else languages.held_out(fact.number, fact.name, fact.field)
    language = rng.choice([x for x in languages.LANGUAGES if x != barred])
    return languages.ask_freely(rng, fact.field, fact.entity, fact.values, fact.name, language)
