#!/usr/bin/env python3
"""Median time of a training step of edge-popup (Ramanujan et al. 2020) with PyTorch, in batches of 128, float32.

As the authors' code does it: every step sorts the magnitudes of each layer's scores, multiplies the weights, which never
change, with the mask, and sends the gradient straight through; SGD with momentum on the scores. Images are noise that lies
in memory. Prints one JSON line per network:
    {"case": "edge-popup conv-4-nobias b128", "threads": 2, "ms": 412.0}
Needs PyTorch 2.
Run: OMP_NUM_THREADS=2 OPENBLAS_NUM_THREADS=2 python3 edge_popup_torch.py THREADS KEPT [MODEL...]
"""
import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

BATCH, RUNS, SECONDS, WARM_UP = 128, 5, 1.0, 2


class Choice(torch.autograd.Function):
    """1 for the largest scores, exactly as many as are kept, else 0."""

    @staticmethod
    def forward(ctx, scores, kept):
        order = scores.flatten().argsort()
        mask = torch.ones(scores.numel())
        mask[order[: int((1 - kept) * scores.numel())]] = 0
        return mask.view_as(scores)

    @staticmethod
    def backward(ctx, gradient):
        return gradient, None


class Chosen(nn.Module):
    """A linear layer or a 3x3 convolution whose scores choose among its weights."""

    def __init__(self, shape, kept):
        super().__init__()
        self.register_buffer("weight", nn.init.kaiming_normal_(torch.empty(shape)))
        bound = 1 / self.weight[0].numel() ** 0.5
        self.scores = nn.Parameter(torch.empty(shape).uniform_(-bound, bound))
        self.kept = kept

    def forward(self, x):
        weight = self.weight * Choice.apply(self.scores.abs(), self.kept)
        return F.conv2d(x, weight, padding=1) if weight.dim() == 4 else F.linear(x, weight)


def dense(sizes, kept):
    layers = [nn.Flatten()]
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [Chosen((outputs, inputs), kept), nn.ReLU()]
    return layers[:-1]


def conv4(kept):
    layers, channels = [], 3
    for width in (64, 128):
        for _ in range(2):
            layers += [Chosen((width, channels, 3, 3), kept), nn.ReLU()]
            channels = width
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers, *dense((channels * 8 * 8, 256, 256, 10), kept))


NETWORKS = {
    "lenet-300-100-nobias": (lambda kept: nn.Sequential(*dense((784, 300, 100, 10), kept)), (1, 28, 28)),
    "conv-4-nobias": (conv4, (3, 32, 32)),
}


def median(run):
    times, end = [], time.perf_counter() + SECONDS
    for number in range(10**6):
        start = time.perf_counter()
        run()
        if number >= WARM_UP:
            times.append(time.perf_counter() - start)
        if len(times) >= RUNS and time.perf_counter() > end:
            break
    return sorted(times)[(len(times) - 1) // 2] * 1e3


def step(network, shape):
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-4, foreach=True)
    x, y = torch.randn(BATCH, *shape), torch.randint(0, 10, (BATCH,))

    def run():
        optimizer.zero_grad()
        F.cross_entropy(network(x), y).backward()
        optimizer.step()

    return run


threads, kept = int(sys.argv[1]), float(sys.argv[2])
torch.set_num_threads(threads)
for name in sys.argv[3:] or NETWORKS:
    make, shape = NETWORKS[name]
    ms = median(step(make(kept), shape))
    print(json.dumps({"case": f"edge-popup {name} b{BATCH}", "threads": threads, "ms": round(ms, 2)}), flush=True)
