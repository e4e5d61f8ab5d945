"""A grammar of questions: many ways to ask for one attribute, of which some are held out.

phrasings/FIELD.txt lists, for each attribute: `noun`s ("the NOUN of {e}"), noun `phrase`s, `clause`s that stand alone and in
"tell me ...", `direct` questions, `embedded` clauses, `short` ones as people type them, and `held` questions, which with
the frames HELD_FRAMES and the phrasing facts.HELD_OUT only tests use.  `template` never draws a text that contains one of those.
"""
import functools
import os
import re

from facts import FIELDS, HELD_OUT, SCHEMA

HERE = os.path.dirname(os.path.abspath(__file__))
PLAIN = 0.2                        # share of the schema's own phrasings
PRONOUNS = {"finance": ["it", "that company", "the company", "this company"], "law": ["it", "that lease", "the lease", "this lease"],
            "medicine": ["it", "that drug", "the drug", "this drug"], "security": ["it", "that alert", "the alert", "this alert"],
            "code": ["it", "that function", "the function", "this function"]}

# {p}: a noun phrase.  The mark at the end says whether it is a question.
PHRASE_FRAMES = """what is {p}?|what is {p}?|what's {p}?|name {p}.|state {p}.|give {p}.|give me {p}.|tell me {p}.|tell me {p}.|say {p}.|
show me {p}.|show {p}.|find {p}.|find {p} for me.|look up {p}.|look up {p} for me.|report {p}.|write down {p}.|list {p}.|get me {p}.|
i need {p}.|i need to know {p}.|i want {p}.|i want to know {p}.|i would like to know {p}.|i'd like {p}.|i am looking for {p}.|
i'm looking for {p}.|i am interested in {p}.|i was asked for {p}.|i forgot {p}.|i don't know {p}.|i have to know {p}.|we need {p}.|we want to know {p}.|
do you know {p}?|do you have {p}?|can you tell me {p}?|can you give me {p}?|can you name {p}?|can you find {p}?|can you look up {p}?|could you tell me {p}?|
could you give me {p}?|could you name {p}?|could you look up {p}?|would you tell me {p}?|will you tell me {p}?|can i have {p}?|may i have {p}?|may i ask for {p}?|
please tell me {p}.|please give me {p}.|please name {p}.|please state {p}.|let me know {p}.|remind me of {p}.|my question is about {p}.|
what do you know about {p}?|what was {p}?|what would be {p}?|what can you say about {p}?|{p}?|{p}, please.|{p} please.|{p}|
someone asks for {p}.|a client wants to know {p}.|a colleague needs {p}.|it is about {p}."""
# {n}: a noun, {e}: the entity
NOUN_FRAMES = """{e} {n}|{e} {n}?|{e}, {n}?|{e}: {n}?|{e} - {n}|{n} {e}|{n} {e}?|{n} of {e}|{n} of {e}?|{n} for {e}?|{n}, {e}?|{n}: {e}|what {n} does {e} have?|
which {n} does {e} have?|for {e}, what is the {n}?|as for {e}, what is the {n}?|regarding {e}, what is the {n}?|about {e}: what is the {n}?|
i am asking about {e}. what is the {n}?|it is about {e}. tell me the {n}.|take {e}. what is its {n}?|i have a question about {e}: what is the {n}?|
{e} has what {n}?|what is the {n} in the case of {e}?|look at {e} and tell me the {n}.|check {e} and give me the {n}.|in {e}, what is the {n}?|
i have {e} here. what is the {n}?|we are talking about {e}. what is the {n}?|think of {e}. what is its {n}?|do you know {e}? what is its {n}?"""
# {c}: a clause
CLAUSE_FRAMES = """tell me {c}.|tell me {c}.|please tell me {c}.|can you tell me {c}?|could you tell me {c}?|would you tell me {c}?|do you know {c}?|
do you remember {c}?|i want to know {c}.|i need to know {c}.|i would like to know {c}.|i'd like to know {c}.|i wonder {c}.|i am wondering {c}.|i'm not sure {c}.|
i don't know {c}.|i forgot {c}.|i was asked {c}.|i have to find out {c}.|let me know {c}.|say {c}.|find out {c}.|look up {c}.|check {c}.|
can you find out {c}?|can you say {c}?|can you explain {c}?|we need to know {c}.|we want to know {c}.|show me {c}.|explain {c}.|remind me {c}.|my question is {c}.|
someone asks {c}.|a client wants to know {c}.|a colleague asks {c}.|it is not clear to me {c}.|please find out {c}.|may i ask {c}?|please check {c}."""
HELD_FRAMES = ["Any idea what {p} might be?", "Would you happen to have {p} at hand?", "Kindly share {p} with our team.",
               "My boss keeps asking about {p}.", "Mind telling us {p}?", "I can't seem to discover {p} anywhere.",
               "Let us hear {p}.", "The customer insists on learning {p}.", "{p}, if it is no trouble?", "Help me out with {p}."]


def split(text):
    return [part.strip("\n") for part in text.replace("|\n", "|").split("|")]


PHRASE_FRAMES, NOUN_FRAMES, CLAUSE_FRAMES = split(PHRASE_FRAMES), split(NOUN_FRAMES), split(CLAUSE_FRAMES)


@functools.lru_cache(maxsize=None)
def wordings(field):
    """attribute -> head -> texts"""
    out, current = {}, None
    with open(os.path.join(HERE, "phrasings", f"{field}.txt"), encoding="utf-8") as file:
        for line in (raw.strip() for raw in file):
            if line.startswith("["):
                current = out.setdefault(line[1:-1], {})
            elif line and not line.startswith("#"):
                head, texts = line.split(": ", 1)
                current[head] = [text.strip() for text in texts.split(" | ")]
    return out


def plain(text):
    """Letters and digits alone, lower case: what two phrasings are compared by."""
    return " " + " ".join(re.findall(r"[^\W_]+|\{e\}", text.lower())) + " "


@functools.lru_cache(maxsize=None)
def held_out(field):
    """The plain texts that no training question contains."""
    texts = [SCHEMA[field][1][name][1][HELD_OUT] for name in SCHEMA[field][1]]
    texts += [text for heads in wordings(field).values() for text in heads["held"]]
    return frozenset(plain(text) for text in texts)


@functools.lru_cache(maxsize=None)
def held_leads():
    """What stands before and behind the noun phrase in the frames that only tests use."""
    return frozenset(plain(part) for frame in HELD_FRAMES for part in frame.split("{p}") if len(part.split()) > 2)


@functools.lru_cache(maxsize=1 << 16)
def is_held_out(field, text):
    words = plain(text)
    return any(held in words for held in held_out(field)) or any(lead in words for lead in held_leads())


def object_of(name):
    """How the entity stands behind `of`: a function's output is asked of a call."""
    return "{e}(2)" if name == "output" else "{e}"


def phrase(rng, field, name):
    """A noun phrase for the attribute, with {e}."""
    heads, entity = wordings(field)[name], object_of(name)
    if rng.random() < 0.25:
        return rng.choice(heads["phrase"])
    noun = rng.choice(heads["noun"])
    return rng.choice(["the {n} of {e}"] * 5 + ["{e}'s {n}"] * 2 + ["the {n} for {e}"]).format(n=noun, e=entity)


def clause(rng, field, name):
    """A clause for "tell me ...", with {e}."""
    heads = wordings(field)[name]
    return rng.choice(heads["clause"] + heads["embedded"])


def draw(rng, field, name):
    kind, heads = rng.random(), wordings(field)[name]
    if kind < PLAIN:
        text = rng.choice(SCHEMA[field][1][name][1][:HELD_OUT])
        return text if text.startswith("{e}") else text[0].lower() + text[1:]
    if kind < 0.42:
        return rng.choice(PHRASE_FRAMES).format(p=phrase(rng, field, name))
    if kind < 0.52:
        return rng.choice(NOUN_FRAMES).format(n=rng.choice(heads["noun"]), e=object_of(name))
    if kind < 0.76:
        return rng.choice(heads["clause"] + heads["direct"]) + "?"
    if kind < 0.90:
        return rng.choice(CLAUSE_FRAMES).format(c=clause(rng, field, name))
    return rng.choice(heads["short"])


def allowed(field, text, barred):
    return not is_held_out(field, text) and (barred is None or plain(barred) not in plain(text))


def template(rng, field, name, barred=None, make=draw):
    """A question with {e} that is not held out and does not contain `barred`."""
    while True:
        text = make(rng, field, name)
        if allowed(field, text, barred):
            return text


def new_words(rng, field, name):
    """A question with {e} in words or a frame that no training text uses."""
    if rng.random() < 0.6:
        return rng.choice(wordings(field)[name]["held"])
    text = rng.choice(HELD_FRAMES).format(p=phrase(rng, field, name))
    return text if text.startswith("{e}") else text[0].upper() + text[1:]


def check():
    for field in FIELDS:
        assert sorted(wordings(field)) == sorted(SCHEMA[field][1]), field
        for name, heads in wordings(field).items():
            for head in ("noun", "phrase", "clause", "direct", "embedded", "short"):
                for text in heads[head]:
                    assert (head == "noun") != ("{e}" in text), text
                    assert allowed(field, text, None), f"held out, but in training: {text}"
            assert all("{e}" in text for text in heads["held"]), name
    for frame in PHRASE_FRAMES + CLAUSE_FRAMES + NOUN_FRAMES:
        assert not any(lead in plain(frame) for lead in held_leads()), frame


check()
