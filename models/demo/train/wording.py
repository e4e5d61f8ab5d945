"""How a question is typed: politeness, typing errors, case and punctuation; and how an entity is called."""
import re

BEFORE = ["Hi, ", "Hello, ", "Hey, ", "Hi! ", "Hello! ", "Hi there. ", "Good morning. ", "Good evening. ", "Please, ", "Sorry, ", "Excuse me, ", "Quick question: ",
          "One question: ", "Question: ", "OK, ", "Okay. ", "So, ", "Well, ", "Now, ", "Hello there, ", "I have a question. ", "I have a question: ",
          "Can you help me? ", "Please help. ", "Sorry to bother you. ", "Hm, ", "Great. ", "Right, ", "Next, ", "Then: ", "Dear assistant, ", "Listen, "]
AFTER = [" Thanks.", " Thanks!", " Thank you.", " Thank you!", " Please.", " Thanks a lot.", " Many thanks.", " It is urgent.", " I need it today.",
         " I have no time.", " That is all.", " Please be brief.", " Just the answer.", " Thanks in advance.", " Be quick.", " I forgot."]
# Shares of training questions.
POLITE, THANKFUL, TYPOS, LOWER, UNMARKED, OTHER_NAME = 0.12, 0.07, 0.12, 0.14, 0.12, 0.2
NEAR = dict(zip("qwertyuiopasdfghjklzxcvbnm", "wertyuiopoasdfghjkl".ljust(26, "x")))
FORMS = {"finance": ["{n}", "{n}", "{n}", "{n} Limited", "the company {n} Ltd", "the company {n}", "the firm {n} Ltd"],
         "law": ["the lease {n}", "{n} lease", "{n} lease", "the {n} contract", "the {n} rental contract", "{n}", "our {n} lease", "this {n} lease"],
         "medicine": ["the drug {l}in", "the medicine {l}in", "{n}in", "{n}in", "the drug {n}in", "{u}IN"],
         "security": ["{u}", "{u}", "the alert {u}", "the {u} alert", "this alert {u}", "our alert {u}", "{u} alert", "alarm {u}"],
         "code": ["the function {l}_fn", "the function {l}_fn", "function {l}_fn", "{l}_fn()", "our function {l}_fn"]}
PARTS = {"finance": r"(\w+) Ltd", "law": r"the (\w+) lease", "medicine": r"(\w+)in", "security": r"alert (\w+)", "code": r"(\w+)_fn"}


def called(rng, field, entity, template):
    """The entity as the template's writer might call it; mostly by its own name."""
    if rng.random() >= OTHER_NAME:
        return entity
    name = re.fullmatch(PARTS[field], entity).group(1).capitalize()
    form = rng.choice(FORMS[field])
    if "()" in form and "{e}(" in template:
        return entity
    return form.format(n=name, l=name.lower(), u=name.upper())


def typo(rng, word):
    at, kind = rng.randrange(1, len(word) - 1), rng.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2:]
    if kind == 1:
        return word[:at] + word[at + 1:]
    if kind == 2:
        return word[:at] + word[at] + word[at:]
    return word[:at] + NEAR.get(word[at], "e") + word[at + 1:]


def misspelt(rng, template):
    """One or two words of four letters and more with an error in them; never the entity."""
    words = template.split(" ")
    places = [i for i, word in enumerate(words) if len(word) > 3 and word.isalpha()]
    for at in rng.sample(places, min(len(places), rng.choice([1, 1, 2]))):
        words[at] = typo(rng, words[at])
    return " ".join(words)


def sentence(text, fixed_case):
    """With capitals where sentences begin, and a capital I; a name of code keeps its case."""
    text = re.sub(r"\bi\b(?=['’ ])", "I", text)
    if not fixed_case and not text.startswith("{e}"):
        text = text[0].upper() + text[1:]
    return re.sub(r"([.?!] )([a-z])", lambda m: m.group(1) + m.group(2).upper(), text)


def typed(rng, field, entity, template, plain=False):
    """The template filled in, as somebody types it.  plain: whole sentences without errors."""
    text = misspelt(rng, template) if not plain and rng.random() < TYPOS else template
    name = called(rng, field, entity, text)
    if not plain and rng.random() < UNMARKED:
        text = text.rstrip("?.")
    if not plain and rng.random() < POLITE:
        before = rng.choice(BEFORE)
        text = before + (text if before.endswith(", ") or before.endswith(": ") else sentence(text, False))
    if not plain and rng.random() < THANKFUL:
        text = (text if text[-1] in ".?!" else text + ".") + rng.choice(AFTER)
    if not plain and rng.random() < LOWER:
        return text.lower().replace("{e}", name.lower() if rng.random() < 0.5 else name)
    text = sentence(text, False)
    if text.startswith("{e}") and field != "code":
        name = name[0].upper() + name[1:]
    return text.replace("{e}", name)
