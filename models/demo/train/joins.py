"""Two questions in one prompt: as two sentences, or two things that one sentence asks for; some ways are held out."""
import asking
import phrasings
import wording
from spans import foreign

SENTENCES = ["Memo: {a} Also: {b}", "Two questions. {a} {b}", "First, {a} Then, {b}", "Answer both: {a} {b}", "{a} {b}", "{a} {b}", "{a} And {b}", "{a} And {b}", "{a} Also, {b}",
             "{a} Then {b}", "{a} And also: {b}", "1. {a} 2. {b}", "1) {a} 2) {b}", "{a}\n{b}", "- {a}\n- {b}", "Two things: {a} {b}", "I have two questions: {a} {b}",
             "I have two questions. {a} And {b}", "Both please: {a} {b}", "{a} Next: {b}", "{a} Second: {b}", "First: {a} Second: {b}", "{a} And then: {b}", "a) {a} b) {b}",
             "Please answer two questions. {a} {b}", "{a} After that: {b}", "{a} One more: {b}", "{a} Another question: {b}", "{a} Besides that, {b}", "Tell me two things. {a} {b}",
             "Hi, two questions: {a} {b}", "{a} I also need this: {b}", "Please help with both. {a} {b}", "{a} Thanks. And {b}", "{a} Oh, and {b}", "{a} Moreover, {b}", "Q1: {a} Q2: {b}", "{a} {b} Thanks."]
# {a} and {b}: noun phrases or clauses
TOGETHER = ["tell me {a} and {b}.", "tell me {a} and {b}.", "i need to know {a} and {b}.", "i want to know {a} and {b}.", "can you tell me {a} and {b}?", "could you tell me {a} and {b}?",
            "please tell me {a} and {b}.", "do you know {a} and {b}?", "tell me {a}, and also {b}.", "tell me first {a} and then {b}.", "i'd like to know {a} and {b}.", "let me know {a} and {b}.",
            "tell me both {a} and {b}.", "find out {a} and {b}.", "look up {a} and {b}.", "we need to know {a} and {b}.", "{a} and {b}?", "{a} and {b}", "{a}, {b}", "show me {a} and {b}.",
            "i would like to know {a}, and {b}.", "check {a} and {b}."]
PHRASES = ["what is {a} and {b}?", "what are {a} and {b}?", "what is {a}, and what is {b}?", "what is {a} and what is {b}?", "name {a} and {b}.", "give me {a} and {b}.", "state {a} and {b}.", "i need {a} and {b}.",
           "can you give me {a} and {b}?", "could you name {a} and {b}?", "what's {a} and {b}?", "report {a} and {b}.", "list {a} and {b}.", "i am looking for {a} and {b}."]
HELD_SENTENCES = ["I am curious about two matters. {a} Besides, {b}", "{a} On another note, {b}", "{a} While you are at it: {b}", "My list has two items. {a} {b}", "To begin with, {a} To finish, {b}"]
HELD_PHRASES = ["Could you report {a} as well as {b}?", "Both of these, please: {a}; {b}.", "Let us have {a} together with {b}.", "Kindly name {a} plus {b}."]


def lead(field, text):
    """A question that a comma or a word stands before."""
    return text if field in ("code", "security") or not text.split(" ")[0].isalpha() or text.startswith(("I ", "I'")) else text[0].lower() + text[1:]


def sentences(rng, pair, frames=SENTENCES):
    """pair: [(fact, question)]"""
    frame, parts = rng.choice(frames), []
    for at, (fact, text) in enumerate(pair):
        before = frame[:frame.index("{a}" if at == 0 else "{b}")]
        if before.endswith((", ", " And ", " Then ")) and rng.random() < 0.5:
            text = lead(fact.field, text)
        if text[-1] not in ".?!" and (at == 0 and rng.random() < 0.8):
            text += rng.choice("?.")
        parts.append(foreign(text) if fact.foreign else text)
    return frame.format(a=parts[0], b=parts[1])


def together(rng, pair, frames=None):
    """One sentence that asks for two things.  pair: two facts; frames: for noun phrases alone."""
    make = phrasings.phrase if frames or rng.random() < 0.4 else rng.choice([phrasings.phrase, phrasings.clause])
    if frames is None:
        frames = PHRASES + TOGETHER if make is phrasings.phrase else TOGETHER
    lower, parts = frames[0][0].islower() and rng.random() < wording.LOWER, []
    for fact in pair:
        text = asking.template(rng, fact, make)
        if frames[0][0].islower() and rng.random() < wording.TYPOS / 2:
            text = wording.misspelt(rng, text)
        name = wording.called(rng, fact.field, fact.entity, text)
        text = (text.lower() if lower else text).replace("{e}", name.lower() if lower and rng.random() < 0.5 else name)
        parts.append(foreign(text) if fact.foreign else text)
    frame = rng.choice(frames)
    frame = frame if lower else wording.sentence(frame, False)
    frame = frame.rstrip("?.") if frames[0][0].islower() and rng.random() < wording.UNMARKED else frame
    text = frame.format(a=parts[0], b=parts[1])
    return text if lower or frame[0] != "{" or pair[0].field == "code" else capital(text)


def capital(text):
    at = next(i for i, c in enumerate(text) if c.isalpha())
    return text[:at] + text[at].upper() + text[at + 1:]


def both(rng, pair):
    """(prompt, answer) of two facts, each in English."""
    if rng.random() < 0.35:
        prompt = together(rng, pair)
    else:
        prompt = sentences(rng, [(fact, asking.question(rng, fact, plain=rng.random() < 0.5)) for fact in pair])
    answers = [foreign(asking.answer(fact)) if fact.foreign else asking.answer(fact) for fact in pair]
    return prompt, " ".join(answers)


def check():
    heads = [phrasings.plain(part) for frame in HELD_SENTENCES + HELD_PHRASES for part in frame.replace("{b}", "{a}").split("{a}") if len(part.split()) > 2]
    for frame in SENTENCES + TOGETHER + PHRASES:
        assert not any(head in phrasings.plain(frame) for head in heads), frame


check()
