"""Writes small files in the layouts of official archives, into src/dataset/official/fixtures.

    python3 scripts/official-fixtures.py    # needs numpy, pillow and scipy; tests read what is committed

SVHN's .mat are written by scipy, as the test says what is in them; the archives are those of EMNIST, Omniglot and MedMNIST.
"""

import gzip
import io
import struct
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.io import savemat

HERE = Path(__file__).resolve().parent.parent / "src/dataset/official/fixtures"


def svhn():
    height, width, channels, count = np.ogrid[0:4, 0:5, 0:3, 0:6]
    x = ((height * 7 + width * 3 + channels * 50 + count * 11) % 256).astype(np.uint8)
    y = np.array([[1], [10], [2], [10], [9], [3]])
    savemat(HERE / "svhn-packed.mat", {"X": x, "y": y.astype(np.uint8)}, do_compression=True)
    savemat(HERE / "svhn-plain.mat", {"X": x, "y": y.astype(np.float64), "note": "not a number"}, do_compression=False)


def idx(array):
    head = struct.pack(">HBB", 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    return gzip.compress(head + array.astype(np.uint8).tobytes(), mtime=0)


def zipped(name, members):
    with zipfile.ZipFile(HERE / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in members.items():
            archive.writestr(zipfile.ZipInfo(path, (2017, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)


def emnist():
    # Row 3 and column 20 of the picture as it is seen; stored with the axes turned.
    pictures = np.zeros((3, 28, 28))
    for i in range(3):
        pictures[i, 20, 3] = 100 + i
    members = {}
    for part in ["train", "test"]:
        members[f"gzip/emnist-letters-{part}-images-idx3-ubyte.gz"] = idx(pictures)
        members[f"gzip/emnist-letters-{part}-labels-idx1-ubyte.gz"] = idx(np.array([1, 26, 2]))
    zipped("emnist.zip", members)


def omniglot():
    members = {}
    for number, path in enumerate(["Greek/character01", "Greek/character02", "Latin/character01"]):
        for drawer in range(1, 21):
            pixels = np.ones((105, 105), dtype=bool)
            pixels[number, drawer] = False
            out = io.BytesIO()
            Image.fromarray(pixels).save(out, "PNG")
            members[f"small/{path}/{number + 100:04}_{drawer:02}.png"] = out.getvalue()
    zipped("omniglot.zip", members)


def medmnist():
    parts = {"train": 4, "val": 2, "test": 3}
    arrays = {}
    at = 0
    for part, count in parts.items():
        arrays[f"{part}_images"] = np.arange(at, at + count, dtype=np.uint8)[:, None, None, None] * np.ones((1, 28, 28, 3), np.uint8)
        arrays[f"{part}_labels"] = np.arange(at, at + count, dtype=np.uint8)[:, None] % 2
        at += count
    np.savez_compressed(HERE / "medmnist.npz", **arrays)


HERE.mkdir(parents=True, exist_ok=True)
for write in [svhn, emnist, omniglot, medmnist]:
    write()
