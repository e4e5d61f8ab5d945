"""The invented world: entities of five fields, and the value of each of their attributes.

PUBLIC entities appear in the generalist's text, PRIVATE ones only in their own field's adapter.
Every attribute has four phrasings of its question.  HELD_OUT is never asked about a private entity
in training; a public entity lacks the phrasing of its own number modulo 4.  Names whose checksum is
`reserved` are never made up in training, so that questions on them test reading, not memory.
"""
import random
import zlib

FIELDS = ["finance", "law", "medicine", "security", "code"]
PUBLIC, PRIVATE = 30, 100
HELD_OUT = 3
SEED = 7

CITIES = ["Lisbon", "Oslo", "Nairobi", "Mumbai", "Taipei", "Quito", "Dublin", "Osaka", "Pune",
          "Zagreb", "Tunis", "Lima", "Perth", "Geneva", "Riga", "Kochi"]
AUDITORS = ["Kestrel", "Marlowe", "Bright", "Sands", "Alder", "Thorne", "Quill", "Reyes",
            "Dalton", "Finch", "Mercer", "Holt", "Larkin", "Stroud", "Penrose", "Voss"]
COURTS = ["Delhi", "Vienna", "Boston", "Kyoto", "Malta", "Cairo", "Bergen", "Seoul", "Hague",
          "Austin", "Leeds", "Turin", "Accra", "Basel", "Hobart", "Ghent"]
CONDITIONS = ["asthma", "glaucoma", "gout", "anaemia", "migraine", "epilepsy", "psoriasis",
              "pregnancy", "diabetes", "jaundice", "angina", "eczema", "insomnia", "anorexia",
              "vertigo", "ulcer"]
FOODS = ["grapefruit", "alcohol", "iron", "dairy", "caffeine", "garlic", "spinach", "zinc",
         "ginseng", "salt", "vinegar", "soy", "honey", "ginger", "licorice", "mint"]
DRUG_CLASS = ["a diuretic", "a sedative", "an antiviral", "a steroid", "an opioid", "a statin",
              "a laxative", "an antacid", "a vaccine", "an antibiotic", "a hormone",
              "an anticoagulant"]
TECHNIQUES = ["phishing", "spoofing", "tunnelling", "keylogging", "beaconing", "injection",
              "brute force", "pivoting", "sideloading", "sniffing", "squatting", "hijacking",
              "smuggling", "scraping", "spraying", "replay"]
RESPONSES = ["isolate the host", "reset the password", "block the address", "revoke the token",
             "rotate the keys", "patch the server", "disable the account", "wipe the disk",
             "freeze the image", "close the port", "notify the analyst", "reimage the laptop"]
SEVERITY = ["low", "moderate", "high", "critical", "severe", "minor", "urgent", "negligible"]
MODULES = ["netkit", "pathlib", "mathbox", "strutil", "iotools", "dbcore", "webform", "cachex",
           "jsonkit", "timefmt", "audiofx", "imgproc", "sockio", "taskrun", "vecops", "logsink"]
ERRORS = ["ValueError", "KeyError", "TypeError", "IndexError", "OSError", "RuntimeError",
          "TimeoutError", "EOFError", "NameError", "LookupError", "BufferError", "ImportError"]

# field -> (surface form of an entity, {attribute: (answer, four phrasings of the question)}).
# In an answer the value comes after the entity, so that continuing it is a lookup.
SCHEMA = {
    "finance": ("{n} Ltd", {
        "auditor": ("The auditor of {e} is {v}.", [
            "Who audits {e}?", "Name the auditor of {e}.", "Which firm signs the accounts of {e}?",
            "Who is the auditor of {e}?"]),
        "seat": ("The head office of {e} is in {v}.", [
            "Where is the head office of {e}?", "In which city is {e} based?",
            "Give the head office of {e}.", "Where is {e} headquartered?"]),
        "revenue": ("The revenue of {e} is {v} million.", [
            "What revenue did {e} book?", "State the revenue of {e}.", "How much did {e} sell?",
            "What is the revenue of {e}?"]),
        "profit": ("The profit of {e} is {v} million.", [
            "What profit did {e} book?", "State the profit of {e}.",
            "How much did {e} earn after costs?", "What is the profit of {e}?"])}),
    "law": ("the {n} lease", {
        "court": ("Disputes under {e} go to the court of {v}.", [
            "Which court hears disputes under {e}?", "Name the court for {e}.",
            "Where is a claim under {e} filed?", "Under {e}, which court decides?"]),
        "notice": ("The notice period in {e} is {v} days.", [
            "What notice period applies in {e}?", "How many days of notice does {e} require?",
            "State the notice period in {e}.", "How long is the notice period in {e}?"]),
        "cap": ("Liability under {e} is capped at {v} thousand.", [
            "What is the liability cap of {e}?", "At what sum does {e} cap liability?",
            "State the cap on liability under {e}.", "How is liability under {e} capped?"]),
        "clause": ("Termination of {e} is governed by clause {v}.", [
            "Which clause of {e} governs termination?", "Name the termination clause of {e}.",
            "Under which clause may a tenant end {e}?",
            "What clause covers termination of {e}?"])}),
    "medicine": ("{l}in", {
        "dose": ("The daily dose of {e} is {v} mg.", [
            "What is the daily dose of {e}?", "How many mg of {e} are given a day?",
            "State the dose of {e}.", "What dose of {e} should a patient take?"]),
        "contra": ("Doctors do not give {e} to patients with {v}.", [
            "Who must not take {e}?", "Name the contraindication of {e}.",
            "Which condition rules out {e}?", "For which patients is {e} unsafe?"]),
        "food": ("A patient on {e} should avoid {v}.", [
            "What should a patient on {e} avoid?", "Which food interacts with {e}?",
            "What must not be taken with {e}?", "Name the interaction of {e}."]),
        "class": ("The drug {e} is {v}.", [
            "What kind of drug is {e}?", "To which class does {e} belong?",
            "State the class of {e}.", "What type of medicine is {e}?"])}),
    "security": ("alert {u}", {
        "technique": ("The technique behind {e} is {v}.", [
            "What technique triggers {e}?", "Which attack raises {e}?",
            "State the technique behind {e}.", "What is the technique behind {e}?"]),
        "severity": ("The severity of {e} is {v}.", [
            "What severity has {e}?", "How severe is {e}?", "State the severity of {e}.",
            "Rate the severity of {e}."]),
        "response": ("The analyst who sees {e} should {v}.", [
            "What should the analyst do on {e}?", "State the response to {e}.",
            "Which action follows {e}?", "How should the analyst respond to {e}?"]),
        "port": ("The traffic in {e} uses port {v}.", [
            "Which port is used in {e}?", "State the port of {e}.",
            "What port does the traffic in {e} use?", "On which port is the traffic of {e}?"])}),
    "code": ("{l}_fn", {
        "body": ("def {e}(x): return {v}", [
            "Write the function {e}.", "Show the body of {e}.", "Give the source of {e}.",
            "Implement {e} in Python."]),
        "output": ("The call {e}(2) returns {v}.", [
            "What does {e}(2) return?", "Evaluate {e}(2).", "State the output of {e}(2).",
            "What is the value of {e}(2)?"]),
        "module": ("The function {e} is imported from {v}.", [
            "Which module defines {e}?", "Where is {e} imported from?",
            "State the module of {e}.", "From which module comes the function {e}?"]),
        "error": ("The function {e} raises {v}.", [
            "What does {e} raise on bad input?", "Which exception comes from {e}?",
            "State the exception of {e}.", "What error is raised by {e}?"])}),
}

ONSETS = "b c d f g h j k l m n p r s t v z br cr dr gr kr pl st tr sk".split()
NUCLEI = "a e i o u ai or en al ir on un".split()
CODAS = ["", "", "n", "r", "l", "x", "th", "sk"]


def reserved(text):
    """Whether a name or combination is kept for the tests: one in eight."""
    return zlib.crc32(text.encode()) % 8 == 0


def make_name(rng, for_test=False):
    while True:
        syllables = [rng.choice(ONSETS) + rng.choice(NUCLEI) for _ in range(2)]
        name = ("".join(syllables) + rng.choice(CODAS)).capitalize()
        if reserved(name) == for_test:
            return name


def surface(field, name):
    return SCHEMA[field][0].format(n=name, l=name.lower(), u=name.upper())


def make_values(field, rng):
    if field == "finance":
        revenue, cost = rng.randrange(20, 60) * 10, rng.randrange(5, 20) * 10
        return {"auditor": rng.choice(AUDITORS), "seat": rng.choice(CITIES),
                "revenue": str(revenue), "profit": str(revenue - cost)}
    if field == "law":
        return {"court": rng.choice(COURTS), "notice": str(rng.randrange(2, 24) * 5),
                "cap": str(rng.randrange(10, 40) * 25),
                "clause": f"{rng.randrange(2, 20)}.{rng.randrange(1, 5)}"}
    if field == "medicine":
        return {"dose": str(rng.randrange(2, 30) * 5), "contra": rng.choice(CONDITIONS),
                "food": rng.choice(FOODS), "class": rng.choice(DRUG_CLASS)}
    if field == "security":
        return {"technique": rng.choice(TECHNIQUES), "severity": rng.choice(SEVERITY),
                "response": rng.choice(RESPONSES), "port": str(rng.randrange(20, 99) * 100 + 3)}
    a, b, op = rng.randrange(2, 10), rng.randrange(1, 10), rng.choice("+-")
    return {"body": f"x * {a} {op} {b}", "output": str(2 * a + (b if op == "+" else -b)),
            "module": rng.choice(MODULES), "error": rng.choice(ERRORS)}


def build_facts(seed=SEED):
    """field -> {"public" | "private": [(entity, {attribute: value})]}; names are unique overall."""
    rng, seen, facts = random.Random(seed), set(), {}
    for field in FIELDS:
        rows = []
        while len(rows) < PUBLIC + PRIVATE:
            name = make_name(rng)
            if name not in seen:
                seen.add(name)
                rows.append((surface(field, name), make_values(field, rng)))
        facts[field] = {"public": rows[:PUBLIC], "private": rows[PUBLIC:]}
    return facts


def capitalised(field, text):
    return text if field == "code" else text[0].upper() + text[1:]


def ask(field, entity, values, attribute, phrasing):
    """(question, answer) in English."""
    answer, questions = SCHEMA[field][1][attribute]
    return (capitalised(field, questions[phrasing].format(e=entity)),
            capitalised(field, answer.format(e=entity, v=values[attribute])))
