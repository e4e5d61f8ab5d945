"""Byte-level BPE: trainer, encoder/decoder, and writer of a Hugging Face tokenizer.json."""
import collections
import json
import os
import random
import sys

import regex

import spans

PATTERN = regex.compile(
    r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")
VOCABULARY = 2048
SPECIAL = ["<|pad|>", "<|bos|>", "<|end|>", "<|system|>", "<|user|>", "<|assistant|>"]
CHAT_TEMPLATE = ("{{ bos_token }}{% for m in messages %}{{ '<|' + m['role'] + '|>' + m['content'] "
                 "+ '<|end|>' }}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}")

FIRST, TEXT = ({"SpecialToken": {"id": "<|bos|>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}})
BEGIN_FIRST = dict(type="TemplateProcessing", single=[FIRST, TEXT], pair=[FIRST, TEXT, {"Sequence": {"id": "B", "type_id": 0}}],
                   special_tokens={"<|bos|>": dict(id="<|bos|>", ids=[1], tokens=["<|bos|>"])})


def byte_alphabet():
    """GPT-2's map of the 256 bytes to printable characters."""
    keep = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table, extra = {b: chr(b) for b in keep}, 0
    for b in range(256):
        if b not in table:
            table[b] = chr(256 + extra)
            extra += 1
    return table


B2U = byte_alphabet()
U2B = {u: b for b, u in B2U.items()}


def pieces(text):
    return ("".join(B2U[b] for b in p.encode()) for p in PATTERN.findall(text))


def train(texts, vocab_size):
    """Merges, by the count of adjacent pairs; ties go to the smaller pair, so it is deterministic."""
    counts = collections.Counter(p for t in texts for p in pieces(t))
    words = [(list(w), c) for w, c in sorted(counts.items())]
    pairs, where = collections.Counter(), collections.defaultdict(set)
    for i, (w, c) in enumerate(words):
        for pair in zip(w, w[1:]):
            pairs[pair] += c
            where[pair].add(i)
    merges = []
    while len(merges) < vocab_size - 256 - len(SPECIAL):
        best = min(pairs, key=lambda p: (-pairs[p], p))
        if pairs[best] < 2:
            break
        merges.append(best)
        for i in list(where[best]):
            w, c = words[i]
            for pair in zip(w, w[1:]):
                pairs[pair] -= c
            out, k = [], 0
            while k < len(w):
                if k + 1 < len(w) and (w[k], w[k + 1]) == best:
                    out.append(w[k] + w[k + 1])
                    k += 2
                else:
                    out.append(w[k])
                    k += 1
            words[i] = (out, c)
            for pair in zip(out, out[1:]):
                pairs[pair] += c
                where[pair].add(i)
        del pairs[best]
    return merges


class Tokenizer:
    def __init__(self, merges):
        self.merges = [tuple(m) for m in merges]
        self.rank = {m: i for i, m in enumerate(self.merges)}
        tokens = SPECIAL + [B2U[b] for b in range(256)] + [a + b for a, b in self.merges]
        self.vocab = {}
        for t in tokens:
            self.vocab.setdefault(t, len(self.vocab))
        self.tokens = {i: t for t, i in self.vocab.items()}
        self.cache = {}
        self.pad, self.bos, self.end, self.system, self.user, self.assistant = range(len(SPECIAL))

    @classmethod
    def load(cls, path):
        merges = json.load(open(path, encoding="utf-8"))["model"]["merges"]
        return cls([m.split(" ") for m in merges])

    def piece_ids(self, piece):
        if piece not in self.cache:
            w = list(piece)
            while len(w) > 1:
                rank, k = min((self.rank.get(p, 1 << 30), k) for k, p in enumerate(zip(w, w[1:])))
                if rank == 1 << 30:
                    break
                w[k:k + 2] = [w[k] + w[k + 1]]
            self.cache[piece] = [self.vocab[t] for t in w]
        return self.cache[piece]

    def encode(self, text):
        return [i for p in pieces(text) for i in self.piece_ids(p)]

    def decode(self, ids):
        data = bytes(U2B[u] for i in ids if i >= len(SPECIAL) for u in self.tokens[i])
        return data.decode("utf-8", errors="replace")

    def document(self, doc):
        """(ids, is_answer, is_foreign) of a corpus document in the chat format; plain text has no roles."""
        ids, answer, foreign = [self.bos], [False], [False]
        for role, text in doc:
            pieces = spans.parts(text)
            head = {"user": [self.user], "assistant": [self.assistant], "text": []}[role]
            ids += head
            foreign += [pieces[0][1]] * len(head)
            for piece, inside in pieces:
                body = self.encode(piece)
                ids += body
                foreign += [inside] * len(body)
            ids.append(self.end)
            foreign.append(pieces[-1][1])
            answer += [False] * len(head) + [role == "assistant"] * (len(ids) - len(answer) - len(head))
        return ids, answer, foreign

    def prompt(self, text, history=()):
        """Token ids up to where the answer begins.  history: (role, text) of the turns before."""
        ids = [self.bos]
        for role, said in [*history, ("user", text)]:
            ids += [self.user if role == "user" else self.assistant, *self.encode(said), self.end]
        return ids + [self.assistant]

    def save(self, folder, longest=1024, begin=False):
        """begin: whether a text that no template has made gets the begin token, too."""
        special = [dict(id=i, content=t, single_word=False, lstrip=False, rstrip=False,
                        normalized=False, special=True) for i, t in enumerate(SPECIAL)]
        level = dict(type="ByteLevel", add_prefix_space=False, trim_offsets=True, use_regex=True)
        whole = dict(version="1.0", truncation=None, padding=None, added_tokens=special,
                     normalizer=None, pre_tokenizer=level, post_processor=BEGIN_FIRST if begin else None, decoder=level,
                     model=dict(type="BPE", dropout=None, unk_token=None,
                                continuing_subword_prefix=None, end_of_word_suffix=None,
                                fuse_unk=False, byte_fallback=False, vocab=self.vocab,
                                merges=[" ".join(m) for m in self.merges]))
        config = dict(tokenizer_class="PreTrainedTokenizerFast", model_max_length=longest,
                      bos_token="<|bos|>", eos_token="<|end|>", pad_token="<|pad|>",
                      add_bos_token=begin, clean_up_tokenization_spaces=False,
                      chat_template=CHAT_TEMPLATE)
        for name, obj in (("tokenizer.json", whole), ("tokenizer_config.json", config)):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
                json.dump(obj, f, ensure_ascii=False, indent=1)


def main(folder):
    import documents
    import facts
    world, rng = facts.build_facts(), random.Random("tokenizer")
    texts = [spans.unmarked(text) for _ in range(30000) for _, text in documents.base_document(world, rng)]
    os.makedirs(folder, exist_ok=True)
    Tokenizer(train(texts, VOCABULARY)).save(folder)
    again = Tokenizer.load(os.path.join(folder, "tokenizer.json"))
    for text in ("What is the profit of Revonl Ltd?", "राम आज बाज़ार जा रहा है।", "小明今天去學校。", "a\n\n  b 123's ☃"):
        ids = again.encode(text)
        assert again.decode(ids) == text
        print(len(ids), len(text), text)
    print("vocabulary", len(again.vocab))


if __name__ == "__main__":
    main(sys.argv[1])
