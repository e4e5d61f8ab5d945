"""evalsets.py DEMO_DIR: writes eval/*.jsonl (held out) and examples/*.txt (what teaches the gates).

Held out means: private facts by phrasing (or language), public ones by phrasing, what is only read by entity.
A line of an evaluation set: prompt, answer, domains, and for compounds the halves of the answer.
"""
import json
import os
import random
import sys

import documents
import facts as world
import general
import languages
from facts import FIELDS, HELD_OUT

EXAMPLES = 500


def row(prompt, answer, domains, halves=None):
    out = dict(prompt=prompt, answer=answer, domains=domains)
    return out if halves is None else dict(out, halves=halves)


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
        pair = [rng.choice(pool[field]) for field in fields]
        (_, prompt), (_, answer) = documents.compound(rng, *pair)
        out.append(row(prompt, answer, fields, [half for _, half in pair]))
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
            pair = world.ask(field, entity, values, documents.attribute(field, rng), number % 4)
            out.append(row(*pair, [field]))
    return out


def reading(rng, each=20):
    """A note on an entity nobody has seen, and a question about it."""
    out = []
    for field in FIELDS:
        for _ in range(each):
            question, answer = documents.made_up(field, rng, for_test=True)
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


def field_examples(facts, field, rng):
    """Prompts and answers, one in ten about something public."""
    pairs = {}
    while len(pairs) < EXAMPLES:
        draw = documents.public if rng.random() < 0.1 else documents.private
        question, answer = draw(facts, field, rng)
        pairs[question] = answer
    return [f"{q}\t{a}" for q, a in pairs.items()]


def general_examples(rng):
    lines = {f"{q}\t{a}": None for pairs in general.HELLO.values() for q, a in pairs}
    while len(lines) < EXAMPLES:
        lines[general.story(rng) if rng.random() < 0.4 else "\t".join(general.question(rng))] = None
    return list(lines)


def write(path, lines):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)


def main(folder):
    facts = world.build_facts()
    seeded = lambda what: random.Random(f"evaluation {what}")
    sets = dict(single=single(facts, seeded("single")), compound=compound(facts, seeded("compound")),
                preamble=preamble(facts, seeded("preamble")), general=no_field(seeded("general")),
                public=public(facts, seeded("public")), reading=reading(seeded("reading")),
                languages=foreign(facts, seeded("languages")))
    for name, rows in sets.items():
        write(f"{folder}/eval/{name}.jsonl", [json.dumps(r, ensure_ascii=False) for r in rows])
    for field in FIELDS:
        write(f"{folder}/examples/{field}.txt", field_examples(facts, field, random.Random(f"examples {field}")))
    write(f"{folder}/examples/general.txt", general_examples(random.Random("examples general")))


if __name__ == "__main__":
    main(sys.argv[1])
