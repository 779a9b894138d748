#!/usr/bin/env python3
"""How far PyTorch strays from a trace that rounding decides: its tolerances in golden.test.ts are twice what this prints.

    /usr/bin/python3 spread.py TRACE...        safetensors files of float32, as make_golden.py describes them

Trains eight more times in float32, from weights changed in about their last bit, and prints the largest differences from
the trace: of every loss, relative; of all trained parameters and of all running statistics, as relative distances; of the
logits, and of the tensor that strays most, in units of their largest.
"""
import json
import struct
import sys
from pathlib import Path

import torch
from make_golden import OPTIMIZERS, ResNet, train, values_of, vgg
from torch import nn
from torch.nn import functional as F


def conv2(channels, hidden):
    relus = lambda *layers: [part for layer in layers for part in (layer, nn.ReLU())]
    images = relus(nn.Conv2d(3, channels, 3, padding=1), nn.Conv2d(channels, channels, 3, padding=1))
    features = relus(nn.Linear(channels * 256, hidden), nn.Linear(hidden, hidden))
    return nn.Sequential(*images, nn.MaxPool2d(2), nn.Flatten(), *features, nn.Linear(hidden, 10))


MODELS = {
    "resnet-20": lambda: ResNet(16, 3),
    "conv-2 with 16 channels and 64 hidden units": lambda: conv2(16, 64),
    "vgg(16,M,32,M,64,M)": lambda: vgg(16, (1, "M", 2, "M", 4, "M")),
}


def read(path):
    data = path.read_bytes()
    at = 8 + struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:at])
    words = header.pop("__metadata__")
    types = {"F32": torch.float32, "I32": torch.int32}
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        flat = torch.frombuffer(bytearray(data[at + begin:at + end]), dtype=types[entry["dtype"]])
        tensors[name] = flat.reshape(entry["shape"])
    return tensors, words["model"], json.loads(words["optimizer"])


def under(tensors, folder):
    return {name.removeprefix(folder): value for name, value in tensors.items() if name.startswith(folder)}


def again(tensors, model, optimizer):
    net = MODELS[model]()
    # Names may differ, the order does not.
    own = dict(zip(under(tensors, "init/"), values_of(net)))
    net.load_state_dict({own[name]: value for name, value in under(tensors, "init/").items()}, strict=False)
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.mul_(1 + 6e-8 * torch.randn_like(parameter))
    options = {key: value for key, value in optimizer.items() if key != "name"}
    update = OPTIMIZERS[optimizer["name"]](net.parameters(), **options)
    batches = [(x, y.long(), len(y)) for x, y in zip(tensors["x"], tensors["y"])]
    masks = {own[name]: mask for name, mask in under(tensors, "mask/").items()}
    losses = train(net, masks, batches, F.cross_entropy, update)
    net.eval()
    with torch.no_grad():
        return torch.tensor(losses), dict(zip(own, values_of(net).values())), net(tensors["x"][0])


def distance(got, want, names):
    join = lambda values: torch.cat([values[name].flatten() for name in names])
    return ((join(got) - join(want)).norm() / join(want).norm()).item()


def largest(got, want):
    return ((got - want).abs().max() / want.abs().max()).item()


def spread(tensors, model, optimizer):
    losses, values, logits = again(tensors, model, optimizer)
    want = under(tensors, "final/")
    running = [name for name in want if "running" in name]
    trained = [name for name in want if "running" not in name]
    by_step = ((losses - tensors["loss"]).abs() / tensors["loss"]).tolist()
    each = max(largest(values[name], want[name]) for name in want)
    parts = [distance(values, want, trained), distance(values, want, running) if running else 0.0]
    return [*by_step, *parts, largest(logits, tensors["logits"]), each]


if __name__ == "__main__":
    torch.manual_seed(0)
    for path in map(Path, sys.argv[1:]):
        trace = read(path)
        worst = [max(column) for column in zip(*(spread(*trace) for _ in range(8)))]
        *by_step, trained, running, logits, each = (f"{value:.1e}" for value in worst)
        print(f"{path.name}: losses {' '.join(by_step)}, ", end="")
        print(f"trained {trained}, running {running}, logits {logits}, each {each}")
