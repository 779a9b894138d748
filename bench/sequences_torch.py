#!/usr/bin/env python3
"""Median time of a training step of an LSTM language model and of BERT with PyTorch, float32, as `tombola bench` measures them.

The LSTM has two layers of 256 units and its embedding for output layer, reads 20 rows of 35 words, and is trained by SGD with
its gradient clipped; BERT is transformers' classifier on 32 texts of 64 tokens, dropout on, trained by AdamW with clipping.
After every step weights are multiplied by a mask of ones, as programs that prune in PyTorch do. Prints one JSON line a network,
the faster of eager and, with --compile, of torch.compile:
    {"case": "lstm-2-256-tied b20", "threads": 2, "ms": 241.0, "mode": "eager"}
Needs PyTorch 2 and transformers; torch.compile a C++ compiler.
Run: OMP_NUM_THREADS=2 python3 sequences_torch.py THREADS [--compile] [CASE...]
"""
import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

RUNS, WARM_UP = 7, 2


class Language(nn.Module):
    def __init__(self, words, units=256):
        super().__init__()
        self.embed = nn.Embedding(words, units)
        self.lstm = nn.LSTM(units, units, 2, batch_first=True)
        self.out = nn.Linear(units, words)
        self.out.weight = self.embed.weight

    def forward(self, tokens, labels):
        states, _ = self.lstm(self.embed(tokens))
        return F.cross_entropy(self.out(states).flatten(0, 1), labels.flatten())


class Encoder(nn.Module):
    def __init__(self, layers, width, heads, words=30522):
        super().__init__()
        from transformers import BertConfig, BertForSequenceClassification

        sizes = {"hidden_size": width, "num_hidden_layers": layers, "num_attention_heads": heads}
        self.bert = BertForSequenceClassification(BertConfig(vocab_size=words, intermediate_size=4 * width, **sizes))

    def forward(self, tokens, labels):
        return self.bert(input_ids=tokens, attention_mask=torch.ones_like(tokens), labels=labels).loss


def language(words):
    rows = [torch.randint(0, words, (20, 35)) for _ in range(2)]
    model = Language(words)
    return model, rows, torch.optim.SGD(model.parameters(), lr=0.01, foreach=True), 0.25


def encoder(layers, width, heads):
    rows = [torch.randint(0, 30522, (32, 64)), torch.randint(0, 2, (32,))]
    model = Encoder(layers, width, heads)
    return model, rows, torch.optim.AdamW(model.parameters(), lr=0.01, foreach=True), 1.0


CASES = {
    "lstm-2-256-tied b20": lambda: language(33278),
    "lstm-2-256-tied-1000 b20": lambda: language(1000),
    "bert-4x128 b32": lambda: encoder(4, 128, 2),
    "bert-6x384x12 b32": lambda: encoder(6, 384, 12),
}


def milliseconds(make, compiled):
    model, rows, optimizer, most = make()
    loss = torch.compile(model) if compiled else model
    weights = [weight for weight in model.parameters() if weight.dim() > 1]
    masks = [torch.ones_like(weight) for weight in weights]
    times = []
    for _ in range(WARM_UP + RUNS):
        start = time.perf_counter()
        optimizer.zero_grad()
        loss(*rows).backward()
        nn.utils.clip_grad_norm_(model.parameters(), most)
        optimizer.step()
        with torch.no_grad():
            torch._foreach_mul_(weights, masks)
        times.append(time.perf_counter() - start)
    return 1000 * sorted(times[WARM_UP:])[RUNS // 2]


threads, *words = sys.argv[1:]
torch.set_num_threads(int(threads))
asked = [word for word in words if word != "--compile"]
modes = [False] + [True] * ("--compile" in words)
for name, make in CASES.items():
    if asked and name not in asked:
        continue
    ms, compiled = min((milliseconds(make, mode), mode) for mode in modes)
    row = {"case": name, "threads": int(threads), "ms": round(ms, 2), "mode": "compile" if compiled else "eager"}
    print(json.dumps(row), flush=True)
