#!/usr/bin/env python3
"""Training traces of small fully connected networks, computed by PyTorch, that golden.test.ts replays.

    /usr/bin/python3 make_golden.py [FOLDER]        Debian: python3-torch; FOLDER is traces/ beside this file by default

A trace is one safetensors file:
    init/NAME   parameters before training, in order of definition, PyTorch's layout; pruned weights are 0
    mask/NAME   1 for the weights that are kept, where the network is pruned
    x, y        batches: x[step, example, channel, row, column], y[step, example]
    count       examples of each batch that count; the others are noise that must not matter
    loss        mean loss of each batch before its update
    final/NAME  parameters after the last update
    logits      of the trained network, dropout off, on the first batch
Its metadata: `model` as the command line writes it, `loss`, and `optimizer` with PyTorch's words.
Values before training are rounded to float16, which float32 holds exactly, to keep the files small.
"""
import json
import struct
import sys
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

TYPES = {torch.float32: "F32", torch.float16: "F16", torch.int32: "I32", torch.uint8: "U8"}
ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}
OPTIMIZERS = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW}


def write_safetensors(path, tensors, metadata):
    header, blobs, at = {"__metadata__": metadata}, [], 0
    for name, tensor in tensors.items():
        blob = tensor.detach().contiguous().numpy().tobytes()
        header[name] = {"dtype": TYPES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [at, at + len(blob)]}
        blobs.append(blob)
        at += len(blob)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def network(features, hidden, classes, activation):
    layers, width = [nn.Flatten()], features
    for units in hidden:
        layers += [nn.Linear(width, units), ACTIVATIONS[activation]()]
        width = units
    return nn.Sequential(*layers, nn.Linear(width, classes))


def squared_error(logits, labels):
    return F.mse_loss(logits, F.one_hot(labels, logits.shape[1]).float())


LOSSES = {"cross-entropy": F.cross_entropy, "squared-error": squared_error}


def prepare(net, density):
    """Rounds the parameters, prunes the weights, and returns the masks by parameter."""
    masks = {}
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.copy_(parameter.half())
            if density < 1 and parameter.dim() == 2:
                masks[parameter] = torch.rand_like(parameter) < density
                parameter.mul_(masks[parameter])
    return masks


def train(net, masks, batches, loss_of, optimizer):
    losses = []
    for x, y, count in batches:
        optimizer.zero_grad()
        loss = loss_of(net(x[:count]), y[:count])
        loss.backward()
        for parameter, mask in masks.items():
            parameter.grad.mul_(mask)
        optimizer.step()
        losses.append(loss.item())
    return losses


def make(folder, name, shape=(1, 5, 8), hidden=(20, 10), activation="relu", loss="cross-entropy", density=1.0,
         counts=(16, 16, 16, 16, 16), **optimizer):
    net = network(shape[0] * shape[1] * shape[2], hidden, 10, activation)
    masks = prepare(net, density)
    size = max(counts)
    batches = [(torch.randn(size, *shape).half().float(), torch.randint(0, 10, (size,)), count) for count in counts]
    named = list(net.named_parameters())
    tensors = {f"init/{key}": value.detach().half() for key, value in named}
    tensors |= {f"mask/{key}": masks[value].to(torch.uint8) for key, value in named if value in masks}
    tensors["x"] = torch.stack([x for x, _, _ in batches]).half()
    tensors["y"] = torch.stack([y for _, y, _ in batches]).to(torch.uint8)
    tensors["count"] = torch.tensor(counts, dtype=torch.int32)
    kind = optimizer.pop("optimizer")
    update = OPTIMIZERS[kind](net.parameters(), **optimizer)
    tensors["loss"] = torch.tensor(train(net, masks, batches, LOSSES[loss], update))
    tensors |= {f"final/{key}": value for key, value in named}
    with torch.no_grad():
        tensors["logits"] = net(batches[0][0][: counts[0]])
    model = "-".join(["mlp", *map(str, hidden), activation])
    words = {"model": model, "loss": loss, "optimizer": json.dumps({"name": kind, **optimizer})}
    write_safetensors(folder / f"{name}.safetensors", tensors, words)


def main(folder):
    torch.set_num_threads(1)
    torch.manual_seed(1)
    folder.mkdir(exist_ok=True)
    lenet = {"shape": (1, 28, 28), "hidden": (300, 100)}
    make(folder, "lenet-sgd", **lenet, counts=(64,) * 3, optimizer="sgd", lr=0.1)
    make(folder, "lenet-masked", **lenet, counts=(60,) * 3, density=0.05, optimizer="sgd", lr=0.1, momentum=0.9,
         weight_decay=1e-4)
    make(folder, "momentum-partial-batch", counts=(16, 16, 5, 16, 3), optimizer="sgd", lr=0.1, momentum=0.9, weight_decay=0.01)
    make(folder, "nesterov", optimizer="sgd", lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01)
    make(folder, "adam", optimizer="adam", lr=0.01)
    make(folder, "adam-decay-masked", density=0.2, optimizer="adam", lr=0.01, weight_decay=0.1)
    # A larger eps than usual: a gradient near 0 would make Adam's first steps a matter of its last bits.
    make(folder, "adamw-partial-batch", counts=(16, 7, 16, 1), optimizer="adamw", lr=0.01, weight_decay=0.1, eps=1e-5)
    make(folder, "tanh-squared-error", activation="tanh", loss="squared-error", optimizer="sgd", lr=0.5)
    make(folder, "sigmoid-squared-error", activation="sigmoid", loss="squared-error", density=0.5, optimizer="adam",
         lr=0.01, betas=(0.8, 0.99), eps=1e-6)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "traces")
