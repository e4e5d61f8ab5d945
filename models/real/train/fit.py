"""fit.py base CORPUS OUT | fit.py FIELD CORPUS OUT: a fixed number of steps from a fixed seed, by the demo's trainer.

Plain language modelling of packed rows. What is foreign to an adapter is read without it, as it is when the gate chooses for every token.
"""
import argparse
import os
import random

import torch

import mixture
import train
from bpe import Tokenizer
from model import CONFIG, Llama, save_adapter
from sources import FIELDS

SHAPE = dict(CONFIG, vocab_size=4096, hidden_size=192, intermediate_size=512, num_hidden_layers=4, num_attention_heads=6,
             num_key_value_heads=3, max_position_embeddings=512)
LENGTH = 512
BASE = dict(rows=4, steps=3400, rate=3e-3, decay=0.05, prompt_weight=1.0, length=LENGTH)
ADAPTER = dict(rows=4, steps=400, rate=8e-3, decay=0.0, prompt_weight=1.0, length=LENGTH)


def batches(text, tokenizer, recipe, rng):
    return train.batches(lambda: [("text", next(text))], tokenizer, recipe["rows"], rng, length=recipe["length"], away=1.0)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["base", *FIELDS])
    parser.add_argument("corpus")
    parser.add_argument("out")
    parser.add_argument("--steps", type=int)
    parser.add_argument("--resume", type=int, default=0, help="the base only: the step of its checkpoint")
    options = parser.parse_args()
    recipe = BASE if options.what == "base" else ADAPTER
    recipe = dict(recipe, steps=options.steps or recipe["steps"])
    torch.set_flush_denormal(True)
    torch.set_num_threads(int(os.environ.get("THREADS", 1)))
    torch.manual_seed(1)
    base = os.path.join(options.out, "base")
    tokenizer, rng = Tokenizer.load(f"{base}/tokenizer.json"), random.Random(options.what)
    if options.what == "base":
        model = Llama.load(base) if options.resume else Llama(SHAPE)
        print("parameters", sum(p.numel() for p in model.parameters()))
        save = lambda: model.save(base)
        train.fit(model, batches(mixture.base(options.corpus, rng), tokenizer, recipe, rng), recipe, save, options.resume)
    else:
        model = Llama.load(base)
        named, folder = model.add_lora(), os.path.join(options.out, "adapters", options.what)
        save = lambda: save_adapter(named, folder, "../../base")
        text = mixture.adapter(options.corpus, options.what, rng)
        train.fit(model, batches(text, tokenizer, recipe, rng), recipe, save, adapter=True)
    save()


if __name__ == "__main__":
    main()
