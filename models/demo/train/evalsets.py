"""evalsets.py DEMO_DIR: writes eval/*.jsonl (held out) and examples/*.txt (what teaches the gates).

Held out means: private facts by phrasing (or language), public ones by phrasing, what is only read by entity, greetings by
wording.  A line of an evaluation set: prompt, answer, domains, for compounds the halves of the answer, and where turns stand
before the prompt, history.
"""
import json
import os
import random
import re
import sys

import asking
import conversations
import facts as world
import general
import joins
import languages
import phrasings
import smalltalk
import wording
from facts import FIELDS, HELD_OUT
from spans import unmarked

EXAMPLES, GENERAL_EXAMPLES = 500, 600
FRAMES = ["Memo: {a} Also: {b}", "Two questions. {a} {b}", "First, {a} Then, {b}", "Answer both: {a} {b}", "{a} {b}"]
NOBODYS = ["the capital of {x}", "the weather in {x}", "the way to {x}", "the price of {z}", "the history of {x}", "the size of {x}", "the best {z}", "a poem about {z}", "the mother of {y}",
           "the colour of {z}", "a joke about {z}", "the meaning of {z}", "the age of {y}", "the books of {y}", "the way {z} work", "the people of {x}", "the taste of {z}", "a song about {x}"]
READ_ABROAD = 0.15                 # share of `reading` in other languages


def row(prompt, answer, domains, halves=None, history=None):
    out = dict(prompt=prompt, answer=answer, domains=domains)
    out |= {} if halves is None else dict(halves=halves)
    return out if history is None else dict(out, history=[dict(role=role, content=unmarked(text)) for role, text in history])


def private_questions(facts, field):
    """Every private fact of a field, in the phrasing that no training text uses."""
    return [world.ask(field, entity, values, name, HELD_OUT)
            for entity, values in facts[field]["private"] for name in sorted(world.SCHEMA[field][1])]


def single(facts, rng, each=100):
    return [row(*pair, [field]) for field in FIELDS for pair in rng.sample(private_questions(facts, field), each)]


def compound(facts, rng, count=200):
    out, pool = [], {field: private_questions(facts, field) for field in FIELDS}
    for _ in range(count):
        fields = rng.sample(FIELDS, 2)
        (q1, a1), (q2, a2) = (rng.choice(pool[field]) for field in fields)
        out.append(row(rng.choice(FRAMES).format(a=q1, b=q2), f"{a1} {a2}", fields, [a1, a2]))
    return out


def preamble(facts, rng, count=150):
    out, pool = [], {field: private_questions(facts, field) for field in FIELDS}
    for number in range(count):
        field = FIELDS[number % len(FIELDS)]
        question, answer = rng.choice(pool[field])
        out.append(row(f"{general.preamble(rng)} {question}", answer, [field]))
    return out


def public(facts, rng, each=30):
    """Closed book, in the phrasing that the entity is never asked about in."""
    out = []
    for field in FIELDS:
        for number, (entity, values) in enumerate(facts[field]["public"][:each]):
            pair = world.ask(field, entity, values, asking.attribute(field, rng), number % 4)
            out.append(row(*pair, [field]))
    return out


def reading(rng, each=20):
    """A note on an entity nobody has seen, and a question about it."""
    out = []
    for field in FIELDS:
        for _ in range(each):
            entity = world.surface(field, world.make_name(rng, for_test=True))
            values = world.make_values(field, rng)
            if rng.random() < READ_ABROAD:
                name = rng.choice(languages.attributes(field))
                question, answer = languages.ask(field, entity, values, name, rng.choice(languages.LANGUAGES))
            else:
                question, answer = world.ask(field, entity, values, asking.attribute(field, rng), rng.randrange(4))
            out.append(row(f"{answer} {question}", answer, [field]))
    return out


def foreign(facts, rng, each=10):
    """Private facts, each in the one language in which it was never asked."""
    out = []
    for field in FIELDS:
        for language in languages.LANGUAGES:
            keys = [(entity, values, name) for number, (entity, values) in enumerate(facts[field]["private"])
                    for name in languages.attributes(field) if languages.held_out(number, name, field) == language]
            out += [row(*languages.ask(field, *key, language), [field]) for key in rng.sample(keys, each)]
    return out


def no_field(rng, count=200):
    return [row(*general.question(rng, for_test=True), ["general"]) for _ in range(count)]


def reworded(rng, fact):
    """A question in words or a frame that no training text uses."""
    return world.capitalised(fact.field, phrasings.new_words(rng, fact.field, fact.name).replace("{e}", fact.entity))


def new_words(facts, rng, count=250):
    """Twelve or thirteen of every attribute."""
    out = []
    for number in range(count):
        field = FIELDS[number % len(FIELDS)]
        names = sorted(world.SCHEMA[field][1])
        fact = asking.private(facts, field, rng)._replace(name=names[number // len(FIELDS) % len(names)])
        out.append(row(reworded(rng, fact), asking.answer(fact), [field]))
    return out


def new_compound(facts, rng, count=120):
    """Two fields, joined in a way that no training text uses; half of them two questions in new words."""
    out = []
    for number in range(count):
        pair = [asking.private(facts, field, rng) for field in rng.sample(FIELDS, 2)]
        if number % 2:
            prompt = joins.together(rng, pair, joins.HELD_PHRASES)
        else:
            prompt = joins.sentences(rng, [(fact, reworded(rng, fact)) for fact in pair], joins.HELD_SENTENCES)
        halves = [asking.answer(fact) for fact in pair]
        out.append(row(unmarked(prompt), " ".join(halves), [fact.field for fact in pair], halves))
    return out


def topics(facts, rng, count=120):
    """A question in the held-out phrasing, behind one or two turns of another field or of none."""
    out = []
    for number in range(count):
        field = FIELDS[number % len(FIELDS)]
        other, fact = rng.choice([f for f in FIELDS if f != field]), asking.private(facts, field, rng)
        turns = []
        for _ in range(1 + number % 2):
            earlier = asking.private(facts, other, rng)
            turns += conversations.talk(rng) if rng.random() < 0.2 else conversations.marked(
                earlier, world.ask(other, earlier.entity, earlier.values, earlier.name, rng.randrange(4)))
        prompt, answer = world.ask(field, fact.entity, fact.values, fact.name, HELD_OUT)
        out.append(row(prompt, answer, [field], history=turns))
    return out


def follow_ups(facts, rng, count=120):
    """What only the turn before explains: its entity, or what was asked of it."""
    out = []
    for number in range(count):
        field = FIELDS[number % len(FIELDS)]
        fact, other = asking.private(facts, field, rng), asking.private(facts, field, rng)
        turns = conversations.marked(fact, (asking.question(rng, fact, plain=True), asking.answer(fact)))
        if number % 2:
            second = conversations.another_attribute(rng, fact)
            prompt = conversations.ask_attribute(rng, second, conversations.HELD_ENTITY)
        else:
            second = other._replace(name=fact.name)
            prompt = conversations.ask_entity(rng, second, conversations.HELD_ATTRIBUTE)
        out.append(row(prompt, asking.answer(second), [field], history=turns))
    return out


def greetings(facts, rng):
    """Held-out small talk, half of it behind a question and its answer."""
    out = []
    for number, (text, answer) in enumerate(smalltalk.held_out()):
        field = FIELDS[number // 2 % len(FIELDS)]
        turns = conversations.turn(rng, asking.private(facts, field, rng))
        out.append(row(smalltalk.fill(rng, text), answer, ["general"], history=turns if number % 2 else None))
    return out


def field_examples(facts, field, rng, barred):
    """Prompts and answers, one in ten about something public, one in sixteen a follow-up."""
    pairs = {}
    while len(pairs) < EXAMPLES:
        fact = (asking.public if rng.random() < 0.1 else asking.private)(facts, field, rng)
        kind = rng.random()
        if kind < 0.06:
            ask = conversations.ask_entity if rng.random() < 0.75 else conversations.ask_attribute
            question, answer = ask(rng, fact), asking.answer(fact)
        else:
            question, answer = asking.ask(rng, fact)
        if question not in barred:
            pairs[question] = answer
    return [f"{q}\t{a}" for q, a in pairs.items()]


def framed(rng):
    """What nobody here knows, in the frames that fields are asked in: no frame tells a field."""
    about = smalltalk.fill(rng, rng.choice(NOBODYS))
    frame = rng.choice([f for f in phrasings.PHRASE_FRAMES if len(f) > 5])
    text = frame.format(p=about)
    return text if rng.random() < 0.2 else wording.sentence(text, False), smalltalk.KINDS["unknown"][0]


def general_examples(rng, barred):
    """Small talk, stories, and questions that the text before them answers."""
    lines = {f"{q}\t{a}": None for pairs in general.HELLO.values() for q, a in pairs}
    while len(lines) < GENERAL_EXAMPLES:
        kind = rng.random()
        if kind < 0.32:
            prompt, answer = smalltalk.pair(rng) if kind < 0.2 else framed(rng)
        else:
            prompt, answer = (general.story(rng), None) if kind < 0.5 else general.question(rng)
        if prompt not in barred:
            lines[prompt if answer is None else f"{prompt}\t{answer}"] = None
    return list(lines)


def write(path, lines):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)


def check(field, examples):
    """None of the phrasings that tests use, whatever the entity is called in them."""
    held = re.compile("|".join(re.escape(text).replace(r"\{e\}", r"\w+(?: \w+){0,4}") for text in phrasings.held_out(field)))
    for line in examples:
        words = phrasings.plain(line.split("\t")[0])
        assert not held.search(words) and not any(lead in words for lead in phrasings.held_leads()), line


def main(folder):
    facts = world.build_facts()
    seeded = lambda what: random.Random(f"evaluation {what}")
    sets = dict(single=single(facts, seeded("single")), compound=compound(facts, seeded("compound")),
                preamble=preamble(facts, seeded("preamble")), general=no_field(seeded("general")),
                public=public(facts, seeded("public")), reading=reading(seeded("reading")),
                languages=foreign(facts, seeded("languages")), newwords=new_words(facts, seeded("newwords")),
                newcompound=new_compound(facts, seeded("newcompound")), topics=topics(facts, seeded("topics")),
                followups=follow_ups(facts, seeded("followups")), greetings=greetings(facts, seeded("greetings")))
    for name, rows in sets.items():
        write(f"{folder}/eval/{name}.jsonl", [json.dumps(r, ensure_ascii=False) for r in rows])
    barred = {r["prompt"] for rows in sets.values() for r in rows}
    for field in FIELDS:
        lines = field_examples(facts, field, random.Random(f"examples {field}"), barred)
        check(field, lines)
        write(f"{folder}/examples/{field}.txt", lines)
    write(f"{folder}/examples/general.txt", general_examples(random.Random("examples general"), barred))


if __name__ == "__main__":
    main(sys.argv[1])
