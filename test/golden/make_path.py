#!/usr/bin/env python3
"""Errors and losses between two networks, computed by PyTorch, that path.test.ts finds again.

    /usr/bin/python3 make_path.py [FOLDER]        Debian: python3-torch; FOLDER is paths/ beside this file by default

A path is one safetensors file:
    a/NAME, b/NAME              two networks trained from the same values, on batches in different orders
    mask/a/NAME, mask/b/NAME    1 for the weights that are kept, where the networks are pruned
    train/images, train/labels  bytes [example, channel, row, column], of the images trained on; test/ likewise
    alphas                      the path's places: alpha * a + (1 - alpha) * b, running statistics too
    interpolated                [trainError, trainLoss, testError, testLoss] by alpha
    recomputed                  the same with running statistics of all training images as one batch
Its metadata: `model` as the command line writes it, `mean` and `std` of each channel.

An error counts images, so a path is refused where rounding could move one to another class.
"""
import copy
import json
import sys
from pathlib import Path

import torch
from make_golden import ResNet, network, values_of, write_safetensors
from torch import nn
from torch.nn import functional as F

POINTS = 5


def blend(a, b, alpha):
    """In float64, rounded once."""
    return {name: (alpha * a[name].double() + (1 - alpha) * b[name].double()).float() for name in a}


def score(net, images, labels):
    """Error, mean loss and the smallest lead of a best class over the second, in evaluation mode."""
    net.eval()
    wrong, loss, lead = 0, 0.0, float("inf")
    with torch.no_grad():
        for x, y in zip(images.split(500), labels.split(500)):
            logits = net(x)
            wrong += (logits.argmax(1) != y).sum().item()
            loss += F.cross_entropy(logits, y, reduction="none").double().sum().item()
            first, second = logits.topk(2, dim=1).values.T
            lead = min(lead, (first - second).min().item())
    return wrong / len(labels), loss / len(labels), lead


def recompute(net, images):
    """Running statistics of these images as one batch."""
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.reset_running_stats()
            module.momentum = None
    net.train()
    with torch.no_grad():
        net(images)


def score_path(net, ends, sets, alphas, statistics=None):
    """Rows of error and loss on each of the sets in turn, and the smallest lead anywhere."""
    rows, lead = [], float("inf")
    for alpha in alphas:
        net.load_state_dict(blend(*ends, alpha), strict=False)
        if statistics is not None:
            recompute(net, statistics)
        scores = [score(net, *each) for each in sets]
        rows.append([value for error, loss, _ in scores for value in (error, loss)])
        lead = min(lead, *(each for _, _, each in scores))
    return rows, lead


def train_copy(net, images, labels, order, rate, decay=0.0, masks=()):
    """Trains a copy by SGD with momentum on the batches of `order`; a masked weight stays 0."""
    net = copy.deepcopy(net).train()
    parameters = dict(net.named_parameters())
    prune = lambda: [parameters[name].data.mul_(mask) for name, mask in dict(masks).items()]
    optimizer = torch.optim.SGD(net.parameters(), lr=rate, momentum=0.9, weight_decay=decay)
    prune()
    for rows in order:
        optimizer.zero_grad()
        F.cross_entropy(net(images[rows]), labels[rows]).backward()
        optimizer.step()
        prune()
    return {name: value.clone() for name, value in values_of(net).items()}


def orders(count, batch, steps):
    """Shuffled passes, cut into whole batches."""
    passes = -(-steps * batch // (count - count % batch))
    return [rows for _ in range(passes) for rows in torch.randperm(count)[: count - count % batch].split(batch)][:steps]


def bytes_of_classes(count, shape):
    """Noise upon one pattern for each class."""
    patterns = torch.rand(10, *shape, generator=torch.Generator().manual_seed(7))
    labels = torch.arange(count) % 10
    pixels = 0.5 * patterns[labels] + 0.5 * torch.rand(count, *shape)
    return (255 * pixels).to(torch.uint8), labels


def make(folder, model, net, shape, counts=(100, 90), density=1.0, rate=0.1, steps=60):
    mean, std = ([0.4, 0.5, 0.6][: shape[0]], [0.2, 0.25, 0.3][: shape[0]])
    column = lambda values: torch.tensor(values).view(-1, 1, 1)
    raw = [bytes_of_classes(count, shape) for count in counts]
    sets = [((images.float() / 255 - column(mean)) / column(std), labels) for images, labels in raw]
    draw = lambda: {name: torch.rand_like(p) < density for name, p in net.named_parameters() if p.dim() >= 2}
    masks = [draw() if density < 1 else {} for _ in "ab"]
    ends = [train_copy(net, *sets[0], orders(counts[0], 20, steps), rate, masks=mask) for mask in masks]
    alphas = [i / (POINTS - 1) for i in range(POINTS)]
    tensors = {f"{end}/{name}": value for end, values in zip("ab", ends) for name, value in values.items()}
    tensors |= {f"mask/{end}/{name}": m.to(torch.uint8) for end, mask in zip("ab", masks) for name, m in mask.items()}
    for part, (images, labels) in zip(("train", "test"), raw):
        tensors |= {f"{part}/images": images, f"{part}/labels": labels.to(torch.uint8)}
    tensors["alphas"] = torch.tensor(alphas)
    rows, lead = score_path(net, ends, sets, alphas)
    tensors["interpolated"] = torch.tensor(rows).T
    if any(isinstance(module, nn.BatchNorm2d) for module in net.modules()):
        rows, other = score_path(net, ends, sets, alphas, sets[0][0])
        tensors["recomputed"], lead = torch.tensor(rows).T, min(lead, other)
    print(f"{model}: smallest lead {lead:.1e}, test errors {tensors['interpolated'][2].tolist()}")
    if lead < 1e-4:
        raise SystemExit(f"{model}: rounding decides this path; take another seed")
    write_safetensors(folder / f"{model}.safetensors", tensors, {"model": model, "mean": json.dumps(mean), "std": json.dumps(std)})


def main(folder):
    torch.set_num_threads(1)
    torch.manual_seed(5)
    folder.mkdir(exist_ok=True)
    make(folder, "resnet-8-2", ResNet(2, 1), (3, 8, 8))
    make(folder, "mlp-20-10", network(64, (20, 10), 10, "relu"), (1, 8, 8), density=0.3)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "paths")
