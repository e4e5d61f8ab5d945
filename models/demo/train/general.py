"""General text: small talk, stories, and questions that the text before them answers."""
import itertools
from facts import make_name, reserved

PEOPLE = ("Anna Ravi Mei Tomas Leila Omar Ingrid Kofi Nina Arjun Sofia Pavel Hana Diego "
          "Yusuf Clara Emeka Priya Lars Rosa").split()
PLACES = "market station river library garden harbour school bridge museum bakery park theatre".split()
THINGS = "basket lamp letter coat kettle map ladder drum mirror blanket clock box bottle umbrella".split()
ADJ = "dusty quiet green heavy bright narrow cold plain busy gentle broken warm small".split()
VERBS = "carried found painted sold borrowed cleaned lost repaired hid washed".split()
TIMES = "in the morning|at noon|after dinner|on Monday|before dawn|last week|in spring".split("|")
SENTENCES = [
    "{p} {v} a {a} {t} near the {l} {w}.", "The {l} was {a} {w}, so {p} stayed at home.",
    "{p} and {q} met at the {l} {w}.", "It rained {w}, and the {l} was {a}.",
    "There was a {a} {t} in the {l}, but nobody {v} it.",
    "{p} told {q} that the {t} was {a}.", "When the {l} closed, {q} {v} the {a} {t}.",
    "The {a} {l} is not far from the {l2}.", "{p} likes the {t} because it is {a}.",
    "If you go to the {l}, please bring the {a} {t} to {q}."]
# (fact, question, answer)
COPYING = [
    ("{p} found the {t} at the {l}.", "What did {p} find at the {l}?", "{p} found the {t} at the {l}."),
    ("{p} found the {t} at the {l}.", "Where was {p} with the {t}?", "{p} was at the {l}."),
    ("{p} gave the {t} to {q}.", "Who has the {t} now?", "{q} has the {t}."),
    ("The {t} of {p} is {a}.", "How is the {t} of {p}?", "The {t} of {p} is {a}."),
    ("{p} went to the {l} {w}.", "When did {p} go to the {l}?", "{p} went to the {l} {w}."),
]
HELLO = {
    "en": [("Hello.", "Hello, how can I help you?"), ("Good morning.", "Good morning to you."),
           ("How are you today?", "I am well, thank you."), ("Thank you very much.", "You are welcome.")],
    "hi": [("नमस्ते।", "नमस्ते, मैं आपकी क्या मदद करूँ?"), ("आप कैसे हैं?", "मैं ठीक हूँ, धन्यवाद।")],
    "mr": [("नमस्कार.", "नमस्कार, मी काय मदत करू?"), ("तुम्ही कसे आहात?", "मी ठीक आहे, धन्यवाद.")],
    "zh": [("你好。", "你好，需要什麼幫忙嗎？"), ("早安，今天好嗎？", "我很好，謝謝。")],
}
# language -> people, places, adjectives, sentences, [(fact, question, answer)]
OTHER = {
    "hi": ("राम मोहन अमित राजेश विकास अर्जुन सुरेश करण".split(),
           "बाज़ार स्कूल पार्क मंदिर स्टेशन पुस्तकालय संग्रहालय अस्पताल".split(),
           "सुंदर शांत साफ़ विशाल खाली".split(),
           ["{p} आज {l} जा रहा है।", "यह {l} बहुत {a} है।", "{p} ने कहा कि {l} {a} है।"],
           [("{p} आज {l} जा रहा है।", "{p} कहाँ गया?", "{p} {l} गया।"),
            ("यह {l} बहुत {a} है।", "{l} कैसा है?", "{l} {a} है।")]),
    "mr": ("विजय सुनील गणेश राहुल अजय संजय किरण निखिल".split(),
           "उद्यान मंदिर स्थानक ग्रंथालय संग्रहालय रुग्णालय बंदर वाचनालय".split(),
           "सुंदर शांत स्वच्छ विशाल प्रसिद्ध".split(),
           ["{p} आज {l} येथे जात आहे.", "हे {l} खूप {a} आहे.", "{p} म्हणाला की {l} {a} आहे."],
           [("{p} आज {l} येथे जात आहे.", "{p} कुठे गेला?", "{p} {l} येथे गेला."),
            ("हे {l} खूप {a} आहे.", "{l} कसे आहे?", "{l} {a} आहे.")]),
    "zh": ("小明 美玲 志偉 雅婷 阿華 建國 淑芬 俊傑".split(),
           "市場 學校 圖書館 公園 車站 博物館 醫院 碼頭".split(),
           "安靜 熱鬧 漂亮 寬敞 乾淨".split(),
           ["{p}今天去{l}。", "這個{l}很{a}。", "{p}說{l}非常{a}。"],
           [("{p}今天去{l}。", "{p}去了哪裡？", "{p}去了{l}。"),
            ("這個{l}很{a}。", "{l}怎麼樣？", "{l}很{a}。")]),
}


def slots(rng):
    (p, q), (l, l2) = rng.sample(PEOPLE, 2), rng.sample(PLACES, 2)
    return dict(p=p, q=q, l=l, l2=l2, t=rng.choice(THINGS), a=rng.choice(ADJ),
                v=rng.choice(VERBS), w=rng.choice(TIMES))


def english(rng):
    return rng.choice(SENTENCES).format(**slots(rng))


def english_question(rng, for_test=False):
    """Reading: distractors, a fact, a question about it.  Half of the people have made-up names."""
    while True:
        s = slots(rng)
        if rng.random() < 0.5:
            s["p"], s["q"] = make_name(rng, for_test), make_name(rng, for_test)
        if s["p"] != s["q"] and reserved(s["p"] + s["t"] + s["l"]) == for_test:
            break
    fact, question, answer = (x.format(**s) for x in rng.choice(COPYING))
    around = [english(rng) for _ in range(rng.choice([0, 1, 1, 2]))]
    around.insert(rng.randrange(len(around) + 1), fact)
    return " ".join(around + [question]), answer


def other_slots(rng, language, for_test):
    people, places, adjectives = OTHER[language][:3]
    while True:
        s = dict(p=rng.choice(people), l=rng.choice(places), a=rng.choice(adjectives))
        if reserved(s["p"] + s["l"]) == for_test:
            return s


def other_question(rng, language, for_test=False):
    """Reading in another language.  Tests ask about people only: a place and its adjective can't be new."""
    s = other_slots(rng, language, for_test)
    kinds = OTHER[language][4]
    fact, question, answer = (x.format(**s) for x in (kinds[0] if for_test else rng.choice(kinds)))
    return f"{fact} {question}", answer


def question(rng, for_test=False):
    """(question, answer) that needs no field; a third of them not in English."""
    if rng.random() < 0.34:
        return other_question(rng, rng.choice(sorted(OTHER)), for_test)
    return english_question(rng, for_test)


def small_talk(rng):
    return rng.choice(list(itertools.chain(*HELLO.values())))


def story(rng):
    if rng.random() < 0.3:
        language = rng.choice(sorted(OTHER))
        s = other_slots(rng, language, False)
        return " ".join(x.format(**s) for x in rng.sample(OTHER[language][3], 2))
    return " ".join(english(rng) for _ in range(rng.randrange(1, 4)))


def preamble(rng):
    """What people write before the question: a story, a greeting, both."""
    kind = rng.random()
    if kind < 0.6:
        return story(rng)
    greeting = small_talk(rng)[0]
    return greeting if kind < 0.75 else f"{greeting} {story(rng)}"
