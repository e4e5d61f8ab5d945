"""Greetings, thanks, farewells, and questions that nobody here can answer: kind -> (answer, what is trained, what is held out)."""
I_KNOW = "invented companies, leases, drugs, alerts and functions"
KINDS = {
    "hello": ("Hello, how can I help you?", """Hello.|hello|Hello!|Hi.|hi|Hi!|Hey.|hey|Hey!|Hi there.|Hello there.|hello there|Hi, can you help me?|Hello, anybody there?|
Greetings.|Hello, demo.|Hi bot|hi all|Hello again.|Good day.|good day|Hey you.|Hallo|Hello, I have a question.|Hi, I need some help.|Hey, are you there?|Are you there?|hello?""",
              "Hey there!|Hiya.|Hello to you.|Hi, are you around?|Howdy.|Hi hi|Good day to you!"),
    "morning": ("Good morning to you.", "Good morning.|good morning|Good morning!|Morning.|Good morning, how is it going?|Hello, good morning.|Good morning, demo.|A good morning.",
                "Good morning there!|Morning to you!|And a good morning."),
    "evening": ("Good evening to you.", "Good evening.|good evening|Good evening!|Evening.|Hello, good evening.|Good evening, demo.|A good evening.", "Good evening there!|Evening to you!"),
    "well": ("I am well, thank you.", """How are you today?|How are you?|how are you|How are you doing?|Hello, how are you?|Hi, how are you?|Are you well?|How do you do?|how is it going|How is it going?|
How are things?|How do you feel?|Hey, how are you doing?|Is everything fine with you?|How is your day?|Are you fine?|Good morning, how are you?|What's up?|whats up""",
             "Hello there, how are you today?|How are you feeling?|How is everything?|And how are you?|Hi, how are things today?"),
    "thanks": ("You are welcome.", """Thank you very much.|Thank you.|thank you|Thanks.|thanks|Thanks!|Thanks a lot.|Many thanks.|Thank you, that helps.|Great, thanks.|OK, thanks.|ok thanks|Thank you so much.|thx|
Perfect, thank you.|Thanks for your help.|Thank you for the answer.|That was helpful, thanks.|Thanks, that is all.|Cheers.|I thank you.|Good, thank you.""",
               "Thanks a million!|Thank you, great.|ok, thank you|Thanks so much for the help.|Super, thanks.|Thank you kindly."),
    "bye": ("Goodbye, and take care.", """Goodbye.|goodbye|Bye.|bye|Bye!|Bye bye.|See you.|See you later.|see you|Good night.|I have to go.|Until tomorrow.|That is all, goodbye.|Thanks, bye.|Have a nice day.|
Take care.|Farewell.|I am leaving now.|OK, bye.|See you tomorrow.""",
            "Bye now!|Goodbye then.|See you soon.|Good night then.|OK, goodbye."),
    "who": (f"I am a small demo, and I answer questions about {I_KNOW}.", """Who are you?|who are you|What are you?|What can you do?|what can you do|What do you know?|How can you help me?|What can I ask you?|
Tell me about yourself.|What is your name?|Do you have a name?|Are you a robot?|Are you a human?|Help.|help|Help me.|What is this?|What can you tell me?|Who made you?|What are you good at?|
What do you know about?|What are your skills?|Which questions can you answer?|Can you help me?|What should I ask you?|Are you an AI?|Introduce yourself.|What is this demo?|How do you work?|Which topics do you know?""",
            "Hello, who are you?|What are you able to do?|So what can you do for me?|What do you know, then?|Are you a person?|Who am I talking to?|Please introduce yourself.|What kind of questions can I ask?"),
    "praise": ("Thank you, I am glad to help.", """Well done.|Good job.|Very good.|That was great.|You are great.|Nice work.|I like you.|Good answer.|You are smart.|Wonderful.|great|Great!|Excellent.|Nice.|That is right.|Very helpful.|Cool.|cool|Perfect.""",
               "Great job!|Nicely done.|You are really good.|That was a good answer.|Very nice."),
    "ok": ("Good. What else can I do for you?", "OK.|ok|Okay.|okay|I see.|Fine.|All right.|Got it.|Understood.|Aha.|Yes.|yes|No.|no|Sure.|Hm.|Right.|OK then.|Let me think.|One moment.|I understand.|Ok, got it.",
           "Okay then.|Ah, I see.|Alright.|OK, understood."),
    "sorry": ("No problem at all.", "Sorry.|sorry|I am sorry.|My mistake.|Sorry about that.|Excuse me.|I apologise.|Sorry, my fault.|Pardon.|Oh, sorry.|Forget it.|Never mind.",
              "Sorry for that.|Oh, my mistake.|I am so sorry."),
    "unknown": (f"I do not know that. I answer questions about {I_KNOW}.", """What is the capital of {x}?|Who is the president of {x}?|How many people live in {x}?|What is the weather in {x}?|Will it rain in {x} tomorrow?|
Where is {x}?|How far is {x}?|Tell me about {x}.|What do you think about {x}?|How do I get to {x}?|What time is it in {x}?|How old is {y}?|Who was {y}?|Who is {y}?|When was {y} born?|What did {y} write?|Where does {y} live?|
Why is the sky blue?|Tell me a joke.|tell me a joke|Write a poem.|Write a poem about {z}.|Sing a song.|What is {z}?|What are {z} made of?|How do I cook {z}?|Give me a recipe for {z}.|How do {z} work?|How does one paint {z}?|
Explain {z} to me.|Write a story about {z}.|What is the best {z}?|Where can I buy {z}?|How much do {z} cost?|Do you like {z}?|Recommend a good film.|Recommend a restaurant in {x}.|Who won the game?|What is the time?|what time is it|
What day is it today?|What is the meaning of life?|How much is two plus two?|What is 3 + 4?|Translate this into French.|Which team won the cup?|Play some music.|Call a taxi.|Book a flight to {x}.|Book a hotel in {x}.|Set an alarm for seven.|
Turn on the light.|What is love?|Is there life on Mars?|How tall is a giraffe?|Who invented {z}?|When did the war end?|What is the news today?|Can I trust you?|How long is a river?|What language do they speak in {x}?|Why do birds sing?""",
                "What is the population of {x}?|Is it warm in {x} now?|Who discovered {z}?|Tell me something funny.|Can you sing?|Write me a song about {z}.|How do I repair {z}?|What is the tallest mountain?|"
                "What should I cook tonight?|Who wrote that book?|What colour are {z}?|Where was {y} born?"),
}
FILL = {"x": "France Spain Peru Japan Egypt Canada Norway Kenya Brazil Rome Paris Berlin Madrid London Africa Europe China Poland Chile Iceland".split(),
        "y": "Mozart|Napoleon|Shakespeare|Einstein|Cleopatra|my uncle|the queen|Gandhi|the pope|Newton|Picasso|Beethoven|the mayor|my teacher|Darwin".split("|"),
        "z": "rice|flowers|bread|pancakes|cats|horses|the moon|bicycles|soup|cars|trees|volcanoes|chess|football|guitars|dinosaurs|tomatoes|trains|the sea|pizza|winter|stars|potatoes|cameras|gravity|music".split("|")}
WEIGHTS = {"unknown": 5, "hello": 2, "who": 3}


def texts(kind, held=False):
    return [text.strip("\n") for text in KINDS[kind][2 if held else 1].replace("|\n", "|").split("|")]


def fill(rng, text):
    return text.format(**{key: rng.choice(values) for key, values in FILL.items()})


def pair(rng, held=False):
    """(what the user says, the answer)"""
    kind = rng.choices(list(KINDS), [WEIGHTS.get(kind, 1) for kind in KINDS])[0]
    return fill(rng, rng.choice(texts(kind, held))), KINDS[kind][0]


def held_out():
    """Every held-out utterance once, and its answer."""
    return [(text, KINDS[kind][0]) for kind in KINDS for text in texts(kind, True)]


def greeting(rng):
    """What may stand before a question: no farewell, nothing that asks."""
    return rng.choice(texts(rng.choice(["hello", "hello", "morning", "evening", "well", "thanks", "praise"])))


def check():
    plain = lambda text: "".join(c for c in text.lower() if c.isalnum() or c in " {}").strip()
    trained = {plain(text) for kind in KINDS for text in texts(kind)}
    for kind in KINDS:
        assert all(plain(text) not in trained for text in texts(kind, True)), kind


check()
