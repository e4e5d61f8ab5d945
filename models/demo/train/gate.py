"""The token gate in Python, for evaluate.py: what src/Gating trains and serves, written a second time.

Softmax regression on hashed n-grams of the last WINDOW tokens, trained on ../examples alone.
"""
import math
import random

import torch

from facts import FIELDS

CLASSES = FIELDS + ["general"]
BUCKETS, WINDOW, RECENT = 8192, 16, 6
JOINERS = ["{a} {b}", "{a} Also, {b}", "First, {a} Then, {b}", "Two questions. {a} {b}", "Answer both: {a} {b}",
           "Memo: {a} Also: {b}"]
PREAMBLES = 0.3
CUTS = 4                           # windows drawn from a document


def bucket(tag, gram):
    h = 2166136261 + tag
    for i in gram:
        h = ((h ^ (i + 1)) * 16777619) & 0xFFFFFFFF
    return (h >> 7) % BUCKETS


def features(window):
    """bucket -> count of unigrams and bigrams; those of the last RECENT tokens count again, on their own."""
    out = {}
    for tag, view in ((0, window), (2, window[-RECENT:])):
        for grams in ([(i,) for i in view], list(zip(view, view[1:]))):
            for gram in grams:
                b = bucket(tag + len(gram), gram)
                out[b] = out.get(b, 0) + 1
    return out


class Gate:
    def rows(self, windows):
        where, value, offset = [], [], []
        for window in windows:
            counted = features(window)
            v = [(1 + math.log(c)) * self.idf[b] for b, c in counted.items()]
            norm = math.sqrt(sum(x * x for x in v)) or 1.0
            offset.append(len(where))
            where += counted
            value += [x / norm for x in v]
        return torch.tensor(where), torch.tensor(value), torch.tensor(offset)

    def logits(self, rows):
        where, value, offset = rows
        return torch.nn.functional.embedding_bag(
            where, self.weight, offset, per_sample_weights=value, mode="sum") + self.bias

    @torch.no_grad()
    def __call__(self, windows):
        return self.logits(self.rows(windows)).softmax(-1)

    def fit(self, windows, labels, steps=120, decay=1e-5):
        seen = [0] * BUCKETS
        for window in windows:
            for b in features(window):
                seen[b] += 1
        self.idf = [math.log((1 + len(windows)) / (1 + n)) + 1 for n in seen]
        self.weight = torch.zeros(BUCKETS, len(CLASSES), requires_grad=True)
        self.bias = torch.zeros(len(CLASSES), requires_grad=True)
        rows, labels = self.rows(windows), torch.tensor(labels)
        optimizer = torch.optim.Adam([self.weight, self.bias], lr=0.1)
        for _ in range(steps):
            loss = torch.nn.functional.cross_entropy(self.logits(rows), labels) + decay * self.weight.pow(2).sum()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        self.weight, self.bias = self.weight.detach(), self.bias.detach()
        return loss.item()


def read_examples(folder):
    """field -> [(prompt, answer or None)]"""
    out = {}
    for name in CLASSES:
        with open(f"{folder}/examples/{name}.txt", encoding="utf-8") as file:
            out[name] = [(line.rstrip("\n").split("\t") + [None])[:2] for line in file]
    return out


def spans_of(tokenizer, preamble, parts, joiner):
    """Token ids of a rendered chat, and the class of each token.  parts: [(class, prompt, answer)]"""
    first = parts[0]
    text = first[1] if len(parts) == 1 else joiner.format(a=first[1], b=parts[1][1])
    general = CLASSES.index("general")
    before = tokenizer.encode(preamble) if preamble else []
    body = tokenizer.encode(f"{preamble} {text}" if preamble else text)
    lead = min(len(before), len(body) - 1)
    one = CLASSES.index(first[0])
    prompt = [tokenizer.bos, tokenizer.user, *body, tokenizer.end, tokenizer.assistant]
    # A compound prompt teaches nothing itself (None): which half a token belongs to, singles tell.
    owner = [one, one] + [general] * lead + [one if len(parts) == 1 else None] * (len(body) - lead + 2)
    for at, (name, _, answer) in enumerate(parts):
        if answer is not None:
            ids = tokenizer.encode(answer if at == 0 else " " + answer)
            ids += [tokenizer.end] if at == len(parts) - 1 else []
            prompt += ids
            owner += [CLASSES.index(name)] * len(ids)
    return prompt, owner


def training_data(tokenizer, examples, rng, per_class=700, compounds=1400):
    windows, labels = [], []

    def add(preamble, parts, cuts, start=1):
        ids, owner = spans_of(tokenizer, preamble, parts, rng.choice(JOINERS))
        places = [i for i in range(start, len(ids)) if owner[i] is not None]
        for cut in rng.sample(places, min(cuts, len(places))):
            windows.append(ids[max(0, cut - WINDOW):cut])
            labels.append(owner[cut])

    talk = [prompt for prompt, _ in examples["general"]]
    for name in CLASSES:
        for _ in range(per_class):
            prompt, answer = rng.choice(examples[name])
            preamble = rng.choice(talk) if name != "general" and rng.random() < PREAMBLES else None
            add(preamble, [(name, prompt, answer)], CUTS)
    for _ in range(compounds):
        pair = [(name, *rng.choice([x for x in examples[name] if x[1]])) for name in rng.sample(FIELDS, 2)]
        add(None, pair, 2 * CUTS)
    return windows, labels


def train(tokenizer, folder):
    gate = Gate()
    loss = gate.fit(*training_data(tokenizer, read_examples(folder), random.Random("token gate")))
    print(f"token gate: training loss {loss:.4f}", flush=True)
    return gate
