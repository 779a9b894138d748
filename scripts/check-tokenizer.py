"""Sets `tombola tokenize` against Hugging Face's own tokenizer, line by line.

    python scripts/check-tokenizer.py --vocab FOLDER --data FOLDER [--lines 10000]

FOLDER of the vocabulary is a BERT model's (vocab.txt); that of the data holds glue/, squad-v1.1/ and wikitext-2/ in their
official layout. Real lines are drawn evenly from all files, single and as pairs, cut at three lengths, and once with every
rule of preparation turned over; every code point of Unicode is tried between two letters. Needs transformers.
"""

import argparse
import collections
import gzip
import itertools
import json
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata

from transformers import BertTokenizerFast

COMMAND = ["node", str(pathlib.Path(__file__).parent.parent / "dist" / "cli" / "main.js"), "tokenize"]


def opened(path):
    return gzip.open(path, "rt", encoding="utf-8", newline="") if path.suffix == ".gz" else open(path, encoding="utf-8", newline="")


def texts(path):
    """Stretches of text of a file: paragraphs and questions of SQuAD, cells of a table, lines of a corpus."""
    with opened(path) as file:
        if ".json" in path.name:
            for article in json.load(file)["data"]:
                for paragraph in article["paragraphs"]:
                    yield paragraph["context"]
                    yield from (each["question"] for each in paragraph["qas"])
        else:
            for line in file.read().split("\n"):
                yield from (cell for cell in line.split("\t") if len(cell) > 12)


def real_lines(data, count):
    files = sorted(p for p in data.rglob("*") if p.is_file() and p.parent.name != "bert" and any(e in p.name for e in (".tsv", ".json", ".tokens")))
    drawn = []
    for path in files:
        found = [re.sub(r"[\t\r\n]", " ", text) for text in texts(path)]
        found = [text for text in found if text.strip()]
        drawn.append(found[:: max(1, len(found) // count)])
    # From every file in turn, so that small files are read whole and large ones fill the rest.
    turns = itertools.zip_longest(*(random.Random(0).sample(found, len(found)) for found in drawn))
    return list(itertools.islice((text for turn in turns for text in turn if text is not None), count))


def ours(vocab, lines, *options):
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="", suffix=".txt") as file:
        file.write("".join(line + "\n" for line in lines))
        file.flush()
        run = subprocess.run([*COMMAND, file.name, "--vocab", str(vocab), "--json", *options], capture_output=True, text=True)
        if run.returncode:
            sys.exit(run.stderr)
        return [json.loads(line) for line in run.stdout.splitlines()]


def check(title, found, expected, lines):
    wrong = [i for i, (a, b) in enumerate(zip(found, expected)) if a != b]
    print(f"{title}: {len(lines) - len(wrong)} of {len(lines)} equal", flush=True)
    for i in wrong[:5]:
        print("   ", ascii(lines[i])[:300], found[i], expected[i], sep="\n      ")
    return not wrong and len(found) == len(lines)


def theirs(tokenizer, length, *columns):
    encoded = tokenizer(*columns, truncation=True, max_length=length)
    return [{"ids": i, "types": t} for i, t in zip(encoded["input_ids"], encoded["token_type_ids"])]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--vocab", type=pathlib.Path, required=True)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--lines", type=int, default=10_000)
    options = parser.parse_args()
    lines = real_lines(options.data, options.lines)
    right = True
    for rules in ({}, {"do_lower_case": False}, {"strip_accents": False}, {"do_lower_case": False, "strip_accents": True, "tokenize_chinese_chars": False}):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(options.vocab / "vocab.txt", folder)
            config = {"do_lower_case": True, "strip_accents": None, "tokenize_chinese_chars": True} | rules
            (pathlib.Path(folder) / "tokenizer_config.json").write_text(json.dumps(config | {"tokenizer_class": "BertTokenizer"}))
            tokenizer = BertTokenizerFast.from_pretrained(folder)
            said = ", ".join(f"{k} {v}" for k, v in rules.items()) or "usual rules"
            found = ours(folder, lines, "--length", "128")
            right &= check(f"real lines, {said}", found, theirs(tokenizer, 128, lines), lines)
            if rules:
                continue
            right &= places(folder, tokenizer, lines)
            half = len(lines) // 2
            firsts, seconds = lines[:half], lines[half : 2 * half]
            pairs = [f"{a}\t{b}" for a, b in zip(firsts, seconds)]
            for length in (16, 33, 128):
                found = ours(folder, pairs, "--pairs", "--length", str(length))
                right &= check(f"pairs cut at {length}", found, theirs(tokenizer, length, firsts, seconds), pairs)
    code_points(options.vocab)
    sys.exit(0 if right else 1)


PLACES = """
import { loadTokenizer } from "./dist/dataset/text/load/tokenizer.js";
const { folder, lines } = JSON.parse(await new Response(process.stdin).text());
const { encode } = await loadTokenizer(folder);
console.log(JSON.stringify(lines.map((line) => encode(line))));
"""


def places(folder, tokenizer, lines):
    """Where each token lies in the text, by which answers are cut; of lines whose characters are one UTF-16 unit each."""
    plain = [line for line in lines if all(ord(c) < 0x10000 for c in line)]
    said = json.dumps({"folder": folder, "lines": plain})
    root = pathlib.Path(__file__).parent.parent
    run = subprocess.run(["node", "--input-type=module", "-e", PLACES], input=said, capture_output=True, text=True, cwd=root)
    if run.returncode:
        sys.exit(run.stderr)
    found = [list(zip(e["starts"], e["ends"])) for e in json.loads(run.stdout)]
    expected = tokenizer(plain, add_special_tokens=False, return_offsets_mapping=True)["offset_mapping"]
    return check("places of tokens", found, expected, plain)


def code_points(vocab):
    """Of characters that Unicode has classed since version 8, Hugging Face's library knows nothing: told, no failure."""
    every = [chr(c) for c in itertools.chain(range(1, 0xD800), range(0xE000, 0x110000)) if chr(c) not in "\n\r"]
    tried = [f"a{c}b" for c in every]
    found, expected = ours(vocab, tried), theirs(BertTokenizerFast.from_pretrained(vocab), 128, tried)
    wrong = [every[i] for i in range(len(every)) if found[i] != expected[i]]
    classes = collections.Counter(unicodedata.category(c) for c in wrong)
    print(f"code points between letters: {len(every) - len(wrong)} of {len(every)} equal; the others by class {dict(classes)}")


main()
