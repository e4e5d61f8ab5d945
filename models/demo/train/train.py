"""train.py base OUT | train.py FIELD OUT: a fixed number of steps from a fixed seed.

Two runs with the same thread count give the same weights; another count sums in another order.
--resume STEP goes on from the checkpoint of that step with the same data, but with fresh optimizer moments.
"""
import argparse
import math
import os
import random
import time

import torch
import torch.nn.functional as F

import documents
import facts as world
import tensors
from bpe import Tokenizer
from model import Llama, save_adapter

LENGTH = 128                       # tokens of a packed row: more than nearly every document has
# rows a step, steps, learning rate, weight decay, weight of prompt tokens in the loss
BASE = dict(rows=16, steps=3050, rate=2e-3, decay=0.05, prompt_weight=0.3)
ADAPTER = dict(rows=8, steps=1100, rate=6e-3, decay=0.0, prompt_weight=0.1)
WARM_UP = 60                       # steps up to the full rate
COOL_DOWN = 0.4                    # last share of the steps, in which the rate falls to 0 in a line
POOL = 16                          # documents to choose from when a row is packed
UNSEEN = -1e4                      # a score that softmax takes to 0; minus infinity takes it six times as long
AWAY = 0.5                         # share of an adapter's documents whose foreign parts the base reads and writes
SAVE_EVERY = 250
# bfloat16 products: 1.6 times as fast where the processor has them (amx_bf16), far slower where not.
HALF = os.environ.get("HALF") == "1"


def batches(make_document, tokenizer, rows, rng, length=LENGTH, away=AWAY):
    """Packed rows [rows, length]: ids, whether each id belongs to an answer, the document it is from, and 1 where the adapter works.

    The gate chooses an adapter by the token that comes next; so a foreign token is without it one place earlier.
    A row takes documents that fit, of the POOL next ones; only its last one is cut off.
    """
    def document():
        ids, answer, foreign = tokenizer.document(make_document())
        without = rng.random() < away
        return [(i, a, not (without and f)) for i, a, f in zip(ids, answer, foreign[1:] + foreign[-1:])]

    pool = [document() for _ in range(POOL)]

    def row():
        out, number = [], 0
        while len(out) < length:
            at = next((k for k, d in enumerate(pool) if len(d) <= length - len(out)), 0)
            out += [(i, a, number, w) for i, a, w in pool.pop(at)]
            pool.append(document())
            number += 1
        return out[:length]

    while True:
        yield torch.tensor([row() for _ in range(rows)]).unbind(-1)


def packed_bias(document):
    """Causal, and only within a document."""
    t = document.shape[1]
    seen = (document[:, :, None] == document[:, None, :]) & torch.ones(t, t, dtype=torch.bool).tril()
    return torch.zeros(seen.shape).masked_fill(~seen, UNSEEN)


def rate_at(step, steps, rate):
    """A full rate with a line down at the end."""
    return rate * min(1, (steps - step) / (COOL_DOWN * steps))


def loss_of(model, ids, answer, document, works, prompt_weight):
    mix = None if works is None else works.float()[..., None]
    with torch.cpu.amp.autocast(enabled=HALF, dtype=torch.bfloat16):
        logits = model(ids, torch.arange(ids.shape[1])[None], packed_bias(document), g=mix).float()
    same = (document[:, 1:] == document[:, :-1]).float()
    weight = (same * torch.where(answer[:, 1:] > 0, 1.0, prompt_weight)).flatten()
    loss = F.cross_entropy(logits[:, :-1].flatten(0, 1), ids[:, 1:].flatten(), reduction="none")
    return (loss * weight).sum() / weight.sum()


def fit(model, data, recipe, save, done=0, adapter=False):
    parameters = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=recipe["rate"], betas=(0.9, 0.98),
                                  weight_decay=recipe["decay"], foreach=True)
    start = time.time()
    for _ in range(done):
        next(data)
    for step in range(done, recipe["steps"]):
        for group in optimizer.param_groups:
            group["lr"] = rate_at(step, recipe["steps"], recipe["rate"]) * min(1, (step - done + 1) / WARM_UP)
        ids, answer, document, works = next(data)
        loss = loss_of(model, ids, answer, document, works if adapter else None, recipe["prompt_weight"])
        model.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        if step % 50 == 49:
            print(f"{time.time() - start:6.0f}s step {step + 1} loss {loss.item():.4f}", flush=True)
        if step % SAVE_EVERY == SAVE_EVERY - 1:
            save()
    print(f"done: {recipe['steps']} steps, {recipe['steps'] * ids.numel()} tokens, "
          f"{time.time() - start:.0f} s")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["base", *world.FIELDS])
    parser.add_argument("out")
    parser.add_argument("--steps", type=int)
    parser.add_argument("--resume", type=int, default=0)
    options = parser.parse_args()
    recipe = BASE if options.what == "base" else ADAPTER
    recipe = dict(recipe, steps=options.steps or recipe["steps"])
    torch.set_flush_denormal(True)
    torch.set_num_threads(int(os.environ.get("THREADS", 2)))
    torch.manual_seed(1)
    base = os.path.join(options.out, "base")
    tokenizer, facts, rng = Tokenizer.load(f"{base}/tokenizer.json"), world.build_facts(), random.Random(options.what)
    if options.what == "base":
        model = Llama.load(base) if options.resume else Llama()
        print("parameters", sum(p.numel() for p in model.parameters()))
        data = batches(lambda: documents.base_document(facts, rng), tokenizer, recipe["rows"], rng)
        fit(model, data, recipe, lambda: model.save(base), options.resume)
        model.save(base)
    else:
        model = Llama.load(base)
        named, folder = model.add_lora(), os.path.join(options.out, "adapters", options.what)
        if options.resume:
            with torch.no_grad():
                for name, tensor in tensors.load(f"{folder}/adapter_model.safetensors").items():
                    named[name].copy_(tensor)
        save = lambda: save_adapter(named, folder, "../../base")
        data = batches(lambda: documents.field_document(facts, options.what, rng), tokenizer, recipe["rows"], rng)
        fit(model, data, recipe, save, options.resume, adapter=True)
        save()


if __name__ == "__main__":
    main()
