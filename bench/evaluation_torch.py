#!/usr/bin/env python3
"""Median time of scoring a network with PyTorch: loss and errors in evaluation mode, without gradients, float32.

Images are noise of the shape of MNIST (10,000) or CIFAR-10 (1,000), normalised already. Prints one JSON line per size of
a batch:
    {"case": "resnet-20 evaluate 1000 images b128", "threads": 2, "ms": 700.1}
Needs Debian's python3-torch and libopenblas0-pthread.
Run: OMP_NUM_THREADS=2 OPENBLAS_NUM_THREADS=2 python3 evaluation_torch.py THREADS MODEL...
"""
import json
import sys
import time
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "test" / "golden"))
from make_golden import ResNet, network

BATCHES = (128, 512, 1000)
SECONDS, RUNS = 0.3, 3


def conv2():
    convolutions = [nn.Conv2d(3, 64, 3, padding=1), nn.ReLU(), nn.Conv2d(64, 64, 3, padding=1), nn.ReLU()]
    return nn.Sequential(*convolutions, nn.MaxPool2d(2), *network(64 * 16 * 16, (256, 256), 10, "relu"))


MODELS = {
    "lenet-300-100": (lambda: network(784, (300, 100), 10, "relu"), (10_000, 1, 28, 28)),
    "conv-2": (conv2, (1000, 3, 32, 32)),
    "resnet-20": (lambda: ResNet(16, 3), (1000, 3, 32, 32)),
}


def score(net, batches):
    wrong, loss = 0, 0.0
    for x, y in batches:
        logits = net(x)
        wrong += (logits.argmax(1) != y).sum().item()
        loss += F.cross_entropy(logits, y, reduction="sum").item()
    return wrong, loss


def median_ms(run):
    run()
    times, end = [], time.perf_counter() + SECONDS
    while len(times) < RUNS or time.perf_counter() < end:
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return 1e3 * sorted(times)[(len(times) - 1) // 2]


def main(threads, names):
    torch.manual_seed(1)
    torch.set_num_threads(threads)
    for name in names:
        make, shape = MODELS[name]
        net, x, y = make().eval(), torch.randn(*shape), torch.randint(0, 10, shape[:1])
        for batch in BATCHES:
            batches = list(zip(x.split(batch), y.split(batch)))
            with torch.no_grad():
                ms = median_ms(lambda: score(net, batches))
            case = f"{name} evaluate {len(y)} images b{batch}"
            print(json.dumps({"case": case, "threads": threads, "ms": round(ms, 3)}), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
