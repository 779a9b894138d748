#!/usr/bin/env python3
"""Two copies of a small ResNet on CIFAR-10 and the path between them, all by PyTorch: what `tombola interpolate` is held to.

Both are trained from the same values on the first 10,000 images, in different orders, by SGD with momentum, weight decay
on every parameter, images as they are, float32. Writes them as a.safetensors and b.safetensors, and prints one JSON
object: errors and losses at 31 alphas in evaluation mode, running statistics interpolated like other values, on the whole
test set and on the first 200 training images of each class. Scored again by
    tombola interpolate a.safetensors b.safetensors --model resnet-20-4 --data cifar10 --train-images 2000 --json
Needs Debian's python3-torch, python3-pil and libopenblas0-pthread.
Run: python3 interpolate_torch.py FOLDER_OF_CIFAR10_PNGS FOLDER_TO_WRITE_TO [steps] [seed] [threads]
"""
import json
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "test" / "golden"))
from make_golden import ResNet, write_safetensors
from make_path import orders, score_path, train_copy

WIDTH, BATCH, POINTS, PER_CLASS = 4, 128, 31, 200
MEAN, STD = (torch.tensor(v).view(1, 3, 1, 1) for v in ((0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)))


def images(folder, name):
    Image.MAX_IMAGE_PIXELS = None
    rows = np.asarray(Image.open(folder / f"{name}.png").convert("RGB"))
    pixels = torch.from_numpy(rows.reshape(-1, 32, 32, 3).transpose(0, 3, 1, 2).copy())
    return (pixels.float() / 255 - MEAN) / STD


def labels(folder, name, count):
    return torch.tensor(json.loads((folder / f"{name}_lables.json").read_text())[:count])


def first_of_each(y):
    return torch.cat([(y == label).nonzero().flatten()[:PER_CLASS] for label in range(10)]).sort().values


def initialise(module):
    if isinstance(module, (nn.Conv2d, nn.Linear)):
        nn.init.kaiming_normal_(module.weight)
        if module.bias is not None:
            nn.init.zeros_(module.bias)


def main(data, to, steps=300, seed=0, threads=1):
    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    x, y = images(data, "data_batch_1"), labels(data, "train", 10_000)
    net = ResNet(WIDTH, 3)
    net.apply(initialise)
    copies = [train_copy(net, x, y, orders(len(y), BATCH, steps), 0.1, decay=1e-4) for _ in "ab"]
    for name, tensors in zip("ab", copies):
        write_safetensors(to / f"{name}.safetensors", tensors, {"steps": str(steps)})
    rows = first_of_each(y)
    sets = [(x[rows], y[rows]), (images(data, "test_batch"), labels(data, "test", 10_000))]
    alphas = [i / (POINTS - 1) for i in range(POINTS)]
    scores, _ = score_path(net, copies, sets, alphas)
    names = ("trainError", "trainLoss", "testError", "testLoss")
    print(json.dumps({"alphas": alphas, **dict(zip(names, map(list, zip(*scores))))}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *map(int, sys.argv[3:]))
