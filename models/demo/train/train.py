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

LENGTH = 256                       # tokens of a packed row
# rows a step, steps, learning rate, weight decay, weight of prompt tokens in the loss
BASE = dict(rows=8, steps=1800, rate=2e-3, decay=0.05, prompt_weight=0.5)
ADAPTER = dict(rows=4, steps=900, rate=6e-3, decay=0.0, prompt_weight=0.2)
WARM_UP = 60                       # steps up to the full rate
HORIZON = 3000                     # steps in which the cosine would reach 2 %; the base stops before
COOL_DOWN = 300                    # last steps, in which the rate falls to 0 in a line
SAVE_EVERY = 500


def batches(make_document, tokenizer, rows):
    """Packed rows [rows, LENGTH]: ids, whether each id belongs to an answer, the document it is from."""
    def stream():
        number = 0
        while True:
            ids, answer = tokenizer.document(make_document())
            number += 1
            yield from ((i, a, number) for i, a in zip(ids, answer))
    source = stream()
    while True:
        block = torch.tensor([[next(source) for _ in range(LENGTH)] for _ in range(rows)])
        yield block.unbind(-1)


def packed_bias(document):
    """Causal, and only within a document."""
    t = document.shape[1]
    seen = (document[:, :, None] == document[:, None, :]) & torch.ones(t, t, dtype=torch.bool).tril()
    return torch.zeros(seen.shape).masked_fill(~seen, float("-inf"))


def rate_at(step, steps, rate):
    """Linear warm-up, a cosine, and a line to 0 at the end."""
    cosine = 0.02 + 0.49 * (1 + math.cos(math.pi * step / HORIZON))
    return rate * cosine * min(1, (steps - step) / min(COOL_DOWN, steps // 2))


def loss_of(model, ids, answer, document, prompt_weight):
    logits = model(ids, torch.arange(LENGTH)[None], packed_bias(document))
    same = (document[:, 1:] == document[:, :-1]).float()
    weight = (same * torch.where(answer[:, 1:] > 0, 1.0, prompt_weight)).flatten()
    loss = F.cross_entropy(logits[:, :-1].flatten(0, 1), ids[:, 1:].flatten(), reduction="none")
    return (loss * weight).sum() / weight.sum()


def fit(model, parameters, data, recipe, save, done=0):
    optimizer = torch.optim.AdamW(parameters, lr=recipe["rate"], betas=(0.9, 0.98),
                                  weight_decay=recipe["decay"], foreach=True)
    start = time.time()
    for _ in range(done):
        next(data)
    for step in range(done, recipe["steps"]):
        for group in optimizer.param_groups:
            group["lr"] = rate_at(step, recipe["steps"], recipe["rate"]) * min(1, (step - done + 1) / WARM_UP)
        loss = loss_of(model, *next(data), recipe["prompt_weight"])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        if step % 50 == 49:
            print(f"{time.time() - start:6.0f}s step {step + 1} loss {loss.item():.4f}", flush=True)
        if step % SAVE_EVERY == SAVE_EVERY - 1:
            save()
    print(f"done: {recipe['steps']} steps, {recipe['steps'] * recipe['rows'] * LENGTH} tokens, "
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
        data = batches(lambda: documents.base_document(facts, rng), tokenizer, recipe["rows"])
        fit(model, list(model.parameters()), data, recipe, lambda: model.save(base), options.resume)
        model.save(base)
    else:
        model = Llama.load(base)
        named, folder = model.add_lora(), os.path.join(options.out, "adapters", options.what)
        if options.resume:
            with torch.no_grad():
                for name, tensor in tensors.load(f"{folder}/adapter_model.safetensors").items():
                    named[name].copy_(tensor)
        save = lambda: save_adapter(named, folder, "../../base")
        data = batches(lambda: documents.field_document(facts, options.what, rng), tokenizer, recipe["rows"])
        fit(model, list(named.values()), data, recipe, save, options.resume)
        save()


if __name__ == "__main__":
    main()
