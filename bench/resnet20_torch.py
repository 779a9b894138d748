#!/usr/bin/env python3
"""ResNet-20 on CIFAR-10 trained by PyTorch: the peer of `tombola run imp --arms dense --model resnet-20 --steps 10ep`.

Kaiming normal weights, batch norm gamma 1 and beta 0, SGD with momentum, weight decay on every parameter, random crop
(out of a border of 4 black pixels) and flip, the last partial batch kept, float32. Prints one JSON line per epoch.
Needs Debian's python3-torch, python3-pil and libopenblas0-pthread.
Run: python3 resnet20_torch.py FOLDER_OF_CIFAR10_PNGS [epochs] [seed] [threads]
"""
import json, sys, time
import numpy as np, torch, torch.nn as nn, torch.nn.functional as F
from PIL import Image

folder = sys.argv[1]
epochs, seed, threads = (int(sys.argv[i]) if len(sys.argv) > i else d for i, d in ((2, 10), (3, 0), (4, 2)))
torch.manual_seed(seed); torch.set_num_threads(threads)
Image.MAX_IMAGE_PIXELS = None
MEAN, STD = (torch.tensor(v).view(1, 3, 1, 1) for v in ((0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)))

def images(name):
    rows = np.asarray(Image.open(f"{folder}/{name}.png").convert("RGB"))
    return torch.from_numpy(rows.reshape(-1, 32, 32, 3).transpose(0, 3, 1, 2).copy())

def labels(name): return torch.tensor(json.load(open(f"{folder}/{name}_lables.json")))

class Block(nn.Module):
    def __init__(s, i, o, stride):
        super().__init__()
        s.conv1 = nn.Conv2d(i, o, 3, stride, 1, bias=False); s.bn1 = nn.BatchNorm2d(o)
        s.conv2 = nn.Conv2d(o, o, 3, 1, 1, bias=False); s.bn2 = nn.BatchNorm2d(o)
        s.shortcut = nn.Sequential() if stride == 1 and i == o else nn.Sequential(nn.Conv2d(i, o, 1, stride, bias=False), nn.BatchNorm2d(o))
    def forward(s, x): return F.relu(s.bn2(s.conv2(F.relu(s.bn1(s.conv1(x))))) + s.shortcut(x))

class ResNet20(nn.Module):
    def __init__(s):
        super().__init__(); s.conv = nn.Conv2d(3, 16, 3, 1, 1, bias=False); s.bn = nn.BatchNorm2d(16); blocks = []; i = 16
        for k in range(3):
            for j in range(3): blocks.append(Block(i, 16 * 2 ** k, 2 if k > 0 and j == 0 else 1)); i = 16 * 2 ** k
        s.blocks = nn.Sequential(*blocks); s.fc = nn.Linear(64, 10)
    def forward(s, x): return s.fc(s.blocks(F.relu(s.bn(s.conv(x)))).mean((2, 3)))

def initialise(m):
    if isinstance(m, (nn.Conv2d, nn.Linear)):
        nn.init.kaiming_normal_(m.weight)
        if m.bias is not None: nn.init.zeros_(m.bias)

def augment(x):
    n = len(x); padded = F.pad(x, (4, 4, 4, 4)); dy, dx = torch.randint(0, 9, (n,)), torch.randint(0, 9, (n,)); flip = torch.rand(n) < 0.5
    out = torch.stack([padded[i, :, dy[i]:dy[i] + 32, dx[i]:dx[i] + 32] for i in range(n)])
    return torch.where(flip.view(-1, 1, 1, 1), out.flip(3), out)

train_x, train_y = torch.cat([images(f"data_batch_{i}") for i in range(1, 6)]), labels("train")
test_x, test_y = images("test_batch"), labels("test")
net = ResNet20(); net.apply(initialise)
optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-4)
schedule = torch.optim.lr_scheduler.MultiStepLR(optimizer, [6, 8], 0.1)
seconds = 0.0
for epoch in range(1, epochs + 1):
    net.train(); start = time.perf_counter(); total = 0.0
    for rows in torch.randperm(len(train_x)).split(128):
        x = (augment(train_x[rows]).float() / 255 - MEAN) / STD
        optimizer.zero_grad(); loss = F.cross_entropy(net(x), train_y[rows]); loss.backward(); optimizer.step(); total += loss.item() * len(rows)
    schedule.step(); seconds += time.perf_counter() - start; net.eval(); right = 0; test_loss = 0.0
    with torch.no_grad():
        for rows in torch.arange(len(test_x)).split(500):
            logits = net((test_x[rows].float() / 255 - MEAN) / STD); right += (logits.argmax(1) == test_y[rows]).sum().item(); test_loss += F.cross_entropy(logits, test_y[rows], reduction="sum").item()
    print(json.dumps({"epoch": epoch, "train_loss": round(total / len(train_x), 4), "test_accuracy": right / len(test_x), "test_loss": round(test_loss / len(test_x), 4), "seconds": round(seconds, 1)}), flush=True)
