"""Writes the data files of src/dataset/fixtures/data and, beside them, what NumPy and PIL read of each.

    python3 scripts/data-fixtures.py    # needs numpy and pillow; tests read what is committed

Values are made by whole-number formulas, so that the files are the same wherever this runs but for what encoders decide.
"""

import csv
import gzip
import hashlib
import json
import struct
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).resolve().parent.parent / "src/dataset/fixtures/data"
known = {}


def digest(array):
    """Shape, type and SHA-256 of the elements in C order."""
    array = np.ascontiguousarray(array)
    sha256 = hashlib.sha256(array.tobytes()).hexdigest()
    return {"shape": list(array.shape), "dtype": str(array.dtype), "sha256": sha256}


def save_npy(name, array):
    np.save(HERE / name, array)
    known[name] = digest(np.load(HERE / name, allow_pickle=False))


def save_npz(name, save, **arrays):
    save(HERE / name, **arrays)
    with np.load(HERE / name, allow_pickle=False) as read:
        known[name] = {key: digest(read[key]) for key in read.files}


def pixels(*shape):
    return (np.arange(np.prod(shape), dtype=np.int64) * 37 % 251).astype(np.uint8).reshape(shape)


def floats(*shape):
    return ((np.arange(np.prod(shape), dtype=np.float64) * 29 % 97) / 16 - 3).reshape(shape)


def idx(array):
    head = struct.pack(">HBB", 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    return head + array.tobytes()


def arrays():
    labels = np.arange(10) * 7 % 3
    # Every type, both byte orders, and the two orders of axes.
    for dtype in ["<f2", "<f4", "<f8", ">f4", ">f8", "|i1", "<i2", ">i4", "<i8", "<u2", ">u8", "|u1", "|b1"]:
        name = dtype.replace("<", "le-").replace(">", "be-").replace("|", "")
        values = floats(4, 3) * 4
        save_npy(f"{name}.npy", (np.abs(values) if "u" in dtype else values).astype(dtype))
    save_npy("fortran.npy", np.asfortranarray(floats(2, 3, 4).astype(np.float32)))
    save_npy("text.npy", np.array(["dog", "cat", "größer 🐈", ""]))
    save_npy("x.npy", floats(10, 4))
    save_npy("y.npy", labels)
    images, tested = pixels(10, 4, 5, 3), pixels(4, 4, 5, 3)[::-1]
    save_npz("images.npz", np.savez, x_train=images, y_train=labels, x_test=tested, y_test=labels[:4])
    first = {"train_images": pixels(10, 4, 5), "train_labels": labels.reshape(-1, 1).astype(np.uint8)}
    second = {"test_images": pixels(3, 4, 5), "test_labels": labels[:3].reshape(-1, 1).astype(np.uint8)}
    save_npz("medical.npz", np.savez_compressed, **first, **second, val_images=pixels(2, 4, 5))
    save_npz("pictures.npz", np.savez_compressed, x=floats(10, 3, 4, 5).astype(np.float32), y=labels)
    save_npz("regression.npz", np.savez, X=floats(10, 4).astype(np.float32), y=floats(10, 2))
    folder = HERE / "idx"
    folder.mkdir(exist_ok=True)
    for part, count in [("train", 6), ("t10k", 3)]:
        images, classes = pixels(count, 4, 5), (np.arange(count) % 2).astype(np.uint8)
        (folder / f"{part}-images-idx3-ubyte").write_bytes(idx(images))
        (folder / f"{part}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(classes), mtime=0))
        known[f"idx/{part}"] = {"images": digest(images), "labels": digest(classes)}


def pictures():
    """One picture of 8 x 8 pixels in every format, class by class; PIL's pixels in colour and in grey."""
    colour = pixels(8, 8, 3)
    smooth = np.stack([np.add.outer(np.arange(8) * a, np.arange(8) * b) + 40 for a, b in [(9, 4), (3, 12), (7, 7)]], -1)
    smooth = smooth.astype(np.uint8)
    grey = pixels(8, 8)
    files = {
        "train/a/colour.png": (colour, "PNG", {}),
        "train/a/colour.tiff": (colour, "TIFF", {"compression": "tiff_lzw"}),
        "train/a/colour.webp": (colour, "WEBP", {"lossless": True, "exact": True}),
        "train/b/grey.png": (grey, "PNG", {}),
        "train/b/smooth.jpg": (smooth, "JPEG", {"quality": 95, "subsampling": 0}),
        "train/b/smooth.avif": (smooth, "AVIF", {"quality": 100, "subsampling": "4:4:4"}),
        "test/a/colour.gif": (grey, "GIF", {}),
        "test/b/clear.png": (np.dstack([colour, 255 - grey]), "PNG", {}),
    }
    for name, (array, form, options) in files.items():
        path = HERE / "pictures" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        image = Image.fromarray(array)
        if form == "GIF":
            second = Image.fromarray(255 - array)
            image.save(path, form, save_all=True, append_images=[second], duration=100, loop=0)
        else:
            image.save(path, form, **options)
        read = Image.open(path)
        known[f"pictures/{name}"] = {
            mode: np.asarray(read.convert(mode)).reshape(64, -1).T.flatten().tolist() for mode in ["RGB", "L"]
        }


def table():
    """Quotes, separators in fields, line ends in fields: as Python's csv module reads them."""
    rows = [["size", "rooms, all", "kind"]]
    rows += [[str(i / 4), str(i * i % 7), ["a b", 'the "best"', "two\nlines"][i % 3]] for i in range(10)]
    with open(HERE / "table.csv", "w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file).writerows(rows)
    with open(HERE / "table.csv", newline="", encoding="utf-8-sig") as file:
        known["table.csv"] = list(csv.reader(file))


if __name__ == "__main__":
    HERE.mkdir(parents=True, exist_ok=True)
    arrays()
    pictures()
    table()
    made = f"numpy {np.__version__}, pillow {Image.__version__}"
    (HERE / "known.json").write_text(json.dumps({"by": made, **known}, separators=(",", ":")) + "\n")
