"""tokenizer.py CORPUS OUT: the vocabulary, from the base's text in the base's shares."""
import os
import random
import sys

import bpe
import mixture

VOCABULARY, PASSAGES = 4096, 24_000


def main(corpus, folder):
    text = mixture.base(corpus, random.Random("tokenizer"))
    os.makedirs(folder, exist_ok=True)
    bpe.Tokenizer(bpe.train([next(text) for _ in range(PASSAGES)], VOCABULARY)).save(folder, longest=512, begin=True)
    again = bpe.Tokenizer.load(os.path.join(folder, "tokenizer.json"))
    sample = [next(text) for _ in range(200)]
    ids = [again.encode(t) for t in sample]
    assert all(again.decode(i) == t for i, t in zip(ids, sample))
    print(f"vocabulary {len(again.vocab)}, {sum(map(len, sample)) / sum(map(len, ids)):.2f} characters a token")


if __name__ == "__main__":
    main(*sys.argv[1:3])
