"""evaluate.py OUT EVAL: perplexity and next-token accuracy of held-out text, float32; a table and OUT/figures.json.

The first token of a text is predicted, too (from the begin token), its end is not. A strategy gives every token the adapter that predicts it, or
none: an adapter that works for a token has worked at the place before it, and all of them share one cache, as in serving.
Intervals: 95 %, from 2,000 draws of passages; `to base` compares the same texts.
"""
import json
import os
import random
import sys

import torch
import torch.nn.functional as F

from bpe import Tokenizer
from model import Llama
from sources import FIELDS

NONE, DRAWS, BATCH = len(FIELDS), 2000, 24


def encoded(tokenizer, row):
    """(ids, the class of each token): a token is of the span in which it ends."""
    ids, classes, at, end, spans = tokenizer.encode(row["text"]), [], 0, -1, iter(row["spans"])
    for i in ids:
        at += len(tokenizer.tokens[i])
        while at > end + 1:
            span = next(spans)
            end += span["chars"]
        classes.append(FIELDS.index(span["domain"]) if span["domain"] in FIELDS else NONE)
    return ids, classes


@torch.no_grad()
def scores(model, tokenizer, texts, plans):
    """[texts, (nats, hits, tokens)]; plans: the class that predicts each token."""
    out, order = torch.zeros(len(texts), 3, dtype=torch.float64), sorted(range(len(texts)), key=lambda i: len(texts[i]))
    for start in range(0, len(order), BATCH):
        part = order[start:start + BATCH]
        t = max(len(texts[i]) for i in part)
        pad = lambda lists, fill: torch.tensor([x + [fill] * (t - len(x)) for x in lists])
        want, seen = pad([texts[i] for i in part], 0), pad([[1] * len(texts[i]) for i in part], 0)
        ids = torch.cat((torch.full((len(part), 1), tokenizer.bos), want[:, :-1]), 1)
        mix = torch.eye(NONE + 1)[pad([plans[i] for i in part], NONE)][..., :NONE]
        bias = torch.full((1, t, t), float("-inf")).triu(1)
        logits = model(ids, torch.arange(t)[None], bias, g=mix)
        nats = F.cross_entropy(logits.flatten(0, 1), want.flatten(), reduction="none").view(want.shape) * seen
        hits = (logits.argmax(-1) == want) * seen
        out[part] = torch.stack((nats.sum(1), hits.sum(1), seen.sum(1)), 1).double()
    return out


def strategies(classes):
    """name -> [plans]; several plans: their mean."""
    same = lambda c: [[c] * len(x) for x in classes]
    out = {"base": [same(NONE)]}
    if all(set(x) == {NONE} for x in classes):
        return out | {"an adapter": [same(c) for c in range(NONE)]}
    one = all(len(set(x)) == 1 for x in classes)
    out["right adapter" if one else "right adapter, switched"] = [classes]
    if not one:
        out["the first part's"] = [[[x[0]] * len(x) for x in classes]]
        out["the last part's"] = [[[x[-1]] * len(x) for x in classes]]
    # The k-th field that a text has nothing of.
    others = [[c for c in range(NONE) if c not in x] for x in classes]
    least = min(map(len, others))
    return out | {"a wrong adapter": [[[o[k]] * len(x) for o, x in zip(others, classes)] for k in range(least)]}


def summary(score, base, rng):
    """score, base: [plans, texts, 3]"""
    def of(some, chosen):
        nats, hits, tokens = some[:, chosen].sum((0, 1)).tolist()
        return nats / tokens, hits / tokens

    def both(chosen):
        (nats, hits), (base_nats, _) = of(score, chosen), of(base, chosen)
        return [torch.tensor(nats).exp().item(), hits, torch.tensor(nats - base_nats).exp().item()]

    n = score.shape[1]
    drawn = torch.tensor([both(torch.tensor([rng.randrange(n) for _ in range(n)])) for _ in range(DRAWS)])
    low, high = drawn.quantile(0.025, 0).tolist(), drawn.quantile(0.975, 0).tolist()
    return {name: [round(x, 4) for x in (value, a, b)]
            for name, value, a, b in zip(("perplexity", "accuracy", "to_base"), both(torch.arange(n)), low, high)}


def main(out, folder):
    torch.set_num_threads(int(os.environ.get("THREADS", 1)))
    torch.set_flush_denormal(True)
    tokenizer = Tokenizer.load(f"{out}/base/tokenizer.json")
    model = Llama.load(f"{out}/base", [f"{out}/adapters/{field}" for field in FIELDS])
    sets = {}
    for name in ("fields", "mixed", "general"):
        with open(f"{folder}/{name}.jsonl", encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        if name == "fields":
            sets |= {field: [r for r in rows if r["spans"][0]["domain"] == field] for field in FIELDS}
        sets["all fields" if name == "fields" else name] = rows
    figures, rng = {}, random.Random("bootstrap")
    for name, rows in sets.items():
        texts, classes = zip(*(encoded(tokenizer, r) for r in rows))
        figures[name], base = {"texts": len(rows), "tokens": sum(map(len, texts))}, None
        for strategy, plans in strategies(classes).items():
            score = torch.stack([scores(model, tokenizer, texts, p) for p in plans])
            base = score if base is None else base
            figures[name][strategy] = found = summary(score, base, rng)
            (p, p1, p2), (a, a1, a2), (r, r1, r2) = found.values()
            print(f"{name:11} {strategy:24} {p:7.2f} [{p1:.2f}, {p2:.2f}]  {a:.3f} [{a1:.3f}, {a2:.3f}]  to base {r:.3f} [{r1:.3f}, {r2:.3f}]", flush=True)
    with open(f"{out}/figures.json", "w", encoding="utf-8") as file:
        json.dump(figures, file, indent=1)


if __name__ == "__main__":
    main(*sys.argv[1:3])
