#!/usr/bin/env python3
"""Training traces of small networks, computed by PyTorch, that golden.test.ts replays.

    /usr/bin/python3 make_golden.py [FOLDER]        Debian: python3-torch; FOLDER is traces/ beside this file by default

A trace is one safetensors file:
    init/NAME   parameters and running statistics before training, in PyTorch's order and layout; pruned weights are 0
    mask/NAME   1 for the weights that are kept, where the network is pruned
    x, y        batches: x[step, example, channel, row, column] or x[step, example, feature], y[step, example] of classes,
                y[step, example, output] of numbers and labels
    count       examples of each batch that count; the others are noise that must not matter
    loss        mean loss of each batch before its update
    final/NAME  the same after the last update
    logits      of the trained network, dropout off, on the first batch: what its last layer gives
Its metadata: `model` as the command line writes it, `task` where it is not classification, `loss`, and `optimizer` with
PyTorch's words.
Values before training are rounded to float16, which float32 holds exactly, to keep the files small.

A network of ReLUs is not smooth: an activation that rounding moves across 0 changes the gradient by a jump, and a few
steps later every digit. Such a trace tests luck, so each is trained in float64 too and refused where the two part.
"""
import copy
import json
import math
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


class Block(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        stride = 1 if inputs == outputs else 2
        self.conv1, self.bn1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs)
        self.conv2, self.bn2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs)
        project = [nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)]
        self.shortcut = nn.Sequential(*(project if stride > 1 else []))

    def forward(self, x):
        h = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(h)) + self.shortcut(x))


class ResNet(nn.Module):
    """Of depth 6 blocks + 2, for CIFAR."""

    def __init__(self, width, blocks):
        super().__init__()
        self.conv, self.bn = nn.Conv2d(3, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width)
        widths = [width * 2**stage for stage in range(3) for _ in range(blocks)]
        self.blocks = nn.Sequential(*(Block(i, o) for i, o in zip([width, *widths], widths)))
        self.fc = nn.Linear(4 * width, 10)

    def forward(self, x):
        return self.fc(self.blocks(F.relu(self.bn(self.conv(x)))).mean((2, 3)))


VGG_11 = (1, "M", 2, "M", 4, 4, "M", 8, 8, "M", 8, 8)


def vgg(width, plan=VGG_11):
    layers, channels = [], 3
    for entry in plan:
        if entry == "M":
            layers.append(nn.MaxPool2d(2))
        else:
            layers += [nn.Conv2d(channels, entry * width, 3, padding=1), nn.BatchNorm2d(entry * width), nn.ReLU()]
            channels = entry * width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 10))


def squared_error(logits, labels):
    return F.mse_loss(logits, F.one_hot(labels, logits.shape[1]).to(logits.dtype))


LOSSES = {"cross-entropy": F.cross_entropy, "squared-error": squared_error}
"""Of other tasks: the loss of outputs and targets, and targets as a function of their shape."""
TASKS = {
    "regression": ("squared-error", F.mse_loss, lambda *shape: torch.randn(*shape).half().float()),
    "multi-label": ("binary-cross-entropy", F.binary_cross_entropy_with_logits, lambda *shape: (torch.rand(*shape) < 0.3).float()),
}


def values_of(net):
    """Parameters and running statistics by name, without the counts of batches, which nothing reads."""
    return {name: value for name, value in net.state_dict().items() if not name.endswith("num_batches_tracked")}


def prepare(net, density):
    """Rounds the parameters, prunes the weights, and returns the masks by parameter's name."""
    masks = {}
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            parameter.copy_(parameter.half())
            if density < 1 and parameter.dim() >= 2:
                masks[name] = torch.rand_like(parameter) < density
                parameter.mul_(masks[name])
    return masks


def train(net, masks, batches, loss_of, optimizer):
    losses, parameters = [], dict(net.named_parameters())
    for x, y, count in batches:
        optimizer.zero_grad()
        kind = next(net.parameters()).dtype
        loss = loss_of(net(x[:count].to(kind)), y[:count].to(kind) if y.is_floating_point() else y[:count])
        loss.backward()
        for name, mask in masks.items():
            parameters[name].grad.mul_(mask)
        optimizer.step()
        losses.append(loss.item())
    return losses


def check_stable(name, net, exact):
    """Refuses a trace that rounding decides; golden.test.ts compares at 1e-4."""
    pairs = [(value, exact.state_dict()[key]) for key, value in values_of(net).items()]
    stray = max(((a - b).abs().max() / b.abs().max()).item() for a, b in pairs)
    print(f"{name}: float32 and float64 part by {stray:.1e}")
    if not stray < 3e-5:
        raise SystemExit(f"{name}: rounding decides this trace; take another seed, fewer steps or a lower rate")


def make(folder, name, shape=(1, 5, 8), hidden=(20, 10), activation="relu", loss="cross-entropy", density=1.0,
         counts=(16, 16, 16, 16, 16), model=None, net=None, task=None, outputs=10, **optimizer):
    net = net or network(math.prod(shape), hidden, outputs, activation)
    masks = prepare(net, density)
    exact = copy.deepcopy(net).double()
    size = max(counts)
    loss, loss_of, targets_of = TASKS[task] if task else (loss, LOSSES[loss], None)
    targets = lambda: targets_of(size, outputs) if task else torch.randint(0, 10, (size,))
    batches = [(torch.randn(size, *shape).half().float(), targets(), count) for count in counts]
    tensors = {f"init/{key}": value.half() for key, value in values_of(net).items()}
    tensors |= {f"mask/{key}": mask.to(torch.uint8) for key, mask in masks.items()}
    tensors["x"] = torch.stack([x for x, _, _ in batches]).half()
    tensors["y"] = torch.stack([y for _, y, _ in batches]).to(torch.half if task == "regression" else torch.uint8)
    tensors["count"] = torch.tensor(counts, dtype=torch.int32)
    kind = optimizer.pop("optimizer")
    update = lambda of: OPTIMIZERS[kind](of.parameters(), **optimizer)
    tensors["loss"] = torch.tensor(train(net, masks, batches, loss_of, update(net)))
    train(exact, masks, batches, loss_of, update(exact))
    check_stable(name, net, exact)
    tensors |= {f"final/{key}": value for key, value in values_of(net).items()}
    net.eval()
    with torch.no_grad():
        tensors["logits"] = net(batches[0][0][: counts[0]])
    words = {"model": model or "-".join(["mlp", *map(str, hidden), activation]), "loss": loss,
             "optimizer": json.dumps({"name": kind, **optimizer}), **({"task": task} if task else {})}
    write_safetensors(folder / f"{name}.safetensors", tensors, words)


def main(folder):
    torch.set_num_threads(1)
    torch.manual_seed(1)
    folder.mkdir(exist_ok=True)
    lenet = {"shape": (1, 28, 28), "hidden": (300, 100)}
    make(folder, "lenet-sgd", **lenet, counts=(64,) * 3, optimizer="sgd", lr=0.1)
    make(folder, "mlp-masked", shape=(1, 28, 28), hidden=(100, 40), counts=(60,) * 3, density=0.05, optimizer="sgd", lr=0.1, momentum=0.9,
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
    images = {"shape": (3, 16, 16), "optimizer": "sgd", "momentum": 0.9, "weight_decay": 0.01}
    make(folder, "resnet-masked-partial-batch", **images, model="resnet-8-4", net=ResNet(4, 1), density=0.3,
         counts=(19, 5, 19), lr=0.01)
    make(folder, "vgg-partial-batch", **images, model="vgg-11-w2", net=vgg(2), counts=(17, 7, 17), lr=0.01)
    table = {"shape": (12,), "hidden": (20, 10), "outputs": 3, "counts": (16, 16, 5, 16)}
    make(folder, "regression-partial-batch", **table, task="regression", density=0.5, optimizer="sgd", lr=0.05, momentum=0.9)
    make(folder, "multi-label-partial-batch", **table, task="multi-label", optimizer="adam", lr=0.01, eps=1e-5)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "traces")
