"""evaluate.py OUT [DEMO_DIR] [--routed] [--limit N] [--sets A,B]: exact match of whole answers, greedy, on ../eval; a table and OUT/figures.json.

`route, token scope` is the served default: the gate chooses one adapter for every token, prompt
included, and all of them share one KV cache.
"""
import argparse
import json
import os
import time

import torch

import gate as gates
from bpe import Tokenizer
from facts import FIELDS
from model import Llama

NONE = len(FIELDS)                 # the class of the base alone
MAX_NEW = 80
SETS = ["single", "compound", "preamble", "general", "public", "reading", "languages", "newwords", "newcompound", "topics", "followups", "greetings"]


def one_hot(classes):
    """[N] classes -> [N, fields]; NONE is all zero."""
    return torch.eye(NONE + 1)[torch.as_tensor(classes)][..., :NONE]


def pad_left(prompts):
    t = max(map(len, prompts))
    ids = torch.tensor([[0] * (t - len(p)) + p for p in prompts])
    seen = torch.tensor([[0] * (t - len(p)) + [1] * len(p) for p in prompts]).bool()
    return ids, seen, (seen.cumsum(1) - 1).clamp(min=0)


def causal_bias(seen):
    t = seen.shape[1]
    visible = (seen[:, None, :] & torch.ones(t, t, dtype=torch.bool).tril()) | torch.eye(t, dtype=torch.bool)
    return torch.zeros(visible.shape).masked_fill(~visible, float("-inf"))


@torch.no_grad()
def generate(model, tokenizer, prompts, mix, next_mix):
    """Greedy text of each prompt.  mix [N, 1 | T, fields]: the prompt's adapters; next_mix(contexts) -> [N, fields]."""
    ids, seen, position = pad_left(prompts)
    cache = [[] for _ in model.model.layers]
    logits = model(ids, position, causal_bias(seen), cache, mix)[:, -1]
    contexts, live, position = [list(p) for p in prompts], [True] * len(prompts), position[:, -1:]
    for _ in range(MAX_NEW):
        best = logits.argmax(-1)
        for i, token in enumerate(best.tolist()):
            if live[i]:
                contexts[i].append(token)
                live[i] = token != tokenizer.end
        if not any(live):
            break
        position = position + 1
        seen = torch.cat((seen, torch.ones(len(prompts), 1, dtype=torch.bool)), 1)
        bias = torch.zeros(seen.shape).masked_fill(~seen, float("-inf"))[:, None]
        logits = model(best[:, None], position, bias, cache, next_mix(contexts)[:, None])[:, -1]
    return [tokenizer.decode(c[len(p):]) for c, p in zip(contexts, prompts)]


class Zoo:
    def __init__(self, out, demo):
        self.tokenizer = Tokenizer.load(f"{out}/base/tokenizer.json")
        self.model = Llama.load(f"{out}/base", [f"{out}/adapters/{field}" for field in FIELDS])
        self.gate = gates.train(self.tokenizer, demo)

    def choose(self, windows):
        return one_hot(self.gate(windows).argmax(-1))

    def routed(self, prompts):
        """The gate's choice for every token, on one cache."""
        t = max(map(len, prompts))
        mix = torch.zeros(len(prompts), t, NONE)
        for row, p in enumerate(prompts):
            mix[row, t - len(p):] = self.choose([p[max(0, i + 1 - gates.WINDOW):i + 1] for i in range(len(p))])
        return mix, lambda contexts: self.choose([c[-gates.WINDOW:] for c in contexts])

    def fixed(self, classes):
        mix = one_hot(classes)
        return mix[:, None], lambda contexts: mix

    def answers(self, rows, classes=None, size=50):
        """classes: the expert of each row, or None for the token gate."""
        prompts = [self.tokenizer.prompt(r["prompt"], [(t["role"], t["content"]) for t in r.get("history", ())]) for r in rows]
        order, out = sorted(range(len(rows)), key=lambda i: len(prompts[i])), [None] * len(rows)
        for at in range(0, len(order), size):
            part = order[at:at + size]
            some = [prompts[i] for i in part]
            plan = self.routed(some) if classes is None else self.fixed([classes[i] for i in part])
            for i, text in zip(part, generate(self.model, self.tokenizer, some, *plan)):
                out[i] = text
        return out


def match(got, rows):
    return sum(g == r["answer"] for g, r in zip(got, rows)) / len(rows)


def class_of(row, which=0):
    name = row["domains"][which]
    return FIELDS.index(name) if name in FIELDS else NONE


def strategies(rows):
    """name -> the expert of each row (None: the token gate)."""
    right = [class_of(r) for r in rows]
    plans = {"generalist": [NONE] * len(rows)}
    if NONE not in right:
        plans["right expert" if len(rows[0]["domains"]) == 1 else "expert of the 1st half"] = right
        plans["a wrong expert"] = [(c + 1) % NONE for c in right]
    if len(rows[0]["domains"]) == 2:
        plans["expert of the 2nd half"] = [class_of(r, 1) for r in rows]
        del plans["a wrong expert"]
    if len(set(right)) > 1:
        plans |= {f"always {field}": [i] * len(rows) for i, field in enumerate(FIELDS)}
    return {**plans, "route, token scope": None}


def main(options):
    torch.set_num_threads(int(os.environ.get("THREADS", 2)))
    torch.set_flush_denormal(True)
    out, demo = options.out, options.demo
    zoo, figures = Zoo(out, demo), {}
    for name in options.sets.split(","):
        with open(f"{demo}/eval/{name}.jsonl", encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        rows = rows[::max(1, len(rows) // options.limit)]
        figures[name] = {}
        for strategy, classes in strategies(rows).items():
            if options.routed and classes is not None:
                continue
            start, got = time.time(), zoo.answers(rows, classes)
            figures[name][strategy] = round(match(got, rows), 3)
            print(f"{name:10} {strategy:24} {match(got, rows):.3f}  {time.time() - start:.0f} s", flush=True)
            if classes is None:
                missed = [(r["prompt"], g) for g, r in zip(got, rows) if g != r["answer"]]
                figures[name]["missed"] = missed[:5]
                if name == "single":
                    for field in FIELDS:
                        own = [i for i, r in enumerate(rows) if r["domains"] == [field]]
                        figures[name][f"route on {field}"] = match([got[i] for i in own], [rows[i] for i in own])
    with open(f"{out}/figures.json", "w", encoding="utf-8") as file:
        json.dump(figures, file, indent=1, ensure_ascii=False)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out")
    parser.add_argument("demo", nargs="?", default=os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    parser.add_argument("--routed", action="store_true", help="the served default alone")
    parser.add_argument("--limit", type=int, default=1000, help="about so many prompts of a set")
    parser.add_argument("--sets", default=",".join(SETS))
    main(parser.parse_args())
