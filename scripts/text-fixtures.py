"""Writes what Python's libraries make of texts and scores, for the tests.

    python scripts/text-fixtures.py

src/dataset/text/fixtures/tokenizer.json: a small vocabulary, texts, and their ids and places by Hugging Face.
src/task/text/fixtures/metrics.json: labels, scores, and their measures by scikit-learn and scipy.
Needs transformers, scikit-learn and scipy.
"""

import json
import pathlib
import string
import tempfile

import numpy as np
from scipy import stats
from sklearn import metrics
from transformers import BertTokenizerFast

ROOT = pathlib.Path(__file__).parent.parent / "src"
FOLDER = ROOT / "dataset" / "text" / "fixtures"
METRICS = ROOT / "task" / "text" / "fixtures" / "metrics.json"
WORDS = "the a ticket win lottery naive cafe New new strasse ##ning ##s ##ly ##ve 東 京 ##京 σ ο δ ##σ ##ο ##δ é ##é 𠀀 don ' t".split()
VOCABULARY = ["[PAD]", "[unused1]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
VOCABULARY += [c for c in string.ascii_letters + string.digits + string.punctuation if c not in VOCABULARY]
VOCABULARY += [f"##{c}" for c in string.ascii_lowercase if f"##{c}" not in VOCABULARY]

TEXTS = [
    "The winning tickets", "", "  \t spaces \u00a0 and\u2003more\r\n", "naïve CAFÉ New York", "東京 is 東, 𠀀𠀀!", "ΟΔΟΣ οδός",
    "don't [MASK] a [SEP]ticket [mask]", "x" * 100, "x" * 101, "zero\u200bwidth\u00ad \ufeff \u0000nul \ufffd", "emoji \U0001f600 ticket",
    "Straße İstanbul ﬁ", "$5^2=25_`~", "e\u0301\u0301e", "word\u2028line\u2029end", "a\u0301", "[unused1] [PAD]",
]
PAIRS = [("the ticket", "a lottery"), ("the " * 9, "a " * 9), ("the " * 10, "a " * 3), ("a", "the " * 20), ("the", ""), ("", "the"), ("the", " ")]
RULES = [
    {"do_lower_case": True, "strip_accents": None, "tokenize_chinese_chars": True},
    {"do_lower_case": False, "strip_accents": None, "tokenize_chinese_chars": True},
    {"do_lower_case": True, "strip_accents": False, "tokenize_chinese_chars": False},
    {"do_lower_case": False, "strip_accents": True, "tokenize_chinese_chars": True},
]


def units(text, offsets):
    """Places in code points as places in UTF-16 units."""
    at = [0]
    for c in text:
        at.append(at[-1] + (2 if ord(c) > 0xFFFF else 1))
    return [[at[a] for a, _ in offsets], [at[b] for _, b in offsets]]


def measures():
    """Rows of many kinds: plain, with ties, of few rows, told to be of one class, and of one class."""
    rng = np.random.default_rng(7)
    made = []
    for count, digits, told, seen in [(40, 3, None, None), (25, 0, None, None), (5, 0, None, None), (12, 2, 0, None), (12, 1, 1, None), (9, 1, None, 1)]:
        labels = rng.integers(0, 2, count) if seen is None else np.full(count, seen)
        predictions = np.where(rng.random(count) < 0.7, labels, 1 - labels) if told is None else np.full(count, told)
        scores = np.round(rng.random(count) * 5, digits)
        predicted = np.round(scores + rng.normal(0, 1, count), digits)
        made.append({
            "labels": labels.tolist(),
            "predictions": predictions.tolist(),
            "accuracy": float(metrics.accuracy_score(labels, predictions)),
            "f1": float(metrics.f1_score(labels, predictions, zero_division=0)),
            "matthews": float(metrics.matthews_corrcoef(labels, predictions)),
            "scores": scores.tolist(),
            "predictedScores": predicted.tolist(),
            "pearson": float(stats.pearsonr(scores, predicted)[0]),
            "spearman": float(stats.spearmanr(scores, predicted)[0]),
        })
    return made


def main():
    FOLDER.mkdir(exist_ok=True)
    METRICS.parent.mkdir(exist_ok=True)
    METRICS.write_text(json.dumps(measures()) + "\n")
    made = []
    for rules in RULES:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder)
            (path / "vocab.txt").write_text("\n".join(VOCABULARY) + "\n", encoding="utf-8")
            (path / "tokenizer_config.json").write_text(json.dumps(rules | {"tokenizer_class": "BertTokenizer"}))
            tokenizer = BertTokenizerFast.from_pretrained(folder)
        texts = []
        for text in TEXTS:
            encoded = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
            starts, ends = units(text, encoded["offset_mapping"])
            texts.append({"text": text, "ids": encoded["input_ids"], "starts": starts, "ends": ends})
        pairs = []
        for first, second in PAIRS:
            for length in (9, 16, 17):
                encoded = tokenizer(first, second, truncation=True, max_length=length)
                pairs.append({"texts": [first, second], "length": length, "ids": encoded["input_ids"], "types": encoded["token_type_ids"]})
        made.append({"rules": rules, "texts": texts, "pairs": pairs})
    (FOLDER / "tokenizer.json").write_text(json.dumps({"vocabulary": VOCABULARY, "cases": made}) + "\n")


main()
