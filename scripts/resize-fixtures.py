"""Writes what Pillow's bilinear resize makes of pictures, into src/dataset/modify/fixtures/resize.json.

    python3 scripts/resize-fixtures.py    # needs numpy and pillow 11; tests read what is committed

Pictures are made by whole-number formulas that the test repeats. Of each the SHA-256 of the resized pixels is kept, and the
first row, so that a difference can be looked at.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).resolve().parent.parent / "src/dataset/modify/fixtures/resize.json"
# Height, width, and the size that they are brought to: larger, smaller, of an odd ratio, one axis as it is, one pixel.
CASES = [(28, 28, 32), (16, 16, 28), (28, 28, 14), (32, 32, 20), (7, 5, 4), (105, 105, 28), (32, 20, 32), (9, 9, 1)]


def case(height, width, size):
    at = np.arange(height * width, dtype=np.int64).reshape(height, width)
    pixels = (at * at * 37 % 256).astype(np.uint8)
    made = np.asarray(Image.fromarray(pixels).resize((size, size), Image.BILINEAR))
    # -1 to 1 as USPS has it.
    floats = ((at * at * 37 % 2001 - 1000) / 1000).astype(np.float32)
    smooth = np.asarray(Image.fromarray(floats).resize((size, size), Image.BILINEAR))
    return {
        "from": [height, width],
        "size": size,
        "bytes": {"sha256": hashlib.sha256(made.tobytes()).hexdigest(), "row": made[0].tolist()},
        "floats": {"sha256": hashlib.sha256(smooth.tobytes()).hexdigest(), "row": smooth[0].astype(float).tolist()},
    }


HERE.parent.mkdir(parents=True, exist_ok=True)
HERE.write_text(json.dumps([case(*each) for each in CASES]) + "\n")
