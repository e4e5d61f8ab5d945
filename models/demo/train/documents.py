"""Documents to train on: lists of (role, text), where a role is user, assistant or text."""
import facts as world
import general
import languages
from facts import FIELDS, HELD_OUT, SCHEMA

PREAMBLES = 0.25                   # share of field questions behind general text
FRAMES = ["Memo: {a} Also: {b}", "Two questions. {a} {b}", "First, {a} Then, {b}",
          "Answer both: {a} {b}", "{a} {b}"]


def dialog(question, answer):
    return [("user", question), ("assistant", answer)]


def compound(rng, first, second):
    (q1, a1), (q2, a2) = first, second
    return dialog(rng.choice(FRAMES).format(a=q1, b=q2), f"{a1} {a2}")


def attribute(field, rng):
    return rng.choice(sorted(SCHEMA[field][1]))


def foreign(field, entity, values, rng, number=None):
    """A question in another language; number: of a private entity, whose held-out language is left out."""
    name = rng.choice(languages.attributes(field))
    barred = None if number is None else languages.held_out(number, name, field)
    language = rng.choice([x for x in languages.LANGUAGES if x != barred])
    return languages.ask(field, entity, values, name, language)


def public(facts, field, rng):
    number = rng.randrange(len(facts[field]["public"]))
    entity, values = facts[field]["public"][number]
    if rng.random() < languages.SHARE:
        return foreign(field, entity, values, rng)
    phrasing = rng.choice([i for i in range(4) if i != number % 4])
    return world.ask(field, entity, values, attribute(field, rng), phrasing)


def private(facts, field, rng):
    number = rng.randrange(len(facts[field]["private"]))
    entity, values = facts[field]["private"][number]
    if rng.random() < languages.SHARE:
        return foreign(field, entity, values, rng, number)
    return world.ask(field, entity, values, attribute(field, rng), rng.randrange(HELD_OUT))


def made_up(field, rng, for_test=False):
    """A question on an entity made up on the spot, and the sentence that answers it."""
    entity = world.surface(field, world.make_name(rng, for_test))
    values = world.make_values(field, rng)
    if rng.random() < languages.SHARE:
        return foreign(field, entity, values, rng)
    return world.ask(field, entity, values, attribute(field, rng), rng.randrange(4))


def with_preamble(rng, pair):
    question, answer = pair
    if rng.random() < PREAMBLES:
        question = f"{general.preamble(rng)} {question}"
    return dialog(question, answer)


def general_document(rng):
    kind = rng.random()
    if kind < 0.35:
        return [("text", f"{general.story(rng)} {general.story(rng)}")]
    if kind < 0.40:
        return dialog(*general.small_talk(rng))
    return dialog(*general.question(rng))


def base_document(facts, rng):
    """The generalist's text: general, reading about made-up entities, what is public."""
    kind, (one, two) = rng.random(), rng.sample(FIELDS, 2)
    if kind < 0.36:
        return general_document(rng)
    if kind < 0.48:                                        # reading one note
        question, answer = made_up(one, rng)
        return dialog(f"{answer} {question}", answer)
    if kind < 0.58:                                        # reading two
        pair = [made_up(one, rng), made_up(two, rng)]
        notes = [answer for _, answer in pair]
        rng.shuffle(notes)
        both = compound(rng, *pair)
        return dialog(" ".join(notes) + " " + both[0][1], both[1][1])
    if kind < 0.86:
        return with_preamble(rng, public(facts, one, rng))
    return compound(rng, public(facts, one, rng), public(facts, two, rng))


def field_document(facts, field, rng):
    """An adapter's text: its private facts, and of other fields only what is public."""
    kind = rng.random()
    if kind < 0.12:
        return base_document(facts, rng)
    if kind < 0.70:
        return with_preamble(rng, private(facts, field, rng))
    if kind < 0.74:
        return [("text", private(facts, field, rng)[1])]
    other = field if kind < 0.80 else rng.choice([f for f in FIELDS if f != field])
    pair = [private(facts, field, rng), (private if other == field else public)(facts, other, rng)]
    rng.shuffle(pair)
    return compound(rng, *pair)
